with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

betas as (

    select * from {{ ref('int_factor_models__betas') }}

),

final as (

    {{ whence.factor_portfolio_exposures('specs', 'assets', 'components', 'betas') }}

)

select * from final
