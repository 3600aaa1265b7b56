{#-
  What the sentences of an analysis need to know about it.

  analyses: relation or CTE with the columns of metric_analyses.
  specs: relation or CTE with the columns of int_metric_change__specs.
  Columns: those of metric_analyses, and compare_to, rank_by, insights_top, opportunity_min_records.
-#}
{%- macro metric_insight_contexts(analyses, specs) -%}
select
    analyses.*,
    specs.compare_to,
    specs.rank_by,
    specs.insights_top,
    specs.opportunity_min_records
from {{ analyses }} as analyses
inner join {{ specs }} as specs on analyses.analysis_group = specs.analysis
{%- endmacro -%}
