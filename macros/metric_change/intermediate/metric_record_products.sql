{#-
  The measured products of every reported segment, from the sets.

  metrics: those with errors.
  sets: relation or CTE with the columns of metric_sets.
  name: of the analysis as declared.
  Columns: analysis, side, dimensions, segment, n_days (null), records, the slots that errors name.
-#}
{%- macro metric_record_products(metrics, sets, name) -%}
  {%- set slots = [] -%}
  {%- for metric in metrics -%}
    {%- for moment in ['nn', 'nd', 'dd'] if metric.errors[moment] is not none and metric.errors[moment] not in slots -%}
      {%- do slots.append(metric.errors[moment]) -%}
    {%- endfor -%}
  {%- endfor -%}
select
    analysis,
    side,
    dimensions,
    reported_segment as segment,
    cast(null as {{ whence.type_double() }}) as n_days
    {%- for slot in slots %},
    {% set value = 'cast(' ~ slot ~ ' as ' ~ whence.type_double() ~ ')' -%}
    {{ whence.sum_double(value) }} as {{ slot }}
    {%- endfor %}
from {{ sets }}
where analysis_group = {{ whence.text_literal(name) }}
group by analysis, side, dimensions, reported_segment
{%- endmacro -%}
