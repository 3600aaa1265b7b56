{{ config(post_hook="{{ whence.gather_statistics(this) }}") }}

with prices as (

    select * from {{ ref('stg_factor_models__prices') }}

),

final as (

    {{ whence.factor_priced_assets('prices') }}

)

select * from final
