{#-
  Hedges of several candidates for each exposure, one basket per size.

  baskets: relation or CTE with the columns of int_factor_proxies__hedge_baskets.
  exposures: of proxy_exposures.
  Columns: those of proxy_hedge_baskets (docs/factor_proxies.md).
-#}
{%- macro proxy_hedge_baskets(baskets, exposures) -%}
with portfolios as (

    select
        portfolio,
        factor as exposed
    from {{ exposures }}
    where has_proxy

    union all

    select distinct
        'main' as portfolio,
        exposed
    from {{ baskets }}
    where (select count(*) from {{ exposures }}) = 0

)

select
    portfolios.portfolio,
    baskets.exposed,
    baskets.basket,
    baskets.candidate,
    baskets.weight,
    baskets.variance_reduction,
    baskets.oos_variance_reduction,
    baskets.n_oos,
    baskets.n_obs
from {{ baskets }} as baskets
inner join portfolios on baskets.exposed = portfolios.exposed
{%- endmacro -%}
