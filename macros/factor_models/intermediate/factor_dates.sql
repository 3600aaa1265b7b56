{#-
  The calendar of every factor model: the dates on which any of its assets has a price.

  specs: relation or CTE with the columns of factor_spec_rows.
  prices: relation or CTE with the columns of factor_input_rows for prices.
  Columns: model, date, frequency (daily where the median step between dates is at most 4 days, weekly to 10, else
  monthly, unless given), is_kept (false for weekends of daily data, unless they are asked for), date_position (from 1, over
  kept dates; null else), kept_date (the date itself, of a dropped one the next that is kept), in_window (kept, and within
  the dates asked for).
-#}
{%- macro factor_dates(specs, prices) -%}
with valued as (

    select distinct
        model,
        date
    from {{ prices }}
    where date is not null and coalesce(price, asset_return) is not null

),

stepped as (

    select
        model,
        date,
        lag(date) over (partition by model order by date) as previous_date
    from valued

),

steps as (

    select
        model,
        {{ whence.percentile(whence.days_between('previous_date', 'date'), 0.5) }} as median_step
    from stepped
    where previous_date is not null
    group by model

),

frequencies as (

    select
        specs.*,
        coalesce(
            specs.given_frequency,
            case
                when steps.median_step <= 4 then 'daily'
                when steps.median_step <= 10 then 'weekly'
                else 'monthly'
            end
        ) as frequency
    from {{ specs }} as specs
    left join steps on specs.model = steps.model

),

kept as (

    select
        valued.model,
        valued.date,
        frequencies.frequency,
        frequencies.start_date,
        frequencies.end_date,
        frequencies.window_months,
        frequencies.frequency <> 'daily'
        or frequencies.include_weekends = 1
        or not {{ whence.is_weekend('valued.date') }} as is_kept
    from valued
    inner join frequencies on valued.model = frequencies.model

),

ends as (

    select
        model,
        max(date) as last_date
    from kept
    where is_kept and (end_date is null or date <= end_date)
    group by model

)

select
    kept.model,
    kept.date,
    kept.frequency,
    kept.is_kept,
    case
        when kept.is_kept
            then cast(row_number() over (partition by kept.model, kept.is_kept order by kept.date) as integer)
    end as date_position,
    min(case when kept.is_kept then kept.date end) over (
        partition by kept.model
        order by kept.date desc
        rows between unbounded preceding and current row
    ) as kept_date,
    kept.is_kept
    and kept.date <= ends.last_date
    and ends.last_date is not null
    and (kept.start_date is null or kept.date >= kept.start_date)
    and (
        kept.window_months is null
        or kept.date > {{ whence.add_months('ends.last_date', '-kept.window_months') }}
    ) as in_window
from kept
left join ends on kept.model = ends.model
{%- endmacro -%}
