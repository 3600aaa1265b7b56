{#-
  Stops the build where a study's gate is no statistic that is a p-value.

  studies: list of resolved signal studies.
  metrics: relation of the seed signal_metrics.
-#}
{%- macro check_signal_gates(studies, metrics) -%}
  {%- if whence.is_building() and not flags.EMPTY -%}
    {%- set gated = studies | rejectattr('gate', 'none') | list -%}
    {%- set found = run_query('select code from ' ~ metrics ~ ' where is_p_value order by code') if gated -%}
    {%- for study in gated -%}
      {%- set codes = found.columns[0].values() -%}
      {%- if study.gate not in codes -%}
        {%- do whence.config_error(
          study.field ~ '.gate', "'" ~ study.gate ~ "' is no statistic that is a p-value; expected one of "
          ~ codes | join(', ')
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
