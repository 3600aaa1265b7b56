with report as (

    select * from {{ ref('int_factor_proxies__report') }}

),

final as (

    select
        position,
        section,
        title,
        markdown
    from report

)

select * from final
order by position
