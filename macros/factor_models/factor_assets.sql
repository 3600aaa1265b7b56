{#-
  Every asset of a factor model: what its returns are like, its weight, whether it takes part, and if not, or not with all
  it has, why.

  specs: relation or CTE with the columns of factor_spec_rows.
  assets: of factor_asset_samples.
  components: of int_factor_models__principal_components.
  Columns: those of factor_assets (docs/factor_models.md).
-#}
{%- macro factor_assets(specs, assets, components) -%}
with sampled as (

    select
        assets.*,
        specs.min_observations,
        specs.histories,
        specs.has_portfolio,
        models.status as model_status,
        models.reason as model_reason,
        components.n_used,
        components.status as sample_status,
        min(case when assets.status = 'ok' then assets.n_obs end) over (partition by assets.model) as shortest,
        max(case when assets.status = 'ok' then assets.n_obs end) over (partition by assets.model) as longest
    from {{ assets }} as assets
    inner join {{ specs }} as specs on assets.model = specs.model
    left join {{ components }} as components
        on
            assets.model = components.model
            and assets.asset = components.asset
            and components.item = 'asset'
    left join {{ components }} as models
        on
            assets.model = models.model
            and models.item = 'model'

),

explained as (

    select
        *,
        case
            when status <> 'ok' then status
            when coalesce(model_status, 'ok') <> 'ok' then model_status
            when sample_status = 'constant' then 'constant'
            else 'ok'
        end as final_status,
        case status
            when 'no_prices' then 'the portfolio names it, the prices do not have it'
            when 'too_few_returns' then 'it has ' || n_obs || ' of the ' || min_observations || ' returns that are needed'
            when 'constant' then 'its returns do not vary, so it has no part in the factors'
        end as own_reason,
        case
            when is_held and has_portfolio = 1 and amount <> 0 and status in ('no_prices', 'too_few_returns')
                then 'the weights of the others are shares of what they hold'
        end as weight_reason,
        case
            when status in ('ok', 'constant') and is_amount_missing = 1 then 'the portfolio has no number for it'
        end as amount_reason,
        case
            when status = 'ok' and model_status = 'ok' and sample_status = 'constant'
                then 'its returns do not vary on the dates that all assets share, so it has no part in the factors'
        end as sample_reason,
        case
            when status = 'ok' and model_status = 'ok' and histories = 'common' and n_used < n_obs
                then (n_obs - n_used) || ' of its ' || n_obs || ' returns are left out: all assets share ' || n_used || ' dates'
        end as common_reason,
        case
            when status = 'ok' and histories = 'common' and n_obs = shortest and shortest < longest
                then 'its history is the shortest; those without it share more dates, histories: pairwise keeps all'
        end as shortest_reason,
        case
            when n_unusable > 0
                then 'rows without a price above 0 or a return, which count as missing: ' || n_unusable || ' of ' || n_rows
        end as unusable_reason,
        case when n_out_of_range > 0 then 'returns beyond 1e30, which count as missing: ' || n_out_of_range end as range_reason,
        case when n_gaps > 0 then 'returns that span a gap: ' || n_gaps end as gap_reason
    from sampled

)

select
    model,
    asset,
    cast(n_obs as bigint) as n_obs,
    first_date,
    last_date,
    mean_return,
    volatility,
    weight,
    cast(coalesce(n_used, 0) as bigint) as n_used,
    cast(n_gaps as bigint) as n_gaps,
    final_status as status,
    nullif(concat_ws(
        '; ',
        own_reason,
        case when status = 'ok' and model_status <> 'ok' then model_reason end,
        weight_reason,
        amount_reason,
        sample_reason,
        common_reason,
        shortest_reason,
        unusable_reason,
        range_reason,
        gap_reason
    ), '') as reason
from explained
{%- endmacro -%}
