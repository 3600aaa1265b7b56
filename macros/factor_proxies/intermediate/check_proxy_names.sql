{#-
  Stops the build where a benchmark is no series; warns of benchmarks without returns, and of exposures that no series with
  returns stands for. Silent otherwise.

  resolved: as resolved_proxies returns it.
  universe, quality, exposures: relations of proxy_universe, proxy_quality and proxy_exposures.
-#}
{%- macro check_proxy_names(resolved, universe, quality, exposures) -%}
  {%- if whence.is_building() and not flags.EMPTY and resolved is not none -%}
    {%- set field = resolved.field ~ '.benchmarks' -%}
    {%- set known = run_query(
      'select series, max(n_months) from (select ticker as series, 0 as n_months from ' ~ universe
      ~ ' union all select series, n_months from ' ~ quality ~ ') as named group by series order by '
      ~ whence.text_order('series')
    ) -%}
    {%- set months = {} -%}
    {%- for series, n_months in known.rows -%}
      {%- do months.update({series: n_months}) -%}
    {%- endfor -%}
    {%- set silent = [] -%}
    {%- for benchmark in resolved.benchmarks -%}
      {%- if benchmark not in months -%}
        {%- set nearest = whence.nearest_name(benchmark, months.keys() | list) -%}
        {%- do whence.config_error(
          field, "'" ~ benchmark ~ "' is not a ticker of the universe"
          ~ (". Did you mean '" ~ nearest ~ "'?" if nearest is not none else '; add it to universe with its category')
        ) -%}
      {%- elif months[benchmark] == 0 -%}
        {%- do silent.append(benchmark) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if silent and months.values() | max > 0 -%}
      {%- do exceptions.warn(
        'whence: ' ~ field ~ ': ' ~ silent | join(', ') ~ (' has' if silent | length == 1 else ' have')
        ~ ' no returns; what is measured against '
        ~ ('it stays' if silent | length == 1 else 'them stays')
        ~ ' empty' ~ (', also betas and the regimes of the first benchmark' if silent[0] == resolved.benchmarks[0] else '')
        ~ '; expected tickers that have prices and are active'
      ) -%}
    {%- endif -%}
    {%- set orphans = run_query(
      'select factor from ' ~ exposures ~ ' where not has_proxy group by factor order by ' ~ whence.text_order('factor')
    ).columns[0].values() -%}
    {%- if orphans | length > 0 -%}
      {%- do exceptions.warn(
        'whence: ' ~ resolved.field ~ '.portfolio: ' ~ orphans | length ~ ' exposures have no series with returns ('
        ~ whence.some_names(orphans)
        ~ '), so nothing is offered to offset them; expected tickers with prices, composites or groups'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}
