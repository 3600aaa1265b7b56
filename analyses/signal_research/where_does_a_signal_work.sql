-- In which slices of assets or dates does a signal order returns, and is the difference more than chance?
with slices as (

    select * from {{ ref('signal_slices') }}

),

statistics as (

    select * from {{ ref('signal_statistics') }}

),

differences as (

    select
        study,
        signal,
        horizon,
        value as slice_ic_p
    from statistics
    where procedure = 'ic' and statistic = 'slice_ic_p'

),

final as (

    select
        slices.study,
        slices.signal,
        slices.horizon,
        slices.slice,
        slices.mean_ic,
        case
            when differences.slice_ic_p is null then 'no test of a difference'
            when differences.slice_ic_p > 0.05 then 'no difference shown'
            else 'slices differ'
        end as verdict,
        differences.slice_ic_p,
        slices.t_stat,
        slices.n_dates
    from slices
    left join differences
        on
            slices.study = differences.study
            and slices.signal = differences.signal
            and slices.horizon = differences.horizon

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.round_significant('slice_ic_p', digits=6) }} nulls last,
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.round_significant('mean_ic', digits=9) }} desc nulls last,
    {{ whence.text_order('slice') }}
