-- What does a rise of all rates by one percentage point do to the portfolio, and through which exposures?
with exposures as (

    select * from {{ ref('proxy_exposures') }}

),

sensitivities as (

    select * from {{ ref('proxy_rate_sensitivity') }}

),

parts as (

    select
        exposures.portfolio,
        exposures.factor,
        exposures.exposure,
        sensitivities.beta,
        sensitivities.q_value,
        exposures.exposure * sensitivities.beta / 100 as effect,
        case when sensitivities.beta is null then 'not estimated' else 'level' end as basis
    from exposures
    left join sensitivities on exposures.factor = sensitivities.series and sensitivities.maturity = 'level'

),

totals as (

    select
        portfolio,
        '(total)' as factor,
        sum(case when effect is not null then exposure end) as exposure,
        cast(null as {{ whence.type_double() }}) as beta,
        cast(null as {{ whence.type_double() }}) as q_value,
        sum(effect) as effect,
        'sum of the others' as basis
    from parts
    group by portfolio

),

combined as (

    select * from parts

    union all

    select * from totals

),

final as (

    select
        portfolio,
        factor,
        exposure,
        effect,
        beta,
        basis,
        q_value
    from combined

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    case when basis = 'sum of the others' then 0 else 1 end,
    {{ whence.round_significant('abs(effect)', digits=9) }} desc nulls last,
    {{ whence.text_order('factor') }}
