with components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

labels as (

    select * from {{ ref('stg_factor_models__labels') }}

),

final as (

    {{ whence.factor_variance('components', 'labels') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    factor_rank
