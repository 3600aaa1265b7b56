{#-
  The date at the start of a text; null where there is none that exists. A time behind it is ignored.

  expression: SQL of type text.
  date_order: ymd (2011-11-05, 2011/11/5, 20111105), dmy (5.11.2011, 05/11/2011) or mdy (11/05/2011).
-#}
{%- macro parse_date(expression, date_order='ymd') -%}
  {%- set tail = '([T ].*)?$' -%}
  {%- if date_order == 'ymd' -%}
    {%- set year = '^\\s*([0-9]{4})(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{4})\\s*(?:[T ].*)?$' -%}
    {%- set month = '^\\s*[0-9]{4}[-/.]?([0-9]{1,2})[-/.]?[0-9]{1,2}\\s*(?:[T ].*)?$' -%}
    {%- set day = '^\\s*[0-9]{4}(?:[-/.][0-9]{1,2}[-/.]|[0-9]{2})([0-9]{1,2})\\s*(?:[T ].*)?$' -%}
  {%- else -%}
    {%- set year = '^\\s*[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4})\\s*(?:[T ].*)?$' -%}
    {%- set first = '^\\s*([0-9]{1,2})[-/.][0-9]{1,2}[-/.][0-9]{4}\\s*(?:[T ].*)?$' -%}
    {%- set second = '^\\s*[0-9]{1,2}[-/.]([0-9]{1,2})[-/.][0-9]{4}\\s*(?:[T ].*)?$' -%}
    {%- set month = second if date_order == 'dmy' else first -%}
    {%- set day = first if date_order == 'dmy' else second -%}
  {%- endif -%}
  {{ return(adapter.dispatch('parse_date', 'whence')(
    whence.regex_group(expression, year), whence.regex_group(expression, month), whence.regex_group(expression, day)
  )) }}
{%- endmacro -%}

{%- macro default__parse_date(year, month, day) -%}
  {{ return("try_cast(" ~ year ~ " || '-' || " ~ month ~ " || '-' || " ~ day ~ " as date)") }}
{%- endmacro -%}

{#- Postgres has no try_cast: the day is checked against the length of its month first. -#}
{%- macro postgres__parse_date(year, month, day) -%}
  {%- set first_of_month = "cast(" ~ year ~ " || '-' || " ~ month ~ " || '-01' as date)" -%}
  {{ return(
    "case when cast(" ~ year ~ " as integer) < 1 or cast(" ~ month ~ " as integer) not between 1 and 12"
    ~ " or cast(" ~ day ~ " as integer) < 1 then null"
    ~ " when cast(" ~ day ~ " as integer) <= extract(day from " ~ first_of_month ~ " + interval '1 month - 1 day')"
    ~ " then cast(" ~ year ~ " || '-' || " ~ month ~ " || '-' || " ~ day ~ " as date) end"
  ) }}
{%- endmacro -%}
