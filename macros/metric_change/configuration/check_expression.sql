{#-
  Stops compilation where an SQL expression has open brackets or several statements, aggregates, or names a column that
  looks like a misspelt one. Other mistakes are left to the engine, which knows its functions and keywords best.

  field: path for messages.
  expression: SQL as written.
  columns: list of column objects.
  label: name of the relation.
-#}
{%- macro check_expression(field, expression, columns, label) -%}
  {%- set names = columns | map(attribute='name') | list -%}
  {%- set known = names | map('lower') | list -%}
  {%- set bare = modules.re.sub("'(?:[^']|'')*'|--[^\\n]*|/\\*.*?\\*/", ' ', expression) -%}
  {%- set names_apart = modules.re.sub('"(?:[^"]|"")*"', ' ', bare) -%}
  {%- if names_apart.count('(') != names_apart.count(')') -%}
    {%- do whence.config_error(field, "'" ~ expression ~ "' has brackets that do not match") -%}
  {%- elif ';' in names_apart -%}
    {%- do whence.config_error(field, "'" ~ expression ~ "' holds ';'; expected one SQL expression") -%}
  {%- endif -%}
  {%- set aggregate = modules.re.search(
    '(?i)(?<![a-z0-9_.])(sum|avg|count|min|max|median|stddev|variance|string_agg|array_agg)\\s*\\(', names_apart
  ) -%}
  {%- if aggregate and 'select' not in names_apart | lower -%}
    {%- do whence.config_error(
      field, "'" ~ expression ~ "' aggregates (" ~ aggregate.group(1) ~ '); expected an expression over one row'
    ) -%}
  {%- endif -%}
  {%- set words = modules.re.findall('(?<![A-Za-z0-9_.:])"?([A-Za-z_][A-Za-z0-9_]*)"?(?!\\s*[(.A-Za-z0-9_])', bare) -%}
  {%- set keywords = ['and', 'or', 'not', 'is', 'in', 'as', 'case', 'when', 'then', 'else', 'end', 'null', 'true',
    'false', 'like', 'ilike', 'between', 'cast', 'date', 'timestamp', 'interval', 'day', 'days', 'month', 'months',
    'year', 'years', 'week', 'weeks', 'hour', 'hours', 'minute', 'second', 'integer', 'int', 'bigint', 'double',
    'precision', 'decimal', 'numeric', 'text', 'varchar', 'boolean', 'float', 'real', 'distinct', 'from', 'over',
    'by', 'order', 'asc', 'desc', 'escape', 'collate', 'at', 'time', 'zone', 'filter', 'where', 'similar', 'to'] -%}
  {%- for word in words -%}
    {%- if word | lower not in known and word | lower not in keywords -%}
      {%- set nearest = whence.nearest_name(word, names, (word | length) // 3) -%}
      {%- if nearest is not none -%}
        {%- do whence.config_error(
          field, "'" ~ word ~ "' is not a column of " ~ label ~ ". Did you mean '" ~ nearest ~ "'?"
        ) -%}
      {%- elif bare | trim | replace('"', '') == word -%}
        {%- do whence.not_one_of(field, word, names, 'a column of ' ~ label) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
