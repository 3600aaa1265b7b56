with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

betas as (

    select * from {{ ref('int_factor_models__betas') }}

),

final as (

    {{ whence.factor_models('specs', 'dates', 'assets', 'portfolio_returns', 'components', 'betas') }}

)

select * from final
order by
    {{ whence.text_order('model') }}
