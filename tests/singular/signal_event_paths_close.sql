{{ config(enabled='signal_research' in var('whence_domains', ['signal_research'])) }}

-- The cumulative return around events is the sum of the means up to the offset; offsets lie within the study's window.
with paths as (

    select * from {{ ref('signal_event_paths') }}

),

windows as (

    {{ whence.signal_event_windows(whence.resolved_signal_studies()) }}

),

sums as (

    select
        paths.study,
        paths.signal,
        paths.event_offset,
        paths.cumulative_abnormal_return,
        sum(earlier.mean_abnormal_return) as total,
        sum(abs(earlier.mean_abnormal_return)) as size
    from paths
    inner join paths as earlier
        on
            paths.study = earlier.study
            and paths.signal = earlier.signal
            and paths.event_offset >= earlier.event_offset
    group by paths.study, paths.signal, paths.event_offset, paths.cumulative_abnormal_return

)

select
    sums.*,
    windows.first_offset,
    windows.last_offset
from sums
left join windows on sums.study = windows.study
where
    abs(sums.cumulative_abnormal_return - sums.total) > 1e-9 * sums.size
    or sums.event_offset < windows.first_offset
    or sums.event_offset > windows.last_offset
    or windows.study is null
