-- How much of the change between two snapshots comes from rows that were added, removed, or changed after the fact?
with restatements as (

    select * from {{ ref('metric_restatements') }}

),

summed as (

    select
        *,
        sum(change) over (partition by analysis, metric) as total_change
    from restatements

),

final as (

    select
        analysis,
        metric,
        row_change,
        n_rows,
        change,
        -- plus zero: nothing of a fall is 0, not -0
        {{ whence.safe_divide('change', 'total_change') }} + 0 as share_of_change,
        baseline_value,
        current_value
    from summed

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('row_change') }}
