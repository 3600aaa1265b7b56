{%- do whence.check_factor_data(
    whence.resolved_factor_models(), ref('stg_factor_models__prices'), ref('stg_factor_models__portfolio'),
    ref('stg_factor_models__factors'), ref('stg_factor_models__risk_free'), ref('int_factor_models__asset_returns'), ref('int_factor_models__asset_samples')
) -%}

with assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

asset_returns as (

    select * from {{ ref('int_factor_models__asset_returns') }}

),

final as (

    {{ whence.factor_portfolio_returns('assets', 'asset_returns') }}

)

select * from final
