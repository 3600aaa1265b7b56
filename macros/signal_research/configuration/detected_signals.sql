{#-
  Scope, kind and mode of every signal, as int_signal_research__detection holds them.

  detection: that relation.
  Returns a dict of study to dict of signal to {'scope', 'kind', 'mode', 'n_missing'}; empty before the table is built.
-#}
{%- macro detected_signals(detection) -%}
  {%- set found = {} -%}
  {%- if execute and load_relation(detection) is not none -%}
    {%- for study, signal, scope, kind, mode, n_missing in run_query(
      'select study, signal, scope, kind, mode, n_missing from ' ~ detection
    ).rows -%}
      {%- do found.setdefault(study, {}).update({signal: {
        'scope': scope, 'kind': kind, 'mode': mode, 'n_missing': n_missing | int,
      }}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}
