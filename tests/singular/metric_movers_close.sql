{{ config(enabled='metric_change' in var('whence_domains', ['metric_change'])) }}

-- Over every dimension set, changes sum to the change of the total, and shares of it to one.
with totals as (

    select
        totals.analysis,
        totals.metric,
        sum(case when totals.side = 'current' then totals.value end) as current_value,
        sum(case when totals.side = 'baseline' then totals.value * analyses.baseline_scale end) as baseline_value
    from {{ ref('metric_totals') }} as totals
    inner join {{ ref('metric_analyses') }} as analyses on totals.analysis = analyses.analysis
    group by 1, 2

),

additive as (

    select distinct
        analysis,
        metric
    from {{ ref('metric_segments') }}
    where aggregation in ('sum', 'count')

),

movers as (

    select
        movers.analysis,
        movers.dimensions,
        movers.metric,
        sum(movers.change) as change,
        sum(abs(movers.change)) as change_size,
        sum(movers.share_of_change) as share_of_change
    from {{ ref('metric_movers') }} as movers
    inner join additive on movers.analysis = additive.analysis and movers.metric = additive.metric
    group by 1, 2, 3

)

select
    movers.*,
    totals.current_value,
    totals.baseline_value
from movers
inner join totals on movers.analysis = totals.analysis and movers.metric = totals.metric
where
    abs(movers.change - (coalesce(totals.current_value, 0) - coalesce(totals.baseline_value, 0)))
    > 1e-9 * greatest(abs(coalesce(totals.current_value, 0)), abs(coalesce(totals.baseline_value, 0)))
    + 1e-12 * movers.change_size
    or abs(movers.share_of_change - 1) * abs(coalesce(totals.current_value, 0) - coalesce(totals.baseline_value, 0))
    > 1e-9 * greatest(abs(coalesce(totals.current_value, 0)), abs(coalesce(totals.baseline_value, 0)))
    + 1e-12 * movers.change_size
