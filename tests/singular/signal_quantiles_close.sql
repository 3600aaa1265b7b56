{{ config(enabled='signal_research' in var('whence_domains', ['signal_research'])) }}

-- Of every date with a spread, the quantiles hold all pairs of signal and forward return, and the spread is that of the
-- highest and the lowest; over all dates they hold the pairs of signal_quantiles.
with signal_series as (

    select * from {{ ref('signal_series') }}

),

signal_quantiles as (

    select * from {{ ref('signal_quantiles') }}

),

numbers as (

    select
        study,
        signal,
        horizon,
        max(quantile) as n_quantiles,
        sum(n_obs) as n_obs
    from signal_quantiles
    group by 1, 2, 3

),

dates as (

    select
        signal_series.study,
        signal_series.signal,
        signal_series.horizon,
        signal_series.date,
        max(case when signal_series.statistic = 'tie_ratio' then signal_series.n_assets end) as n_pairs,
        sum(case when signal_series.statistic like 'quantile_return%' then signal_series.n_assets end) as n_obs,
        max(case when signal_series.statistic = 'quantile_spread' then signal_series.value end) as spread,
        max(case when signal_series.statistic = 'quantile_return_' || numbers.n_quantiles then signal_series.value end)
        - max(case when signal_series.statistic = 'quantile_return_1' then signal_series.value end) as difference
    from signal_series
    inner join numbers
        on
            signal_series.study = numbers.study
            and signal_series.signal = numbers.signal
            and signal_series.horizon = numbers.horizon
    group by 1, 2, 3, 4

),

totals as (

    select
        study,
        signal,
        horizon,
        sum(n_obs) as n_obs
    from dates
    group by 1, 2, 3

)

select
    study,
    signal,
    horizon,
    date
from dates
where
    n_obs <> n_pairs
    or (spread is null) <> (difference is null)
    or abs(spread - difference) > 1e-9 * abs(difference) + 1e-15

union all

select
    numbers.study,
    numbers.signal,
    numbers.horizon,
    cast(null as date) as date
from numbers
left join totals
    on numbers.study = totals.study and numbers.signal = totals.signal and numbers.horizon = totals.horizon
where numbers.n_obs <> coalesce(totals.n_obs, 0)
