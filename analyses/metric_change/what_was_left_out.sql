-- Which rows did each analysis not compare, and why?
select
    analysis,
    baseline_records + current_records as compared_records,
    filtered_records,
    excluded_records,
    unparsed_records
from {{ ref('metric_analyses') }}
order by analysis
