{{ config(enabled='metric_change' in var('whence_domains', ['metric_change'])) }}

-- Over every dimension set, changes sum to the change of the total, and shares of it to one.
with metric_analyses as (

    select * from {{ ref('metric_analyses') }}

),

metric_totals as (

    select * from {{ ref('metric_totals') }}

),

metric_segments as (

    select * from {{ ref('metric_segments') }}

),

metric_movers as (

    select * from {{ ref('metric_movers') }}

),

totals as (

    select
        metric_totals.analysis,
        metric_totals.metric,
        sum(case when metric_totals.side = 'current' then metric_totals.value end) as current_value,
        sum(case when metric_totals.side = 'baseline' then metric_totals.value * metric_analyses.baseline_scale end)
            as baseline_value
    from metric_totals
    inner join metric_analyses on metric_totals.analysis = metric_analyses.analysis
    group by 1, 2

),

additive as (

    select distinct
        analysis,
        metric
    from metric_segments
    where aggregation in ('sum', 'count')

),

movers as (

    select
        metric_movers.analysis,
        metric_movers.dimensions,
        metric_movers.metric,
        sum(metric_movers.change) as change,
        sum(abs(metric_movers.change)) as change_size,
        sum(metric_movers.share_of_change) as share_of_change
    from metric_movers
    inner join additive on metric_movers.analysis = additive.analysis and metric_movers.metric = additive.metric
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
