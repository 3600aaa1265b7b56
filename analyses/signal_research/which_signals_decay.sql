-- Which signals fade: over longer horizons, over the years, and from the first 70 % of dates to the last?
with statistics as (

    select * from {{ ref('signal_statistics') }}

),

summarized as (

    select
        study,
        signal,
        horizon,
        max(case when statistic = 'ic_mean' then value end) as ic_mean,
        max(case when statistic = 'ic_p' then value end) as ic_p,
        max(case when statistic = 'ic_half_life' then value end) as half_life,
        max(case when statistic = 'ic_in_sample_mean' then value end) as in_sample_mean,
        max(case when statistic = 'ic_out_of_sample_mean' then value end) as out_of_sample_mean,
        max(case when statistic = 'ic_retention' then value end) as retention,
        max(case when statistic = 'ic_decay_p' then value end) as decay_p,
        max(case when statistic = 'ic_trend' then value end) as trend_per_100_dates,
        max(case when statistic = 'ic_trend_p' then value end) as trend_p
    from statistics
    where procedure = 'ic'
    group by study, signal, horizon

),

final as (

    select
        study,
        signal,
        horizon,
        in_sample_mean,
        out_of_sample_mean,
        case
            when decay_p is null then 'unknown'
            when decay_p > 0.05 then 'not shown'
            when sign(in_sample_mean) * sign(out_of_sample_mean) < 0 then 'reversed'
            when abs(out_of_sample_mean) < abs(in_sample_mean) then 'faded'
            else 'grown'
        end as verdict,
        decay_p,
        retention,
        ic_mean,
        ic_p,
        half_life,
        trend_per_100_dates,
        trend_p
    from summarized
    where ic_mean is not null

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon
