with betas as (

    select * from {{ ref('int_factor_models__betas') }}

),

final as (

    {{ whence.factor_test_statistics('betas') }}

)

select * from final
