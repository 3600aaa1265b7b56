with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

factors as (

    select * from {{ ref('stg_factor_models__factors') }}

),

risk_free as (

    select * from {{ ref('stg_factor_models__risk_free') }}

),

final as (

    {{ whence.factor_known_values('specs', 'dates', 'factors', 'risk_free') }}

)

select * from final
