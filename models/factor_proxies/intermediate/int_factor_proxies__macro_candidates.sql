with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    select
        universe.asset_class,
        universe.ticker as series,
        universe.priority,
        universe.is_canonical,
        quality.n_months,
        quality.status <> 'excluded' as is_usable
    from universe
    inner join quality on universe.ticker = quality.series
    where universe.is_active and quality.n_months > 0

)

select * from final
