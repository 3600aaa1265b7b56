{#-
  The risk of a series in words, by thresholds that are declared: how much it varies, how far it has fallen, how it moves with
  the first benchmark. What is not known is left out; null where nothing is.

  resolved: as resolved_proxies returns it.
  volatility, max_drawdown, beta: SQL of type double, as proxy_performance has them.
-#}
{%- macro proxy_risk_words(resolved, volatility, max_drawdown, beta) -%}
{%- set limits = {} -%}
{%- for name in ['low_volatility', 'high_volatility', 'shallow_drawdown', 'deep_drawdown', 'low_beta', 'high_beta'] -%}
    {%- do limits.update({name: resolved[name] if resolved is not none else 0}) -%}
{%- endfor -%}
nullif(concat_ws(
        ', ',
        case
            when {{ volatility }} < {{ limits.low_volatility }} then 'low volatility'
            when {{ volatility }} <= {{ limits.high_volatility }} then 'moderate volatility'
            when {{ volatility }} is not null then 'high volatility'
        end,
        case
            when abs({{ max_drawdown }}) < {{ limits.shallow_drawdown }} then 'shallow drawdown'
            when abs({{ max_drawdown }}) <= {{ limits.deep_drawdown }} then 'moderate drawdown'
            when {{ max_drawdown }} is not null then 'deep drawdown'
        end,
        case
            when {{ beta }} < -{{ limits.low_beta }} then 'moves against the market'
            when {{ beta }} <= {{ limits.low_beta }} then 'hardly moves with the market'
            when {{ beta }} <= {{ limits.high_beta }} then 'moves with the market'
            when {{ beta }} is not null then 'moves more than the market'
        end
    ), '')
{%- endmacro -%}
