with components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

known_values as (

    select * from {{ ref('int_factor_models__known_values') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

betas as (

    select * from {{ ref('int_factor_models__betas') }}

),

final as (

    {{ whence.factor_returns('components', 'known_values', 'dates', 'betas') }}

)

select * from final
