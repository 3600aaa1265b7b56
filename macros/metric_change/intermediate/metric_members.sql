{#-
  The analyses and sides that each kind of row belongs to, as a derived table.

  sides: as metric_sides returns it.
  Columns: side_no, analysis, side.
-#}
{%- macro metric_members(sides) -%}
(
    {%- for number, analysis, side in sides.members or [[0, '', '']] %}
    select {{ number }} as side_no, {{ whence.text_literal(analysis) }} as analysis, {{ whence.text_literal(side) }} as side
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)
{%- endmacro -%}
