-- What does a fall of the market by ten percent do to the portfolio, and through which exposures? By the beta of all
-- months, and by that of months in which the benchmark fell.
with exposures as (

    select * from {{ ref('proxy_exposures') }}

),

sensitivities as (

    select * from {{ ref('proxy_market_sensitivity') }}

),

benchmarks as (

    select benchmark
    from sensitivities
    group by benchmark

),

parts as (

    -- a benchmark moves with itself
    select
        exposures.portfolio,
        benchmarks.benchmark,
        exposures.factor,
        exposures.exposure,
        case when exposures.factor = benchmarks.benchmark then 1 else sensitivities.beta end as beta,
        case when exposures.factor = benchmarks.benchmark then 1 else sensitivities.down_beta end as down_beta,
        case
            when exposures.factor = benchmarks.benchmark then 'the benchmark'
            when sensitivities.beta is null then 'not estimated'
            else 'beta'
        end as basis
    from exposures
    cross join benchmarks
    left join sensitivities
        on exposures.factor = sensitivities.series and benchmarks.benchmark = sensitivities.benchmark

),

effects as (

    select
        *,
        -0.1 * exposure * beta as effect,
        -0.1 * exposure * down_beta as effect_by_down_beta
    from parts

),

totals as (

    select
        portfolio,
        benchmark,
        '(total)' as factor,
        sum(case when effect is not null then exposure end) as exposure,
        cast(null as {{ whence.type_double() }}) as beta,
        cast(null as {{ whence.type_double() }}) as down_beta,
        'sum of the others' as basis,
        sum(effect) as effect,
        -- of fewer exposures it would be no total
        case when count(effect_by_down_beta) = count(effect) then sum(effect_by_down_beta) end as effect_by_down_beta
    from effects
    group by portfolio, benchmark

),

combined as (

    select * from effects

    union all

    select * from totals

),

final as (

    select
        portfolio,
        benchmark,
        factor,
        exposure,
        effect,
        effect_by_down_beta,
        beta,
        down_beta,
        basis
    from combined

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.text_order('benchmark') }},
    case when basis = 'sum of the others' then 0 else 1 end,
    {{ whence.round_significant('abs(effect)', digits=9) }} desc nulls last,
    {{ whence.text_order('factor') }}
