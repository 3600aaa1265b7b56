{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- Every key of a category has one fund that represents it, the first by priority.
with proxy_etfs as (

    select * from {{ ref('proxy_etfs') }}

),

keys as (

    select
        category,
        proxy_key,
        sum(case when is_canonical then 1 else 0 end) as n_canonical,
        min(priority) as first_priority,
        min(case when is_canonical then priority end) as canonical_priority
    from proxy_etfs
    group by 1, 2

)

select *
from keys
where n_canonical <> 1 or canonical_priority <> first_priority
