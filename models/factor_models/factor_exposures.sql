with exposures as (

    select * from {{ ref('int_factor_models__rolling_exposures') }}

),

final as (

    select
        model,
        method,
        window_end,
        factor,
        exposure,
        standard_error,
        n_obs
    from exposures

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    window_end,
    {{ whence.text_order('factor') }}
