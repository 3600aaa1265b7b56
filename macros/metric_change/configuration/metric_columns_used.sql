{#-
  The columns of the relation that a resolved analysis reads by name.

  resolved: as resolve_metric_analysis builds it.
  columns: list of column objects of the relation.
-#}
{%- macro metric_columns_used(resolved, columns) -%}
  {%- set sql = [resolved.where or ''] -%}
  {%- set drivers = resolved.drivers -%}
  {%- set given = drivers.factors + drivers.expressions + drivers.distinct if drivers is not none else [] -%}
  {%- for part in resolved.dimensions + resolved.words + resolved.measures + resolved.metrics + given -%}
    {%- do sql.append(part.sql or '') -%}
  {%- endfor -%}
  {%- do sql.append(resolved.time.raw if resolved.time is not none else '') -%}
  {%- for name in resolved.unit + resolved.key -%}
    {%- do sql.append(whence.quote_identifier(name)) -%}
  {%- endfor -%}
  {%- set text = sql | join(' ') -%}
  {%- set used = [] -%}
  {%- for column in columns -%}
    {%- if whence.quote_identifier(column.name) in text
          or modules.re.search('(?<![A-Za-z0-9_])' ~ modules.re.escape(column.name | lower) ~ '(?![A-Za-z0-9_])', text | lower) -%}
      {%- do used.append(column.name) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(used) }}
{%- endmacro -%}
