{#-
  Every segment of every dimension set with its share of the analysis and its rank.

  values: relation or CTE with the columns of metric_values.
  specs: relation or CTE with analysis_group (or analysis) and rank_by; see windows.
  windows: relation or CTE with analysis, analysis_group and period_end.
  Columns: those of metric_segments (docs/metric_change.md).
-#}
{%- macro metric_segments(values, specs, windows) -%}
{%- set percentiles = whence.metric_percentiles().values() | list -%}
with segment_values as (

    select
        segments.*,
        totals.records as total_records,
        totals.metric_value as total_value,
        windows.period_end,
        case when segments.metric = specs.rank_by then segments.metric_value end as ranked_value
    from {{ values }} as segments
    inner join {{ values }} as totals
        on
            segments.analysis = totals.analysis
            and segments.side = totals.side
            and segments.metric = totals.metric
            and totals.depth = 0
    inner join {{ windows }} as windows on segments.analysis = windows.analysis
    inner join {{ specs }} as specs on windows.analysis_group = specs.analysis
    where segments.depth > 0 and not segments.is_folded

),

signed as (

    -- a share of values of both signs means nothing; nor does one of averages
    select
        *,
        case
            when kind not in ('additive', 'distinct') then false
            else coalesce(
                min(metric_value) over (partition by analysis, side, dimensions, metric) >= 0
                or max(metric_value) over (partition by analysis, side, dimensions, metric) <= 0,
                false
            )
        end as has_shares,
        max(ranked_value) over (partition by analysis, side, dimensions, segment) as rank_value
    from segment_values

)

select
    analysis,
    period_end,
    side,
    dimensions,
    segment,
    metric,
    depth,
    is_leaf,
    is_blank,
    aggregation,
    records,
    {{ whence.safe_divide('records', 'total_records') }} as record_share,
    metric_value as value,
    case when has_shares then {{ whence.safe_divide('metric_value', 'total_value') }} end as value_share
    {%- for column in percentiles %},
    {{ column }}
    {%- endfor %},
    cast(dense_rank() over (
        partition by analysis, side, dimensions
        order by
            case when segment = '(other)' then 1 else 0 end,
            {{ whence.round_significant('rank_value') }} desc nulls last,
            {{ whence.text_order('segment') }}
    ) as integer) as segment_rank,
    segment_json
from signed
{%- endmacro -%}
