{#-
  The measure columns that cells need to hold the measures of several analyses.

  analyses: list of resolved analyses.
  Returns a list of {'slot', 'type'}, by name.
-#}
{%- macro metric_slots(analyses) -%}
  {%- set types = {} -%}
  {%- for resolved in analyses -%}
    {%- for measure in resolved.measures -%}
      {%- do types.update({
        measure.slot: whence.type_double() if measure.scale is none else whence.type_exact(measure.scale),
      }) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set slots = [] -%}
  {%- for slot in types.keys() | sort -%}
    {%- do slots.append({'slot': slot, 'type': types[slot]}) -%}
  {%- endfor -%}
  {{ return(slots) }}
{%- endmacro -%}
