{#-
  Scope, kind and mode of every signal, as int_signal_research__detection holds them.

  detection: that relation.
  Returns a dict of study to dict of signal to {'scope', 'kind', 'mode', 'is_complete' (in a study of several signals, and
  every row has this one and the controls: forward returns are ranked in the panel)}; empty before the table is built.
-#}
{%- macro detected_signals(detection) -%}
  {%- set found = {} -%}
  {%- if execute and load_relation(detection) is not none -%}
    {%- set rows = run_query(
      'select study, signal, scope, kind, mode, n_missing + n_uncontrolled, count(*) over (partition by study) from '
      ~ detection
    ).rows -%}
    {%- for study, signal, scope, kind, mode, n_incomplete, n_signals in rows -%}
      {%- do found.setdefault(study, {}).update({signal: {
        'scope': scope, 'kind': kind, 'mode': mode, 'is_complete': n_incomplete == 0 and n_signals > 1,
      }}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}
