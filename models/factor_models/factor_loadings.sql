with components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

final as (

    {{ whence.factor_loadings('components') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('factor') }},
    loading_rank
