{#-
  A date some months later; a day that the month lacks becomes its last day.

  date, months: SQL, of type date and integer.
-#}
{%- macro add_months(date, months) -%}
  {{ return(adapter.dispatch('add_months', 'whence')(date, months)) }}
{%- endmacro -%}

{%- macro default__add_months(date, months) -%}
  {{ return("cast(" ~ date ~ " + (" ~ months ~ ") * interval '1 month' as date)") }}
{%- endmacro -%}

{%- macro spark__add_months(date, months) -%}
  {{ return('add_months(' ~ date ~ ', cast(' ~ months ~ ' as int))') }}
{%- endmacro -%}
