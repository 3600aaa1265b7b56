{#-
  The name closest to a misspelt one, or none where nothing is close.

  name: as written.
  candidates: list of valid names.
-#}
{%- macro nearest_name(name, candidates) -%}
  {%- set text = name | string -%}
  {%- set best = namespace(name=none, distance=[2, (text | length) // 2] | max) -%}
  {%- if text | length <= 64 -%}
    {%- for candidate in candidates -%}
      {%- if (candidate | length - text | length) | abs <= best.distance -%}
        {%- set distance = whence.edit_distance(text, candidate) -%}
        {%- if distance < best.distance or (distance == best.distance and best.name is none) -%}
          {%- set best.name = candidate -%}
          {%- set best.distance = distance -%}
        {%- endif -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(best.name) }}
{%- endmacro -%}
