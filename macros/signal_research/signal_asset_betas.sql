{#-
  The slope of each asset's forward return on a common signal, by least squares with an intercept, over at least 20 rows.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: those of signal_asset_betas (docs/signal_research.md).
-#}
{%- macro signal_asset_betas(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set selects = [] -%}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- for horizon in study.horizons if cell and cell.scope == 'common' -%}
            {%- set s, f = 'signal_' ~ signal.slot, 'forward_' ~ loop.index -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    asset,
    count(*) as n_obs,
    {{ whence.finite('regr_slope(' ~ f ~ ', ' ~ s ~ ')') }} as beta,
    case when regr_syy({{ f }}, {{ s }}) > 0 then {{ whence.finite('regr_r2(' ~ f ~ ', ' ~ s ~ ')') }} end as r_squared,
    regr_sxx({{ f }}, {{ s }}) as sxx,
    regr_syy({{ f }}, {{ s }}) as syy
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
where study = {{ whence.text_literal(study.name) }} and {{ s }} is not null and {{ f }} is not null
group by asset
having count(*) >= 20 and {{ whence.signal_varies('min(' ~ s ~ ')', 'max(' ~ s ~ ')') }}
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
with slopes as (

    {{ whence.signal_panel_parts(panel, studies) }}
    {{ whence.union_selects(selects, {
        'study': text, 'signal': text, 'horizon': 'integer', 'asset': text, 'n_obs': 'bigint', 'beta': double,
        'r_squared': double, 'sxx': double, 'syy': double,
    }) }}

),

errors as (

    select
        *,
        -- of an exact fit nothing is left but rounding
        case
            when syy - beta * beta * sxx <= 1e-14 * syy then 0
            else sqrt({{ whence.safe_divide('syy - beta * beta * sxx', 'sxx * (n_obs - 2)') }})
        end as standard_error
    from slopes

)

select
    study,
    signal,
    horizon,
    asset,
    beta,
    standard_error,
    {{ whence.safe_divide('beta', 'standard_error') }} as t_stat,
    r_squared,
    n_obs
from errors
{%- endmacro -%}
