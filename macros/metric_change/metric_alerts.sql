{#-
  Every declared alert beside the value that comes closest to a breach, or breaches most.

  analyses: list of resolved analyses.
  tables: dict of metric_totals, metric_movers, metric_closure, metric_drivers and metric_residual_segments to relations or
  CTEs with their columns; only the columns that a rule names are read.
  windows: relation or CTE with analysis, analysis_group and period_end.
  Columns: those of metric_alerts (docs/metric_change.md).

  Values within 1e-12 of the threshold are equal to it, whatever the order of summation made of the last digits.
-#}
{%- macro metric_alerts(analyses, tables, windows) -%}
{%- set text = whence.type_text() -%}
{%- set double = whence.type_double() -%}
{%- set rules = [] -%}
{%- set values = {} -%}
{%- for table in tables -%}
  {%- do values.update({table: []}) -%}
{%- endfor -%}
{%- for resolved in analyses -%}
  {%- for alert in resolved.alerts -%}
    {%- set rule -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    {{ whence.text_literal(alert.rule) }} as rule,
    {{ whence.text_literal(alert.table) }} as measured_table,
    {{ whence.text_literal(alert.measure) }} as measure,
    {{ whence.text_literal(alert.operator) }} as operator,
    cast('{{ alert.threshold }}' as {{ double }}) as threshold,
    {{ whence.text_literal(alert.severity) }} as severity,
    {{ whence.text_literal(alert.metric) }} as metric,
    {{ whence.text_literal(alert.side) }} as side,
    {{ whence.text_literal(alert.dimensions) }} as dimensions
    {%- endset -%}
    {%- do rules.append(rule) -%}
    {%- set value = 'when ' ~ whence.text_literal(alert.measure) ~ ' then cast(' ~ alert.table ~ '.' ~ alert.measure
      ~ ' as ' ~ double ~ ')' -%}
    {%- if value not in values[alert.table] -%}
      {%- do values[alert.table].append(value) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endfor -%}
{%- set observed = {} -%}
{%- for table, whens in values.items() -%}
  {%- do observed.update({
    table: 'case alerts.measure ' ~ whens | join(' ') ~ ' end' if whens else 'cast(null as ' ~ double ~ ')',
  }) -%}
{%- endfor -%}
with rules as (

    {{ whence.union_selects(rules, {
        'analysis_group': text, 'rule': text, 'measured_table': text, 'measure': text, 'operator': text, 'threshold': double,
        'severity': text, 'metric': text, 'side': text, 'dimensions': text,
    }) }}

),

alerts as (

    select
        windows.analysis,
        windows.period_end,
        rules.*
    from rules
    inner join {{ windows }} as windows on rules.analysis_group = windows.analysis_group

),

observations as (

    {%- for table, rows in tables.items() %}
    {%- set has_segments = table in ['metric_movers', 'metric_residual_segments'] %}
    select
        alerts.analysis,
        alerts.rule,
        {{ table ~ '.dimensions' if has_segments else whence.text_literal(none) }} as dimensions,
        {{ table ~ '.segment' if has_segments else table ~ '.driver' if table == 'metric_drivers' else whence.text_literal(none) }}
            as segment,
        {{ observed[table] }} as observed
    from alerts
    inner join {{ rows }} as {{ table }}
        on
            alerts.analysis = {{ table }}.analysis
            and alerts.metric = {{ table }}.metric
            {%- if table == 'metric_totals' %}
            and alerts.side = {{ table }}.side
            {%- elif has_segments %}
            and (alerts.dimensions is null or alerts.dimensions = {{ table }}.dimensions)
            {%- endif %}
    where
        alerts.measured_table = '{{ table }}'
        {%- if table == 'metric_movers' %}
        and {{ table }}.segment <> '(overlap)'
        {%- endif %}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

),

compared as (

    -- a rule without any value keeps one row
    select
        alerts.analysis,
        alerts.period_end,
        alerts.rule,
        alerts.measure,
        alerts.operator,
        alerts.threshold,
        alerts.severity,
        alerts.metric,
        alerts.side,
        coalesce(observations.dimensions, alerts.dimensions) as dimensions,
        observations.segment,
        observations.observed,
        abs(observations.observed - alerts.threshold) as distance,
        greatest(abs(observations.observed), abs(alerts.threshold), 1e-300) as size
    from alerts
    left join observations
        on
            alerts.analysis = observations.analysis
            and alerts.rule = observations.rule
            and observations.observed is not null

),

placed as (

    select
        *,
        case
            when observed is null then null
            when distance <= 1e-12 * size then 0
            when observed > threshold then 1
            else -1
        end as direction
    from compared

),

judged as (

    select
        *,
        case
            when operator = '>' and direction > 0
                or operator = '>=' and direction >= 0
                or operator = '<' and direction < 0
                or operator = '<=' and direction <= 0
                or operator = '=' and direction = 0
                or operator = '!=' and direction <> 0
                then 1
            else 0
        end as is_breach,
        -- how far the value is on the side of a breach
        case
            when operator in ('>', '>=') then observed
            when operator in ('<', '<=') then -observed
            when operator = '=' then -distance
            else distance
        end as badness,
        case when operator in ('=', '!=') then size else abs(observed) end as badness_size
    from placed

),

ranked as (

    -- breaches come first, so that rounding cannot put a value that does not breach before one that does
    select
        *,
        sum(is_breach) over (partition by analysis, rule) as n_breaches,
        row_number() over (
            partition by analysis, rule
            order by
                is_breach desc,
                {{ whence.round_significant('badness', size='badness_size') }} desc nulls last,
                {{ whence.text_order('dimensions') }},
                {{ whence.text_order('segment') }}
        ) as badness_rank
    from judged

)

select
    analysis,
    period_end,
    rule,
    measure,
    operator,
    threshold,
    observed,
    n_breaches > 0 as is_breached,
    cast(n_breaches as bigint) as n_breaches,
    severity,
    metric,
    side,
    dimensions,
    segment
from ranked
where badness_rank = 1
{%- endmacro -%}
