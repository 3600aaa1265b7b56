{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- What stands for cash is either a fund or a rate, and both are in the currency that they stand for.
with proxy_cash as (

    select * from {{ ref('proxy_cash') }}

),

proxy_etfs as (

    select * from {{ ref('proxy_etfs') }}

),

proxy_rates as (

    select * from {{ ref('proxy_rates') }}

)

select
    proxy_cash.currency,
    proxy_cash.priority,
    proxy_cash.ticker,
    proxy_cash.rate,
    proxy_etfs.currency as etf_currency,
    proxy_rates.currency as rate_currency
from proxy_cash
left join proxy_etfs on proxy_cash.ticker = proxy_etfs.ticker
left join proxy_rates on proxy_cash.rate = proxy_rates.rate
where
    (proxy_cash.ticker is null) = (proxy_cash.rate is null)
    or proxy_cash.currency <> coalesce(proxy_etfs.currency, proxy_rates.currency, 'unknown')
