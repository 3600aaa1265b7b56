{#-
  Stops the build where the user's universe cannot be read: a ticker without category, a category, priority or is_active
  that is none, a class to filter by that nothing has. Warns of tickers that it names twice, of rows without ticker and of
  no rows at all. Silent otherwise.

  resolved: as resolved_proxies returns it.
  universe: relation with the columns of the role universe (stg_factor_proxies__universe).
  etfs: relation of the seed proxy_etfs.
-#}
{%- macro check_proxy_universe(resolved, universe, etfs) -%}
  {%- if whence.is_building() and not flags.EMPTY and resolved is not none -%}
    {%- set problems = whence.proxy_universe_problems(resolved, universe, etfs) -%}
    {%- for field, problem in problems.errors -%}
      {%- do whence.config_error(field, problem) -%}
    {%- endfor -%}
    {%- for field, problem in problems.warnings -%}
      {%- do exceptions.warn('whence: ' ~ field ~ ': ' ~ problem) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}

{#-
  What check_proxy_universe finds.

  Arguments: see there; relations, or selects in parentheses.
  Returns {'errors', 'warnings'}: lists of [field, problem].
-#}
{%- macro proxy_universe_problems(resolved, universe, etfs) -%}
  {%- set errors, warnings = [], [] -%}
  {%- set field = resolved.field ~ '.universe' -%}
  {%- if 'universe' in resolved.inputs -%}
    {%- set label = resolved.inputs.universe.label -%}
    {%- set columns = resolved.inputs.universe.columns -%}
    {%- set listed -%}
select
    universe.ticker,
    universe.category,
    etfs.category as known_category,
    universe.is_active,
    {{ whence.to_text('universe.priority', 'double') }} as priority,
    universe.priority is null
    or (universe.priority between 1 and 2147483647 and floor(universe.priority) = universe.priority) as is_whole
from {{ universe }} as universe
left join {{ etfs }} as etfs on universe.ticker = etfs.ticker
order by
    {{ whence.text_order('universe.ticker') }},
    universe.priority,
    {{ whence.proxy_category_position('coalesce(universe.category, etfs.category)') }}
    {%- endset -%}
    {%- set homeless, unnamed, tickers, seen = [], [], {}, [] -%}
    {%- for ticker, category, known, is_active, priority, is_whole in run_query(listed).rows -%}
      {%- do seen.append(ticker) -%}
      {%- if ticker is none -%}
        {%- do unnamed.append(1) -%}
      {%- elif category is none and known is none -%}
        {%- do homeless.append(ticker) -%}
      {%- elif category is not none and category not in whence.proxy_categories() -%}
        {%- set nearest = whence.nearest_name(category, whence.proxy_categories()) -%}
        {%- do errors.append([
          field, "category '" ~ category ~ "' of " ~ ticker ~ ' in ' ~ label ~ ' is not one of '
          ~ whence.proxy_categories() | join(', ') ~ (". Did you mean '" ~ nearest ~ "'?" if nearest is not none else '')
        ]) -%}
      {%- elif not is_whole -%}
        {%- do errors.append([
          field, 'priority ' ~ priority ~ ' of ' ~ ticker ~ ' in ' ~ label ~ ' is not a whole number from 1 on'
        ]) -%}
      {%- elif is_active is not none and is_active | lower not in ['true', 't', 'yes', '1', 'false', 'f', 'no', '0'] -%}
        {%- do errors.append([
          field, "is_active '" ~ is_active ~ "' of " ~ ticker ~ ' in ' ~ label ~ ' is not true or false'
        ]) -%}
      {%- else -%}
        {%- do tickers.update({ticker: tickers.get(ticker, []) + [category or known]}) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if homeless -%}
      {%- do errors.append([
        field, whence.some_names(homeless | unique(case_sensitive=true) | list) ~ ' in ' ~ label
        ~ ' have no category, and the reference does not name them; expected one of '
        ~ whence.proxy_categories() | join(', ')
      ]) -%}
    {%- endif -%}
    {%- if not seen -%}
      {%- do warnings.append([field, label ~ ' has no rows; the reference universe is taken as it is']) -%}
    {%- endif -%}
    {%- if unnamed -%}
      {%- do warnings.append([
        field, unnamed | length ~ ' of ' ~ seen | length ~ ' rows of ' ~ label ~ ' are left out, as they have no ticker'
      ]) -%}
    {%- endif -%}
    {%- set repeated = [] -%}
    {%- for ticker, categories in tickers.items() if categories | length > 1 -%}
      {%- do repeated.append(
        ticker ~ (' (' ~ categories | unique | join(', ') ~ ')' if categories | unique | list | length > 1 else '')
      ) -%}
    {%- endfor -%}
    {%- if repeated -%}
      {%- do warnings.append([
        field, label ~ ' names more than once: ' ~ whence.some_names(repeated)
        ~ '; the first counts, by priority and then by category; expected one row per ticker'
      ]) -%}
    {%- endif -%}
  {%- endif -%}
  {%- set filters = resolved.asset_class_filters.include + resolved.asset_class_filters.exclude -%}
  {%- if filters -%}
    {%- set classes = run_query(
      'select asset_class from ' ~ etfs ~ ' as etfs union select asset_class from ' ~ universe
      ~ ' as universe where asset_class is not null'
    ).columns[0].values() | sort -%}
    {%- for name in filters if name not in classes -%}
      {%- set nearest = whence.nearest_name(name, classes) -%}
      {%- do errors.append([
        resolved.field ~ '.asset_class_filters', "'" ~ name ~ "' is not an asset class of the universe ("
        ~ classes | join(', ') ~ ')' ~ (". Did you mean '" ~ nearest ~ "'?" if nearest is not none else '')
      ]) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return({'errors': errors, 'warnings': warnings}) }}
{%- endmacro -%}
