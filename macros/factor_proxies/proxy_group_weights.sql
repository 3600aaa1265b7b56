{#-
  The weights of the members of every user group, from a date on.

  groups: relation or CTE with the columns of the role factor_groups (stg_factor_proxies__factor_groups).
  market_caps: of the role market_caps.
  Columns: those of proxy_group_weights (docs/factor_proxies.md). Rows of one valid_from are a composition of its own, which
  ends where the next begins. Custom weights are divided by their sum, which must not be zero; weights by market
  capitalisation begin anew with every date of market_caps, each member with its latest.
-#}
{%- macro proxy_group_weights(groups, market_caps) -%}
{%- set always = "date '1900-01-01'" -%}
with compositions as (

    select distinct
        factor_group,
        ticker,
        weight,
        coalesce(valid_from, {{ always }}) as valid_from
    from {{ groups }}
    where factor_group is not null and ticker is not null

),

weightings as (

    {{ whence.proxy_group_weightings(groups) }}

),

spans as (

    select
        factor_group,
        valid_from,
        lead(valid_from) over (partition by factor_group order by valid_from) as next_valid_from
    from (
        select distinct
            factor_group,
            valid_from
        from compositions
    ) as starts

),

given as (

    -- a member that is named twice has both weights, or counts once
    select
        compositions.factor_group,
        compositions.ticker,
        compositions.valid_from,
        case when weightings.weighting = 'custom' then sum(compositions.weight) else 1.0 end as amount
    from compositions
    inner join weightings on compositions.factor_group = weightings.factor_group
    where weightings.weighting in ('equal', 'custom')
    group by compositions.factor_group, compositions.ticker, compositions.valid_from, weightings.weighting

),

cap_dates as (

    -- a composition begins with its own date, and again with every date of a capitalisation while it lasts
    select distinct
        spans.factor_group,
        spans.valid_from as composition,
        greatest(spans.valid_from, market_caps.date) as valid_from
    from spans
    inner join weightings on spans.factor_group = weightings.factor_group
    inner join {{ market_caps }} as market_caps
        on spans.next_valid_from is null or market_caps.date < spans.next_valid_from
    where weightings.weighting = 'cap'

),

latest_caps as (

    select
        cap_dates.factor_group,
        compositions.ticker,
        cap_dates.valid_from,
        max(market_caps.date) as cap_date
    from cap_dates
    inner join compositions
        on cap_dates.factor_group = compositions.factor_group and cap_dates.composition = compositions.valid_from
    inner join {{ market_caps }} as market_caps
        on compositions.ticker = market_caps.ticker and market_caps.date <= cap_dates.valid_from
    where market_caps.market_cap > 0
    group by cap_dates.factor_group, compositions.ticker, cap_dates.valid_from

),

amounts as (

    select * from given

    union all

    select
        latest_caps.factor_group,
        latest_caps.ticker,
        latest_caps.valid_from,
        max(market_caps.market_cap) as amount
    from latest_caps
    inner join {{ market_caps }} as market_caps
        on latest_caps.ticker = market_caps.ticker and latest_caps.cap_date = market_caps.date
    group by latest_caps.factor_group, latest_caps.ticker, latest_caps.valid_from

),

totals as (

    select
        factor_group,
        valid_from,
        sum(amount) as total
    from amounts
    group by factor_group, valid_from

)

select
    amounts.factor_group,
    amounts.ticker,
    amounts.valid_from,
    {{ whence.safe_divide('amounts.amount', 'totals.total') }} as weight
from amounts
inner join totals
    on amounts.factor_group = totals.factor_group and amounts.valid_from = totals.valid_from
where abs(totals.total) > 1e-12 and amounts.amount is not null
{%- endmacro -%}

{#-
  How the members of every user group are weighted: as given, else custom where there are weights, else equal.

  groups: see proxy_group_weights.
  Columns: factor_group, weighting (equal, cap, custom, or what was given; the first by name of several), n_weightings (how
  many were given).
-#}
{%- macro proxy_group_weightings(groups) -%}
select
        factor_group,
        coalesce(
            min(case when lower(weighting) in ('market_cap', 'cap_weighted') then 'cap' else lower(weighting) end),
            case when count(weight) > 0 then 'custom' else 'equal' end
        ) as weighting,
        count(distinct lower(weighting)) as n_weightings
    from {{ groups }}
    where factor_group is not null
    group by factor_group
{%- endmacro -%}
