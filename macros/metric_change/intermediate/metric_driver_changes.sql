{#-
  Both sides of every node in every segment: its value, what its identity says of it, and the factors of that.

  A factor of a product is the extensive driver (a sum, of the baseline times baseline_scale), then rates, each weighted
  by the product of those before it; for a weighted node all are rates. A rate that a segment lacks on one side is that
  of the other. A term of a sum carries its sign and the constant.

  sets: relation or CTE with the columns of metric_driver_sets.
  windows: relation or CTE with the columns of metric_windows.
  calendar: relation or CTE with analysis, metric and calendar_scale: by how much the days of the current window alone
  change the baseline.
  n_drivers: how many product columns sets has.
  Columns: analysis, analysis_group, period_end, metric, node_no, form, constant, is_weighted, dimensions, segment,
  depth, is_leaf, calendar_scale; per side (baseline_, current_) has_rows, scale, cell_hash, n_rows, misfit_sum and
  misfit_squares (of rows, not scaled), weight and total_weight (1 where values are summed), value, modelled (null
  without an identity), factor_1 ... (those of no driver are 1 in a product, 0 in a sum), all but value and modelled
  without nulls.
-#}
{%- macro metric_driver_changes(sets, windows, calendar, n_drivers) -%}
{%- set double = whence.type_double() -%}
{%- set sides = ['baseline', 'current'] -%}
with sided as {{ whence.materialized() }}(

    select
        sets.analysis,
        max(sets.analysis_group) as analysis_group,
        sets.metric,
        sets.node_no,
        sets.form,
        sets.constant,
        sets.is_weighted,
        sets.n_drivers,
        sets.dimensions,
        sets.segment,
        sets.depth,
        sets.is_leaf
        {%- for side in sides %}
        {%- set of_side = "case when sets.side = '" ~ side ~ "' then " %},
        max({{ of_side }}1 else 0 end) as {{ side }}_has_rows,
        max({{ of_side }}sets.cell_hash end) as {{ side }}_cell_hash,
        coalesce(max({{ of_side }}sets.n_rows end), 0) as {{ side }}_n_rows,
        coalesce(max({{ of_side }}sets.misfit_sum end), 0) as {{ side }}_misfit_sum,
        coalesce(max({{ of_side }}sets.misfit_squares end), 0) as {{ side }}_misfit_squares,
        coalesce(max({{ of_side }}sets.value_sum end), 0) as {{ side }}_value_sum,
        coalesce(max({{ of_side }}sets.weight_sum end), 0) as {{ side }}_weight_sum
        {%- for k in range(1, n_drivers + 1) %},
        coalesce(max({{ of_side }}sets.product_sum_{{ k }} end), 0) as {{ side }}_sum_{{ k }}
        {%- endfor %}
        {%- endfor %}
    from {{ sets }} as sets
    group by
        sets.analysis, sets.metric, sets.node_no, sets.form, sets.constant, sets.is_weighted, sets.n_drivers, sets.dimensions,
        sets.segment, sets.depth, sets.is_leaf

),

scaled as {{ whence.materialized() }}(

    select
        sided.*,
        windows.period_end,
        case when sided.is_weighted then 1 else windows.baseline_scale end as baseline_scale,
        1 as current_scale,
        case when sided.is_weighted then 1 else coalesce(calendar.calendar_scale, 1) end as calendar_scale
    from sided
    inner join {{ windows }} as windows on sided.analysis = windows.analysis and windows.has_baseline = 1
    left join {{ calendar }} as calendar on sided.analysis = calendar.analysis and sided.metric = calendar.metric

),

weighted as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %},
        case when is_weighted then {{ side }}_weight_sum else 1 end as {{ side }}_weight,
        case n_drivers
            {%- for k in range(1, n_drivers + 1) %}
            when {{ k }} then {{ side }}_sum_{{ k }}
            {%- endfor %}
        end as {{ side }}_modelled_sum,
        case
            when is_weighted then sum(case when depth = 0 then {{ side }}_weight_sum end) over (partition by analysis, metric)
            else 1
        end as {{ side }}_total_weight
        {%- endfor %}
    from scaled

),

factored as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %}
        {%- set scale = side ~ '_scale' %},
        {{ whence.safe_divide(side ~ '_value_sum', side ~ '_weight') }} * {{ scale }} as {{ side }}_value
        {%- for k in range(1, n_drivers + 1) %},
        case
            when form = 'product' and n_drivers >= {{ k }}
                then {{ whence.safe_divide(
                    side ~ '_sum_' ~ k ~ (' * ' ~ scale if k == 1 else ''),
                    side ~ '_sum_' ~ (k - 1) if k > 1 else side ~ '_weight'
                ) }}
            when form = 'product' then 1
            when form = 'sum' and n_drivers >= {{ k }}
                then {{ whence.safe_divide(side ~ '_sum_' ~ k, side ~ '_weight') }} * {{ scale }}
            else 0
        end as {{ side }}_raw_factor_{{ k }}
        {%- endfor %}
        {%- endfor %}
    from weighted

)

select
    analysis,
    analysis_group,
    period_end,
    metric,
    node_no,
    form,
    constant,
    is_weighted,
    dimensions,
    segment,
    depth,
    is_leaf,
    calendar_scale
    {%- for side in sides %}
    {%- set scale = side ~ '_scale' %},
    {{ side }}_has_rows,
    {{ side }}_scale,
    {{ side }}_cell_hash,
    {{ side }}_n_rows,
    {{ side }}_misfit_sum,
    {{ side }}_misfit_squares,
    {{ side }}_weight,
    {{ side }}_total_weight,
    {{ side }}_value,
    case
        when form = 'product' then constant * {{ scale }} * {{ whence.safe_divide(
            side ~ '_modelled_sum', side ~ '_weight'
        ) }}
        when form = 'sum' then
            {%- for k in range(1, n_drivers + 1) %}
            {{ '+ ' if not loop.first }}{{ side }}_raw_factor_{{ k }}
            {%- endfor %}
    end as {{ side }}_modelled
    {%- for k in range(1, n_drivers + 1) %}
    {%- set other = 'current' if side == 'baseline' else 'baseline' %},
    coalesce({{ side }}_raw_factor_{{ k }}, {{ other }}_raw_factor_{{ k }}, 0) as {{ side }}_factor_{{ k }}
    {%- endfor %}
    {%- endfor %}
from factored
{%- endmacro -%}
