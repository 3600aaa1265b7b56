with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

final as (

    {{ whence.factor_log_returns('specs', 'portfolio_returns') }}

)

select * from final
