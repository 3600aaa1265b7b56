{#-
  Prints where the factor tables are and what they say first, one paragraph per model: the sample, what carries the
  variance, the portfolio's betas, the worst drawdown; part of summarize. Returns whether the tables are there.
-#}
{%- macro summarize_factor_models() -%}
  {%- set models = ref('whence', 'factor_models') -%}
  {%- set risk = ref('whence', 'factor_risk') -%}
  {%- set variance = ref('whence', 'factor_variance') -%}
  {%- set betas = ref('whence', 'factor_betas') -%}
  {%- set drawdowns = ref('whence', 'factor_drawdowns') -%}
  {%- if load_relation(drawdowns) is none or load_relation(betas) is none -%}
    {{ return(false) }}
  {%- endif -%}
  {%- set text = whence.type_text() -%}
  {%- set samples -%}
select
    model,
    cast(first_date as {{ text }}),
    cast(last_date as {{ text }}),
    n_assets_used,
    n_portfolio_dates,
    pca_reason,
    regression_reason
from {{ models }}
  {%- endset -%}
  {%- set found = {} -%}
  {%- for row in run_query(samples).rows -%}
    {%- do found.update({row[0]: row}) -%}
  {%- endfor -%}
  {%- if found -%}
    {%- do print('\nTables factor_* are in ' ~ whence.place_of(models) ~ '.') -%}
  {%- endif -%}
  {%- for resolved in whence.resolved_factor_models() if resolved.name in found -%}
    {%- set name, first, last, n_assets, n_dates, pca_reason, regression_reason = found[resolved.name] -%}
    {%- set model = whence.text_literal(name) -%}
    {%- do print('\n' ~ name ~ ', ' ~ first ~ ' to ' ~ last ~ ', ' ~ n_assets ~ ' assets, ' ~ n_dates ~ ' dates:') -%}
    {%- set shares -%}
select
    risk.method,
    {{ whence.join_texts(
        "coalesce(variance.label, risk.component) || ' ' || " ~ whence.format_percent('risk.variance_share'), ', ',
        'abs(risk.variance_share) desc, ' ~ whence.text_order('risk.component')
    ) }}
from {{ risk }} as risk
left join {{ variance }} as variance
    on risk.method = 'pca' and risk.model = variance.model and risk.component = variance.factor
where risk.model = {{ model }} and risk.component not in ('mean', 'alpha')
group by risk.method
order by risk.method
    {%- endset -%}
    {%- for method, sentence in run_query(shares).rows -%}
      {%- do print(
        '  variance by ' ~ ('statistical' if method == 'pca' else 'known') ~ ' factors: ' ~ (sentence or 'there is none')
      ) -%}
    {%- endfor -%}
    {%- set slopes -%}
select
    {{ whence.join_texts(
        "factor || ' ' || " ~ whence.format_number('beta') ~ " || ' (q ' || coalesce(" ~ whence.format_number('q_value')
        ~ ", 'unknown') || ')'", ', ', 'abs(t_stat) desc, ' ~ whence.text_order('factor')
    ) }}
from {{ betas }}
where model = {{ model }} and asset = 'PORTFOLIO' and factor <> 'alpha' and status = 'ok'
    {%- endset -%}
    {%- for row in run_query(slopes).rows if row[0] is not none -%}
      {%- do print('  betas of the portfolio: ' ~ row[0]) -%}
    {%- endfor -%}
    {%- set worst -%}
select
    {{ whence.format_percent('depth') }},
    cast(peak_date as {{ text }}),
    cast(trough_date as {{ text }}),
    cast(recovery_date as {{ text }})
from {{ drawdowns }}
where model = {{ model }} and drawdown = 1
    {%- endset -%}
    {%- for depth, peak, trough, recovery in run_query(worst).rows -%}
      {%- do print(
        '  worst drawdown: ' ~ depth ~ (' from ' ~ peak if peak is not none else '') ~ ' to ' ~ trough ~ ', '
        ~ ('recovered on ' ~ recovery if recovery is not none else 'not recovered')
      ) -%}
    {%- endfor -%}
    {%- for reason in [pca_reason, regression_reason] if reason is not none -%}
      {%- do print('  note: ' ~ reason) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro -%}
