with log_returns as (

    select * from {{ ref('int_factor_models__log_returns') }}

),

dates as (

    select * from {{ ref('int_factor_models__dates') }}

),

final as (

    {{ whence.factor_drawdowns('log_returns', 'dates') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    drawdown
