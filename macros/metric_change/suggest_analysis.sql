{#-
  dbt run-operation suggest_analysis --args '{relation: orders}': profiles a relation and prints a metric analysis for
  it that builds as it stands.

  relation: as the field of that name in whence_metric_analyses.
  package: of a model in another package.
  name: name of the analysis; default: after the relation.
-#}
{%- macro suggest_analysis(relation, package=none, name=none) -%}
  {%- if execute -%}
    {%- set checked = whence.check_relation('suggest_analysis.relation', relation, package) -%}
    {%- set known_as = checked.table if checked.kind == 'source' else checked.label.split('/')[-1].split('.')[0] -%}
    {%- set suggested = modules.re.sub('[^A-Za-z0-9_]+', '_', known_as) -%}
    {%- set spec = whence.check_metric_analysis('suggest_analysis', {
      'name': name or suggested, 'relation': relation, 'package': package,
    }) -%}
    {%- set table = whence.preview_relation(checked, 'suggest_analysis.relation.file', 'metric_change') -%}
    {%- if not adapter.get_columns_in_relation(table) -%}
      {%- do whence.config_error(
        'suggest_analysis.relation', "'" ~ checked.label ~ "' is not in the warehouse; build it first"
      ) -%}
    {%- endif -%}
    {%- set profile = whence.metric_profile_query(
      '(' ~ whence.metric_columns(table, checked.label) ~ ') as profiled_columns'
    ) -%}
    {#- Text that holds numbers can only be summed with numeric_text. -#}
    {%- set texts = profile | selectattr('role', 'equalto', 'measure') | selectattr('data_type', 'equalto', 'text') | list -%}
    {%- do spec.update({'numeric_text': texts | length > 0}) -%}
    {%- set resolved = whence.resolve_metric_analysis(spec, table, profile) -%}
    {%- set lines = ['vars:', '  whence_metric_analyses:', '    - name: ' ~ whence.yaml_text(spec.name)] -%}
    {%- do lines.append('      relation: ' ~ (tojson(relation) if relation is mapping else whence.yaml_text(relation))) -%}
    {%- if package is not none -%}
      {%- do lines.append('      package: ' ~ whence.yaml_text(package)) -%}
    {%- endif -%}
    {%- if resolved.time is not none -%}
      {%- set grain = whence.metric_window_preview(resolved, table).grain -%}
      {%- do lines.append('      time: {column: ' ~ whence.yaml_text(resolved.time.column) ~ ', grain: ' ~ grain ~ '}') -%}
    {%- else -%}
      {%- do lines.append('      compare: {to: none} # no column holds dates') -%}
    {%- endif -%}
    {%- set dimensions = [] -%}
    {%- for dimension in resolved.dimensions -%}
      {%- do dimensions.append(whence.yaml_text(dimension.name)) -%}
    {%- endfor -%}
    {%- do lines.append('      dimensions: [' ~ dimensions | join(', ') ~ ']') -%}
    {%- set metrics = resolved.metrics | rejectattr('name', 'equalto', 'records') | list -%}
    {%- do lines.append('      metrics:' ~ (' [] # records only' if not metrics else '')) -%}
    {%- for metric in metrics -%}
      {%- do lines.append('        - {name: ' ~ whence.yaml_text(metric.name) ~ ', agg: ' ~ metric.agg ~ '}') -%}
    {%- endfor -%}
    {%- if texts -%}
      {%- do lines.append('      numeric_text: true # ' ~ texts | map(attribute='column_name') | join(', ')) -%}
    {%- endif -%}
    {%- do print(lines | join('\n')) -%}
  {%- endif -%}
{%- endmacro -%}
