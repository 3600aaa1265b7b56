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
        universe.source_tier,
        {{ whence.proxy_category_position('universe.category') }} as category_position,
        universe.priority,
        quality.n_months,
        case
            when quality.status = 'excluded' then 'too few months'
            when quality.reason = 'stale' then 'prices have ended'
        end as obstacle
    from universe
    inner join quality on universe.ticker = quality.series
    where universe.is_active and quality.n_months > 0

)

select * from final
