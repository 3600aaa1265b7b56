{#-
  What every series has earned over the last months of the panel.

  months: relation or CTE with the columns of proxy_months.
  returns: of proxy_returns.
  Columns: those of proxy_return_windows (docs/factor_proxies.md). A window of which a month is missing has no numbers; below a
  year nothing is annualised.
-#}
{%- macro proxy_return_windows(months, returns) -%}
{%- set number = whence.month_number('returns.month_end') -%}
with panel as (

    select
        max(month_number) as last_number,
        cast(extract(month from max(month_end)) as integer) as n_ytd
    from {{ months }}

),

windows as (

    select
        return_window,
        window_position,
        n_months
    from (
        {%- for name, n in [('1m', 1), ('3m', 3), ('6m', 6), ('1y', 12), ('2y', 24)] %}
        select '{{ name }}' as return_window, {{ loop.index }} as window_position, {{ n }} as n_months
        union all
        {%- endfor %}
        select
            'ytd' as return_window,
            6 as window_position,
            n_ytd as n_months
        from panel
    ) as listed
    where n_months is not null

),

summed as (

    select
        returns.series,
        windows.return_window,
        windows.window_position,
        windows.n_months,
        count(*) as n_found,
        case
            when min(returns.monthly_return) <= -1 then -1
            else exp(least(greatest(
                sum(case when returns.monthly_return > -1 then ln(1 + returns.monthly_return) end), -700
            ), 700)) - 1
        end as total_return,
        stddev_samp(returns.monthly_return) * sqrt(12) as volatility
    from {{ returns }} as returns
    cross join panel
    inner join windows
        on {{ number }} > panel.last_number - windows.n_months and {{ number }} <= panel.last_number
    group by returns.series, windows.return_window, windows.window_position, windows.n_months

),

every as (

    select
        named.series,
        windows.return_window,
        windows.window_position,
        windows.n_months
    from (select distinct series from {{ returns }}) as named
    cross join windows

)

select
    every.series,
    every.return_window,
    summed.total_return,
    case
        when every.n_months >= 12 and summed.total_return > -1
            then exp(ln(1 + summed.total_return) * 12 / every.n_months) - 1
        when every.n_months >= 12 then summed.total_return
    end as annualized_return,
    summed.volatility
from every
left join summed
    on
        every.series = summed.series
        and every.return_window = summed.return_window
        and summed.n_found = every.n_months
{%- endmacro -%}
