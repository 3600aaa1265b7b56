{#-
  The contributions of drivers by segment. Of a product, m = v * r with v the segment's part of the extensive driver and
  r the product of its rates; V is the total of v, w = v / V, bars are averages of both sides: volume = ΔV * avg(w * r),
  mix = V̄ * r̄ * Δw, and V̄ * w̄ times the Shapley values of the rates in Δr. They add up to the segment's modelled
  change; over a dimension set, volume adds up to the contribution of the extensive driver and, with two factors, mix
  and rate to that of the other. Of a weighted average mix is Δw * (r̄ - R̄) and there is no volume. Of a sum each term
  is a driver; of a ratio metric mix and rate are those of metric_movers.

  driver_changes: relation or CTE with the columns of metric_driver_changes.
  terms: relation or CTE with the columns of metric_driver_terms.
  movers: relation or CTE with the columns of metric_changes.
  analyses: list of resolved analyses.
  n_drivers: how many factor columns driver_changes has.
  Columns: those of metric_driver_segments (docs/metric_change.md).
-#}
{%- macro metric_driver_segments(driver_changes, terms, movers, analyses, n_drivers) -%}
{%- set sides = ['baseline', 'current'] -%}
{%- set numbers = range(1, n_drivers + 1) | list -%}
{%- set factors, rates = [], [] -%}
{%- for k in numbers -%}
  {%- do factors.append('factor_' ~ k) -%}
  {%- do rates.append('rate_' ~ k) -%}
{%- endfor -%}
with segments as {{ whence.materialized() }}(

    select
        *,
        case when form = 'product' and not is_weighted then 1 else 0 end as has_volume
        {%- for side in sides %},
        coalesce({{ side }}_modelled, 0) as {{ side }}_model
        {%- endfor %}
    from {{ driver_changes }}
    where form <> 'none'

),

-- what a segment has of the extensive driver or of the weights; all but that are rates
weighed as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %}
        {%- set scale = ' * calendar_scale' if side == 'baseline' else '' %},
        case when has_volume = 1 then {{ side }}_factor_1{{ scale }} else {{ side }}_weight end as {{ side }}_size,
        case
            when has_volume = 1 then sum(case when depth = 0 then {{ side }}_factor_1{{ scale }} end) over (partition by analysis, metric)
            else {{ side }}_total_weight
        end as {{ side }}_total_size,
        case
            when has_volume = 1 then {{ side }}_model{{ scale }}
            else {{ whence.safe_divide(side ~ '_model * ' ~ side ~ '_weight', side ~ '_total_weight') }}
        end as {{ side }}_part
        {%- for k in numbers %},
        case
            when form = 'sum'
                then {{ side }}_factor_{{ k }}{{ scale }} * {{ whence.safe_divide(side ~ '_weight', side ~ '_total_weight') }}
            when has_volume = 1 and {{ k }} = 1 then 1
            else {{ side }}_factor_{{ k }}
        end as {{ side }}_rate_{{ k }}
        {%- endfor %},
        coalesce({{ whence.safe_divide(
            side ~ '_misfit_sum * ' ~ side ~ '_scale' ~ scale, side ~ '_total_weight'
        ) }}, 0) as {{ side }}_residual
        {%- endfor %}
    from segments

),

rated as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %}
        {%- set other = 'current' if side == 'baseline' else 'baseline' %},
        coalesce(
            {{ whence.safe_divide(side ~ '_size', side ~ '_total_size') }},
            case when {{ side }}_size = 0 and {{ side }}_total_size = 0
                then {{ whence.safe_divide(other ~ '_size', other ~ '_total_size') }} end
        ) as {{ side }}_share,
        case
            when form = 'product' then constant
                {%- for k in numbers %} * {{ side }}_rate_{{ k }}{% endfor %}
        end as {{ side }}_rate
        {%- endfor %}
    from weighed

),

judged as {{ whence.materialized() }}(

    select
        *,
        case
            when form = 'sum' then 1
            {%- for side in sides %}
            when {{ side }}_share is null then 0
            when
                abs({{ side }}_size * {{ side }}_rate
                    - {{ side }}_part * case when has_volume = 1 then 1 else {{ side }}_total_size end)
                > 1e-9 * abs({{ side }}_part * case when has_volume = 1 then 1 else {{ side }}_total_size end)
                then 0
            {%- endfor %}
            else 1
        end as is_defined,
        (baseline_total_size + current_total_size) / 2 as mean_size,
        (baseline_share + current_share) / 2 as mean_share,
        (baseline_rate + current_rate) / 2 as mean_rate,
        (
            max(case when depth = 0 then baseline_rate end) over (partition by analysis, metric)
            + max(case when depth = 0 then current_rate end) over (partition by analysis, metric)
        ) / 2 as mean_total_rate
    from rated

),

