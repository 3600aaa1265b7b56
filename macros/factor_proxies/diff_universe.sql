{#-
  dbt run-operation diff_universe: prints what the user's universe changes against the reference seed proxy_etfs: tickers
  that are added, changed (each column, old -> new), switched off by is_active, left out by categories and
  asset_class_filters. Builds nothing; of a ticker named twice the row counts that proxy_universe takes.
-#}
{%- macro diff_universe() -%}
  {%- if execute -%}
    {%- set found = whence.preview_universe('the universe is that of the reference') -%}
    {%- if found is not none -%}
      {%- do whence.print_universe_diff(found.resolved, found.relations) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}

{#-
  Prints the difference.

  resolved, relations: see preview_proxies.
-#}
{%- macro print_universe_diff(resolved, relations) -%}
  {%- set columns = ['category', 'asset_class', 'label', 'sector_group', 'proxy_key', 'currency', 'priority'] -%}
  {%- set compared -%}
{{ whence.universe_ctes(resolved, relations) }},

wanted as (

    select
        ticker,
        min(case when lower(coalesce(is_active, 'true')) in ('false', 'f', 'no', '0') then 0 else 1 end) as is_wanted
    from universe
    group by ticker

)

select
    found.ticker,
    found.source_tier,
    etfs.ticker is not null as is_known,
    coalesce(wanted.is_wanted, 1) as is_wanted,
    found.is_active
    {%- for column in columns %},
    cast(etfs.{{ column }} as {{ whence.type_text() }}) as old_{{ column }},
    cast(found.{{ column }} as {{ whence.type_text() }}) as new_{{ column }}
    {%- endfor %}
from found
left join etfs on found.ticker = etfs.ticker
left join wanted on found.ticker = wanted.ticker
order by {{ whence.text_order('found.ticker') }}
  {%- endset -%}
  {%- set added, changed, same, off, left_out = [], [], [], [], [] -%}
  {%- for row in run_query(compared).rows -%}
    {%- if not row.is_active and row.is_wanted == 1 -%}
      {%- do left_out.append(row.ticker) -%}
    {%- endif -%}
    {%- set ticker = row.ticker -%}
    {%- set differences = [] -%}
    {%- for column in columns if row['old_' ~ column] != row['new_' ~ column] -%}
      {%- do differences.append(
        column ~ ' ' ~ (row['old_' ~ column] if row['old_' ~ column] is not none else '(none)') ~ ' -> '
        ~ (row['new_' ~ column] if row['new_' ~ column] is not none else '(none)')
      ) -%}
    {%- endfor -%}
    {%- if row.source_tier == 'user' and row.is_wanted == 0 -%}
      {%- do off.append(ticker) -%}
    {%- endif -%}
    {%- if row.source_tier == 'user' and not row.is_known -%}
      {%- set described = [] -%}
      {%- for column in columns if row['new_' ~ column] is not none -%}
        {%- do described.append(column ~ ' ' ~ row['new_' ~ column]) -%}
      {%- endfor -%}
      {%- do added.append('  added ' ~ ticker ~ ': ' ~ described | join(', ')) -%}
    {%- elif row.source_tier == 'user' and differences -%}
      {%- do changed.append('  changed ' ~ ticker ~ ': ' ~ differences | join(', ')) -%}
    {%- elif row.source_tier == 'user' -%}
      {%- do same.append(ticker) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set label = resolved.inputs.universe.label if 'universe' in resolved.inputs else none -%}
  {%- do print(
    'universe: ' ~ (label ~ ' against the reference: ' ~ added | length ~ ' added, ' ~ changed | length ~ ' changed, '
    ~ off | length ~ ' switched off, ' ~ same | length ~ ' as they were' if label is not none
    else 'none is declared; the reference is taken as it is')
  ) -%}
  {%- for line in added + changed -%}
    {%- do print(line) -%}
  {%- endfor -%}
  {%- for what, tickers in [('switched off', off), ('left out by categories or asset_class_filters', left_out)]
      if tickers -%}
    {%- do print('  ' ~ what ~ ': ' ~ tickers | join(', ')) -%}
  {%- endfor -%}
{%- endmacro -%}
