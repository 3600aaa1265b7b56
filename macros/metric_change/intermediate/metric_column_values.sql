{#-
  How the profile of a column groups its values, and reads them. What numbers and dates are is told by their type; the
  texts of all others are read.

  column: column object.
  Returns a dict of SQL: key, to group the column by (-0 is 0 there); text, of column_key; and for numbers and dates, of
  column_key too, number_value (null where it is none) and is_date.
-#}
{%- macro metric_column_values(column) -%}
  {%- set name = whence.quote_identifier(column.name) -%}
  {%- set double = whence.type_double() -%}
  {%- set family = 'other' if column.dtype | lower in ['bignum', 'varint'] else whence.type_family(column.dtype) -%}
  {%- if family == 'other' -%}
    {{ return({'key': whence.to_text(name, column.dtype), 'text': 'column_key'}) }}
  {%- endif -%}
  {%- set text = whence.to_text('column_key', column.dtype) -%}
  {%- set is_parsed = whence.parse_date(text) ~ ' is not null' -%}
  {%- set values = {'key': name, 'text': text} -%}
  {%- if family in ['date', 'timestamp', 'timestamptz'] -%}
    {%- set is_usual = 'column_key between ' ~ whence.date_literal('1700-01-01') ~ ' and ' ~ whence.date_literal('2200-01-01') -%}
    {%- do values.update({
      'number_value': 'cast(null as ' ~ double ~ ')', 'is_date': 'case when ' ~ is_usual ~ ' then true else ' ~ is_parsed ~ ' end',
    }) -%}
  {%- elif family in ['integer', 'decimal', 'double'] -%}
    {#- 20111105 -#}
    {%- set may_be = 'column_key % 10000 between 101 and 1231' if family == 'integer' else 'column_key = floor(column_key)' -%}
    {%- do values.update({
      'number_value': 'cast(column_key as ' ~ double ~ ')',
      'is_date': 'case when column_key between 10000101 and 99991231 then case when ' ~ may_be ~ ' then ' ~ is_parsed ~ ' end end',
    }) -%}
    {%- if family == 'decimal' -%}
      {#- Out of the range of doubles a cast would stop. -#}
      {%- do values.update({
        'number_value': 'case when ' ~ whence.finite('column_key') ~ ' is not null then ' ~ whence.text_to_double(text) ~ ' end',
      }) -%}
    {%- elif family == 'double' -%}
      {%- do values.update({
        'key': 'case when ' ~ name ~ ' = 0 then 0 else ' ~ name ~ ' end', 'number_value': whence.finite('column_key'),
      }) -%}
    {%- endif -%}
  {%- endif -%}
  {{ return(values) }}
{%- endmacro -%}
