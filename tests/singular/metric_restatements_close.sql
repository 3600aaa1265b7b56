{{ config(enabled='metric_change' in var('whence_domains', ['metric_change'])) }}

-- An analysis that has restatements has all four classes of every metric. Their values of sums and counts add to those
-- of the sides, their changes (of averages and ratios too) to the change of the total, their rows to the rows of the
-- sides.
with metric_totals as (

    select * from {{ ref('metric_totals') }}

),

metric_segments as (

    select * from {{ ref('metric_segments') }}

),

metric_restatements as (

    select * from {{ ref('metric_restatements') }}

),

additive_metrics as (

    select distinct
        analysis,
        metric
    from metric_segments
    where aggregation in ('sum', 'count')

),

totals as (

    select
        metric_totals.analysis,
        metric_totals.metric,
        max(case when additive_metrics.metric is not null then 1 else 0 end) as is_additive,
        sum(case when metric_totals.side = 'baseline' then metric_totals.value end) as baseline_value,
        sum(case when metric_totals.side = 'current' then metric_totals.value end) as current_value,
        sum(case when metric_totals.side = 'baseline' then metric_totals.records else 0 end) as baseline_records,
        sum(case when metric_totals.side = 'current' then metric_totals.records else 0 end) as current_records
    from metric_totals
    left join additive_metrics
        on metric_totals.analysis = additive_metrics.analysis and metric_totals.metric = additive_metrics.metric
    where metric_totals.analysis in (select metric_restatements.analysis from metric_restatements)
    group by 1, 2

),

classes as (

    select
        analysis,
        metric,
        count(distinct row_change) as row_changes,
        case when count(baseline_value) = 4 then sum(baseline_value) end as baseline_value,
        case when count(current_value) = 4 then sum(current_value) end as current_value,
        sum(abs(baseline_value) + abs(current_value)) as value_size,
        case when count(change) = 4 then sum(change) end as change,
        sum(abs(change)) as change_size,
        sum(case when row_change <> 'added' then n_rows else 0 end) as baseline_rows,
        sum(case when row_change <> 'removed' then n_rows else 0 end) as current_rows
    from metric_restatements
    group by 1, 2

),

known as (

    -- of no rows a sum is zero; elsewhere null is a sum of nulls, or one that doubles cannot hold
    select
        analysis,
        metric,
        is_additive,
        baseline_records,
        current_records,
        case when is_additive = 1 and baseline_records = 0 then 0 else baseline_value end as baseline_value,
        case when is_additive = 1 and current_records = 0 then 0 else current_value end as current_value
    from totals

),

compared as (

    select
        known.*,
        classes.row_changes,
        classes.change,
        classes.baseline_rows,
        classes.current_rows,
        classes.baseline_value as classes_baseline_value,
        classes.current_value as classes_current_value,
        known.current_value - known.baseline_value as total_change,
        1e-9 * greatest(abs(known.baseline_value), abs(known.current_value))
        + 1e-12 * coalesce(classes.change_size, 0)
        + case when known.is_additive = 1 then 1e-12 * coalesce(classes.value_size, 0) else 0 end as tolerance
    from known
    left join classes on known.analysis = classes.analysis and known.metric = classes.metric

)

select *
from compared
where
    coalesce(row_changes, 0) <> 4
    or baseline_rows <> baseline_records
    or current_rows <> current_records
    or abs(change - total_change) > tolerance
    or is_additive = 1
    and (
        abs(classes_baseline_value - baseline_value) > tolerance
        or abs(classes_current_value - current_value) > tolerance
    )
