{#-
  Every declared alert beside the value that comes closest to a breach, or breaches most.

  analyses: list of resolved analyses.
  totals, movers: relations or CTEs with the columns of metric_totals and metric_movers; only the columns that a rule
  names are read.
  windows: relation or CTE with analysis, analysis_group and period_end.
  Columns: those of metric_alerts (docs/metric_change.md).

  Values within 1e-12 of the threshold are equal to it, whatever the order of summation made of the last digits.
-#}
{%- macro metric_alerts(analyses, totals, movers, windows) -%}
{%- set text = whence.type_text() -%}
{%- set double = whence.type_double() -%}
{%- set rules = [] -%}
{%- set values = {'metric_totals': [], 'metric_movers': []} -%}
{%- for resolved in analyses -%}
  {%- for alert in resolved.alerts -%}
    {%- set rule -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    {{ whence.text_literal(alert.rule) }} as rule,
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
        'analysis_group': text, 'rule': text, 'measure': text, 'operator': text, 'threshold': double,
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

    -- rules on movers have no side
    select
        alerts.analysis,
        alerts.rule,
        {{ whence.text_literal(none) }} as dimensions,
        {{ whence.text_literal(none) }} as segment,
        {{ observed.metric_totals }} as observed
    from alerts
    inner join {{ totals }} as metric_totals
        on
            alerts.analysis = metric_totals.analysis
            and alerts.metric = metric_totals.metric
            and alerts.side = metric_totals.side

    union all

    select
        alerts.analysis,
        alerts.rule,
        metric_movers.dimensions,
        metric_movers.segment,
        {{ observed.metric_movers }} as observed
    from alerts
    inner join {{ movers }} as metric_movers
        on
            alerts.analysis = metric_movers.analysis
            and alerts.metric = metric_movers.metric
            and (alerts.dimensions is null or alerts.dimensions = metric_movers.dimensions)
    where alerts.side is null and metric_movers.segment <> '(overlap)'

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
