{#-
  True for the type of a column that holds nothing but nulls, as files without rows have it: it could be of any type.

  data_type: the engine's own name of a type.
-#}
{%- macro is_untyped(data_type) -%}
  {{ return(data_type | lower | trim in ['"null"', 'null']) }}
{%- endmacro -%}
