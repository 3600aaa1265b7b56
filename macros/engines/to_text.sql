{#-
  A value as text, written the same on every engine and in every session: a whole double as 1, not 1.0; dates and times
  in ISO form; instants in UTC.

  expression: SQL.
  data_type: the engine's name of its type.
-#}
{%- macro to_text(expression, data_type) -%}
  {{ return(adapter.dispatch('to_text', 'whence')(expression, whence.type_family(data_type))) }}
{%- endmacro -%}

{%- macro default__to_text(expression, family) -%}
  {%- if family == 'timestamptz' -%}
    {{ return('(' ~ whence.to_text(expression ~ " at time zone 'UTC'", 'timestamp') ~ " || '+00')") }}
  {%- endif -%}
  {{ return('cast(' ~ expression ~ ' as ' ~ whence.type_text() ~ ')') }}
{%- endmacro -%}

{%- macro duckdb__to_text(expression, family) -%}
  {%- if family == 'double' -%}
    {{ return(
      "case when isfinite(" ~ expression ~ ") then regexp_replace(cast(" ~ expression ~ " as text), '\\.0$', '')"
      ~ " when isnan(" ~ expression ~ ") then 'NaN' when " ~ expression ~ " > 0 then 'Infinity'"
      ~ " when " ~ expression ~ " < 0 then '-Infinity' end"
    ) }}
  {%- endif -%}
  {{ return(whence.default__to_text(expression, family)) }}
{%- endmacro -%}

{#- Postgres writes dates as its settings say, and takes to exponents one digit earlier. -#}
{%- macro postgres__to_text(expression, family) -%}
  {%- if family == 'date' -%}
    {{ return("to_char(" ~ expression ~ ", 'YYYY-MM-DD')") }}
  {%- elif family == 'timestamp' -%}
    {{ return("rtrim(rtrim(to_char(" ~ expression ~ ", 'YYYY-MM-DD HH24:MI:SS.US'), '0'), '.')") }}
  {%- elif family == 'double' -%}
    {%- set text = 'cast(' ~ expression ~ ' as text)' -%}
    {{ return(
      'case when abs(' ~ expression ~ ') >= 1e15 and abs(' ~ expression ~ ') < 1e16'
      ~ ' then cast(cast(' ~ text ~ ' as numeric) as text) else ' ~ text ~ ' end'
    ) }}
  {%- endif -%}
  {{ return(whence.default__to_text(expression, family)) }}
{%- endmacro -%}
