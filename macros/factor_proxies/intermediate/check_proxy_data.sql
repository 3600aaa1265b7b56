{#-
  Stops the build where an input of factor proxies has two rows for what it should have one, or no date that can be read;
  warns of rows and tickers that take no part, of values that cannot be, of yields that are missing or do not look like
  percent, of currencies that are mixed, and of a panel without months or returns. Silent otherwise.

  resolved: as resolved_proxies returns it.
  inputs: dict of input to relation, typed as proxy_input_rows has it.
  universe: relation of proxy_universe.
  months, month_prices, month_yields, etf_returns: relations of the models int_factor_proxies__ of these names.
-#}
{%- macro check_proxy_data(resolved, inputs, universe, months, month_prices, month_yields, etf_returns) -%}
  {%- if whence.is_building() and not flags.EMPTY and resolved is not none -%}
    {%- do whence.check_proxy_rows(resolved, inputs) -%}
    {%- do whence.check_proxy_values(resolved, inputs) -%}
    {%- do whence.check_proxy_tickers(resolved, inputs, universe, etf_returns) -%}
    {%- set n_window = {'1y': 12, '3y': 36, '5y': 60}.get(resolved.window, none) -%}
    {%- if n_window is not none and n_window < resolved.min_observations -%}
      {%- do exceptions.warn(
        'whence: ' ~ resolved.field ~ '.window: ' ~ resolved.window ~ ' has ' ~ n_window ~ ' months, and min_observations is '
        ~ resolved.min_observations ~ ', so nothing is estimated; expected a longer window, or fewer min_observations'
      ) -%}
    {%- endif -%}
    {%- do whence.check_proxy_months(resolved, inputs.prices, universe, months, month_prices, etf_returns) -%}
    {%- if 'yields' in resolved.inputs -%}
      {%- do whence.check_proxy_yields(resolved, months, month_yields) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}

{#- Rows of every input: none at all, without date or name, or more than one of a key. Arguments: see check_proxy_data. -#}
{%- macro check_proxy_rows(resolved, inputs) -%}
  {%- set text = whence.type_text() -%}
  {%- set keys = {
    'prices': 'ticker', 'distributions': 'ticker', 'market_caps': 'ticker', 'yields': 'maturity', 'portfolio': 'factor',
    'factor_groups': 'ticker',
  } -%}
  {%- for name in ['prices', 'yields', 'distributions', 'market_caps', 'volatility_index', 'portfolio', 'factor_groups']
      if name in resolved.inputs -%}
    {%- set field, given = resolved.field ~ '.' ~ name, resolved.inputs[name] -%}
    {%- set is_dated = name not in ['portfolio', 'factor_groups'] -%}
    {#- yields have a row for each maturity by now -#}
    {%- set rows = inputs[name] ~ (
      ' where maturity = ' ~ whence.text_literal((given.columns.keys() | reject('equalto', 'date') | list)[0])
      if name == 'yields' else ''
    ) -%}
    {%- set counts -%}
select
    count(*),
    sum(case when {{ 'date is null' if is_dated else '1 = 0' }} then 1 else 0 end),
    sum(case when {{ keys[name] ~ ' is null' if name in keys else '1 = 0' }} then 1 else 0 end)
from {{ rows }}
    {%- endset -%}
    {%- set n_rows, n_undated, n_unnamed = run_query(counts).rows[0] -%}
    {%- if n_rows == 0 -%}
      {%- do exceptions.warn('whence: ' ~ field ~ ': ' ~ given.label ~ ' has no rows; tables that need them stay empty') -%}
    {%- elif n_undated == n_rows -%}
      {%- do whence.config_error(
        field, "no date in '" ~ given.columns.date.name ~ "' of " ~ given.label ~ ' can be read (' ~ n_rows
        ~ ' rows); expected dates, or text such as 2024-01-31'
      ) -%}
    {%- endif -%}
    {%- for n, what in [(n_undated, 'no date that can be read'), (n_unnamed, 'no ' ~ keys.get(name, ''))] if n -%}
      {%- do exceptions.warn(
        'whence: ' ~ field ~ ': ' ~ n ~ ' of ' ~ n_rows ~ ' rows are left out, as they have ' ~ what
      ) -%}
    {%- endfor -%}
    {%- if name in ['prices', 'yields', 'market_caps', 'volatility_index'] -%}
      {%- set has_ticker = keys.get(name) == 'ticker' -%}
      {%- set repeated -%}
select {{ "ticker || ' on ' || " if has_ticker }}cast(date as {{ text }}) as key
from {{ rows }}
{{ 'and' if name == 'yields' else 'where' }} date is not null{{ ' and ticker is not null' if has_ticker }}
group by date{{ ', ticker' if has_ticker }}
having count(*) > 1
order by {{ whence.text_order('ticker') ~ ', ' if has_ticker }}date
limit 3
      {%- endset -%}
      {%- set found = run_query(repeated).columns[0].values() -%}
      {%- if found | length > 0 -%}
        {%- do whence.config_error(
          field, given.label ~ ' has more than one row for ' ~ found | join(', ') ~ '; expected one row per '
          ~ ('ticker and date' if has_ticker else 'date')
        ) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}

{#- Values that cannot be, or are missing. Arguments: see check_proxy_data. -#}
{%- macro check_proxy_values(resolved, inputs) -%}
  {%- set given = whence.quote_identifier('return') -%}
  {%- for name, role, condition, problem in [
    ('prices', 'price', 'price <= 0', 'price at or below 0'),
    ('prices', 'close', 'close <= 0', 'close at or below 0'),
    ('prices', 'return', given ~ ' < -1', 'return below -1, a loss of more than everything'),
    ('prices', none, 'coalesce(price, close, ' ~ given ~ ') is null', 'neither price nor return that is a finite number'),
    ('market_caps', 'market_cap', 'market_cap is null or market_cap <= 0', 'market capitalisation above 0'),
    ('distributions', 'amount', 'amount is null or amount < 0', 'amount of 0 or more'),
    ('portfolio', 'exposure', 'exposure is null', 'exposure that is a finite number'),
  ] if name in resolved.inputs and (role is none or role in resolved.inputs[name].columns) -%}
    {%- set key = 'factor' if name == 'portfolio' else 'ticker' -%}
    {%- set found = run_query(
      'select ' ~ key ~ ', count(*) from ' ~ inputs[name] ~ ' where ' ~ condition ~ ' and ' ~ key ~ ' is not null group by '
      ~ key ~ ' order by ' ~ whence.text_order(key)
    ) -%}
    {%- if found.rows | length > 0 -%}
      {%- set is_wrong = role is not none and name == 'prices' -%}
      {%- do exceptions.warn(
        'whence: ' ~ resolved.field ~ '.' ~ name ~ ': ' ~ found.columns[1].values() | sum ~ ' rows have '
        ~ ('a ' if is_wrong else '' if role is none else 'no ') ~ problem ~ ' ('
        ~ whence.some_names(found.columns[0].values()) ~ ')'
        ~ ('; such values count as missing' if name != 'distributions' else '; expected what was paid per share')
      ) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}

{#- Tickers that the universe lacks, and currencies that differ. Arguments: see check_proxy_data. -#}
{%- macro check_proxy_tickers(resolved, inputs, universe, etf_returns) -%}
  {%- for name, problem in [
    ('prices', 'which take no part; add them to universe with their category, or leave them out'),
    ('factor_groups',
      'which have no part in their groups, see proxy_group_checks; add them to universe with their category'),
  ] if name in resolved.inputs -%}
    {%- set unknown -%}
select ticker
from {{ inputs[name] }}
where ticker is not null and ticker not in (select ticker from {{ universe }})
group by ticker
order by {{ whence.text_order('ticker') }}
    {%- endset -%}
    {%- set found = run_query(unknown).columns[0].values() -%}
    {%- if found | length > 0 -%}
      {%- do exceptions.warn(
        'whence: ' ~ resolved.field ~ '.' ~ name ~ ': ' ~ resolved.inputs[name].label ~ ' has ' ~ found | length
        ~ ' tickers that the universe lacks (' ~ whence.some_names(found) ~ '), ' ~ problem
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set currencies -%}
select
    currency,
    ticker
from {{ universe }}
where is_active and ticker in (select series from {{ etf_returns }})
order by {{ whence.text_order('currency') }}, {{ whence.text_order('ticker') }}
  {%- endset -%}
  {%- set by_currency = {} -%}
  {%- for currency, ticker in run_query(currencies).rows -%}
    {%- do by_currency.update({currency: by_currency.get(currency, []) + [ticker]}) -%}
  {%- endfor -%}
  {%- if by_currency | length > 1 -%}
    {%- set parts = [] -%}
    {%- for currency, tickers in by_currency.items() -%}
      {%- do parts.append(currency ~ ': ' ~ whence.some_names(tickers, 3)) -%}
    {%- endfor -%}
    {%- do exceptions.warn(
      'whence: ' ~ resolved.field ~ '.prices: returns are in ' ~ by_currency | length ~ ' currencies (' ~ parts | join('; ')
      ~ ') and are compared as they are; expected one: convert the prices, or switch tickers off by is_active of universe'
    ) -%}
  {%- endif -%}
{%- endmacro -%}

{#- A panel without months or returns. Arguments: see check_proxy_data. -#}
{%- macro check_proxy_months(resolved, prices, universe, months, month_prices, etf_returns) -%}
  {%- set text = whence.type_text() -%}
  {%- set given = whence.quote_identifier('return') -%}
  {%- set n_returns = run_query('select count(*) from ' ~ etf_returns).rows[0][0] -%}
  {%- set n_rows, first, last = run_query(
    'select count(*), cast(min(date) as ' ~ text ~ '), cast(max(date) as ' ~ text ~ ') from ' ~ prices
    ~ ' where date is not null and ticker is not null and coalesce(price, close, ' ~ given ~ ') is not null'
  ).rows[0] -%}
  {%- if n_returns == 0 and n_rows > 0 -%}
    {%- set n_months = run_query('select count(*) from ' ~ months).rows[0][0] -%}
    {%- set n_tickers = run_query(
      'select count(distinct ticker) from ' ~ month_prices ~ ' where ticker in (select ticker from ' ~ universe
      ~ ' where is_active)'
    ).rows[0][0] -%}
    {%- set period = (' within the window' if resolved.window is not none else
      (' from ' ~ resolved.start_date if resolved.start_date is not none else '')
      ~ (' to ' ~ resolved.end_date if resolved.end_date is not none else '')
    ) -%}
    {%- do exceptions.warn(
      'whence: ' ~ resolved.field ~ '.prices: '
      ~ ('no month' ~ period ~ ' is complete (prices from ' ~ first ~ ' to ' ~ last
        ~ '; a month is once its last weekday or a later month has prices)' if n_months == 0
        else 'no active ticker of the universe is among those with prices' if n_tickers == 0
        else 'no ticker has prices in two months one after the other (' ~ n_months ~ ' months' ~ period ~ ')')
      ~ '; tables that need returns stay empty'
    ) -%}
  {%- endif -%}
{%- endmacro -%}

{#- Yields that are missing for months of the panel, or do not look like percent. Arguments: see check_proxy_data. -#}
{%- macro check_proxy_yields(resolved, months, month_yields) -%}
  {%- set given = resolved.inputs.yields -%}
  {%- set field = resolved.field ~ '.yields' -%}
  {%- set largest = run_query('select max(abs(yield)) * 100 from ' ~ month_yields).rows[0][0] -%}
  {%- if largest is not none and 0 < largest < 0.3 -%}
    {%- do exceptions.warn(
      'whence: ' ~ field ~ ': the largest yield of ' ~ given.label ~ ' is ' ~ '%.4g' | format(largest)
      ~ ', which looks like a decimal; expected percent a year (4.5 for 4.5 %): multiply by 100'
    ) -%}
  {%- elif largest is not none and largest > 100 -%}
    {%- do exceptions.warn(
      'whence: ' ~ field ~ ': the largest yield of ' ~ given.label ~ ' is ' ~ '%.4g' | format(largest)
      ~ ', which looks like basis points or a mistake; expected percent a year (4.5 for 4.5 %)'
    ) -%}
  {%- endif -%}
  {%- if resolved.risk_free_maturity not in given.columns -%}
    {%- do exceptions.warn(
      'whence: ' ~ field ~ ': ' ~ given.label ~ ' has no column for ' ~ resolved.risk_free_maturity
      ~ ', the riskless rate; excess returns and what is made of them stay empty: set risk_free_maturity to one that it has'
    ) -%}
  {%- endif -%}
  {%- set missing = [] -%}
  {%- set n_months = run_query('select count(*) from ' ~ months).rows[0][0] -%}
  {%- for maturity in given.columns if maturity != 'date' and n_months > 0 -%}
    {%- set n_missing = run_query(
      'select count(*) from ' ~ months ~ ' where month_number not in (select month_number from ' ~ month_yields
      ~ ' where maturity = ' ~ whence.text_literal(maturity) ~ ')'
    ).rows[0][0] -%}
    {%- if n_missing > 0 -%}
      {%- do missing.append(maturity ~ ' of ' ~ n_missing) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if missing -%}
    {%- do exceptions.warn(
      'whence: ' ~ field ~ ': of the ' ~ n_months ~ ' months of the panel ' ~ given.label ~ ' lacks ' ~ missing | join(', ')
      ~ '; rate sensitivities leave them out'
      ~ (', and the month after has no excess return' if resolved.risk_free_maturity in given.columns else '')
    ) -%}
  {%- endif -%}
{%- endmacro -%}
