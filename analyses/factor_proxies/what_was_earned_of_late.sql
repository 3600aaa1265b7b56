-- What did each series earn of late, over one month to two years?
with windows as (

    select * from {{ ref('proxy_return_windows') }}

),

final as (

    select
        series,
        max(case when return_window = '1m' then total_return end) as return_1m,
        max(case when return_window = '3m' then total_return end) as return_3m,
        max(case when return_window = '6m' then total_return end) as return_6m,
        max(case when return_window = '1y' then total_return end) as return_1y,
        max(case when return_window = '2y' then total_return end) as return_2y,
        max(case when return_window = 'ytd' then total_return end) as return_ytd
    from windows
    group by series

)

select * from final
order by
    {{ whence.round_significant('return_1y', digits=9) }} desc nulls last,
    {{ whence.text_order('series') }}
