with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

components as (

    select * from {{ ref('int_factor_models__principal_components') }}

),

final as (

    {{ whence.factor_assets('specs', 'assets', 'components') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('asset') }}
