{#-
  The panel cut into tables of fewer columns, for queries with a branch per signal: planning a branch takes time for every
  column of the table it reads, so that a thousand branches of a thousand columns would take minutes.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  others: names of further columns that the queries need.
  Returns a with clause of CTEs slice_1 ..., empty where signal_slice needs none.
-#}
{%- macro signal_slices(panel, studies, others=[]) -%}
{%- set slots = whence.signal_slot_counts(studies) -%}
{%- if slots.signals > whence.signal_slice_size() -%}
    {%- for first in range(1, slots.signals + 1, whence.signal_slice_size()) %}
{{ 'with ' if loop.first }}{{ whence.signal_slice(panel, first, studies) }} as (
    select
        study,
        asset,
        date,
        date_position,
        {%- for slot in range(first, [first + whence.signal_slice_size(), slots.signals + 1] | min) %}
        signal_{{ slot }},
        {%- endfor %}
        priced_value,
        {%- for slot in range(1, slots.horizons + 1) %}
        forward_{{ slot }},
        forward_rank_{{ slot }},
        {%- endfor %}
        is_priced,
        is_repeated
        {%- for name in others %},
        {{ name }}
        {%- endfor %}
    from {{ panel }}
){{ ',' if not loop.last }}
    {%- endfor %}
{%- endif -%}
{%- endmacro -%}

{#-
  The relation to read a signal from: the panel, or the slice that has it.

  panel, studies: see signal_slices.
  slot: number of the signal's column.
-#}
{%- macro signal_slice(panel, slot, studies) -%}
  {%- set is_cut = whence.signal_slot_counts(studies).signals > whence.signal_slice_size() -%}
  {{ return('slice_' ~ ((slot - 1) // whence.signal_slice_size() + 1) if is_cut else panel) }}
{%- endmacro -%}

{#- The most signals of a slice. -#}
{%- macro signal_slice_size() -%}
  {{ return(50) }}
{%- endmacro -%}
