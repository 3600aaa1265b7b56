-- How many statistical factors are there beyond what noise would show, and what are they?
with variance as (

    select * from {{ ref('factor_variance') }}

),

final as (

    select
        model,
        label,
        explained_ratio,
        cumulative_ratio,
        eigenvalue > noise_edge as is_beyond_noise,
        is_retained,
        factor,
        eigenvalue,
        noise_edge,
        factor_rank
    from variance

)

select * from final
order by
    {{ whence.text_order('model') }},
    factor_rank
