{{ config(post_hook="{{ whence.gather_statistics(this) }}") }}

with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

prices as (

    select * from {{ ref('stg_factor_models__prices') }}

),

assets as (

    select * from {{ ref('int_factor_models__priced_assets') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

final as (

    {{ whence.factor_asset_returns(whence.resolved_factor_models(), 'specs', 'prices', 'assets', 'dates') }}

)

select * from final
