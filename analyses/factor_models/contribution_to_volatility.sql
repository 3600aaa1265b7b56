-- What adds to the portfolio's volatility: by component, and by asset? Each sums to the whole.
with risk as (

    select * from {{ ref('factor_risk') }}

),

asset_risk as (

    select * from {{ ref('factor_asset_risk') }}

),

contributors as (

    select
        model,
        method,
        'component' as contributor_kind,
        component as contributor,
        volatility_contribution,
        variance_share as share_of_volatility
    from risk
    union all
    select
        model,
        method,
        'asset' as contributor_kind,
        asset as contributor,
        volatility_contribution,
        variance_share as share_of_volatility
    from asset_risk

),

final as (

    select
        model,
        method,
        contributor_kind,
        row_number() over (
            partition by model, method, contributor_kind
            order by
                {{ whence.round_significant('volatility_contribution') }} desc nulls last,
                {{ whence.text_order('contributor') }}
        ) as contribution_rank,
        contributor,
        volatility_contribution,
        share_of_volatility,
        sum(volatility_contribution) over (partition by model, method, contributor_kind) as volatility
    from contributors

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    {{ whence.text_order('contributor_kind') }},
    contribution_rank
