{#-
  How many columns the panel table needs: the most signals, and the most horizons, that a study has.

  studies: list of resolved signal studies.
  Returns {'signals', 'horizons'}, each at least 1.
-#}
{%- macro signal_slot_counts(studies) -%}
  {%- set counts = namespace(signals=1, horizons=1) -%}
  {%- for resolved in studies -%}
    {%- set counts.signals = [counts.signals, resolved.signals | length] | max -%}
    {%- set counts.horizons = [counts.horizons, resolved.horizons | length] | max -%}
  {%- endfor -%}
  {{ return({'signals': counts.signals, 'horizons': counts.horizons}) }}
{%- endmacro -%}
