with exposures as (

    select * from {{ ref('int_factor_models__portfolio_exposures') }}

),

factor_returns as (

    select * from {{ ref('int_factor_models__factor_returns') }}

),

known_values as (

    select * from {{ ref('int_factor_models__known_values') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

final as (

    {{ whence.factor_attribution('exposures', 'factor_returns', 'known_values', 'portfolio_returns') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    date,
    {{ whence.text_order('component') }}
