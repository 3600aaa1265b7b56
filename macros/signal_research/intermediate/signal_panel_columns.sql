{#-
  The names of the columns of a panel, in its order, but for the controls.

  studies: list of resolved signal studies.
  slots: numbers of the signals wanted; default all.
-#}
{%- macro signal_panel_columns(studies, slots=none) -%}
  {%- set counts = whence.signal_slot_counts(studies) -%}
  {%- set names = ['study', 'asset', 'asset_number', 'date', 'date_position'] -%}
  {%- for slot in (slots if slots is not none else range(1, counts.signals + 1)) -%}
    {%- do names.append('signal_' ~ slot) -%}
  {%- endfor -%}
  {%- do names.append('priced_value') -%}
  {%- for slot in range(1, counts.horizons + 1) -%}
    {%- do names.extend(['forward_' ~ slot, 'forward_rank_' ~ slot]) -%}
  {%- endfor -%}
  {%- do names.extend(['is_priced', 'is_repeated']) -%}
  {%- if studies | selectattr('slice_by') | list -%}
    {%- do names.append('slice') -%}
    {%- for slot in range(1, counts.horizons + 1) -%}
      {%- do names.append('slice_rank_' ~ slot) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(names) }}
{%- endmacro -%}
