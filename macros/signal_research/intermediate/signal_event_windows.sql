{#-
  The offsets around events that each study looks at.

  studies: list of resolved signal studies.
  Columns: study, first_offset, last_offset.
-#}
{%- macro signal_event_windows(studies) -%}
{%- set selects = [] -%}
{%- for study in studies -%}
    {%- do selects.append(
        'select ' ~ whence.text_literal(study.name) ~ ' as study, ' ~ study.event_window[0] ~ ' as first_offset, '
        ~ study.event_window[1] ~ ' as last_offset'
    ) -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': whence.type_text(), 'first_offset': 'integer', 'last_offset': 'integer',
}) }}
{%- endmacro -%}
