{#-
  Stops the build where the data of a factor model contradict what it needs, and warns where rows cannot be used; silent
  otherwise. Checked: two rows of one asset and date (or factor and date), weights that sum to nothing, names that tables
  use for rows of their own, relations without rows, dates that cannot be read.

  models: list of resolved factor models.
  prices, portfolio, factors, risk_free: relations with the columns of factor_input_rows.
  returns, assets: of factor_asset_returns and factor_asset_samples.
-#}
{%- macro check_factor_data(models, prices, portfolio, factors, risk_free, returns, assets) -%}
  {%- if whence.is_building() and not flags.EMPTY and models -%}
    {%- set text = whence.type_text() -%}
    {%- set by_name = {} -%}
    {%- for resolved in models -%}
      {%- do by_name.update({resolved.name: resolved}) -%}
    {%- endfor -%}
    {%- set repeated -%}
select distinct
    assets.model,
    assets.asset || ' on ' || cast(returns.date as {{ text }}) as key
from {{ returns }} as returns
inner join {{ assets }} as assets on returns.asset_number = assets.asset_number
where returns.is_repeated
order by 1, 2
limit 3
    {%- endset -%}
    {%- do whence.check_factor_keys(by_name, run_query(repeated).rows, 'prices', 'asset') -%}
    {#- Ready returns of weekends are compounded, so they are not among the returns by date. -#}
    {%- for input, relation, what, name, where in [
      ('prices', prices, 'asset', 'asset', 'asset_return is not null and ' ~ whence.is_weekend('date')),
      ('factors', factors, 'factor', 'factor', 'date is not null'),
      ('risk_free', risk_free, 'rate', "'the rate'", 'date is not null'),
    ] -%}
      {%- set repeated -%}
select
    model,
    {{ name }} || ' on ' || cast(date as {{ text }}) as key
from {{ relation }}
where {{ where }}
group by 1, 2
having count(*) > 1
order by 1, 2
limit 3
      {%- endset -%}
      {%- do whence.check_factor_keys(by_name, run_query(repeated).rows, input, what) -%}
    {%- endfor -%}
    {%- set reserved = run_query(
      'select distinct model, factor from ' ~ factors
      ~ " where factor in ('alpha', 'mean', 'residual', 'risk_free', 'unattributed', 'PORTFOLIO', '(blank)') order by 1, 2"
    ).rows -%}
    {%- for model, factor in reserved -%}
      {%- do whence.config_error(
        by_name[model].field ~ '.factors', "'" ~ factor ~ "' is a factor of " ~ by_name[model].inputs.factors.label
        ~ '; tables use that name for a row of their own, so name it otherwise'
      ) -%}
    {%- endfor -%}
    {%- set sums -%}
select
    model,
    sum(case when status in ('ok', 'constant') then 1 else 0 end) as n_taking_part,
    coalesce(sum(abs(weight)), 0) as gross_weight,
    sum(case when asset = 'PORTFOLIO' then 1 else 0 end) as n_named_portfolio,
    sum(case when is_held and status not in ('ok', 'constant') then 1 else 0 end) as n_unmatched,
    sum(case when is_held then 1 else 0 end) as n_held,
    sum(case when status in ('ok', 'constant') then abs(amount) end) as gross
from {{ assets }}
group by model
    {%- endset -%}
    {%- for model, n_taking_part, gross_weight, n_named, n_unmatched, n_held, gross in run_query(sums).rows -%}
      {%- set resolved = by_name[model] -%}
      {%- if n_named > 0 -%}
        {%- do whence.config_error(
          resolved.field ~ '.prices', "an asset is named 'PORTFOLIO', which tables use for the portfolio; name it otherwise"
        ) -%}
      {%- elif n_taking_part > 0 and gross_weight == 0 -%}
        {%- if n_held > 0 and n_held == n_unmatched -%}
          {%- do whence.config_error(
            resolved.field ~ '.portfolio', 'none of the ' ~ n_held ~ ' assets of ' ~ resolved.inputs.portfolio.label
            ~ ' has returns in ' ~ resolved.inputs.prices.label ~ '; expected the same names in both'
          ) -%}
        {%- endif -%}
        {%- do whence.config_error(
          resolved.field ~ '.portfolio', 'the weights of ' ~ resolved.inputs.portfolio.label ~ ' sum to 0'
          ~ (' (gross ' ~ gross ~ ')' if gross else '') ~ '; '
          ~ ('long and short cancel, so set normalize: gross' if resolved.normalize == 'net' and gross
          else 'expected an amount for at least one asset with prices')
        ) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for input, relation, dated in [
      ('prices', prices, true), ('portfolio', portfolio, false), ('factors', factors, true), ('risk_free', risk_free, true),
    ] -%}
      {%- set counts -%}
select
    model,
    count(*) as n_rows,
    sum(case when {{ 'date is null' if dated else '1 = 0' }} then 1 else 0 end) as n_undated
from {{ relation }}
group by model
      {%- endset -%}
      {%- set counted = {} -%}
      {%- for row in run_query(counts).rows -%}
        {%- do counted.update({row[0]: row}) -%}
      {%- endfor -%}
      {%- for resolved in models if input in resolved.inputs -%}
        {%- set field = resolved.field ~ '.' ~ input -%}
        {%- set given = resolved.inputs[input] -%}
        {%- if resolved.name not in counted -%}
          {%- do exceptions.warn('whence: ' ~ field ~ ': ' ~ given.label ~ ' has no rows; tables that need them stay empty') -%}
        {%- else -%}
          {%- set name, n_rows, n_undated = counted[resolved.name] -%}
          {%- if n_undated == n_rows -%}
            {%- do whence.config_error(
              field, "no date in '" ~ given.columns.date.name ~ "' of " ~ given.label ~ ' can be read (' ~ n_rows
              ~ ' rows); expected dates, or text such as 2024-01-31'
            ) -%}
          {%- elif n_undated > 0 -%}
            {%- do exceptions.warn(
              'whence: ' ~ field ~ ': ' ~ n_undated ~ ' of ' ~ n_rows
              ~ ' rows are left out, as they have no date that can be read'
            ) -%}
          {%- endif -%}
        {%- endif -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
