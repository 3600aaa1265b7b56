{#-
  SQL that tells the side of a row by its cohort; a typed null where sides are told apart otherwise.

  resolved: as resolve_metric_analysis returns it.
-#}
{%- macro metric_cohort(resolved) -%}
  {%- set compare = resolved.compare -%}
  {%- if compare.to != 'column' -%}
    {{ return(whence.text_literal(none)) }}
  {%- endif -%}
  {%- set column = whence.quote_identifier(compare.column) -%}
  {%- set whens = [] -%}
  {%- for side in ['baseline', 'current'] -%}
    {%- set value = compare[side] -%}
    {%- if value is number and value is not boolean
          and whence.type_family(compare.data_type) in ['integer', 'decimal', 'double'] -%}
      {%- do whens.append('when ' ~ column ~ ' = ' ~ value ~ " then '" ~ side ~ "'") -%}
    {%- else -%}
      {%- set text = value | string | lower if value is boolean else value | string -%}
      {%- do whens.append(
        'when ' ~ whence.to_text(column, compare.data_type) ~ ' = ' ~ whence.text_literal(text) ~ " then '" ~ side ~ "'"
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return('case ' ~ whens | join(' ') ~ ' end') }}
{%- endmacro -%}
