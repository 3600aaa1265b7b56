{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- Every ticker that a reference seed names is a fund of the category that it is named for.
with proxy_etfs as (

    select * from {{ ref('proxy_etfs') }}

),

proxy_industries as (

    select * from {{ ref('proxy_industries') }}

),

proxy_exchanges as (

    select * from {{ ref('proxy_exchanges') }}

),

proxy_cash as (

    select * from {{ ref('proxy_cash') }}

),

named as (

    select
        'proxy_industries' as seed,
        industry as named_for,
        ticker,
        'industry' as category
    from proxy_industries

    union all

    select
        'proxy_exchanges' as seed,
        exchange as named_for,
        market as ticker,
        'market' as category
    from proxy_exchanges

    union all

    select
        'proxy_exchanges' as seed,
        exchange as named_for,
        momentum as ticker,
        'style' as category
    from proxy_exchanges

    union all

    select
        'proxy_exchanges' as seed,
        exchange as named_for,
        value as ticker,
        'style' as category
    from proxy_exchanges

    union all

    select
        'proxy_cash' as seed,
        currency as named_for,
        ticker,
        'cash' as category
    from proxy_cash

)

select named.*
from named
left join proxy_etfs on named.ticker = proxy_etfs.ticker and named.category = proxy_etfs.category
where named.ticker is not null and proxy_etfs.ticker is null
