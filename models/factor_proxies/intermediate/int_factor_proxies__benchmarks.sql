with quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    select series
    from quality
    where
        n_months > 0
        and series in ({{ whence.text_list(whence.proxy_settings(whence.resolved_proxies()).benchmarks) }})

)

select * from final
