with quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    {%- set resolved = whence.resolved_proxies() %}

    select series
    from quality
    where
        n_months > 0
        and {{ 'series in (' ~ whence.text_list(resolved.benchmarks) ~ ')' if resolved is not none else '1 = 0' }}

)

select * from final
