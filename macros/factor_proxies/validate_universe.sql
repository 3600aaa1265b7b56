{#-
  dbt run-operation validate_universe: checks the universe of factor proxies against what is declared beside it, without
  building, and prints what it finds. Errors, after which it exits with 1: a ticker without category, a category, priority
  or is_active that is none, a class to filter by that nothing has, a ticker named twice in different categories, a group
  none of whose members is known. Warnings: tickers named twice, tickers of prices, portfolio and factor_groups that the
  universe lacks, industries without sector group, asset classes and categories without a fund that has prices, currencies
  that differ.
-#}
{%- macro validate_universe() -%}
  {%- if execute -%}
    {%- set found = whence.preview_universe('there is nothing to check') -%}
    {%- if found is not none -%}
      {%- set problems = whence.universe_problems(found.resolved, found.relations) -%}
      {%- for kind, listed in [('error', problems.errors), ('warning', problems.warnings)] -%}
        {%- for field, problem in listed -%}
          {%- do print(kind ~ ': ' ~ field ~ ': ' ~ problem) -%}
        {%- endfor -%}
      {%- endfor -%}
      {%- do print(
        'universe: ' ~ problems.n_active ~ ' active tickers, ' ~ problems.n_priced ~ ' with prices; '
        ~ problems.errors | length ~ ' errors, ' ~ problems.warnings | length ~ ' warnings'
      ) -%}
      {%- if problems.errors -%}
        {%- do whence.config_error(
          problems.errors[0][0], problems.errors[0][1]
          ~ (' (and ' ~ (problems.errors | length - 1) ~ ' more errors, see above)' if problems.errors | length > 1 else '')
        ) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}

{#-
  What validate_universe finds.

  resolved, relations: see preview_proxies.
  Returns {'errors', 'warnings'}: lists of [field, problem], and n_active, n_priced.
-#}
{%- macro universe_problems(resolved, relations) -%}
  {%- set etfs = ref('whence', 'proxy_etfs') -%}
  {%- set sources = {'relations': relations} -%}
  {%- set field = resolved.field -%}
  {%- set typed = '(' ~ whence.proxy_input_rows(resolved, sources, 'universe') ~ ')' -%}
  {%- set first = whence.proxy_universe_problems(resolved, typed, etfs) -%}
  {%- set errors, warnings = first.errors, first.warnings -%}
  {%- set listed -%}
{{ whence.universe_ctes(resolved, relations) }}

select * from found
order by {{ whence.text_order('ticker') }}
  {%- endset -%}
  {%- set tickers = {} -%}
  {%- for row in run_query(listed).rows -%}
    {%- do tickers.update({row.ticker: row}) -%}
  {%- endfor -%}
  {%- set categories -%}
select
    universe.ticker,
    coalesce(universe.category, etfs.category) as category
from {{ typed }} as universe
left join {{ etfs }} as etfs on universe.ticker = etfs.ticker
where universe.ticker is not null
group by universe.ticker, coalesce(universe.category, etfs.category)
order by {{ whence.text_order('universe.ticker') }}, {{ whence.text_order('coalesce(universe.category, etfs.category)') }}
  {%- endset -%}
  {%- set by_ticker = {} -%}
  {%- for ticker, category in run_query(categories).rows -%}
    {%- do by_ticker.update({ticker: by_ticker.get(ticker, []) + [category or 'none']}) -%}
  {%- endfor -%}
  {%- for ticker, named in by_ticker.items() if named | length > 1 -%}
    {%- do errors.append([
      field ~ '.universe', ticker ~ ' is named in ' ~ named | join(' and ') ~ '; ' ~ tickers[ticker].category
      ~ ' counts, expected one category'
    ]) -%}
  {%- endfor -%}
  {%- set names = {} -%}
  {%- for input, role in [('prices', 'ticker'), ('portfolio', 'factor'), ('factor_groups', 'ticker')]
      if input in resolved.inputs -%}
    {%- set used = run_query(
      'select distinct ' ~ role ~ ' from (' ~ whence.proxy_input_rows(resolved, sources, input) ~ ') as given where ' ~ role
      ~ ' is not null'
    ).columns[0].values() | sort(case_sensitive=true) -%}
    {%- do names.update({input: used}) -%}
  {%- endfor -%}
  {%- set priced, series = [], tickers.keys() | list -%}
  {%- for ticker in names.prices if ticker in tickers and tickers[ticker].is_active -%}
    {%- do priced.append(ticker) -%}
  {%- endfor -%}
  {%- set members = {} -%}
  {%- if 'factor_groups' in resolved.inputs -%}
    {%- for factor_group, ticker in run_query(
      'select distinct factor_group, ticker from (' ~ whence.proxy_input_rows(resolved, sources, 'factor_groups')
      ~ ') as given where factor_group is not null and ticker is not null'
    ).rows -%}
      {%- do members.update({factor_group: members.get(factor_group, []) + [ticker]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {#- composites may be exposed too -#}
  {%- do series.extend(members.keys()) -%}
  {%- for ticker in priced -%}
    {%- do series.extend([tickers[ticker].asset_class, tickers[ticker].sector_group]) -%}
  {%- endfor -%}
  {%- set industries = run_query(
    'select ticker, industry, subindustry from ' ~ ref('whence', 'proxy_industries')
  ).rows -%}
  {%- for ticker, industry, subindustry in industries -%}
    {%- do series.extend([industry, subindustry]) -%}
  {%- endfor -%}
  {%- for input, known, what in [
    ('prices', tickers, 'takes no part'), ('portfolio', series, 'has nothing that offsets it'),
    ('factor_groups', tickers, 'has no part in its group'),
  ] if input in names -%}
    {%- set unknown = names[input] | reject('in', known) | list -%}
    {%- if unknown -%}
      {%- do warnings.append([
        field ~ '.' ~ input, resolved.inputs[input].label ~ ' has ' ~ unknown | length ~ ' tickers that the universe lacks ('
        ~ whence.some_names(unknown) ~ '); each ' ~ what ~ ': add them to universe with their category'
      ]) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for factor_group, listed in members.items() if not listed | select('in', tickers) | list -%}
    {%- do errors.append([
      field ~ '.factor_groups', "no member of '" ~ factor_group ~ "' is in the universe ("
      ~ whence.some_names(listed | sort(case_sensitive=true)) ~ ')'
    ]) -%}
  {%- endfor -%}
  {%- set ungrouped, currencies, classes = [], {}, [] -%}
  {%- set filled = {'asset classes': [], 'categories': ['user_group']} -%}
  {%- for ticker, row in tickers.items() if row.is_active -%}
    {%- if row.category == 'industry' and row.sector_group is none -%}
      {%- do ungrouped.append(ticker) -%}
    {%- endif -%}
    {%- if row.asset_class is not none -%}
      {%- do classes.append(row.asset_class) -%}
    {%- endif -%}
    {%- if ticker in priced -%}
      {%- do filled['asset classes'].append(row.asset_class) -%}
      {%- do filled['categories'].append(row.category) -%}
      {%- do currencies.update({row.currency: currencies.get(row.currency, []) + [ticker]}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if ungrouped -%}
    {%- do warnings.append([
      field ~ '.universe', 'industries without sector_group: ' ~ whence.some_names(ungrouped | sort(case_sensitive=true))
      ~ '; each stays a series of its own at granularity group'
    ]) -%}
  {%- endif -%}
  {%- for what, listed in [('asset classes', classes | unique | sort), ('categories', resolved.categories)] -%}
    {%- set missing = listed | reject('in', filled[what]) | list -%}
    {%- if missing -%}
      {%- do warnings.append([
        field ~ '.prices', what ~ ' without a fund that has prices: ' ~ missing | join(', ') ~ '; nothing stands for them'
      ]) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if currencies | length > 1 -%}
    {%- set parts = [] -%}
    {%- for currency, listed in currencies.items() | sort -%}
      {%- do parts.append(currency ~ ': ' ~ whence.some_names(listed | sort(case_sensitive=true), 3)) -%}
    {%- endfor -%}
    {%- do warnings.append([
      field ~ '.prices', 'prices are in ' ~ currencies | length ~ ' currencies (' ~ parts | join('; ')
      ~ '); returns are compared as they are'
    ]) -%}
  {%- endif -%}
  {%- set n_active = tickers.values() | selectattr('is_active') | list | length -%}
  {{ return({'errors': errors, 'warnings': warnings, 'n_active': n_active, 'n_priced': priced | length}) }}
{%- endmacro -%}
