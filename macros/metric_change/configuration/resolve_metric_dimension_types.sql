{#-
  Adds the types of dimensions that are expressions.

  resolved: of the analysis; its dimensions are updated in place.
  relation: the relation.
-#}
{%- macro resolve_metric_dimension_types(resolved, relation) -%}
  {%- set expressions = [] -%}
  {%- set open = resolved.dimensions | selectattr('data_type', 'none') | list -%}
  {%- for dimension in open -%}
    {%- do expressions.append({
      'sql': dimension.sql, 'field': resolved.field ~ '.dimensions[' ~ dimension.name ~ '].expr',
    }) -%}
  {%- endfor -%}
  {%- set types = whence.expression_types(whence.metric_rows(resolved, relation), expressions) -%}
  {%- for dimension in open -%}
    {%- do dimension.update({'data_type': types[loop.index0]}) -%}
  {%- endfor -%}
{%- endmacro -%}
