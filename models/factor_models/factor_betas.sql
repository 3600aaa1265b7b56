with betas as (

    select * from {{ ref('int_factor_models__betas') }}

),

tests as (

    select * from {{ ref('int_factor_models__tests') }}

),

final as (

    {{ whence.factor_betas('betas', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('asset') }},
    {{ whence.text_order('factor') }}
