{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- Every industry fund has a place in the tree of industries, with the sector group and the sector that proxy_etfs gives
-- it; a sector lies in one group, an industry in one sector, a subindustry in one industry.
with proxy_etfs as (

    select * from {{ ref('proxy_etfs') }}

),

proxy_industries as (

    select * from {{ ref('proxy_industries') }}

),

places as (

    select
        'sector' as granularity,
        sector as name,
        sector_group as parent
    from proxy_industries

    union all

    select
        'industry' as granularity,
        industry as name,
        sector as parent
    from proxy_industries

    union all

    select
        'subindustry' as granularity,
        coalesce(subindustry, industry) as name,
        industry as parent
    from proxy_industries

)

select
    'fund' as granularity,
    proxy_etfs.ticker as name
from proxy_etfs
left join proxy_industries on proxy_etfs.ticker = proxy_industries.ticker
where
    proxy_etfs.category = 'industry'
    and (
        proxy_industries.ticker is null
        or proxy_industries.sector_group <> proxy_etfs.sector_group
        or lower(replace(proxy_industries.sector, ' ', '_')) <> proxy_etfs.proxy_key
    )

union all

select
    granularity,
    name
from places
group by 1, 2
having count(distinct parent) > 1
