{#-
  Prints where the proxy tables are and what they say first: the panel, what offsets each exposure best, and which series are
  left out or doubtful; part of summarize. Returns whether the tables are there.
-#}
{%- macro summarize_factor_proxies() -%}
  {%- set metadata = ref('whence', 'proxy_metadata') -%}
  {%- set quality = ref('whence', 'proxy_quality') -%}
  {%- set offsets = ref('whence', 'proxy_offsets') -%}
  {%- if load_relation(metadata) is none or load_relation(quality) is none or load_relation(offsets) is none -%}
    {{ return(false) }}
  {%- endif -%}
  {%- set text = whence.type_text() -%}
  {%- set panel -%}
select
    n_series,
    cast(first_month as {{ text }}),
    cast(last_month as {{ text }}),
    (select max(n_months) from {{ quality }})
from {{ metadata }}
  {%- endset -%}
  {%- for n_series, first, last, n_months in run_query(panel).rows -%}
    {%- do print('\nTables proxy_* are in ' ~ whence.place_of(metadata) ~ '.') -%}
    {%- if n_series == 0 -%}
      {%- do print('\nfactor proxies: no series has returns') -%}
    {%- else -%}
      {%- do print(
        '\nfactor proxies, ' ~ first ~ ' to ' ~ last ~ ', ' ~ n_series ~ ' series of up to ' ~ n_months ~ ' months:'
      ) -%}
    {%- endif -%}
    {%- set best -%}
select
    portfolio,
    exposed,
    count(*) as n_candidates,
    sum(case when is_recommended then 1 else 0 end) as n_recommended,
    -- one that nothing stands against, if there is
    coalesce(
        min(case when reason = 'holds out of sample' then offset_rank end),
        min(case when is_recommended then offset_rank end)
    ) as first_rank
from {{ offsets }}
group by portfolio, exposed
    {%- endset -%}
    {%- set strongest -%}
select
    best.portfolio,
    best.exposed,
    best.n_candidates,
    best.n_recommended,
    offsets.rationale
from ({{ best }}) as best
left join {{ offsets }} as offsets
    on
        best.portfolio = offsets.portfolio
        and best.exposed = offsets.exposed
        and best.first_rank = offsets.offset_rank
order by
    case when best.n_recommended > 0 then 0 else 1 end,
    offsets.oos_variance_reduction desc,
    {{ whence.text_order('best.portfolio') }},
    {{ whence.text_order('best.exposed') }}
    {%- endset -%}
    {%- set rows = run_query(strongest).rows -%}
    {%- set without = [] -%}
    {%- for portfolio, exposed, n_candidates, n_recommended, rationale in rows -%}
      {%- set subject = exposed if portfolio == 'main' else portfolio ~ ', ' ~ exposed -%}
      {%- if n_recommended == 0 -%}
        {%- do without.append(subject) -%}
      {%- elif loop.index <= 10 -%}
        {%- do print(
          '  ' ~ subject ~ ': ' ~ n_recommended ~ ' of ' ~ n_candidates ~ ' candidates are recommended; first: ' ~ rationale
        ) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set n_more = rows | length - without | length - 10 -%}
    {%- if n_more > 0 -%}
      {%- do print('  and ' ~ n_more ~ ' more exposures with recommendations in proxy_offsets') -%}
    {%- endif -%}
    {%- if without -%}
      {%- do print('  nothing is recommended for ' ~ whence.some_names(without)) -%}
    {%- endif -%}
    {%- set doubts -%}
select
    status,
    reason,
    series
from {{ quality }}
where status <> 'ok' and (reason <> 'no_data' or n_months > 0)
order by status, reason, {{ whence.text_order('series') }}
    {%- endset -%}
    {%- set by_reason = {} -%}
    {%- for status, reason, series in run_query(doubts).rows -%}
      {%- set key = ('left out, ' if status == 'excluded' else 'warning, ') ~ reason -%}
      {%- do by_reason.update({key: by_reason.get(key, []) + [series]}) -%}
    {%- endfor -%}
    {%- for key, series in by_reason.items() -%}
      {%- do print('  ' ~ key ~ ': ' ~ whence.some_names(series)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro -%}
