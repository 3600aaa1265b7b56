{#-
  Stops the build where a study asks for a procedure that fits none of its signals, or leaves a signal without one.

  studies: list of resolved signal studies.
  detection: relation of int_signal_research__detection.
-#}
{%- macro check_signal_procedures(studies, detection) -%}
  {%- set asking = studies | selectattr('procedures') | list -%}
  {%- if asking and whence.is_building() and not flags.EMPTY -%}
    {%- set cells = run_query(
      'select study, signal, scope, kind, mode, legal_procedures from ' ~ detection ~ ' order by study, slot'
    ).rows -%}
    {%- for study in asking -%}
      {%- set field = study.field ~ '.procedures' -%}
      {%- set legal_for_some = [] -%}
      {%- for cell in cells if cell[0] == study.name -%}
        {%- set legal = (cell[5] or '').split(', ') -%}
        {%- do legal_for_some.extend(legal) -%}
        {%- if cell[5] and not legal | select('in', study.procedures) | list -%}
          {%- do whence.config_error(
            field, "none of '" ~ study.procedures | join(', ') ~ "' fits the signal " ~ cell[1] ~ ' (' ~ cell[2] ~ ' '
            ~ cell[3] ~ ', ' ~ cell[4] ~ '); expected ' ~ legal | join(' or ') ~ ' too, or a study of its own'
          ) -%}
        {%- endif -%}
      {%- endfor -%}
      {%- for procedure in study.procedures if procedure not in legal_for_some -%}
        {%- do whence.config_error(
          field, "'" ~ procedure ~ "' fits no signal of the study; expected one of "
          ~ legal_for_some | select() | unique | join(', ')
        ) -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
