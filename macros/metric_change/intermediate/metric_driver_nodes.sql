{#-
  The metrics of an analysis whose change is split into drivers, those below others after them, with the SQL of what a
  row contributes. Of a product the extensive factor comes first; each factor after it is a rate, weighted by the
  product of those before it. So a driver that is a node itself is a sum, or an average weighted by what its place in
  the identity above says.

  resolved: as resolve_metric_analysis returns it, with drivers.
  identities: the selected ones, see metric_identity_rows.
  Returns a list of {'metric', 'form' (product, sum, none), 'constant', 'drivers' (list of {'name', 'power', 'slot', 'is_rate'}),
  'kind' (that of the metric: sum, count, average), 'is_weighted', 'weight' (SQL; none where values are summed), 'value'
  (SQL: weight times metric), 'products' (SQL by driver: of a product weight times factors so far, of a sum weight times
  constant times signed term), 'is_complete' (SQL)}.
-#}
{%- macro metric_driver_nodes(resolved, identities) -%}
  {%- set slots = whence.metric_identity_slots(resolved) -%}
  {%- set ranks, by_metric, nodes = {}, {}, [] -%}
  {%- for column in resolved.drivers.columns + resolved.drivers.factors -%}
    {%- do ranks.update({column.name: column.rank}) -%}
  {%- endfor -%}
  {%- for identity in identities -%}
    {%- do by_metric.update({identity.metric: identity}) -%}
  {%- endfor -%}
  {%- set waiting = [] -%}
  {%- for node in resolved.drivers.nodes -%}
    {%- set value = 'metric_' ~ loop.index -%}
    {%- do waiting.append({
      'metric': node.metric, 'kind': node.kind, 'value': value,
      'weight': 'case when ' ~ value ~ ' is not null then 1.0 end' if node.kind == 'average' else none,
    }) -%}
  {%- endfor -%}
  {#- every driver is a node at most once, so there are no more rounds than columns and roots -#}
  {%- for number in range(waiting | length + resolved.drivers.columns | length) -%}
    {%- if number < waiting | length -%}
    {%- set node = waiting[number] -%}
    {%- set identity = by_metric.get(node.metric) -%}
    {%- do node.update({
      'form': 'none', 'constant': 1, 'drivers': [], 'products': [], 'is_complete': '1 = 1', 'is_weighted': node.weight is not none,
    }) -%}
    {%- if identity is not none -%}
      {%- set is_sum = identity.form in ['sum', 'difference'] -%}
      {%- set terms = identity.terms -%}
      {%- if not is_sum -%}
        {%- set first = namespace(term=none) -%}
        {%- for term in terms if term.power == 1 and (first.term is none or ranks[term.name] < ranks[first.term.name]) -%}
          {%- set first.term = term -%}
        {%- endfor -%}
        {%- if first.term is not none -%}
          {%- set terms = [first.term] + terms | rejectattr('name', 'equalto', first.term.name) | list -%}
        {%- endif -%}
      {%- endif -%}
      {%- set sql = namespace(product=node.weight) -%}
      {%- set present = ['(' ~ node.value ~ ') is not null']
        + (['(' ~ node.weight ~ ') is not null'] if node.weight is not none else []) -%}
      {%- for term in terms -%}
        {%- set slot = slots.terms[term.name] -%}
        {%- set factor = slot if is_sum or term.power == 1 else '1.0 / nullif(' ~ slot ~ ', 0)' -%}
        {%- do present.append((slot if is_sum or term.power == 1 else 'nullif(' ~ slot ~ ', 0)') ~ ' is not null') -%}
        {%- set weight_before = node.weight if is_sum else sql.product -%}
        {%- set product = '(' ~ weight_before ~ ') * ' ~ factor if weight_before is not none else factor -%}
        {%- set sign = identity.constant * term.power if is_sum else 1 -%}
        {%- if not is_sum -%}
          {%- set sql.product = product -%}
        {%- endif -%}
        {%- do node.drivers.append({
          'name': term.name, 'power': term.power, 'slot': slot,
          'is_rate': not is_sum and (not loop.first or node.weight is not none), 'weight': weight_before, 'product': product,
        }) -%}
        {%- do node.products.append(product if sign == 1 else '(' ~ sign ~ ') * ' ~ product) -%}
      {%- endfor -%}
      {%- do node.update({
        'form': 'sum' if is_sum else 'product', 'constant': identity.constant, 'is_complete': present | join(' and '),
      }) -%}
      {%- for driver in node.drivers if driver.name in by_metric and driver.name not in waiting | map(attribute='metric') -%}
        {#- an average weighted by 1 / driver is the inverse of one weighted by the driver -#}
        {%- set is_inverse = not is_sum and driver.power == -1 -%}
        {%- set before = driver.weight -%}
        {%- set product = driver.product -%}
        {%- set complete = 'case when ' ~ node.is_complete ~ ' then ' -%}
        {%- set weight = product if is_inverse else before -%}
        {%- set value = (before if before is not none else '1.0') if is_inverse else product -%}
        {%- do waiting.append({
          'metric': driver.name, 'kind': 'sum' if weight is none else 'average',
          'weight': complete ~ weight ~ ' end' if weight is not none else none, 'value': complete ~ value ~ ' end',
        }) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- do nodes.append(node) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(nodes) }}
{%- endmacro -%}
