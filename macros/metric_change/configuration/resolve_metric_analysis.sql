{#-
  A checked metric analysis brought together with the columns of its relation: what is omitted is inferred, what is
  named is looked up, every value gets its type and its place in the cells.

  spec: as check_metric_analysis returns it.
  relation: the relation it reads.
  profile: rows of metric_columns for that relation (dicts), used for what is omitted.
  baseline: the relation of compare.to {relation: ...}, else none.
  Returns none where the relation is not in the warehouse yet (compile, lint), else a dict, kept as JSON in
  int_metric_change__specs:
    name, field, label, rows (SQL behind from), where, time, has_window, compare, current, anchor_date, history, unit, key,
    key_sql, dimensions [{name, sql, data_type, is_normalized}], measures [{slot, op, sql, scale}],
    metrics [{name, agg, kind, value, numerator, denominator, sql, column (that it is, or none), data_type, has_percentiles,
    errors}],
    words [{name, sql, data_type}], drivers (see resolve_metric_drivers), alerts (see resolve_metric_alerts), and the plain
    settings.
-#}
{%- macro resolve_metric_analysis(spec, relation, profile=[], baseline=none) -%}
  {%- set label = spec.relation.label -%}
  {%- set columns = adapter.get_columns_in_relation(relation) -%}
  {%- if spec.relation.kind == 'file' and columns | length == 1 and modules.re.search('[,;\\t|]', columns[0].name) -%}
    {%- do whence.config_error(
      spec.field ~ '.relation.file', "'" ~ label ~ "' was read as one column, '" ~ columns[0].name
      ~ "'; expected the same number of fields in every line"
    ) -%}
  {%- endif -%}
  {%- set other = adapter.get_columns_in_relation(baseline) if baseline is not none else columns -%}
  {%- for found, field, name in [
    (columns, '.relation', label), (other, '.compare.to', spec.compare.relation.label if baseline is not none else label),
  ] if not found -%}
    {%- if whence.is_building() -%}
      {%- do whence.config_error(
        spec.field ~ field, "'" ~ name ~ "' is not in the warehouse; expected a table or view that is built before"
      ) -%}
    {%- endif -%}
    {{ return(none) }}
  {%- endfor -%}
  {%- set resolved = {
    'name': spec.name, 'field': spec.field, 'label': label, 'anchor_date': spec.anchor_date, 'history': spec.history,
    'current': spec.current, 'rank_by': spec.rank_by, 'volume': spec.volume,
    'max_depth': spec.max_depth, 'max_segments': spec.max_segments, 'min_records': spec.min_records,
    'min_support': spec.min_support, 'percentiles': spec.percentiles, 'exclude_blank': spec.exclude_blank,
    'numeric_text': spec.numeric_text, 'top': spec.top, 'text': spec.text, 'drilldown': spec.drilldown, 'insights': spec.insights,
  } -%}
  {%- set time = whence.resolve_metric_time(spec, columns, profile) -%}
  {%- set compare = dict(spec.compare) -%}
  {%- if compare.to == 'default' -%}
    {%- do compare.update({'to': 'previous' if time is not none else 'none'}) -%}
  {%- endif -%}
  {%- if compare.to in ['relation', 'column', 'none'] and spec.time is none -%}
    {%- set time = none -%}
  {%- endif -%}
  {%- if compare.to == 'column' -%}
    {%- set column = whence.required_column(spec.field ~ '.compare.to.column', compare.column, columns, label) -%}
    {%- do compare.update({'column': column.name, 'data_type': column.dtype}) -%}
  {%- endif -%}
  {#- Snapshots have no windows; cohorts have one where it is asked for. -#}
  {%- set has_window = time is not none and (
    compare.to not in ['relation', 'column'] or compare.to == 'column' and spec.is_current_given
  ) -%}
  {%- do resolved.update({'time': time, 'has_window': has_window, 'compare': compare}) -%}
  {%- set unit = [] -%}
  {%- for name in spec.unit or [] -%}
    {%- do unit.append(whence.required_column(spec.field ~ '.unit', name, columns, label).name) -%}
  {%- endfor -%}
  {%- do resolved.update({'unit': unit}) -%}
  {%- do resolved.update(whence.resolve_metric_key(spec, columns, other)) -%}
  {%- set expressions = (spec.dimensions or []) | selectattr('expr') | map(attribute='name') | map('lower') | list -%}
  {%- for name in spec.text.normalize if name | lower not in expressions -%}
    {%- do whence.required_column(spec.field ~ '.text.normalize', name, columns, label) -%}
  {%- endfor -%}
  {%- if spec.where is not none -%}
    {%- do whence.check_expression(spec.field ~ '.where', spec.where, columns, label) -%}
  {%- endif -%}
  {%- do resolved.update({'dimensions': whence.resolve_metric_dimensions(spec, columns, profile, time, compare)}) -%}
  {%- do resolved.update({'rows': whence.metric_number_columns(spec, resolved, columns, profile)}) -%}
  {%- do whence.resolve_metric_dimension_types(resolved, relation) -%}
  {%- do resolved.update({'words': whence.resolve_metric_words(spec, resolved, columns)}) -%}
  {%- set predicates = [whence.bracketed(spec.where)] if spec.where is not none else [] -%}
  {%- if spec.exclude_blank -%}
    {%- for dimension in resolved.dimensions -%}
      {%- do predicates.append('not (' ~ whence.is_blank(whence.to_text(dimension.sql, dimension.data_type)) ~ ')') -%}
    {%- endfor -%}
  {%- endif -%}
  {%- do resolved.update({'where': predicates | join(' and ') or none}) -%}
  {%- if resolved.where is not none -%}
    {#- The engine reads the predicate here first, so that its message shows the field. -#}
    {%- do run_query(
      'select count(*) from ' ~ whence.metric_rows(resolved, relation) ~ '\nwhere 1 = 0 and /* '
      ~ whence.comment_text(spec.field ~ '.where') ~ ' */ ' ~ resolved.where
    ) -%}
  {%- endif -%}
  {%- do whence.resolve_metric_list(spec, resolved, relation, columns, profile) -%}
  {%- do resolved.update({'drivers': whence.resolve_metric_drivers(spec, resolved, relation, columns, other, profile)}) -%}
  {%- do resolved.update({'alerts': whence.resolve_metric_alerts(spec, resolved)}) -%}
  {%- if baseline is not none -%}
    {%- for name in whence.metric_columns_used(resolved, columns) -%}
      {%- if whence.find_column(name, other) is none -%}
        {%- do whence.config_error(
          spec.field ~ '.compare.to', "'" ~ spec.compare.relation.label ~ "' has no column '" ~ name ~ "', which '" ~ label
          ~ "' has and the analysis reads"
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(resolved) }}
{%- endmacro -%}
