with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

attribution as (

    select * from {{ ref('factor_attribution') }}

),

final as (

    {{ whence.factor_residuals('specs', 'attribution') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    date
