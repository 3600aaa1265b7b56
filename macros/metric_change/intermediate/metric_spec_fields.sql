{#-
  The dimensions and metrics of resolved analyses as rows, in their declared order.

  analyses: list of resolved analyses.
  Columns: analysis_group, role (dimension, metric, and driven for the metric whose drivers are looked for), position,
  name, kind (of a metric, see resolve_metric_list; of a dimension column or expression).
-#}
{%- macro metric_spec_fields(analyses) -%}
{%- set text = whence.type_text() -%}
{%- set selects = [] -%}
{%- for resolved in analyses -%}
  {%- set driven = resolved.metrics | selectattr('name', 'equalto', resolved.drivers.metric) | list if resolved.drivers is not none else [] -%}
  {%- for role, entries in [('dimension', resolved.dimensions), ('metric', resolved.metrics), ('driven', driven)] -%}
    {%- for entry in entries -%}
      {%- set is_column = role == 'dimension' and entry.sql == whence.quote_identifier(entry.name) -%}
      {%- set kind = entry.kind if role != 'dimension' else 'column' if is_column else 'expression' -%}
      {%- do selects.append(
        'select ' ~ whence.text_literal(resolved.name) ~ ' as analysis_group, ' ~ whence.text_literal(role) ~ ' as role, '
        ~ loop.index ~ ' as position, ' ~ whence.text_literal(entry.name) ~ ' as name, ' ~ whence.text_literal(kind)
        ~ ' as kind'
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(
  selects, {'analysis_group': text, 'role': text, 'position': 'integer', 'name': text, 'kind': text}
) }}
{%- endmacro -%}
