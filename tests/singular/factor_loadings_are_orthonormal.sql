{{ config(enabled='factor_models' in var('whence_domains', ['factor_models'])) }}

-- Loadings of a statistical factor have length 1 and stand at right angles to those of every other one.
with factor_loadings as (

    select * from {{ ref('factor_loadings') }}

),

products as (

    select
        loadings.model,
        loadings.factor,
        others.factor as other_factor,
        sum(loadings.loading * others.loading) as product
    from factor_loadings as loadings
    inner join factor_loadings as others
        on
            loadings.model = others.model
            and loadings.asset = others.asset
            and loadings.factor <= others.factor
    group by 1, 2, 3

)

select *
from products
where abs(product - case when factor = other_factor then 1 else 0 end) > 1e-9
