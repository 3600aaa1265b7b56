{#-
  The risk of a series in words, by thresholds that are declared: how much it varies, how far it has fallen, how it moves with
  the first benchmark. What is not known is left out; null where nothing is.

  settings: as proxy_settings returns it.
  volatility, max_drawdown, beta: SQL of type double, as proxy_performance has them.
-#}
{%- macro proxy_risk_words(settings, volatility, max_drawdown, beta) -%}
nullif(concat_ws(
        ', ',
        case
            when {{ volatility }} < {{ settings.low_volatility }} then 'low volatility'
            when {{ volatility }} <= {{ settings.high_volatility }} then 'moderate volatility'
            when {{ volatility }} is not null then 'high volatility'
        end,
        case
            when abs({{ max_drawdown }}) < {{ settings.shallow_drawdown }} then 'shallow drawdown'
            when abs({{ max_drawdown }}) <= {{ settings.deep_drawdown }} then 'moderate drawdown'
            when {{ max_drawdown }} is not null then 'deep drawdown'
        end,
        case
            when {{ beta }} < -{{ settings.low_beta }} then 'moves against the market'
            when {{ beta }} <= {{ settings.low_beta }} then 'hardly moves with the market'
            when {{ beta }} <= {{ settings.high_beta }} then 'moves with the market'
            when {{ beta }} is not null then 'moves more than the market'
        end
    ), '')
{%- endmacro -%}
