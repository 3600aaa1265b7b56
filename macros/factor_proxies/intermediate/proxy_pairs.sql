{#-
  What may offset what: every exposure of a portfolio that has a proxy, else every series, against every ticker that is not
  excluded.

  universe: relation or CTE with the columns of proxy_universe.
  quality: of proxy_quality.
  exposures: of proxy_exposures.
  Columns: exposed, candidate, is_stale (whether the candidate's prices have ended: no part of a basket).
-#}
{%- macro proxy_pairs(universe, quality, exposures) -%}
with candidates as (

    select
        quality.series,
        coalesce(quality.reason = 'stale', false) as is_stale
    from {{ quality }} as quality
    inner join {{ universe }} as universe on quality.series = universe.ticker
    where universe.is_active and quality.status <> 'excluded'

),

exposed as (

    select factor as series
    from {{ exposures }}
    where has_proxy

    union

    select series
    from candidates
    where (select count(*) from {{ exposures }}) = 0

)

select
    exposed.series as exposed,
    candidates.series as candidate,
    candidates.is_stale
from exposed
cross join candidates
where exposed.series <> candidates.series
{%- endmacro -%}
