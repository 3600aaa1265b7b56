{#-
  The exposures of every portfolio, summed by factor, and whether they are high.

  resolved: as resolved_proxies returns it.
  portfolio: relation or CTE with the columns of the role portfolio.
  quality: of proxy_quality.
  Columns: those of proxy_exposures (docs/factor_proxies.md).
-#}
{%- macro proxy_exposures(resolved, portfolio, quality) -%}
{%- set double = whence.type_double() -%}
{%- set settings = whence.proxy_settings(resolved) -%}
with summed as (

    select
        coalesce(portfolio, 'main') as portfolio,
        factor,
        {{ whence.sum_double('exposure') }} as exposure
    from {{ portfolio }}
    where factor is not null and exposure is not null
    group by coalesce(portfolio, 'main'), factor

)

select
    summed.portfolio,
    summed.factor,
    summed.exposure,
    cast({{ settings.exposure_high }} as {{ double }}) as exposure_limit,
    case
        when abs(summed.exposure) > {{ settings.exposure_high }} then 'high'
        when abs(summed.exposure) > {{ settings.exposure_ok }} then 'ok'
        else 'low'
    end as status,
    coalesce(quality.n_months > 0, false) as has_proxy
from summed
left join {{ quality }} as quality on summed.factor = quality.series
{%- endmacro -%}
