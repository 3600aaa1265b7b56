{#-
  A double with NaN and infinities turned into null.

  expression: SQL of type double.
-#}
{%- macro finite(expression) -%}
  {{ return(adapter.dispatch('finite', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__finite(expression) -%}
  {{ return('case when isfinite(' ~ expression ~ ') then ' ~ expression ~ ' end') }}
{%- endmacro -%}

{%- macro postgres__finite(expression) -%}
  {{ return("nullif(nullif(nullif(" ~ expression ~ ", 'NaN'), 'Infinity'), '-Infinity')") }}
{%- endmacro -%}

{%- macro spark__finite(expression) -%}
  {{ return("case when abs(" ~ expression ~ ") < double('Infinity') then " ~ expression ~ " end") }}
{%- endmacro -%}
