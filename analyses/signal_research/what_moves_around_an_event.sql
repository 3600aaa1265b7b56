-- What moves before and after an event, row by row? Trust the shape: what moves before offset 0 was expected.
with paths as (

    select * from {{ ref('signal_event_paths') }}

),

final as (

    select
        study,
        signal,
        event_offset,
        mean_abnormal_return,
        {{ whence.safe_divide('mean_abnormal_return', 'standard_error') }} as t_stat,
        cumulative_abnormal_return,
        standard_error,
        n_events
    from paths

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    event_offset
