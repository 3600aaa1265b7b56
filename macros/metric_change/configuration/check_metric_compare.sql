{#-
  The comparison in its normal form.

  field: path for messages.
  value: {to: ...}, or what stands behind `to` alone; none for the default (previous where there are dates).
  package: package of the relation named in {relation: ...}.
  Returns {'to': previous, year_ago, trailing, dates, relation, column, none or default, 'trailing', 'dates',
  'relation', 'column', 'baseline', 'current'}.
-#}
{%- macro check_metric_compare(field, value, package=none) -%}
  {%- set compare = {
    'to': 'default', 'trailing': none, 'dates': none, 'relation': none, 'column': none, 'baseline': none,
    'current': none,
  } -%}
  {%- set to = value -%}
  {%- if value is mapping and 'to' in value -%}
    {%- set to = whence.check_fields(field, value, {'to': {'type': 'any'}}).to -%}
    {%- set field = field ~ '.to' -%}
  {%- endif -%}
  {%- if to is none -%}
  {%- elif to is string -%}
    {%- set names = ['previous', 'year_ago', 'trailing', 'none'] -%}
    {%- if to not in names -%}
      {%- do whence.not_one_of(field, to, names) -%}
    {%- endif -%}
    {%- do compare.update({'to': to, 'trailing': 3 if to == 'trailing' else none}) -%}
  {%- elif to is mapping and 'trailing' in to -%}
    {%- set given = whence.check_fields(field, to, {'trailing': {'type': 'integer', 'min': 1, 'max': 1000}}) -%}
    {%- do compare.update({'to': 'trailing', 'trailing': given.trailing}) -%}
  {%- elif to is mapping and 'column' in to -%}
    {%- set given = whence.check_fields(field, to, {
      'column': {'type': 'text', 'required': true}, 'baseline': {'type': 'any', 'required': true},
      'current': {'type': 'any', 'required': true},
    }) -%}
    {%- if given.baseline | string == given.current | string -%}
      {%- do whence.config_error(field ~ '.current', "'" ~ given.current ~ "' is the baseline's value too") -%}
    {%- endif -%}
    {%- do compare.update(dict(given, to='column')) -%}
    {%- for side in ['baseline', 'current'] if given[side].strftime is defined -%}
      {%- do compare.update({side: given[side].strftime('%Y-%m-%d')}) -%}
    {%- endfor -%}
  {%- elif to is mapping -%}
    {%- set kinds = ['to', 'trailing', 'column', 'relation', 'source', 'file'] -%}
    {%- if not to.keys() | select('in', kinds) | list -%}
      {%- do whence.not_one_of(field, to.keys() | join(', '), kinds) -%}
    {%- endif -%}
    {%- do compare.update({'to': 'relation', 'relation': whence.check_relation(field, to, package)}) -%}
  {%- elif to is iterable -%}
    {%- do compare.update({'to': 'dates', 'dates': whence.check_date_range(field, to | list)}) -%}
  {%- else -%}
    {%- do whence.not_one_of(field, to, ['previous', 'year_ago', 'trailing', 'none']) -%}
  {%- endif -%}
  {{ return(compare) }}
{%- endmacro -%}
