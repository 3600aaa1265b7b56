-- Which component takes the most on an average day on which the portfolio loses? Rank 1 does.
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

averages as (

    select
        attribution.model,
        attribution.method,
        attribution.component,
        count(*) as n_loss_days,
        avg(attribution.contribution) as average_contribution,
        avg(portfolio_returns.portfolio_return) as average_loss
    from attribution
    inner join portfolio_returns
        on attribution.model = portfolio_returns.model and attribution.date = portfolio_returns.date
    where portfolio_returns.portfolio_return < 0
    group by attribution.model, attribution.method, attribution.component

),

final as (

    select
        model,
        method,
        row_number() over (
            partition by model, method
            order by {{ whence.round_significant('average_contribution') }}, {{ whence.text_order('component') }}
        ) as downside_rank,
        component,
        average_contribution,
        {{ whence.safe_divide('average_contribution', 'average_loss') }} as share_of_loss,
        average_loss,
        n_loss_days
    from averages

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    downside_rank
