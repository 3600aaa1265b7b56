{#-
  A text as YAML: plain where that is safe, else quoted.

  value: any text.
-#}
{%- macro yaml_text(value) -%}
  {%- if modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', value)
        and value | lower not in ['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'] -%}
    {{ return(value) }}
  {%- endif -%}
  {{ return(tojson(value)) }}
{%- endmacro -%}
