{#-
  The resolved specs of a domain as a model holds them: what every later model reads its shape from.

  model_name: name of the model, which has the columns position and spec_json.
  Returns a list of dicts; empty while parsing or before the model is built.
-#}
{%- macro resolved_specs(model_name) -%}
  {%- set specs = ref('whence', model_name) -%}
  {%- set resolved = [] -%}
  {%- if execute and load_relation(specs) is not none -%}
    {%- for row in run_query('select spec_json from ' ~ specs ~ ' order by position').rows -%}
      {%- do resolved.append(fromjson(row[0])) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(resolved) }}
{%- endmacro -%}
