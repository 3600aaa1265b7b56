{#-
  Every metric over all rows of a side, and how concentrated it is over the leaf segments (the full combination of
  dimensions). A share is null where segment values have mixed signs or do not add.

  values: relation or CTE with the columns of metric_values.
  windows: relation or CTE with analysis and period_end.
  Columns: those of metric_totals (docs/metric_change.md).
-#}
{%- macro metric_totals(values, windows) -%}
with totals as (

    select
        metric_values.*,
        windows.period_end
    from {{ values }} as metric_values
    inner join {{ windows }} as windows on metric_values.analysis = windows.analysis
    where metric_values.depth = 0

),

leaves as (

    -- leaf segments by themselves, also those reported as (other); ties do not change the sum of the first five
    select
        *,
        row_number() over (partition by analysis, side, metric order by records desc) as record_rank,
        row_number() over (partition by analysis, side, metric order by abs(metric_value) desc nulls last) as value_rank
    from {{ values }}
    where is_leaf and (is_folded or segment <> '(other)')

),

concentrations as (

    select
        leaves.analysis,
        leaves.side,
        leaves.metric,
        count(*) as segments,
        sum(case when leaves.record_rank <= 5 then leaves.records end) as top5_records,
        sum(case when leaves.is_blank then leaves.records else 0 end) as blank_records,
        case
            when max(leaves.kind) = 'additive' and (min(leaves.metric_value) >= 0 or max(leaves.metric_value) <= 0)
                then 1
            else 0
        end as has_shares,
        sum(case when leaves.value_rank <= 5 then leaves.metric_value end) as top5_value,
        sum(case
            when leaves.kind = 'additive' then {{ whence.safe_multiply(
                whence.safe_divide('leaves.metric_value', 'totals.metric_value'),
                whence.safe_divide('leaves.metric_value', 'totals.metric_value')
            ) }}
        end) as herfindahl
    from leaves
    inner join totals
        on leaves.analysis = totals.analysis and leaves.side = totals.side and leaves.metric = totals.metric
    group by 1, 2, 3

)

select
    totals.analysis,
    totals.period_end,
    totals.side,
    totals.metric,
    totals.records,
    totals.metric_value as value,
    cast(coalesce(concentrations.segments, 0) as bigint) as segments,
    {{ whence.safe_divide('concentrations.top5_records', 'totals.records') }} as top5_record_share,
    case when concentrations.has_shares = 1
        then {{ whence.safe_divide('concentrations.top5_value', 'totals.metric_value') }}
    end as top5_value_share,
    {{ whence.safe_divide('concentrations.blank_records', 'totals.records') }} as blank_record_share,
    case when concentrations.has_shares = 1 then concentrations.herfindahl end as herfindahl
from totals
left join concentrations
    on
        totals.analysis = concentrations.analysis
        and totals.side = concentrations.side
        and totals.metric = concentrations.metric
{%- endmacro -%}
