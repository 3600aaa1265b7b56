{#-
  The label of a segment: its values joined with ' | '. Where a value holds that itself, its bars get a backslash, so
  that two segments never share a label.

  values: list of SQL of type text, one per dimension.
-#}
{%- macro segment_label(values) -%}
  {%- set bar = whence.text_literal('\\|') -%}
  {%- set parts = [] -%}
  {%- for value in values -%}
    {%- set padded = "' ' || " ~ value ~ " || ' '" -%}
    {%- do parts.append(
      "case when replace(" ~ padded ~ ", ' | ', '') <> " ~ padded ~ " or replace(" ~ value ~ ", " ~ bar ~ ", '') <> " ~ value
      ~ " then replace(" ~ value ~ ", '|', " ~ bar ~ ") else " ~ value ~ " end"
    ) -%}
  {%- endfor -%}
  {{ return(parts | join(" || ' | ' || ")) }}
{%- endmacro -%}
