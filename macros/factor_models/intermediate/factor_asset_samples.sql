{#-
  Every asset that has prices or stands in the portfolio: what its returns are like, whether it takes part, and its
  weight.

  specs: relation or CTE with the columns of factor_spec_rows.
  prices, portfolio: of factor_input_rows.
  priced: of factor_priced_assets.
  returns: of factor_asset_returns.
  dates: of factor_dates.
  Columns: model, asset, asset_number (null without prices), n_rows, n_unusable (of factor_priced_assets), n_obs, n_gaps
  (returns that span a gap), n_out_of_range (returns beyond 1e30), first_date, last_date, mean_return, volatility, is_held,
  amount (weight, market value, or shares times price, signed), is_amount_missing (1 where the portfolio has no number for
  it; its weight is then 0), weight (share of the gross or net amount of the assets that take part; null for those that do not),
  status:
    ok
    constant: its returns do not vary; it takes part in the portfolio, not in factors
    too_few_returns: fewer than min_observations
    no_prices: it stands in the portfolio only
-#}
{%- macro factor_asset_samples(specs, prices, priced, portfolio, returns, dates) -%}
with last_prices as (

    -- for shares without a price of their own: the latest one up to the end of the window
    select
        prices.model,
        prices.asset,
        prices.price,
        row_number() over (partition by prices.model, prices.asset order by prices.date desc) as from_last
    from {{ prices }} as prices
    inner join {{ dates }} as dates on prices.model = dates.model and prices.date = dates.date
    where
        dates.in_window
        and prices.price > 0
        and prices.model in (select model from {{ portfolio }} where shares is not null and price is null)

),

lots as (

    select
        portfolio.model,
        portfolio.asset,
        coalesce(
            portfolio.weight,
            portfolio.market_value,
            {{ whence.safe_multiply('portfolio.shares', 'coalesce(portfolio.price, last_prices.price)') }}
        ) as amount
    from {{ portfolio }} as portfolio
    left join last_prices
        on
            portfolio.model = last_prices.model
            and portfolio.asset = last_prices.asset
            and last_prices.from_last = 1

),

amounts as (

    -- beyond 1e30 an amount is as good as missing
    select
        model,
        asset,
        sum(case when abs(amount) <= 1e30 then amount end) as amount,
        max(case when abs(amount) <= 1e30 then 0 else 1 end) as is_amount_missing
    from lots
    group by model, asset

),

moments as (

    select
        asset_number,
        count(asset_return) as n_obs,
        count(*) - count(asset_return) as n_out_of_range,
        sum(case when spans_gap and asset_return is not null then 1 else 0 end) as n_gaps,
        min(case when asset_return is not null then date end) as first_date,
        max(case when asset_return is not null then date end) as last_date,
        avg(asset_return) as mean_return,
        stddev_samp(asset_return) as volatility,
        min(asset_return) as lowest,
        max(asset_return) as highest
    from {{ returns }}
    group by asset_number

),

named as (

    select
        model,
        asset
    from {{ priced }}
    union
    select
        model,
        asset
    from amounts

),

judged as (

    select
        named.model,
        named.asset,
        priced.asset_number,
        specs.normalize,
        specs.has_portfolio,
        coalesce(priced.n_rows, 0) as n_rows,
        coalesce(priced.n_unusable, 0) as n_unusable,
        coalesce(moments.n_obs, 0) as n_obs,
        coalesce(moments.n_gaps, 0) as n_gaps,
        coalesce(moments.n_out_of_range, 0) as n_out_of_range,
        moments.first_date,
        moments.last_date,
        moments.mean_return,
        moments.volatility,
        amounts.asset is not null or specs.has_portfolio = 0 as is_held,
        case when specs.has_portfolio = 1 then amounts.amount else 1 end as amount,
        coalesce(amounts.is_amount_missing, 0) as is_amount_missing,
        case
            when priced.asset is null then 'no_prices'
            when coalesce(moments.n_obs, 0) < specs.min_observations then 'too_few_returns'
            when
                moments.highest - moments.lowest <= 1e-12 * greatest(1, abs(moments.highest), abs(moments.lowest))
                then 'constant'
            else 'ok'
        end as status
    from named
    inner join {{ specs }} as specs on named.model = specs.model
    left join {{ priced }} as priced on named.model = priced.model and named.asset = priced.asset
    left join moments on priced.asset_number = moments.asset_number
    left join amounts on named.model = amounts.model and named.asset = amounts.asset

),

sums as (

    select
        model,
        sum(case when normalize = 'net' then amount else abs(amount) end) as whole,
        sum(abs(amount)) as gross
    from judged
    where status in ('ok', 'constant') and amount is not null
    group by model

)

select
    judged.model,
    judged.asset,
    judged.asset_number,
    judged.n_rows,
    judged.n_unusable,
    judged.n_obs,
    judged.n_gaps,
    judged.n_out_of_range,
    judged.first_date,
    judged.last_date,
    judged.mean_return,
    judged.volatility,
    judged.is_held,
    judged.amount,
    judged.is_amount_missing,
    judged.status,
    case
        when judged.status not in ('ok', 'constant') then null
        when judged.amount is null then 0
        -- a sum that is rounding of its parts is zero
        when abs(sums.whole) > 1e-12 * sums.gross then {{ whence.bounded(whence.safe_divide('judged.amount', 'sums.whole')) }}
    end as weight
from judged
left join sums on judged.model = sums.model
{%- endmacro -%}
