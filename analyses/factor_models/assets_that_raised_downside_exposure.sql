-- Which holdings raised exposure to factors that take from the portfolio on days of loss? Beta on one factor alone, of
-- the last 63 dates (13 weekly, 12 monthly) and before; added loss: weight x fall of beta x mean factor on such days.
with models as (

    select * from {{ ref('factor_models') }}

),

asset_risk as (

    select * from {{ ref('factor_asset_risk') }}

),

attribution as (

    select * from {{ ref('factor_attribution') }}

),

factor_returns as (

    select * from {{ ref('factor_returns') }}

),

assets as (

    select * from {{ ref('int_factor_models__asset_samples') }}

),

asset_returns as (

    select * from {{ ref('int_factor_models__asset_returns') }}

),

portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

dated as (

    select
        factors.*,
        avg(case when portfolio.portfolio_return < 0 then attribution.contribution end) over by_factor
            as loss_day_contribution,
        avg(case when portfolio.portfolio_return < 0 then factors.factor_return end) over by_factor
            as loss_day_factor_return,
        dense_rank() over (partition by factors.model, factors.method order by factors.date desc)
        <= case models.frequency when 'daily' then 63 when 'weekly' then 13 else 12 end as is_recent
    from factor_returns as factors
    inner join attribution
        on
            factors.model = attribution.model
            and factors.method = attribution.method
            and factors.date = attribution.date
            and factors.factor = attribution.component
    inner join portfolio_returns as portfolio on factors.model = portfolio.model and factors.date = portfolio.date
    inner join models on factors.model = models.model
    window by_factor as (partition by factors.model, factors.method, factors.factor)

),

betas as (

    select
        dated.model,
        dated.method,
        assets.asset,
        dated.factor,
        dated.loss_day_factor_return,
        {{ whence.safe_divide(
            'covar_samp(case when not is_recent then asset_return end, factor_return)',
            'var_samp(case when not is_recent then factor_return end)'
        ) }} as beta_before,
        {{ whence.safe_divide(
            'covar_samp(case when is_recent then asset_return end, factor_return)',
            'var_samp(case when is_recent then factor_return end)'
        ) }} as beta_recent
    from dated
    inner join assets on dated.model = assets.model
    inner join asset_returns
        on assets.asset_number = asset_returns.asset_number and dated.date = asset_returns.date
    where dated.loss_day_contribution < 0
    group by dated.model, dated.method, assets.asset, dated.factor, dated.loss_day_factor_return

),

changes as (

    select
        betas.*,
        asset_risk.weight,
        asset_risk.weight * (betas.beta_before - betas.beta_recent) * betas.loss_day_factor_return as added_loss
    from betas
    inner join asset_risk
        on betas.model = asset_risk.model and betas.method = asset_risk.method and betas.asset = asset_risk.asset

),

final as (

    select
        model,
        method,
        asset,
        factor,
        added_loss,
        beta_before,
        beta_recent,
        weight,
        loss_day_factor_return,
        row_number() over (
            partition by model, method
            order by
                {{ whence.round_significant('added_loss') }} desc,
                {{ whence.text_order('asset') }},
                {{ whence.text_order('factor') }}
        ) as added_rank
    from changes
    where added_loss > 0

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    added_rank
