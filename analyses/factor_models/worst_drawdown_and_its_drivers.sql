-- What was the worst drawdown, and which components drove it? Rank 1 took the most.
with drawdowns as (

    select * from {{ ref('factor_drawdowns') }}

),

components as (

    select * from {{ ref('factor_drawdown_components') }}

),

variance as (

    select * from {{ ref('factor_variance') }}

),

final as (

    select
        components.model,
        components.method,
        components.component,
        components.contribution,
        {{ whence.safe_divide('components.contribution', 'drawdowns.depth') }} as share_of_depth,
        drawdowns.depth,
        row_number() over (
            partition by components.model, components.method
            order by
                {{ whence.round_significant('components.contribution') }},
                {{ whence.text_order('components.component') }}
        ) as driver_rank,
        coalesce(variance.label, components.component) as label,
        drawdowns.peak_date,
        drawdowns.trough_date,
        drawdowns.recovery_date,
        drawdowns.days
    from drawdowns
    inner join components
        on drawdowns.model = components.model and drawdowns.drawdown = components.drawdown
    left join variance
        on
            components.method = 'pca'
            and components.model = variance.model
            and components.component = variance.factor
    where drawdowns.drawdown = 1

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    driver_rank
