{#-
  A column name as a quoted identifier, embedded quotes doubled (adapter.quote leaves them as they are).

  name: the column's exact name.
-#}
{%- macro quote_identifier(name) -%}
  {{ return(adapter.dispatch('quote_identifier', 'whence')(name)) }}
{%- endmacro -%}

{%- macro default__quote_identifier(name) -%}
  {{ return('"' ~ (name | string | replace('"', '""')) ~ '"') }}
{%- endmacro -%}

{%- macro spark__quote_identifier(name) -%}
  {{ return('`' ~ (name | string | replace('`', '``')) ~ '`') }}
{%- endmacro -%}
