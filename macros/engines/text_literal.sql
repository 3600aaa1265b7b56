{#-
  A text as an SQL literal, quotes escaped.

  value: any text; none gives a typed null.
-#}
{%- macro text_literal(value) -%}
  {%- if value is none -%}
    {{ return('cast(null as ' ~ whence.type_text() ~ ')') }}
  {%- endif -%}
  {{ return(adapter.dispatch('text_literal', 'whence')(value | string)) }}
{%- endmacro -%}

{%- macro default__text_literal(value) -%}
  {{ return("'" ~ (value | replace("'", "''")) ~ "'") }}
{%- endmacro -%}

{%- macro spark__text_literal(value) -%}
  {{ return("'" ~ (value | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'") }}
{%- endmacro -%}
