{{ config(enabled='metric_change' in var('whence_domains', ['metric_change'])) }}

-- Over every dimension set, changes of sums and counts add to the change of the total, effects of all metrics that have
-- them add to it, and shares of it add to one.
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

metrics as (

    select distinct
        analysis,
        metric,
        case when aggregation in ('sum', 'count') then 1 else 0 end as is_additive
    from metric_segments
    where aggregation in ('sum', 'count', 'avg', 'ratio')

),

totals as (

    select
        metric_totals.analysis,
        metric_totals.metric,
        metrics.is_additive,
        sum(case when metric_totals.side = 'current' then metric_totals.value end) as current_value,
        sum(case when metric_totals.side = 'baseline' then metric_totals.value end)
        * max(case when metrics.is_additive = 1 then metric_analyses.baseline_scale else 1 end) as baseline_value
    from metric_totals
    inner join metric_analyses on metric_totals.analysis = metric_analyses.analysis
    inner join metrics on metric_totals.analysis = metrics.analysis and metric_totals.metric = metrics.metric
    group by 1, 2, 3

),

wholes as (

    -- what is missing of a sum is zero; an average needs both sides
    select
        analysis,
        metric,
        is_additive,
        coalesce(current_value, 0) - coalesce(baseline_value, 0) as change,
        greatest(abs(coalesce(current_value, 0)), abs(coalesce(baseline_value, 0))) as size
    from totals
    where is_additive = 1 or (current_value is not null and baseline_value is not null)

),

movers as (

    select
        analysis,
        dimensions,
        metric,
        sum(change) as change,
        sum(abs(change)) as change_size,
        sum(coalesce(volume_effect, 0) + mix_effect + rate_effect) as effects,
        sum(coalesce(abs(volume_effect), 0) + abs(mix_effect) + abs(rate_effect)) as effect_size,
        sum(share_of_change) as share_of_change
    from metric_movers
    group by 1, 2, 3

)

select
    movers.*,
    wholes.change as whole_change
from movers
inner join wholes on movers.analysis = wholes.analysis and movers.metric = wholes.metric
where
    wholes.is_additive = 1
    and abs(movers.change - wholes.change) > 1e-9 * wholes.size + 1e-12 * movers.change_size
    or abs(movers.effects - wholes.change) > 1e-9 * wholes.size + 1e-12 * movers.effect_size
    or abs(movers.share_of_change - 1) * abs(wholes.change) > 1e-9 * wholes.size + 1e-12 * movers.effect_size
