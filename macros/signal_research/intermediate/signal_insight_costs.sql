{#-
  One sentence per spread between quantiles that is shown, and that the study's cost of trading eats, whichever side is
  long.

  profiles, statistics, turnover: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_costs(profiles, statistics, turnover) -%}
select
        passed.study,
        'cost' as kind,
        abs(costs.breakeven_cost_bps) as size,
        passed.signal,
        passed.horizon,
        passed.procedure,
        {{ whence.signal_insight_subject('passed') }}
        || ' is eaten by costs: its spread of ' || {{ whence.format_number('quantile_spread_mean.value') }}
        || ' breaks even at ' || {{ whence.format_number('abs(costs.breakeven_cost_bps)') }}
        || ' basis points one way, with ' || {{ whence.format_percent('costs.quantile_turnover') }}
        || ' of both legs replaced over the horizon.' as headline,
        {{ whence.insight_evidence({
            'costs': 'signal_turnover', 'quantile_spread_mean': 'signal_statistics',
        }) }} as evidence
    {{ whence.signal_insight_statistics(['quantile_spread_mean', 'quantile_spread_p'], profiles, statistics) }}
    inner join {{ turnover }} as costs
        on
            passed.study = costs.study
            and passed.signal = costs.signal
            and passed.horizon = costs.horizon
    where
        passed.procedure = 'ic'
        and quantile_spread_p.value <= 0.05
        and abs(quantile_spread_mean.value) <= quantile_spread_mean.value - costs.net_spread
{%- endmacro -%}
