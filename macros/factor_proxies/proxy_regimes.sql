{#-
  The state of the market in every month, by several rules.

  resolved: as resolved_proxies returns it.
  months: relation or CTE with the columns of proxy_months.
  returns: of proxy_returns.
  month_yields: of proxy_month_yields.
  volatility_index: of the role volatility_index.
  Columns: those of proxy_regimes (docs/factor_proxies.md). volatility: the index at the end of the month above its median, else
  the volatility of the first benchmark over 12 months above its median; rates: the change of the 10-year yield in the top
  quarter by size; drawdown: the first benchmark 10 % or more below its highest month end of the last 12.
-#}
{%- macro proxy_regimes(resolved, months, returns, month_yields, volatility_index) -%}
{%- set settings = whence.proxy_settings(resolved) -%}
{%- set benchmark = whence.text_literal(settings.benchmarks[0]) -%}
{%- set ten_years = whence.text_literal('y10' if 'y10' in settings.maturities else settings.maturities[-1]) -%}
with panel as (

    select month_end
    from {{ months }}
    where month_end in (select month_end from {{ returns }})

),

market as (

    select
        returns.month_end,
        returns.monthly_return,
        sum(ln(greatest(1 + returns.monthly_return, 1e-300))) over (order by returns.month_end) as log_wealth,
        row_number() over (order by returns.month_end) as position
    from {{ returns }} as returns
    where returns.series = {{ benchmark }} and returns.series_kind = 'etf'

),

rolling as (

    select
        month_end,
        case when count(*) over last_year = 12 then stddev_samp(monthly_return) over last_year end as volatility,
        -- before its first return wealth is 1
        exp(greatest(
            log_wealth - greatest(max(log_wealth) over last_year, case when position < 12 then 0 else log_wealth end),
            -700
        )) - 1 as drawdown
    from market
    window last_year as (order by month_end rows between 11 preceding and current row)

),

volatilities as (

    select
        panel.month_end,
        max(volatility_index.value) as volatility
    from panel
    inner join (
        select
            value,
            date,
            {{ whence.month_end('date') }} as month_end,
            max(date) over (partition by {{ whence.month_end('date') }}) as last_date
        from {{ volatility_index }}
        where value is not null
    ) as volatility_index
        on panel.month_end = volatility_index.month_end and volatility_index.date = volatility_index.last_date
    group by panel.month_end

    union all

    select
        month_end,
        volatility
    from rolling
    where volatility is not null and (select count(*) from {{ volatility_index }} where value is not null) = 0

),

rate_moves as (

    select
        panel.month_end,
        -- yields are quoted in hundredths of a percent: what differs by less is a tie
        {{ whence.round_significant('abs(month_yields.yield_change)', 9) }} as move
    from panel
    inner join {{ month_yields }} as month_yields on panel.month_end = month_yields.month_end
    where month_yields.maturity = {{ ten_years }} and month_yields.yield_change is not null

),

bounds as (

    select
        (select {{ whence.percentile('volatility', 0.5) }} from volatilities) as median_volatility,
        (select {{ whence.percentile('move', 0.75) }} from rate_moves) as large_move

),

final as (

    select
        'volatility' as regime_rule,
        volatilities.month_end,
        case when volatilities.volatility > bounds.median_volatility then 'stressed' else 'calm' end as regime
    from volatilities
    cross join bounds

    union all

    select
        'rates' as regime_rule,
        rate_moves.month_end,
        case when rate_moves.move > bounds.large_move then 'stressed' else 'calm' end as regime
    from rate_moves
    cross join bounds

    union all

    select
        'drawdown' as regime_rule,
        month_end,
        case when drawdown <= -0.1 then 'stressed' else 'calm' end as regime
    from rolling

)

select * from final
{%- endmacro -%}
