{#-
  A case over metric_no, as a double; null for the metrics that are not named.

  choices: dict of metric position to SQL.
-#}
{%- macro metric_case(choices) -%}
  {%- set null = 'cast(null as ' ~ whence.type_double() ~ ')' -%}
  {%- if choices | length == 0 -%}
    {{ return(null) }}
  {%- endif -%}
  {%- set whens = [] -%}
  {%- for position, sql in choices.items() -%}
    {%- do whens.append('when ' ~ position ~ ' then ' ~ sql) -%}
  {%- endfor -%}
  {{ return('case metrics.metric_no ' ~ whens | join(' ') ~ ' else ' ~ null ~ ' end') }}
{%- endmacro -%}
