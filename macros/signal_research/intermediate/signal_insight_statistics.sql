{#-
  Joins one statistic after the other to results that pass, each under its own name as an alias.

  codes: of signal_statistics.
  profiles, statistics: relations or CTEs with the columns of the tables signal_*.
  Returns a from clause; the profile is called passed.
-#}
{%- macro signal_insight_statistics(codes, profiles, statistics) -%}
from {{ profiles }} as passed
{%- for code in codes %}
    inner join {{ statistics }} as {{ code }}
        on
            passed.study = {{ code }}.study
            and passed.signal = {{ code }}.signal
            and passed.horizon = {{ code }}.horizon
            and passed.procedure = {{ code }}.procedure
            and {{ code }}.statistic = '{{ code }}'
{%- endfor %}
{%- endmacro -%}
