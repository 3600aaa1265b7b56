{#-
  The metrics of an analysis with their measures: the declared ones, else those that the profile suggests, and before
  all the number of records. Updates the resolved analysis in place: metrics (with errors) and measures.

  A measure is what the cells hold, in a column (slot) named after its type: exact_2_1 is the first exact sum with two
  digits after the point, double_1 the first in doubles.

  spec: as check_metric_analysis returns it.
  resolved: of the analysis, dimensions resolved.
  relation, columns, profile: of its relation.
-#}
{%- macro resolve_metric_list(spec, resolved, relation, columns, profile) -%}
  {%- set label = spec.relation.label -%}
  {%- set field = spec.field ~ '.metrics' -%}
  {%- set declared = spec.metrics -%}
  {%- if declared is none -%}
    {%- set taken = resolved.dimensions | map(attribute='name') | list + [resolved.compare.column] -%}
    {%- set declared = [] -%}
    {%- set texts = profile | selectattr('role', 'equalto', 'measure') | selectattr('data_type', 'equalto', 'text') -%}
    {%- for row in texts if not spec.numeric_text and whence.is_building() -%}
      {%- do exceptions.warn(
        'whence: ' ~ spec.field ~ ": '" ~ row.column_name ~ "' is text that reads as numbers and is not measured; "
        ~ 'set numeric_text: true to measure it'
      ) -%}
    {%- endfor -%}
    {%- for row in profile | selectattr('role', 'equalto', 'measure') | selectattr('is_suggested') -%}
      {%- if row.column_name not in taken and row.column_name != 'records'
            and (row.data_type != 'text' or spec.numeric_text) -%}
        {%- do declared.append({
          'name': row.column_name, 'agg': whence.suggested_aggregation(row.column_name), 'expr': none,
          'numerator': none, 'denominator': none,
        }) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}

  {%- set valued = [] -%}
  {%- for metric in declared if metric.agg != 'ratio' -%}
    {%- set path = field ~ '[' ~ metric.name ~ '].expr' -%}
    {%- if metric.agg == 'count' and metric.expr is none -%}
      {%- do metric.update({'sql': none}) -%}
    {%- else -%}
      {%- do metric.update({
        'sql': whence.column_expression(path, metric.expr or metric.name, columns, label), 'field': path,
        'column': whence.find_column(metric.expr or metric.name, columns).name,
      }) -%}
      {%- do valued.append(metric) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set types = whence.expression_types(whence.metric_rows(resolved, relation), valued) -%}

  {%- set metrics = [{
    'name': 'records', 'agg': 'count', 'kind': 'additive', 'value': 'records', 'numerator': none, 'denominator': none,
    'sql': none, 'data_type': none, 'has_percentiles': false,
  }] -%}
  {%- do resolved.update({'measures': [], 'metrics': metrics}) -%}
  {%- for metric in declared -%}
    {%- set entry = {
      'name': metric.name, 'agg': metric.agg, 'kind': 'ratio', 'value': none, 'numerator': metric.numerator,
      'denominator': metric.denominator, 'sql': metric.get('sql'), 'column': metric.get('column') or none, 'data_type': none, 'has_percentiles': false,
    } -%}
    {%- set type = types[valued.index(metric)] if metric in valued else none -%}
    {%- do entry.update({'data_type': type}) -%}
    {%- set family = whence.type_family(type) if type is not none else none -%}
    {%- if metric.agg in ['sum', 'avg', 'median', 'min', 'max'] -%}
      {%- if family not in ['integer', 'decimal', 'double', 'boolean'] -%}
        {%- do whence.not_a_number(metric.field, metric.expr or metric.name, type) -%}
      {%- endif -%}
      {%- do entry.update({'has_percentiles': spec.percentiles | length > 0}) -%}
      {%- if family == 'boolean' -%}
        {%- do entry.update({'sql': 'cast(' ~ metric.sql ~ ' as integer)'}) -%}
      {%- endif -%}
    {%- endif -%}
    {%- if family == 'double' -%}
      {%- do entry.update({
        'sql': '(' ~ whence.finite('cast(' ~ metric.sql ~ ' as ' ~ whence.type_double() ~ ')') ~ ')',
      }) -%}
    {%- endif -%}
    {%- if metric.agg == 'sum' -%}
      {%- do entry.update({'kind': 'additive', 'value': whence.metric_measure(resolved, 'sum', entry.sql, type)}) -%}
    {%- elif metric.agg == 'count' -%}
      {%- do entry.update({
        'kind': 'additive',
        'value': 'records' if metric.sql is none else whence.metric_measure(resolved, 'count', entry.sql, type),
      }) -%}
    {%- elif metric.agg == 'avg' -%}
      {%- do entry.update({
        'kind': 'average',
        'numerator': whence.metric_measure(resolved, 'sum', entry.sql, type),
        'denominator': whence.metric_measure(resolved, 'count', entry.sql, type),
      }) -%}
    {%- elif metric.agg in ['min', 'max'] -%}
      {%- do entry.update({'kind': 'extreme', 'value': whence.metric_measure(resolved, metric.agg, entry.sql, type)}) -%}
    {%- elif metric.agg == 'median' -%}
      {%- do entry.update({'kind': 'median'}) -%}
    {%- elif metric.agg == 'count_distinct' -%}
      {%- do entry.update({'kind': 'distinct'}) -%}
    {%- endif -%}
    {%- do metrics.append(entry) -%}
  {%- endfor -%}

  {%- set names = metrics | map(attribute='name') | list -%}
  {%- if spec.rank_by not in names -%}
    {%- do whence.not_one_of(spec.field ~ '.rank_by', spec.rank_by, names, 'a metric of this analysis') -%}
  {%- endif -%}
  {%- set additive = metrics | selectattr('kind', 'equalto', 'additive') | map(attribute='name') | list -%}
  {%- if spec.volume not in additive -%}
    {%- do whence.not_one_of(spec.field ~ '.volume', spec.volume, additive, 'a metric of this analysis that sums or counts') -%}
  {%- endif -%}
  {%- do whence.resolve_metric_errors(resolved) -%}
{%- endmacro -%}
