{#-
  Every episode in which the portfolio, from 1 at the start, is below its highest value so far.

  log_returns: relation or CTE with the columns of factor_log_returns.
  dates: of factor_dates, for the date before the first return.
  Columns: those of factor_drawdowns (docs/factor_models.md), drawdown 1 the deepest.
-#}
{%- macro factor_drawdowns(log_returns, dates) -%}
with summed as (

    select
        model,
        date,
        sum(log_return) over (partition by model order by date) as log_value
    from {{ log_returns }}

),

peaks as (

    select
        model,
        date,
        log_value,
        greatest(0, max(log_value) over (partition by model order by date)) as log_peak
    from summed

),

marked as (

    -- a value within rounding of the peak has recovered
    select
        model,
        date,
        log_value - log_peak as log_depth,
        case when log_value - log_peak < -1e-12 then 1 else 0 end as is_below
    from peaks

),

numbered as (

    select
        *,
        sum(1 - is_below) over (partition by model order by date) as episode,
        case when is_below = 0 then date end as own_peak_date
    from marked

),

starts as (

    -- the last date of the calendar before the first return
    select
        numbered.model,
        max(dates.date) as start_date
    from (
        select
            model,
            min(date) as first_date
        from numbered
        group by model
    ) as numbered
    inner join {{ dates }} as dates
        on
            numbered.model = dates.model
            and dates.is_kept
            and dates.date < numbered.first_date
    group by numbered.model

),

episodes as (

    select
        model,
        episode,
        max(own_peak_date) as peak_date,
        min(log_depth) as log_depth,
        min(case when is_below = 1 then date end) as first_date,
        max(date) as last_date
    from numbered
    group by model, episode
    having sum(is_below) > 0

),

troughs as (

    select
        numbered.model,
        numbered.episode,
        min(numbered.date) as trough_date
    from numbered
    inner join episodes
        on
            numbered.model = episodes.model
            and numbered.episode = episodes.episode
            and numbered.log_depth <= episodes.log_depth + 1e-12
    group by numbered.model, numbered.episode

),

dated as (

    select
        episodes.model,
        coalesce(episodes.peak_date, starts.start_date) as peak_date,
        troughs.trough_date,
        recoveries.own_peak_date as recovery_date,
        exp(greatest(episodes.log_depth, -700)) - 1 as depth,
        episodes.first_date,
        episodes.last_date
    from episodes
    inner join troughs on episodes.model = troughs.model and episodes.episode = troughs.episode
    left join starts on episodes.model = starts.model
    left join numbered as recoveries
        on
            episodes.model = recoveries.model
            and episodes.episode + 1 = recoveries.episode
            and recoveries.is_below = 0

)

select
    model,
    cast(row_number() over (
        partition by model order by {{ whence.round_significant('depth') }}, trough_date
    ) as integer) as drawdown,
    peak_date,
    trough_date,
    recovery_date,
    depth,
    cast({{ whence.days_between('coalesce(peak_date, first_date)', 'coalesce(recovery_date, last_date)') }} as integer)
        as days
from dated
{%- endmacro -%}
