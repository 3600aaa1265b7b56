-- How much of the downside that the model explains (all but the residual) is left without factor 1: PC1, or the first
-- known factor of the regression? Downside deviation is the root mean square of returns below zero, others as zero.
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

factor_returns as (

    select * from {{ ref('int_factor_models__factor_returns') }}

),

factor_order as (

    {{ whence.factor_order('factor_returns') }}

),

modelled as (

    select
        attribution.model,
        attribution.method,
        attribution.date,
        factor_order.factor,
        sum(attribution.contribution) as modelled_return,
        sum(case when attribution.component = factor_order.factor then 0 else attribution.contribution end)
            as return_without
    from attribution
    inner join factor_order
        on
            attribution.model = factor_order.model
            and attribution.method = factor_order.method
            and factor_order.factor_number = 1
    where attribution.component <> 'residual'
    group by attribution.model, attribution.method, attribution.date, factor_order.factor

),

summarized as (

    select
        model,
        method,
        factor as factor_1,
        count(*) as n_dates,
        avg(case when modelled_return < 0 then modelled_return end) as average_loss,
        avg(case when return_without < 0 then return_without end) as average_loss_without,
        sqrt(avg(least(modelled_return, 0) * least(modelled_return, 0))) as downside_deviation,
        sqrt(avg(least(return_without, 0) * least(return_without, 0))) as downside_deviation_without,
        min(modelled_return) as worst_return,
        min(return_without) as worst_return_without
    from modelled
    group by model, method, factor

),

final as (

    select
        model,
        method,
        factor_1,
        average_loss,
        average_loss_without,
        {{ whence.safe_divide('downside_deviation - downside_deviation_without', 'downside_deviation') }}
            as share_removed,
        downside_deviation,
        downside_deviation_without,
        worst_return,
        worst_return_without,
        n_dates
    from summarized

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }}
