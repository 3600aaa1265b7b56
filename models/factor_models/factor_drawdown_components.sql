with drawdowns as (

    select * from {{ ref('factor_drawdowns') }}

),

attribution as (

    select * from {{ ref('factor_attribution') }}

),

log_returns as (

    select * from {{ ref('int_factor_models__log_returns') }}

),

final as (

    {{ whence.factor_drawdown_components('drawdowns', 'attribution', 'log_returns') }}

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    drawdown,
    {{ whence.text_order('component') }}
