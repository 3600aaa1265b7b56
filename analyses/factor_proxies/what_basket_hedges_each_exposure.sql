-- Which basket of up to three candidates hedges each exposure best, and what does each size add out of sample?
with baskets as (

    select * from {{ ref('proxy_hedge_baskets') }}

),

sizes as (

    select
        portfolio,
        exposed,
        basket,
        max(oos_variance_reduction) as oos_variance_reduction,
        {{ whence.join_texts(
            "candidate || ' ' || " ~ whence.format_number('weight'), ', ', whence.text_order('candidate')
        ) }} as holdings,
        max(n_oos) as n_oos
    from baskets
    group by portfolio, exposed, basket

),

final as (

    select
        portfolio,
        exposed,
        basket,
        holdings,
        oos_variance_reduction,
        oos_variance_reduction - lag(oos_variance_reduction) over (
            partition by portfolio, exposed
            order by basket
        ) as added_by_the_last,
        n_oos,
        basket = max(basket) over (partition by portfolio, exposed) and oos_variance_reduction > 0.05 as is_best
    from sizes

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.text_order('exposed') }},
    basket
