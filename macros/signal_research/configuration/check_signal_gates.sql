{#-
  Stops the build where a study's gate is no statistic that is a p-value.

  studies: list of resolved signal studies.
  metrics: relation of the seed signal_metrics.
-#}
{%- macro check_signal_gates(studies, metrics) -%}
  {%- if whence.is_building() and not flags.EMPTY -%}
    {%- for study in studies if study.gate is not none -%}
      {%- set codes = run_query('select code from ' ~ metrics ~ ' where is_p_value order by code').columns[0].values() -%}
      {%- if study.gate not in codes -%}
        {%- do whence.config_error(
          study.field ~ '.gate', "'" ~ study.gate ~ "' is no statistic that is a p-value; expected one of "
          ~ codes | join(', ')
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
