-- Which rows did each analysis not compare, and why?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

final as (

    select
        analysis,
        baseline_records + current_records as compared_records,
        filtered_records,
        excluded_records,
        unparsed_records
    from analyses

)

select * from final
order by {{ whence.text_order('analysis') }}
