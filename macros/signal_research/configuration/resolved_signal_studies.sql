{#-
  The resolved signal studies as int_signal_research__specs holds them: what every later model reads its shape from.

  Returns a list of dicts, see resolve_signal_study; empty while parsing or before the table is built.
-#}
{%- macro resolved_signal_studies() -%}
  {%- set specs = ref('whence', 'int_signal_research__specs') -%}
  {%- set resolved = [] -%}
  {%- if execute and load_relation(specs) is not none -%}
    {%- for row in run_query('select spec_json from ' ~ specs ~ ' order by position').rows -%}
      {%- do resolved.append(fromjson(row[0])) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(resolved) }}
{%- endmacro -%}
