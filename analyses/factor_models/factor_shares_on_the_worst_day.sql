-- What made up the portfolio's worst day? Rank 1 took the most; unattributed: a factor has no value on that day.
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

variance as (

    select * from {{ ref('factor_variance') }}

),

ranked_days as (

    select
        model,
        date,
        portfolio_return,
        row_number() over (
            partition by model order by {{ whence.round_significant('portfolio_return') }}, date
        ) as day_rank
    from portfolio_returns
    where portfolio_return is not null

),

methods as (

    select
        model,
        method
    from attribution
    group by model, method

),

worst as (

    select
        methods.model,
        methods.method,
        ranked_days.date,
        ranked_days.portfolio_return,
        coalesce(attribution.component, 'unattributed') as component,
        coalesce(attribution.contribution, ranked_days.portfolio_return) as contribution
    from methods
    inner join ranked_days on methods.model = ranked_days.model and ranked_days.day_rank = 1
    left join attribution
        on
            methods.model = attribution.model
            and methods.method = attribution.method
            and ranked_days.date = attribution.date

),

final as (

    select
        worst.model,
        worst.method,
        row_number() over (
            partition by worst.model, worst.method
            order by {{ whence.round_significant('worst.contribution') }}, {{ whence.text_order('worst.component') }}
        ) as contribution_rank,
        worst.component,
        coalesce(variance.label, worst.component) as label,
        worst.contribution,
        {{ whence.safe_divide('worst.contribution', 'worst.portfolio_return') }} as share_of_return,
        worst.date,
        worst.portfolio_return
    from worst
    left join variance
        on
            worst.method = 'pca'
            and worst.model = variance.model
            and worst.component = variance.factor

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    contribution_rank
