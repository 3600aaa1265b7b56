{#-
  One signal study, checked without the warehouse and in its normal form.

  field: path for messages, e.g. whence_signal_studies[us_stock_styles].
  given: the spec as written.
  Returns a dict: the fields of signal_study_rules, with panel as check_input returns it and signals as dicts of name,
  scope and kind (none: detected), plus field.
-#}
{%- macro check_signal_study(field, given) -%}
  {%- set spec = whence.check_fields(field, given, whence.signal_study_rules()) -%}
  {%- set roles = whence.signal_input_roles().keys() | list -%}
  {%- set signals = [] -%}
  {%- set names = [] -%}
  {%- for entry in spec.signals -%}
    {%- set form = entry if entry is mapping else {'name': entry} -%}
    {%- set place = form.get('name') if form.get('name') is string else loop.index0 -%}
    {%- set signal = whence.check_fields(field ~ '.signals[' ~ place ~ ']', form, {
      'name': {'type': 'text', 'required': true},
      'scope': {'type': 'text', 'one_of': ['individual', 'common']},
      'kind': {'type': 'text', 'one_of': ['continuous', 'sparse']},
    }) -%}
    {%- if signal.name | lower in names -%}
      {%- do whence.config_error(field ~ '.signals[' ~ signal.name ~ ']', 'is named twice') -%}
    {%- endif -%}
    {%- do names.append(signal.name | lower) -%}
    {%- do signals.append(signal) -%}
  {%- endfor -%}
  {%- if not signals -%}
    {%- do whence.config_error(field ~ '.signals', 'is empty; expected columns of the panel') -%}
  {%- elif not spec.horizons -%}
    {%- do whence.config_error(field ~ '.horizons', 'is empty; expected numbers of rows such as [1, 3]') -%}
  {%- elif spec.neutralize | map('lower') | unique | list | length < spec.neutralize | length -%}
    {%- do whence.config_error(field ~ '.neutralize', "'" ~ spec.neutralize | join(', ') ~ "' names one twice") -%}
  {%- elif spec.horizons | unique | list | length < spec.horizons | length -%}
    {%- do whence.config_error(field ~ '.horizons', "'" ~ spec.horizons | join(', ') ~ "' names one twice") -%}
  {%- endif -%}
  {%- do whence.check_event_window(field ~ '.event_window', spec.event_window) -%}
  {%- if spec.procedures is not none and not spec.procedures -%}
    {%- do whence.config_error(
      field ~ '.procedures', 'is empty; expected some of ' ~ whence.signal_procedures() | join(', ') ~ ', or nothing'
    ) -%}
  {%- endif -%}
  {%- if spec.start_date is not none and spec.end_date is not none -%}
    {%- do whence.check_date_range(field ~ '.start_date', [spec.start_date, spec.end_date]) -%}
  {%- endif -%}
  {%- do spec.update({
    'field': field, 'signals': signals, 'panel': whence.check_input(field ~ '.panel', spec.panel, roles),
    'columns': whence.check_roles(field ~ '.columns', spec.columns, roles),
  }) -%}
  {{ return(spec) }}
{%- endmacro -%}
