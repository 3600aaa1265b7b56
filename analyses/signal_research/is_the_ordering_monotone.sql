-- Is the ordering monotone: does each quantile of a signal earn more, or each less, than the one below it?
with quantiles as (

    select * from {{ ref('signal_quantiles') }}

),

statistics as (

    select * from {{ ref('signal_statistics') }}

),

steps as (

    select
        *,
        mean_forward_return - lag(mean_forward_return) over (
            partition by study, signal, horizon
            order by quantile
        ) as step,
        max(quantile) over (partition by study, signal, horizon) as last_quantile
    from quantiles

),

summed as (

    select
        study,
        signal,
        horizon,
        max(case when quantile = 1 then mean_forward_return end) as lowest_return,
        max(case when quantile = last_quantile then mean_forward_return end) as highest_return,
        sum(case when step > 0 then 1 else 0 end) as n_steps_up,
        sum(case when step < 0 then 1 else 0 end) as n_steps_down,
        max(last_quantile) - 1 as n_steps
    from steps
    group by study, signal, horizon

),

tests as (

    select
        study,
        signal,
        horizon,
        max(case when statistic = 'monotonicity_rho' then value end) as monotonicity_rho,
        max(case when statistic = 'monotonicity_p' then value end) as monotonicity_p
    from statistics
    where procedure = 'ic'
    group by study, signal, horizon

),

final as (

    select
        summed.study,
        summed.signal,
        summed.horizon,
        case
            when summed.lowest_return is null or summed.highest_return is null then 'unknown'
            when
                tests.monotonicity_p <= 0.05
                and summed.n_steps in (summed.n_steps_up, summed.n_steps_down) then 'shown'
            when tests.monotonicity_p <= 0.05 then 'shown, not all steps'
            when summed.n_steps in (summed.n_steps_up, summed.n_steps_down) then 'in order, not shown'
            else 'not shown'
        end as verdict,
        summed.lowest_return,
        summed.highest_return,
        tests.monotonicity_rho,
        tests.monotonicity_p,
        summed.n_steps_up,
        summed.n_steps_down,
        summed.n_steps
    from summed
    left join tests
        on
            summed.study = tests.study
            and summed.signal = tests.signal
            and summed.horizon = tests.horizon

)

select * from final
order by
    {{ whence.text_order('study') }},
    horizon,
    {{ whence.round_significant('monotonicity_p', digits=6) }} nulls last,
    {{ whence.text_order('signal') }}
