{#-
  Scope, kind and mode of every signal, as int_signal_research__detection holds them.

  detection: that relation.
  Returns a dict of study to dict of signal to {'scope', 'kind', 'mode'}; empty before the table is built.
-#}
{%- macro detected_signals(detection) -%}
  {%- set found = {} -%}
  {%- if execute and load_relation(detection) is not none -%}
    {%- for study, signal, scope, kind, mode in run_query('select study, signal, scope, kind, mode from ' ~ detection).rows -%}
      {%- do found.setdefault(study, {}).update({signal: {'scope': scope, 'kind': kind, 'mode': mode}}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}
