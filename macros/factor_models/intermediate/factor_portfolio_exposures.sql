{#-
  What the portfolio's return is attributed to, and how much of each it holds.

  specs: relation or CTE with the columns of factor_spec_rows.
  assets: of factor_asset_samples.
  components: of int_factor_models__principal_components.
  betas: of int_factor_models__betas.
  Columns: model, method (pca or regression), component, exposure: per unit of the factor's return; of mean and alpha, which
  are the same on every date, the return itself.
-#}
{%- macro factor_portfolio_exposures(specs, assets, components, betas) -%}
select
    components.model,
    'pca' as method,
    components.factor as component,
    {{ whence.sum_double('assets.weight * components.return_loading') }} as exposure
from {{ components }} as components
inner join {{ assets }} as assets on components.model = assets.model and components.asset = assets.asset
where components.item = 'loading'
group by components.model, components.factor
union all
select
    assets.model,
    'pca' as method,
    'mean' as component,
    {{ whence.sum_double('assets.weight * coalesce(components.mean_return, assets.mean_return)') }} as exposure
from {{ assets }} as assets
inner join {{ components }} as models
    on
        assets.model = models.model
        and models.item = 'model'
        and models.status = 'ok'
left join {{ components }} as components
    on
        assets.model = components.model
        and assets.asset = components.asset
        and components.item = 'asset'
where assets.weight is not null
group by assets.model
union all
select
    betas.model,
    'regression' as method,
    betas.factor as component,
    betas.beta as exposure
from {{ betas }} as betas
where betas.asset = 'PORTFOLIO' and betas.status = 'ok'
union all
select
    specs.model,
    'regression' as method,
    'risk_free' as component,
    1 as exposure
from {{ specs }} as specs
where specs.has_risk_free = 1
{%- endmacro -%}
