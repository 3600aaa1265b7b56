{#-
  The alerts of an analysis brought together with its metrics and dimensions: defaults filled in, and a rule text that
  no other alert of the analysis has.

  spec: as check_metric_analysis returns it.
  resolved: of the analysis, its dimensions and metrics resolved.
  Returns a list of {'rule', 'table', 'measure', 'operator', 'threshold', 'severity', 'metric', 'side' (none but for
  metric_totals), 'dimensions' (label of a dimension set; none: all sets)}.
-#}
{%- macro resolve_metric_alerts(spec, resolved) -%}
  {%- set metrics = resolved.metrics | map(attribute='name') | list -%}
  {%- set names = resolved.dimensions | map(attribute='name') | list -%}
  {%- set alerts = [] -%}
  {%- set seen = [] -%}
  {%- for declared in spec.alerts -%}
    {%- set field = spec.field ~ '.alerts[' ~ loop.index0 ~ ']' -%}
    {%- set is_driven = declared.table in ['metric_closure', 'metric_drivers', 'metric_residual_segments'] -%}
    {%- set usual = resolved.drivers.metric if is_driven and resolved.drivers is not none else spec.rank_by -%}
    {%- set alert = dict(declared, metric=declared.metric or usual) -%}
    {%- if alert.metric not in metrics -%}
      {%- do whence.not_one_of(field ~ '.metric', alert.metric, metrics, 'a metric of this analysis') -%}
    {%- endif -%}
    {%- if is_driven and resolved.drivers is none -%}
      {%- do whence.config_error(
        field ~ '.rule', "'" ~ alert.measure ~ "' is a column of " ~ alert.table ~ ', which has no rows of this analysis: drivers need '
        ~ 'a comparison and a metric that sums, averages or divides'
      ) -%}
    {%- endif -%}
    {%- set driven = [resolved.drivers.metric] + resolved.drivers.ratios | map(attribute='metric') | list
      + resolved.drivers.nodes | map(attribute='metric') | list if is_driven else [] -%}
    {%- if is_driven and alert.metric not in driven -%}
      {%- do whence.not_one_of(field ~ '.metric', alert.metric, driven | unique | list, 'a metric with drivers') -%}
    {%- endif -%}
    {%- if alert.table == 'metric_totals' -%}
      {%- do alert.update({'side': alert.side or 'current'}) -%}
    {%- elif alert.dimensions is not none -%}
      {%- set asked = [] -%}
      {%- for name in alert.dimensions -%}
        {%- set found = whence.find_column(name, resolved.dimensions) -%}
        {%- if found is none -%}
          {%- do whence.not_one_of(
            field ~ '.dimensions[' ~ loop.index0 ~ ']', name, names, 'a dimension of this analysis'
          ) -%}
        {%- endif -%}
        {%- do asked.append(found.name) -%}
      {%- endfor -%}
      {%- set ordered = names | select('in', asked) | list -%}
      {%- if ordered | length > spec.max_depth and ordered | length < names | length or not ordered -%}
        {%- do whence.config_error(
          field ~ '.dimensions', "'" ~ asked | join(', ') ~ "' is not a dimension set; expected 1 to " ~ spec.max_depth
          ~ ' dimensions (max_depth), or all'
        ) -%}
      {%- endif -%}
      {%- do alert.update({'dimensions': whence.dimensions_label(ordered)}) -%}
    {%- endif -%}
    {%- set key = [alert.rule, alert.metric, alert.side, alert.dimensions] -%}
    {%- if key in seen -%}
      {%- do whence.config_error(field ~ '.rule', "'" ~ alert.rule ~ "' is declared twice for the same rows") -%}
    {%- endif -%}
    {%- do seen.append(key) -%}
    {%- do alerts.append(alert) -%}
  {%- endfor -%}

  {#- Where rules read the same, what tells them apart is added to each. -#}
  {%- set named = [] -%}
  {%- for alert in alerts -%}
    {%- set alike = alerts | selectattr('rule', 'equalto', alert.rule) | list -%}
    {%- set parts = [] -%}
    {%- for part in ['metric', 'side', 'dimensions'] -%}
      {%- if alike | rejectattr(part, 'equalto', alert[part]) | list -%}
        {%- do parts.append(part ~ ' ' ~ alert[part] if alert[part] is not none else 'all ' ~ part) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do named.append(dict(alert, rule=alert.rule ~ ' (' ~ parts | join(', ') ~ ')') if parts else alert) -%}
  {%- endfor -%}
  {{ return(named) }}
{%- endmacro -%}
