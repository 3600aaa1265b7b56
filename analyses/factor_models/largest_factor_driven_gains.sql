-- On which five dates did factors, without mean, alpha, risk-free rate and residual, give the largest gains?
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

dated as (

    select
        *,
        case when component in ('mean', 'alpha', 'risk_free', 'residual') then 0 else 1 end as is_factor
    from attribution

),

ordered as (

    select
        *,
        row_number() over (
            partition by model, method, date
            order by
                is_factor desc,
                {{ whence.round_significant('contribution') }} desc,
                {{ whence.text_order('component') }}
        ) as component_rank
    from dated

),

summed as (

    select
        model,
        method,
        date,
        sum(case when is_factor = 1 then contribution else 0 end) as factor_gain,
        sum(contribution) as portfolio_return,
        max(case when component_rank = 1 then component end) as largest_factor,
        max(case when component_rank = 1 then contribution end) as largest_contribution
    from ordered
    group by model, method, date
    having sum(case when is_factor = 1 then contribution else 0 end) > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by model, method order by {{ whence.round_significant('factor_gain') }} desc, date
        ) as gain_rank
    from summed

),

final as (

    select
        model,
        method,
        gain_rank,
        date,
        factor_gain,
        largest_factor,
        largest_contribution,
        portfolio_return
    from ranked
    where gain_rank <= 5

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    gain_rank
