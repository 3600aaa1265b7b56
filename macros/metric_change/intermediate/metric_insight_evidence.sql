{#-
  The rows that a sentence restates, as JSON text: [{"table": "metric_movers", "key": {"analysis": "sales", ...}}].

  rows: dict of alias to the name of the public table that is read under it, with the columns of its grain. A row that
  a left join did not find is left out; where none is left, the result is null.
-#}
{%- macro metric_insight_evidence(rows) -%}
  {%- set grains = {
    'metric_analyses': ['analysis'],
    'metric_totals': ['analysis', 'side', 'metric'],
    'metric_segments': ['analysis', 'side', 'dimensions', 'segment', 'metric'],
    'metric_movers': ['analysis', 'dimensions', 'segment', 'metric'],
    'metric_drilldown': ['analysis', 'metric', 'path'],
    'metric_columns': ['relation', 'column_name'],
    'metric_identities': ['analysis', 'metric', 'identity'],
    'metric_drivers': ['analysis', 'metric', 'method', 'driver'],
    'metric_closure': ['analysis', 'metric', 'method'],
    'metric_residual_segments': ['analysis', 'metric', 'dimensions', 'segment'],
  } -%}
  {%- set entries = [] -%}
  {%- for alias, table in rows.items() -%}
    {%- set pairs = [] -%}
    {%- for column in grains[table] -%}
      {%- do pairs.append("'" ~ tojson(column) ~ ": ' || " ~ whence.json_string(alias ~ '.' ~ column)) -%}
    {%- endfor -%}
    {%- do entries.append(
      'case when ' ~ alias ~ '.' ~ grains[table][0] ~ " is null then '' else '" ~ ', {"table": ' ~ tojson(table)
      ~ ', "key": {' ~ "' || " ~ pairs | join(" || ', ' || ") ~ " || '}}' end"
    ) -%}
  {%- endfor -%}
  {{ return("'[' || substr(nullif(" ~ entries | join(' || ') ~ ", ''), 3) || ']'") }}
{%- endmacro -%}
