{#-
  Stops the build where a study has more signals than the engine can hold in one table.

  studies: list of resolved signal studies.
-#}
{%- macro check_signal_widths(studies) -%}
  {%- set limit = whence.most_columns() -%}
  {%- for study in studies if limit is not none -%}
    {%- set n = study.signals | length -%}
    {%- set others = 2 * study.horizons | length -%}
    {%- if n + others > limit -%}
      {%- do whence.config_error(
        study.field ~ '.signals', 'has ' ~ n ~ ' signals; a table of ' ~ target.type ~ ' holds at most ' ~ (limit - others)
        ~ ' beside its horizons; expected several studies'
      ) -%}
    {%- elif study.controls and n * 2 * (study.controls | length + 1) > limit -%}
      {%- do whence.config_error(
        study.field ~ '.neutralize', n ~ ' signals take ' ~ (n * 2 * (study.controls | length + 1)) ~ ' slopes and means; a '
        ~ 'table of ' ~ target.type ~ ' holds at most ' ~ limit ~ '; expected a study of fewer signals'
      ) -%}
    {%- elif 'fm_joint' in (study.procedures or []) and n * (n + 3) // 2 > limit -%}
      {%- do whence.config_error(
        study.field ~ '.procedures', 'fm_joint of ' ~ n ~ ' signals takes ' ~ (n * (n + 3) // 2)
        ~ ' covariances; a table of ' ~ target.type ~ ' holds at most ' ~ limit ~ '; expected a study of fewer signals'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
