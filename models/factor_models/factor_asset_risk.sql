with assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

asset_returns as (

    select * from {{ ref('int_factor_models__asset_returns') }}

),

attribution as (

    select * from {{ ref('factor_attribution') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

final as (

    {{ whence.factor_asset_risk('assets', 'asset_returns', 'attribution', 'portfolio_returns') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    {{ whence.text_order('asset') }}
