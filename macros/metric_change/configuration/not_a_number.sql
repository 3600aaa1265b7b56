{#-
  Stops compilation because a setting names what is no number.

  field: path for messages.
  name: of the column, or the expression.
  type: its type, as the engine calls it.
-#}
{%- macro not_a_number(field, name, type) -%}
  {%- do whence.config_error(
    field, "'" ~ name ~ "' is of type " ~ type ~ '; expected a number'
    ~ ('. Set numeric_text: true to read text such as (1,234.50)' if whence.type_family(type) == 'text' else '')
  ) -%}
{%- endmacro -%}
