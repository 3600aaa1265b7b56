-- How much do the first two factors explain alone, with the exposures of the full model? Full is all but the residual;
-- R² is 1 less the variance left over the portfolio's.
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

factor_returns as (

    select * from {{ ref('int_factor_models__factor_returns') }}

),

factor_order as (

    {{ whence.factor_order('factor_returns') }}

),

dated as (

    select
        attribution.model,
        attribution.method,
        attribution.date,
        max(case when factor_order.factor_number = 1 then factor_order.factor end) as factor_1,
        max(case when factor_order.factor_number = 2 then factor_order.factor end) as factor_2,
        sum(attribution.contribution) as portfolio_return,
        sum(case when attribution.component = 'residual' then 0 else attribution.contribution end) as full_return,
        sum(case when factor_order.factor_number <= 2 then attribution.contribution else 0 end) as two_factor_return
    from attribution
    left join factor_order
        on
            attribution.model = factor_order.model
            and attribution.method = factor_order.method
            and attribution.component = factor_order.factor
    group by attribution.model, attribution.method, attribution.date

),

summarized as (

    select
        model,
        method,
        factor_1,
        factor_2,
        count(*) as n_dates,
        avg(two_factor_return) as two_factor_mean_return,
        avg(full_return) as full_mean_return,
        avg(portfolio_return) as portfolio_mean_return,
        stddev_samp(two_factor_return) as two_factor_volatility,
        stddev_samp(full_return) as full_volatility,
        stddev_samp(portfolio_return) as portfolio_volatility,
        var_samp(portfolio_return - two_factor_return) as variance_left_by_two,
        var_samp(portfolio_return - full_return) as variance_left_by_full,
        var_samp(portfolio_return) as portfolio_variance
    from dated
    group by model, method, factor_1, factor_2

),

final as (

    select
        model,
        method,
        factor_1,
        factor_2,
        1 - {{ whence.safe_divide('variance_left_by_two', 'portfolio_variance') }} as two_factor_r_squared,
        1 - {{ whence.safe_divide('variance_left_by_full', 'portfolio_variance') }} as full_r_squared,
        two_factor_volatility,
        full_volatility,
        portfolio_volatility,
        two_factor_mean_return,
        full_mean_return,
        portfolio_mean_return,
        n_dates
    from summarized

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }}
