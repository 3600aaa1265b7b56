-- Where does the drill-down end: which path leads to what moved, why does it stop, and what is to be asked next?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

nodes as (

    select * from {{ ref('metric_drilldown') }}

),

final as (

    select
        nodes.analysis,
        nodes.metric,
        nodes.path,
        nodes.change,
        nodes.share_of_total,
        nodes.stop_reason,
        nodes.next_question,
        nodes.q_value,
        nodes.aliases
    from nodes
    inner join analyses on nodes.analysis = analyses.analysis
    where
        nodes.stop_reason is not null
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.round_significant('abs(share_of_total)', digits=9) }} desc nulls last,
    {{ whence.text_order('path') }}
