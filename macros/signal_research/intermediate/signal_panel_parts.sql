{#-
  The panel in parts, tables of fewer columns, for queries with a branch per signal: planning a branch takes time for every
  column of the table it reads, so that a thousand branches of a thousand columns would take minutes.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies; a part has the columns of their signals.
  others: names of further columns that the queries need.
  Returns a with clause of CTEs part_1 ..., empty where signal_panel_part needs none.
-#}
{%- macro signal_panel_parts(panel, studies, others=[]) -%}
{%- set parts = {} -%}
{%- for study in studies if whence.signal_slot_counts(studies).signals > whence.signal_panel_part_size() -%}
    {%- for signal in study.signals -%}
        {%- do parts.setdefault(whence.signal_panel_part(panel, signal.slot, studies), []).append(signal.slot) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for part, slots in parts.items() %}
{{ 'with ' if loop.first }}{{ part }} as (
    select
        {{ whence.signal_panel_columns(studies, slots | unique | sort) | join(',\n        ') }}
        {%- for name in others %},
        {{ name }}
        {%- endfor %}
    from {{ panel }}
){{ ',' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}

{#-
  The relation to read a signal from: the panel, or the part that has it.

  panel, studies: see signal_panel_parts.
  slot: number of the signal's column.
-#}
{%- macro signal_panel_part(panel, slot, studies) -%}
  {%- set is_cut = whence.signal_slot_counts(studies).signals > whence.signal_panel_part_size() -%}
  {{ return('part_' ~ ((slot - 1) // whence.signal_panel_part_size() + 1) if is_cut else panel) }}
{%- endmacro -%}

{#- The most signals of a part. -#}
{%- macro signal_panel_part_size() -%}
  {{ return(50) }}
{%- endmacro -%}
