-- On which factor did the portfolio's rolling exposure change direction most often? Factors that tie share a rank, and
-- those that never turned have none; zero has no direction, and a clear one is beyond two standard errors.
with exposures as (

    select * from {{ ref('factor_exposures') }}

),

directed as (

    select
        *,
        coalesce(abs(exposure) > 2 * standard_error, false) as is_clear,
        -- what rounding leaves of zero has no sign
        case
            when abs(exposure) > 1e-12 * max(abs(exposure)) over (partition by model, method, factor)
                then sign(exposure)
        end as direction
    from exposures
    where exposure is not null

),

turned as (

    -- the last direction before, of windows that have one
    select
        *,
        lag(direction) over (partition by model, method, factor, direction is null order by window_end)
            as previous_direction
    from directed

),

cleared as (

    -- the same of windows whose direction is clear
    select
        *,
        is_clear
        and direction <> lag(direction) over (
            partition by model, method, factor, is_clear, direction is null order by window_end
        ) as is_clear_turn
    from turned

),

counted as (

    select
        model,
        method,
        factor,
        count(*) as n_windows,
        cast(sum(case when direction <> previous_direction then 1 else 0 end) as integer) as n_sign_changes,
        cast(sum(case when is_clear_turn then 1 else 0 end) as integer) as n_clear_sign_changes,
        max(case when direction <> previous_direction then window_end end) as last_sign_change
    from cleared
    group by model, method, factor

),

final as (

    select
        model,
        method,
        case
            when n_sign_changes > 0 then rank() over (partition by model, method order by n_sign_changes desc)
        end as turn_rank,
        factor,
        n_sign_changes,
        n_clear_sign_changes,
        last_sign_change,
        n_windows
    from counted

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    turn_rank nulls last,
    {{ whence.text_order('factor') }}
