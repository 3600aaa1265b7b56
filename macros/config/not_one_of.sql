{#-
  Stops compilation: a value is not among the valid ones; names the nearest.

  field: path of the setting.
  value: as written.
  candidates: the valid values.
  what: what the value was taken for, when 'is not one of' says too little, e.g. 'a column of orders'.
-#}
{%- macro not_one_of(field, value, candidates, what=none) -%}
  {%- set nearest = whence.nearest_name(value, candidates) -%}
  {%- set hint = ". Did you mean '" ~ nearest ~ "'?" if nearest is not none else '' -%}
  {%- if what is none -%}
    {%- do whence.config_error(field, "'" ~ value ~ "' is not one of " ~ candidates | join(', ') ~ hint) -%}
  {%- else -%}
    {%- do whence.config_error(
      field, "'" ~ value ~ "' is not " ~ what ~ ' (' ~ (candidates | join(', ') or 'there are none') ~ ')' ~ hint
    ) -%}
  {%- endif -%}
{%- endmacro -%}