split as {{ whence.materialized() }}(

    select
        *,
        {{ whence.metric_difference('current_part', 'baseline_part') }} as part_change,
        case when is_defined = 0 then 0 else ({{ whence.metric_difference('current_total_size', 'baseline_total_size') }})
            * (baseline_share * baseline_rate + current_share * current_rate) / 2 end as volume,
        case
            when is_defined = 0 then 0
            else ({{ whence.metric_difference('current_share', 'baseline_share') }})
                * case when has_volume = 1 then mean_size * mean_rate else mean_rate - mean_total_rate end
        end as mix
        {%- for k in numbers %},
        case
            when form = 'sum' then {{ whence.metric_difference('current_rate_' ~ k, 'baseline_rate_' ~ k) }}
            when is_defined = 0 then 0
            else case when has_volume = 1 then mean_size else 1 end * mean_share * constant * ({{ whence.metric_shapley(rates, rates[k - 1]) }})
        end as rate_{{ k }}
        {%- endfor %}
    from judged
    where depth > 0

),

wanted as (

    select split.*
    from split
    where split.is_leaf
        {%- for resolved in analyses if resolved.drivers is not none %}
        or (split.analysis_group = {{ whence.text_literal(resolved.name) }} and split.depth <= {{ resolved.max_depth }})
        {%- endfor %}

),

-- of a product, where sizes that sum to 0 leave shares undefined, all is change of the first rate
first_rates as (

    select
        analysis_group,
        metric,
        min(position) as position
    from {{ terms }}
    where driver_set = 'identity' and role = 'rate'
    group by 1, 2

),

long_rows as (

    select
        analysis,
        period_end,
        metric,
        'volume' as driver,
        dimensions,
        segment,
        volume as contribution
    from wanted
    where has_volume = 1

    union all

    select
        analysis,
        period_end,
        metric,
        'mix' as driver,
        dimensions,
        segment,
        mix as contribution
    from wanted
    where form = 'product'

    union all

    select
        wanted.analysis,
        wanted.period_end,
        wanted.metric,
        case when terms.driver in ('volume', 'mix') then '\' || terms.driver else terms.driver end as driver,
        wanted.dimensions,
        wanted.segment,
        case
            when wanted.is_defined = 0 then case when terms.position = first_rates.position then wanted.part_change else 0 end
            else
                case terms.position
                    {%- for k in numbers %}
                    when {{ k }} then wanted.rate_{{ k }}
                    {%- endfor %}
                end
        end as contribution
    from wanted
    inner join {{ terms }} as terms
        on
            wanted.analysis_group = terms.analysis_group
            and wanted.metric = terms.metric
            and terms.driver_set = 'identity'
            and terms.role in ('rate', 'term')
    left join first_rates on wanted.analysis_group = first_rates.analysis_group and wanted.metric = first_rates.metric

    union all

    select
        analysis,
        period_end,
        metric,
        'calendar' as driver,
        dimensions,
        segment,
        baseline_value * (calendar_scale - 1) as contribution
    from wanted
    where calendar_scale <> 1

    union all

    select
        analysis,
        period_end,
        metric,
        'residual' as driver,
        dimensions,
        segment,
        {{ whence.metric_difference('current_residual', 'baseline_residual') }} as contribution
    from wanted
    {%- for effect in ['mix', 'rate'] %}

    union all

    select
        analysis,
        period_end,
        metric,
        '{{ effect }}' as driver,
        dimensions,
        segment,
        {{ effect }}_effect as contribution
    from {{ movers }}
    where
        depth > 0
        and {{ effect }}_effect is not null
        and (
            1 = 0
            {%- for resolved in analyses if resolved.drivers is not none %}
            {%- for ratio in resolved.drivers.ratios %}
            or (
                (
                    analysis = {{ whence.text_literal(resolved.name) }}
                    or substr(analysis, 1, {{ resolved.name | length + 1 }}) = {{ whence.text_literal(resolved.name ~ '@') }}
                )
                and metric = {{ whence.text_literal(ratio.metric) }}
            )
            {%- endfor %}
            {%- endfor %}
        )
    {%- endfor %}

)

select
    analysis,
    period_end,
    metric,
    driver,
    dimensions,
    segment,
    -- no negative zeros
    contribution + 0 as contribution
from long_rows
{%- endmacro -%}
