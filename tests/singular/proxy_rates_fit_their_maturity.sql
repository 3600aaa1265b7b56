{{ config(enabled='factor_proxies' in var('whence_domains', ['factor_proxies'])) }}

-- The code, the maturity and the months of a rate say the same, and its column is found by the maturity first.
with proxy_rates as (

    select * from {{ ref('proxy_rates') }}

),

maturities as (

    select
        rate,
        maturity,
        months,
        column_names,
        upper(substring(maturity, 1, 1)) as unit_letter,
        substring(maturity, 2) as length,
        case when maturity like 'm%' then 1 else 12 end as unit_months
    from proxy_rates

)

select *
from maturities
where
    rate <> 'UST' || length || unit_letter
    or months <> cast(length as integer) * unit_months
    or column_names not like maturity || ', %'
    or column_names <> lower(column_names)
