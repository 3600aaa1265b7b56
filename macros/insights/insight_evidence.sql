{#-
  The rows that a sentence restates, as JSON text: [{"table": "metric_movers", "key": {"analysis": "sales", ...}}].

  rows: dict of alias to the name of the public table that is read under it, with the columns of its grain. A row that
  a left join did not find is left out; where none is left, the result is null.
-#}
{%- macro insight_evidence(rows) -%}
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
    'signal_profiles': ['study', 'signal', 'horizon', 'procedure'],
    'signal_screening': ['study', 'family', 'signal', 'horizon', 'procedure'],
    'signal_statistics': ['study', 'signal', 'horizon', 'procedure', 'statistic'],
    'signal_turnover': ['study', 'signal', 'horizon'],
    'signal_warnings': ['study', 'signal', 'horizon', 'procedure', 'code'],
  } -%}
  {%- set entries = [] -%}
  {%- for alias, table in rows.items() -%}
    {%- set pairs = [] -%}
    {%- for column in grains[table] -%}
      {%- set name = alias ~ '.' ~ column -%}
      {%- set value = 'cast(' ~ name ~ ' as ' ~ whence.type_text() ~ ')' if column == 'horizon' else whence.json_string(name) -%}
      {%- do pairs.append("'" ~ tojson(column) ~ ": ' || " ~ value) -%}
    {%- endfor -%}
    {%- do entries.append(
      'case when ' ~ alias ~ '.' ~ grains[table][0] ~ " is null then '' else '" ~ ', {"table": ' ~ tojson(table)
      ~ ', "key": {' ~ "' || " ~ pairs | join(" || ', ' || ") ~ " || '}}' end"
    ) -%}
  {%- endfor -%}
  {{ return("'[' || substr(nullif(" ~ entries | join(' || ') ~ ", ''), 3) || ']'") }}
{%- endmacro -%}
