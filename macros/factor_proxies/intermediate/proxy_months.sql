{#-
  The months of the panel: those with a price up to the last that is complete, within the window, and the one before it.

  A month is complete once a later month has prices, or its last weekday has; where no ticker has two rows in a month, a row
  stands for its whole month.

  specs: relation or CTE with the columns of proxy_spec_rows.
  prices: of the role prices (stg_factor_proxies__prices).
  Columns: month_end, month_number (see month_number), in_window: false for the month whose prices give the first return.
-#}
{%- macro proxy_months(specs, prices) -%}
with dated as (

    select
        prices.ticker,
        prices.date,
        {{ whence.month_end('prices.date') }} as month_end
    from {{ prices }} as prices
    cross join {{ specs }} as specs
    where
        coalesce(prices.price, prices.close, prices.{{ whence.quote_identifier('return') }}) is not null
        and prices.ticker is not null
        and (specs.end_date is null or prices.date <= specs.end_date)

),

observed as (

    select
        month_end,
        max(date) as last_date
    from dated
    group by month_end

),

steps as (

    select count(*) > count(distinct ticker || ' ' || cast(month_end as {{ whence.type_text() }})) as has_days
    from dated

),

complete as (

    select observed.month_end
    from observed
    cross join steps
    where
        not steps.has_days
        or observed.month_end < (select max(month_end) from observed)
        or observed.last_date >= {{ whence.last_weekday('observed.month_end') }}

),

ends as (

    select max(month_end) as last_month
    from complete

),

bounds as (

    select
        ends.last_month,
        specs.window_months,
        specs.start_date
    from ends
    cross join {{ specs }} as specs

),

numbered as (

    select
        complete.month_end,
        {{ whence.month_number('complete.month_end') }} as month_number,
        case
            when bounds.start_date is not null then {{ whence.month_number('bounds.start_date') }}
            when bounds.window_months is not null
                then {{ whence.month_number('bounds.last_month') }} - bounds.window_months + 1
        end as first_number
    from complete
    cross join bounds

)

select
    month_end,
    month_number,
    first_number is null or month_number >= first_number as in_window
from numbered
where first_number is null or month_number >= first_number - 1
{%- endmacro -%}
