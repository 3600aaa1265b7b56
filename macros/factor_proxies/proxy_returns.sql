{#-
  Monthly returns of every series: tickers, composites and user groups.

  A composite or group is the weighted mean over the members that have a return, where they hold at least composite_coverage of
  the weight; its composition of a month is that in force on the month's first day.

  specs: relation or CTE with the columns of proxy_spec_rows.
  months: of proxy_months.
  etf_returns: of proxy_etf_returns.
  members: of proxy_members.
  month_yields: of proxy_month_yields.
  resolved: as resolved_proxies returns it.
  Columns: those of proxy_returns (docs/factor_proxies.md).
-#}
{%- macro proxy_returns(specs, months, etf_returns, members, month_yields, resolved) -%}
{%- set month_start = whence.truncate_date('month', 'months.month_end') -%}
with compositions as (

    select
        months.month_end,
        months.month_number,
        members.series,
        members.composite_kind,
        max(members.valid_from) as valid_from
    from {{ months }} as months
    inner join {{ members }} as members on members.valid_from <= {{ month_start }}
    group by months.month_end, months.month_number, members.series, members.composite_kind

),

composed as (

    select
        compositions.series,
        compositions.month_end,
        compositions.month_number,
        members.series_kind,
        sum(members.weight * etf_returns.monthly_return)
        / nullif(sum(case when etf_returns.series is not null then members.weight end), 0) as monthly_return,
        min(etf_returns.price_basis) as basis  -- close before total_return
    from compositions
    inner join {{ members }} as members
        on
            compositions.series = members.series
            and compositions.composite_kind = members.composite_kind
            and compositions.valid_from = members.valid_from
    left join {{ etf_returns }} as etf_returns
        on members.ticker = etf_returns.series and compositions.month_number = etf_returns.month_number
    cross join {{ specs }} as specs
    group by
        compositions.series, compositions.composite_kind, compositions.month_end, compositions.month_number,
        members.series_kind, specs.composite_coverage
    having
        sum(case when etf_returns.series is not null then abs(members.weight) else 0 end)
        >= specs.composite_coverage * sum(abs(members.weight)) - 1e-12
        and count(etf_returns.series) > 0

),

risk_free as (

    {{ whence.proxy_risk_free(months, month_yields, resolved) }}

),

series as (

    select
        series,
        month_end,
        month_number,
        'etf' as series_kind,
        monthly_return,
        price_basis
    from {{ etf_returns }}

    union all

    select
        series,
        month_end,
        month_number,
        series_kind,
        monthly_return,
        basis as price_basis
    from composed
    where abs(monthly_return) <= 1e30

)

select
    series.series,
    series.month_end,
    series.series_kind,
    series.monthly_return,
    series.monthly_return - risk_free.rate as excess_return,
    series.price_basis
from series
left join risk_free on series.month_number = risk_free.month_number
{%- endmacro -%}
