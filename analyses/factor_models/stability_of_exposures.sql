-- How stable are the portfolio's exposures from window to window? Rank 1 varies most against its mean.
with exposures as (

    select * from {{ ref('factor_exposures') }}

),

estimated as (

    select
        *,
        row_number() over (partition by model, method, factor order by window_end desc) as from_last,
        -- what rounding leaves of zero has no sign
        case
            when abs(exposure) > 1e-12 * max(abs(exposure)) over (partition by model, method, factor)
                then sign(exposure)
        end as direction
    from exposures
    where exposure is not null

),

turned as (

    -- against the last direction before, of windows that have one
    select
        *,
        direction <> lag(direction) over (
            partition by model, method, factor, direction is null order by window_end
        ) as is_turn
    from estimated

),

summarized as (

    select
        model,
        method,
        factor,
        count(*) as n_windows,
        avg(exposure) as mean_exposure,
        stddev_samp(exposure) as standard_deviation,
        min(exposure) as lowest,
        max(exposure) as highest,
        max(exposure) - min(exposure) as exposure_range,
        cast(sum(case when is_turn then 1 else 0 end) as integer) as n_sign_changes,
        max(case when from_last = 1 then exposure end) as latest_exposure,
        max(case when from_last = 1 then standard_error end) as latest_standard_error
    from turned
    group by model, method, factor

),

compared as (

    select
        *,
        {{ whence.safe_divide('standard_deviation', 'abs(mean_exposure)') }} as relative_deviation,
        {{ whence.safe_divide('latest_exposure - mean_exposure', 'latest_standard_error') }}
            as latest_less_mean_in_errors
    from summarized

),

final as (

    select
        model,
        method,
        factor,
        mean_exposure,
        standard_deviation,
        n_sign_changes,
        lowest,
        highest,
        exposure_range,
        latest_exposure,
        latest_standard_error,
        relative_deviation,
        latest_less_mean_in_errors,
        n_windows,
        row_number() over (
            partition by model, method
            order by
                {{ whence.round_significant('relative_deviation') }} desc nulls last,
                {{ whence.text_order('factor') }}
        ) as instability_rank
    from compared

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    instability_rank
