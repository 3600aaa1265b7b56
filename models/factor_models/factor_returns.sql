with factor_returns as (

    select * from {{ ref('int_factor_models__factor_returns') }}

),

final as (

    select
        model,
        method,
        date,
        factor,
        factor_return
    from factor_returns

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    date,
    {{ whence.text_order('factor') }}
