{#-
  What each driver contributes to the change of its metric, by every method asked for, with the rows that complete it:
  calendar, intercept, residual.

  analyses: list of resolved analyses.
  totals: relation or CTE with the columns of metric_driver_totals.
  terms: relation or CTE with the columns of metric_driver_terms.
  calendar: relation or CTE with the columns of metric_calendar_scales.
  regressions: relation or CTE with the columns of metric_regression_contributions.
  n_drivers: how many factor columns totals has.
  Columns: analysis, period_end, metric, method (shapley, lmdi, rate, regression), driver, is_reserved, baseline_value,
  current_value, contribution, standard_error, and of the metric: metric_baseline (scaled), metric_current,
  explained_standard_error, note.
-#}
{%- macro metric_driver_contributions(analyses, totals, terms, calendar, regressions, n_drivers) -%}
{%- set double = whence.type_double() -%}
{%- set numbers = range(1, n_drivers + 1) | list -%}
{%- set factors = [] -%}
{%- for k in numbers -%}
  {%- do factors.append('factor_' ~ k) -%}
{%- endfor -%}
{%- set methods = [] -%}
{%- for resolved in analyses if resolved.drivers is not none -%}
  {%- for method in resolved.drivers.methods if method != 'regression' -%}
    {%- do methods.append([resolved.name, 'identity', method, none, resolved.drivers.is_searched]) -%}
  {%- endfor -%}
  {%- if resolved.drivers.distinct -%}
    {%- set beyond = resolved.drivers.beyond_distinct -%}
    {%- set note = 'left out, beyond ' ~ resolved.drivers.distinct | length ~ ': ' ~ beyond | join(', ') if beyond else none -%}
    {%- do methods.append([resolved.name, 'rate', 'rate', note, true]) -%}
  {%- endif -%}
{%- endfor -%}
with methods as (

    {%- for name, driver_set, method, note, is_searched in methods %}
    select
        {{ whence.text_literal(name) }} as analysis_group,
        '{{ driver_set }}' as driver_set,
        '{{ method }}' as method,
        {{ whence.text_literal(note) }} as method_note,
        {{ 1 if is_searched else 0 }} as is_searched
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    {{ whence.empty_select({
        'analysis_group': whence.type_text(), 'driver_set': whence.type_text(), 'method': whence.type_text(),
        'method_note': whence.type_text(), 'is_searched': 'integer',
    }) }}
    {%- endfor %}

),

-- the baseline that drivers start from has the days of the current window
adjusted as {{ whence.materialized() }}(

    select
        totals.analysis,
        totals.analysis_group,
        totals.period_end,
        totals.metric,
        totals.driver_set,
        methods.method,
        methods.method_note,
        totals.form,
        totals.constant,
        totals.calendar_scale,
        totals.baseline_value,
        totals.current_value,
        totals.baseline_modelled * totals.calendar_scale as baseline_product,
        totals.current_modelled as current_product,
        ({{ whence.metric_difference('totals.baseline_value', 'totals.baseline_modelled') }}) * totals.calendar_scale
            as baseline_residual,
        {{ whence.metric_difference('totals.current_value', 'totals.current_modelled') }} as current_residual
        {%- for k in numbers %},
        totals.baseline_factor_{{ k }} * case when totals.form = 'sum' or {{ k }} = 1 then totals.calendar_scale else 1 end
            as baseline_factor_{{ k }},
        totals.current_factor_{{ k }} as current_factor_{{ k }}
        {%- endfor %}
    from {{ totals }} as totals
    inner join methods on totals.analysis_group = methods.analysis_group and totals.driver_set = methods.driver_set
    -- nothing was looked for, so nothing is left unexplained
    where methods.is_searched = 1 or totals.form <> 'none'

),

-- a factor that its weights leave undefined (they sum to 0, what they weigh does not) makes the product miss its value
judged as {{ whence.materialized() }}(

    select
        *,
        case
            when form = 'none' then 0
            when form = 'sum' then 1
            {%- for side in ['baseline', 'current'] %}
            when {{ side }}_product is null or {% for k in numbers %}{{ side }}_factor_{{ k }} is null or {% endfor %}
                abs(
                    {%- for k in numbers %}
                    {{ side }}_factor_{{ k }} *
                    {%- endfor %} constant - {{ side }}_product
                ) > 1e-9 * abs({{ side }}_product)
                then 0
            {%- endfor %}
            else 1
        end as is_defined,
        case
            when constant <= 0 then 1
            {%- for k in numbers %}
            when baseline_factor_{{ k }} < 0 or current_factor_{{ k }} < 0 then 1
            {%- endfor %}
            else 0
        end as has_negative
    from adjusted

),

split as {{ whence.materialized() }}(

    select
        *
        {%- for k in numbers %},
        case
            when baseline_value is null or current_value is null then null
            when is_defined = 0 then 0
            when form = 'sum' then current_factor_{{ k }} - baseline_factor_{{ k }}
            when method = 'lmdi' and has_negative = 0 then {{ whence.metric_lmdi(factors, factors[k - 1], 'product') }}
            else constant * ({{ whence.metric_shapley(factors, factors[k - 1]) }})
        end as contribution_{{ k }}
        {%- endfor %}
    from judged

),

noted as {{ whence.materialized() }}(

    select
        *,
        case
            when baseline_value is null or current_value is null then 'a side has no value to compare'
            when form = 'none' then 'no identity of the columns fits'
            when baseline_factor_1 is null then 'distinct counts of windows of different lengths do not compare'
            when is_defined = 0 then 'the totals that weigh the drivers are 0'
            when method = 'lmdi' and form = 'product' and has_negative = 1
                then 'a factor is negative, which has no logarithm: Shapley values instead'
            else method_note
        end as note,
        case
            when is_defined = 1 then {{ whence.metric_difference('current_residual', 'baseline_residual') }}
            else current_value - baseline_value * calendar_scale
        end as residual_change
    from split

),

of_identities as (

    select
        noted.analysis,
        noted.period_end,
        noted.metric,
        noted.method,
        terms.driver,
        0 as is_reserved,
        {%- for side in ['baseline', 'current'] %}
        {%- set value %}
        case terms.position
            {%- for k in numbers %}
            when {{ k }} then noted.{{ side }}_factor_{{ k }}
            {%- endfor %}
        end
        {%- endset %}
        case
            when terms.role = 'term' then {{ whence.safe_divide(value, 'terms.constant * terms.power') }}
            when terms.power = -1 then {{ whence.safe_divide('1.0', value) }}
            else {{ value }}
        end as {{ side }}_value,
        {%- endfor %}
        case terms.position
            {%- for k in numbers %}
            when {{ k }} then noted.contribution_{{ k }}
            {%- endfor %}
        end as contribution,
        cast(null as {{ double }}) as standard_error,
        noted.baseline_value as metric_baseline,
        noted.current_value as metric_current,
        noted.note
    from noted
    inner join {{ terms }} as terms
        on
            noted.analysis_group = terms.analysis_group
            and noted.metric = terms.metric
            and noted.driver_set = terms.driver_set

    union all

    select
        noted.analysis,
        noted.period_end,
        noted.metric,
        noted.method,
        'calendar' as driver,
        1 as is_reserved,
        calendar.baseline_days as baseline_value,
        calendar.current_days as current_value,
        noted.baseline_value * (noted.calendar_scale - 1) as contribution,
        cast(null as {{ double }}) as standard_error,
        noted.baseline_value as metric_baseline,
        noted.current_value as metric_current,
        noted.note
    from noted
    inner join {{ calendar }} as calendar
        on noted.analysis = calendar.analysis and noted.metric = calendar.metric and noted.driver_set = 'identity'

    union all

    select
        analysis,
        period_end,
        metric,
        method,
        'residual' as driver,
        1 as is_reserved,
        case when is_defined = 1 then baseline_residual else baseline_value * calendar_scale end as baseline_value,
        case when is_defined = 1 then current_residual else current_value end as current_value,
        residual_change as contribution,
        cast(null as {{ double }}) as standard_error,
        baseline_value as metric_baseline,
        current_value as metric_current,
        note
    from noted

)

select
    *,
    cast(null as {{ double }}) as explained_standard_error
from of_identities
union all
select
    analysis,
    period_end,
    metric,
    'regression' as method,
    driver,
    is_reserved,
    baseline_value,
    current_value,
    contribution,
    standard_error,
    metric_baseline,
    metric_current,
    note,
    explained_standard_error
from {{ regressions }}
{%- endmacro -%}
