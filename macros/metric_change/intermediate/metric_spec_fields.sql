{#-
  The dimensions and metrics of resolved analyses as rows, in their declared order.

  analyses: list of resolved analyses.
  Columns: analysis_group, role (dimension, metric), position, name, kind (of a metric, see resolve_metric_list; of a
  dimension column or expression).
-#}
{%- macro metric_spec_fields(analyses) -%}
{%- set text = whence.type_text() -%}
{%- set selects = [] -%}
{%- for resolved in analyses -%}
  {%- for role, entries in [('dimension', resolved.dimensions), ('metric', resolved.metrics)] -%}
    {%- for entry in entries -%}
      {%- set is_column = role == 'dimension' and entry.sql == whence.quote_identifier(entry.name) -%}
      {%- set kind = entry.kind if role == 'metric' else 'column' if is_column else 'expression' -%}
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
