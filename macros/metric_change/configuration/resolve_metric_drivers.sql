{#-
  What is asked of the drivers of an analysis: whose drivers, among which columns, by which methods.

  spec: as check_metric_analysis returns it.
  resolved: of the analysis, its metrics resolved.
  relation: the one that the analysis reads.
  columns, other: lists of column objects of the relation, and of the one it is compared with (else the same).
  profile: rows of metric_columns.
  Returns none without a metric that has drivers, and without a comparison unless drivers are asked for (identities do not
  need one), else a dict:
    metric, kind (sum, count, average, ratio), methods, calendar_effect, is_searched (unless identity is none),
    ratios [{metric, numerator, denominator}]: metrics whose drivers are their parts,
    nodes [{metric, parent, kind, sql, column, search, given}]: metrics with a value in every row, whose identities are
    given (see parse_identity) or searched for (of given ones those of the drivers below),
    columns [{name, slot, sql, rank, data_type}]: what identities are searched among; rank: see metric_driver_rank,
    factors [{name, slot, sql, rank}]: the terms of given identities,
    expressions [{name, slot (i of x_i), op, sql}] and distinct [{name, sql}]: what a regression, and distinct counts, explain by,
    beyond, beyond_distinct: names of those of a preset that are too many,
    sample_keys: see metric_sample_keys,
    reserved: names of metrics that mean something else than the sum of the column of that name, which is no node then.
-#}
{%- macro resolve_metric_drivers(spec, resolved, relation, columns, other, profile) -%}
  {%- set field = spec.field ~ '.drivers' -%}
  {%- set drivers = spec.drivers -%}
  {%- set metrics = {} -%}
  {%- for metric in resolved.metrics -%}
    {%- set kind = {'additive': metric.agg, 'average': 'average', 'ratio': 'ratio'}.get(metric.kind) -%}
    {%- do metrics.update({metric.name: dict(metric, driven=kind)}) -%}
  {%- endfor -%}
  {%- if drivers.metric is not none -%}
    {%- if drivers.metric not in metrics -%}
      {%- do whence.not_one_of(field ~ '.metric', drivers.metric, metrics.keys() | list, 'a metric of this analysis') -%}
    {%- elif metrics[drivers.metric].driven is none -%}
      {%- do whence.config_error(
        field ~ '.metric', "'" ~ drivers.metric ~ "' is a " ~ metrics[drivers.metric].agg
        ~ ', which has no parts that add up; expected a metric that sums, counts, averages or divides'
      ) -%}
    {%- endif -%}
  {%- endif -%}
  {%- set names = [drivers.metric] if drivers.metric is not none else [resolved.rank_by] + metrics.keys() | list -%}
  {%- set names = names | select('in', metrics) | list -%}
  {%- set chosen = [] -%}
  {%- for name in names if metrics[name].driven in ['sum', 'average', 'ratio'] or drivers.metric is not none -%}
    {%- do chosen.append(metrics[name]) -%}
  {%- endfor -%}
  {%- if resolved.compare.to == 'none' and not spec.is_drivers_given or not chosen -%}
    {{ return(none) }}
  {%- endif -%}
  {%- if not drivers.methods -%}
    {%- do whence.config_error(field ~ '.methods', 'is empty; expected one or more of shapley, lmdi, regression') -%}
  {%- endif -%}
  {%- for name in drivers.extensive if name | lower in drivers.intensive | map('lower') -%}
    {%- do whence.config_error(field ~ '.extensive', "'" ~ name ~ "' stands in intensive too; expected it in one of them") -%}
  {%- endfor -%}
  {%- set root = chosen[0] -%}
  {%- set label = spec.relation.label -%}

  {%- set given = none -%}
  {%- if drivers.identity not in ['infer', 'none'] -%}
    {%- if root.driven not in ['sum', 'average'] -%}
      {%- do whence.config_error(
        field ~ '.identity', "goes with a metric that sums or averages; '" ~ root.name ~ "' is a " ~ root.driven
        ~ (', whose drivers are its numerator and its denominator' if root.driven == 'ratio' else '')
      ) -%}
    {%- endif -%}
    {%- set given = whence.parse_identity(field ~ '.identity', drivers.identity, columns, label) -%}
  {%- endif -%}

  {%- set ratios, nodes = [], [] -%}
  {%- for metric in [root] + (metrics.values() | rejectattr('name', 'equalto', root.name) | list) if metric.driven == 'ratio' -%}
    {%- do ratios.append({'metric': metric.name, 'numerator': metric.numerator, 'denominator': metric.denominator}) -%}
  {%- endfor -%}
  {%- set searched = [[root, none]] if root.driven != 'ratio'
    else [[metrics[root.numerator], root.name], [metrics[root.denominator], root.name]] -%}
  {%- for metric, parent in searched if metric.driven in ['sum', 'average', 'count'] and (parent is none or metric.driven == 'sum') -%}
    {%- do nodes.append({
      'metric': metric.name, 'parent': parent, 'kind': metric.driven, 'column': metric.column, 'given': given,
      'search': drivers.identity != 'none' and metric.driven != 'count',
      'sql': metric.sql if metric.driven != 'count'
        else '1' if metric.sql is none else 'case when ' ~ metric.sql ~ ' is not null then 1 else 0 end',
    }) -%}
  {%- endfor -%}

  {%- set kept = [resolved.time.column if resolved.time is not none else none, resolved.compare.column]
    + nodes | map(attribute='column') | list -%}
  {%- set taken = kept[:2] + resolved.unit + resolved.key -%}
  {%- for row in profile if row.role in ['identifier', 'time'] -%}
    {%- do taken.append(row.column_name) -%}
  {%- endfor -%}
  {%- set numbers = (resolved.rows or []) | selectattr('is_number') | map(attribute='name') | list -%}
  {#- what the other snapshot lacks, or has in another type, can be read from one side alone -#}
  {%- set shared = [] -%}
  {%- for column in columns -%}
    {%- set found = whence.find_column(column.name, other) -%}
    {%- if found is not none and whence.type_family(found.dtype) == whence.type_family(column.dtype) -%}
      {%- do shared.append(column) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set candidates, factors = [], [] -%}
  {%- for column in shared if column.name not in taken -%}
    {%- set family = 'double' if column.name in numbers else whence.type_family(column.dtype) -%}
    {%- if family in ['integer', 'decimal', 'double'] -%}
      {%- do candidates.append({
        'name': column.name, 'slot': 'column_' ~ (candidates | length + 1), 'sql': whence.quote_identifier(column.name),
        'rank': whence.metric_driver_rank(column.name, family, drivers),
        'data_type': whence.type_double() if column.name in numbers else column.dtype,
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for name in given.columns if given is not none and name in nodes | map(attribute='column') -%}
    {%- do whence.config_error(
      field ~ '.identity', "'" ~ drivers.identity ~ "' holds " ~ name ~ ', the column of the metric ' ~ root.name
      ~ ' itself; expected what it is made of'
    ) -%}
  {%- endfor -%}
  {%- for term in given.terms if given is not none -%}
    {%- set column = whence.find_column(term.column, columns) if term.column is not none else none -%}
    {%- set family = whence.type_family(column.dtype) if column is not none else none -%}
    {%- if family in ['date', 'timestamp', 'timestamptz', 'boolean', 'other'] or family == 'text' and column.name not in numbers -%}
      {%- do whence.not_a_number(field ~ '.identity', column.name, column.dtype) -%}
    {%- endif -%}
    {#- of brackets the most extensive column tells: units - returned is one of units, 1 - discount a rate -#}
    {%- set ranks = [] -%}
    {%- for name in term.columns -%}
      {%- set part = whence.find_column(name, columns) -%}
      {%- do ranks.append(whence.metric_driver_rank(name, whence.type_family(part.dtype), drivers)) -%}
    {%- endfor -%}
    {%- set rank = whence.metric_driver_rank(term.name, family, drivers) -%}
    {%- do factors.append({
      'name': term.name, 'slot': 'factor_' ~ loop.index, 'sql': term.sql,
      'rank': ranks | min if family is none and rank == 3 and ranks else rank,
    }) -%}
  {%- endfor -%}
  {%- set known = (candidates + factors) | map(attribute='name') | list -%}
  {%- for role in ['extensive', 'intensive'] -%}
    {%- for name in drivers[role] if name | lower not in known | map('lower') -%}
      {%- do whence.not_one_of(field ~ '.' ~ role, name, known, 'a number that can be a driver') -%}
    {%- endfor -%}
  {%- endfor -%}

  {#- a chain of n counts takes 2^n products, a regression on n drivers the sums of n * (n + 3) / 2 products -#}
  {%- set expressions, distinct, beyond, beyond_distinct = [], [], [], [] -%}
  {%- for expression in whence.metric_driver_expressions(
    spec, whence.metric_rows(resolved, relation), columns, profile, kept
  ) -%}
    {%- set is_distinct = expression.op == 'count_distinct' -%}
    {%- set found, most = (distinct, 7) if is_distinct else (expressions, 20) -%}
    {%- if found | length < most -%}
      {%- do found.append(dict(expression, slot=found | length + 1)) -%}
    {%- elif expression.field != field ~ '.preset' -%}
      {%- do whence.config_error(
        field ~ '.expressions', 'has more than ' ~ most ~ (' distinct counts' if is_distinct else ' sums, averages and counts')
        ~ '; expected at most ' ~ most
      ) -%}
    {%- else -%}
      {%- do (beyond_distinct if is_distinct else beyond).append(expression.name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set methods = drivers.methods | unique | list + (['regression'] if expressions and 'regression' not in drivers.methods else []) -%}
  {%- if 'regression' in methods and not expressions and not distinct -%}
    {%- do whence.config_error(
      field ~ '.methods', 'regression needs drivers; name them in expressions, e.g. [sum(quantity), count(*)], or by preset'
    ) -%}
  {%- endif -%}
  {%- if (expressions or distinct) and root.driven not in ['sum', 'count'] -%}
    {%- do whence.config_error(
      field ~ '.metric', "'" ~ root.name ~ "' is a" ~ ('n average' if root.driven == 'average' else ' ratio')
      ~ '; a regression and distinct counts explain metrics that sum or count'
    ) -%}
  {%- endif -%}
  {%- if drivers.calendar_effect and (root.driven not in ['sum', 'count'] or not resolved.has_window
        or resolved.compare.to in ['column', 'relation']) -%}
    {%- do whence.config_error(
      field ~ '.calendar_effect', 'needs a metric that sums or counts and two windows of time; '
      ~ (root.name ~ ' is ' ~ ('an ' if root.driven == 'average' else 'a ') ~ root.driven if root.driven not in ['sum', 'count'] else 'this analysis compares by ' ~ resolved.compare.to)
    ) -%}
  {%- endif -%}
  {%- set reserved = [] -%}
  {%- for metric in metrics.values() if metric.driven != 'sum' or metric.column != metric.name -%}
    {%- do reserved.append(metric.name) -%}
  {%- endfor -%}
  {{ return({
    'metric': root.name, 'kind': root.driven, 'methods': methods, 'calendar_effect': drivers.calendar_effect,
    'is_searched': drivers.identity != 'none',
    'ratios': ratios, 'nodes': nodes, 'columns': candidates, 'factors': factors, 'expressions': expressions,
    'distinct': distinct, 'beyond': beyond, 'beyond_distinct': beyond_distinct, 'reserved': reserved,
    'sample_keys': whence.metric_sample_keys(shared | rejectattr('name', 'in', numbers) | list, profile),
  }) }}
{%- endmacro -%}
