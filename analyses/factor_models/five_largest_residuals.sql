-- Which five dates do factors explain least: whose residuals lie farthest from the median one?
with residuals as (

    select * from {{ ref('factor_residuals') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

final as (

    select
        residuals.model,
        residuals.method,
        residuals.residual_rank,
        residuals.date,
        residuals.residual,
        residuals.robust_z,
        residuals.is_outlier,
        portfolio_returns.portfolio_return
    from residuals
    inner join portfolio_returns
        on residuals.model = portfolio_returns.model and residuals.date = portfolio_returns.date
    where residuals.residual_rank <= 5

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    residual_rank
