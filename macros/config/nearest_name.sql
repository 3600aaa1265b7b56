{#-
  The name closest to a misspelt one, or none where nothing is close.

  name: as written.
  candidates: list of valid names.
  limit: largest edit distance that counts as close; default: a third of the name, at least 1.
-#}
{%- macro nearest_name(name, candidates, limit=none) -%}
  {%- set text = name | string -%}
  {%- set best = namespace(name=none, distance=limit if limit is not none else [1, (text | length) // 3] | max) -%}
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
