-- Which series move together, which apart, and for which of them is that certain?
with correlations as (

    select * from {{ ref('proxy_correlations') }}

),

final as (

    select
        scope,
        series_a,
        series_b,
        correlation,
        relationship,
        is_relationship_certain,
        q_value,
        ci_low,
        ci_high,
        n_obs
    from correlations
    where
        correlation is not null
        and {{ whence.text_order('series_a') }} < {{ whence.text_order('series_b') }}

)

select * from final
order by
    {{ whence.text_order('scope') }},
    {{ whence.round_significant('correlation', digits=9) }},
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }}
