{#-
  A column of any type as a date; null where it holds none.

  expression: SQL.
  data_type: the engine's name of its type.
  date_order: how text and whole numbers are read, see parse_date.
  timezone: the zone in which a timestamp with time zone becomes a date.
-#}
{%- macro to_date(expression, data_type, date_order='ymd', timezone='UTC') -%}
  {%- set family = whence.type_family(data_type) -%}
  {%- if family == 'date' -%}
    {{ return(expression) }}
  {%- elif family == 'timestamp' -%}
    {{ return('cast(' ~ expression ~ ' as date)') }}
  {%- elif family == 'timestamptz' -%}
    {{ return(adapter.dispatch('timestamptz_to_date', 'whence')(expression, timezone)) }}
  {%- endif -%}
  {{ return(whence.parse_date(whence.to_text(expression, data_type), date_order)) }}
{%- endmacro -%}

{%- macro default__timestamptz_to_date(expression, timezone) -%}
  {{ return('cast((' ~ expression ~ ' at time zone ' ~ whence.text_literal(timezone) ~ ') as date)') }}
{%- endmacro -%}
