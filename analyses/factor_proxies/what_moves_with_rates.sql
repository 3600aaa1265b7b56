-- Which series move with rates: with which maturity most, what does a rise by one percentage point cost, and is it the
-- level of the curve or its slope?
with sensitivities as (

    select * from {{ ref('proxy_rate_sensitivity') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by series
            order by
                {{ whence.round_significant('r_squared', digits=9) }} desc nulls last,
                {{ whence.text_order('maturity') }}
        ) as fit_rank
    from sensitivities
    where maturity not in ('level', 'slope')

),

curve as (

    select
        series,
        max(case when maturity = 'level' then beta end) as level_beta,
        max(case when maturity = 'level' then q_value end) as level_q,
        max(case when maturity = 'slope' then beta end) as slope_beta,
        max(case when maturity = 'slope' then q_value end) as slope_q
    from sensitivities
    group by series

),

final as (

    select
        ranked.series,
        ranked.maturity as closest_maturity,
        ranked.beta / 100 as return_per_point,
        ranked.r_squared,
        ranked.q_value,
        case
            when ranked.q_value is null then 'unknown'
            when ranked.q_value >= 0.05 then 'not shown'
            when curve.level_q < 0.05 and curve.slope_q < 0.05 then 'level and slope'
            when curve.slope_q < 0.05 then 'slope'
            else 'level'
        end as verdict,
        ranked.beta,
        ranked.standard_error,
        curve.level_beta,
        curve.slope_beta
    from ranked
    left join curve on ranked.series = curve.series
    where ranked.fit_rank = 1

)

select * from final
order by
    {{ whence.round_significant('r_squared', digits=9) }} desc nulls last,
    {{ whence.text_order('series') }}
