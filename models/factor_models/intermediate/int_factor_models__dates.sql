with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

prices as (

    select * from {{ ref('stg_factor_models__prices') }}

),

final as (

    {{ whence.factor_dates('specs', 'prices') }}

)

select * from final
