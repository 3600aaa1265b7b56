{#-
  How many columns of a panel table studies have: the last number of a signal, the most horizons and numeric controls.

  studies: list of resolved signal studies.
  Returns {'signals', 'horizons', 'controls'}; the first two are at least 1.
-#}
{%- macro signal_slot_counts(studies) -%}
  {%- set counts = namespace(signals=1, horizons=1, controls=0) -%}
  {%- for resolved in studies -%}
    {%- set counts.signals = [counts.signals, resolved.signals[-1].slot] | max -%}
    {%- set counts.horizons = [counts.horizons, resolved.horizons | length] | max -%}
    {%- set counts.controls = [counts.controls, whence.signal_numeric_controls(resolved) | length] | max -%}
  {%- endfor -%}
  {{ return({'signals': counts.signals, 'horizons': counts.horizons, 'controls': counts.controls}) }}
{%- endmacro -%}
