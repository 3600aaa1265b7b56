with specs as (

    select * from {{ ref('int_factor_models__specs') }}

),

prices as (

    select * from {{ ref('stg_factor_models__prices') }}

),

priced_assets as (

    select * from {{ ref('int_factor_models__priced_assets') }}

),

portfolio as (

    select * from {{ ref('stg_factor_models__portfolio') }}

),

asset_returns as (

    select * from {{ ref('int_factor_models__asset_returns') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

final as (

    {{ whence.factor_asset_samples('specs', 'prices', 'priced_assets', 'portfolio', 'asset_returns', 'dates') }}

)

select * from final
