{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- Markets, styles and industries are equity, other categories an asset class of their own; industries alone have a
-- sector group.
with proxy_etfs as (

    select * from {{ ref('proxy_etfs') }}

)

select
    ticker,
    category,
    asset_class,
    sector_group
from proxy_etfs
where
    asset_class <> case when category in ('market', 'style', 'industry') then 'equity' else category end
    or (sector_group is not null) <> (category = 'industry')
