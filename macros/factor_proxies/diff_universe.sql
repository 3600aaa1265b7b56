{#-
  dbt run-operation diff_universe: prints what the user's universe changes against the reference seed proxy_etfs: tickers
  that are added, changed (each column, old -> new), switched off by is_active, left out by categories and
  asset_class_filters. Builds nothing; of a ticker named twice the row counts that proxy_universe takes.
-#}
{%- macro diff_universe() -%}
  {%- if execute -%}
    {%- set found = whence.preview_proxies() -%}
    {%- set etfs = ref('whence', 'proxy_etfs') -%}
    {%- if found.spec is none -%}
      {%- do print('whence: whence_factor_proxies is not set; the universe is that of the reference') -%}
    {%- elif load_relation(etfs) is none -%}
      {%- do whence.config_error(
        found.spec.field ~ '.universe', 'the reference is not in the warehouse; run dbt seed --select factor_proxies first'
      ) -%}
    {%- elif found.resolved is none -%}
      {%- do whence.config_error(
        found.spec.field, found.missing | join(', ') ~ (' is' if found.missing | length == 1 else ' are')
        ~ ' not in the warehouse; build that first'
      ) -%}
    {%- else -%}
      {%- do whence.print_universe_diff(found.resolved, found.relations, etfs) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}

{#-
  Prints the difference.

  resolved, relations: see preview_proxies.
  etfs: relation of the seed proxy_etfs.
-#}
{%- macro print_universe_diff(resolved, relations, etfs) -%}
  {%- set columns = ['category', 'asset_class', 'label', 'sector_group', 'proxy_key', 'currency', 'priority'] -%}
  {%- set compared -%}
with universe as (

    {{ whence.proxy_input_rows(resolved, {'relations': relations}, 'universe') }}

),

etfs as (

    select * from {{ etfs }}

),

found as (

    {{ whence.proxy_universe('universe', 'etfs', resolved) }}

),

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
