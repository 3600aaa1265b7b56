{#-
  Stops the build where a study asks for procedures that fit none of its signals, or leaves a signal without one, as far as
  the values of the signals tell: one without two values, or at one asset, has a row that says so instead.

  studies: list of resolved signal studies.
  detection: relation of int_signal_research__detection.
-#}
{%- macro check_signal_procedures(studies, detection) -%}
  {%- set asking = studies | selectattr('procedures') | list -%}
  {%- if asking and whence.is_building() and not flags.EMPTY -%}
    {%- set cells = run_query(
      'select study, signal, scope, kind, mode, legal_procedures, has_one_value from ' ~ detection ~ ' order by study, slot'
    ).rows -%}
    {%- for study in asking -%}
      {%- set field = study.field ~ '.procedures' -%}
      {%- set legal_for_some = [] -%}
      {%- set unknown = [] -%}
      {%- for owner, signal, scope, kind, mode, legal_procedures, has_one_value in cells if owner == study.name -%}
        {%- set legal = (legal_procedures or '').split(', ') -%}
        {%- do legal_for_some.extend(legal) -%}
        {%- if has_one_value or mode == 'timeseries' -%}
          {%- do unknown.append(signal) -%}
        {%- elif not legal | select('in', study.procedures) | list -%}
          {%- do whence.config_error(
            field, "none of '" ~ study.procedures | join(', ') ~ "' fits the signal " ~ signal ~ ' (' ~ scope ~ ' ' ~ kind
            ~ ', ' ~ mode ~ '); expected ' ~ legal | join(' or ') ~ ' too, or a study of its own'
          ) -%}
        {%- endif -%}
      {%- endfor -%}
      {%- for procedure in study.procedures if procedure not in legal_for_some and not unknown -%}
        {%- do whence.config_error(
          field, "'" ~ procedure ~ "' fits no signal of the study; expected one of "
          ~ legal_for_some | select() | unique | join(', ')
        ) -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
