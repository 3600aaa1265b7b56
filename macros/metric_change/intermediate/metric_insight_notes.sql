{#-
  What the data and the comparison lack (kind data_quality), most important first: empty sides, dates that cannot be
  read, windows that are not complete or differ in length, blanks, effects that could not be told apart, folding, and
  the rows that were left out.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  fields: relation or CTE with the columns of metric_spec_fields.
  totals, segments, movers, columns: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_notes(contexts, fields, totals, segments, movers, columns) -%}
{%- set double = whence.type_double() -%}
{%- set dates = {} -%}
{%- for column in ['baseline_start', 'baseline_end', 'current_start', 'current_end', 'period_end'] -%}
  {%- do dates.update({column: whence.to_text('contexts.' ~ column, 'date')}) -%}
{%- endfor -%}
{%- set no_metric = whence.text_literal(none) -%}
with statements as (
    {%- for class, condition, headline in [
        (0, 'contexts.current_records = 0', "'the current side has no records' || coalesce(': ' || "
            ~ dates.current_start ~ " || ' to ' || " ~ dates.current_end ~ ", '')"),
        (0, "contexts.baseline_records = 0 and contexts.compare_to <> 'none'", "'the baseline has no records' || coalesce(': ' || "
            ~ dates.baseline_start ~ " || ' to ' || " ~ dates.baseline_end ~ ", '')"),
        (1, 'contexts.unparsed_records > 0', "'the date of ' || " ~ whence.format_number('contexts.unparsed_records')
            ~ " || ' records cannot be read'"),
        (2, 'contexts.current_end < contexts.period_end', "'the current window is not complete: it ends on ' || " ~ dates.current_end
            ~ " || ', not on ' || " ~ dates.period_end ~ " || coalesce('; the baseline is ' || " ~ dates.baseline_start
            ~ " || ' to ' || " ~ dates.baseline_end ~ ", '')"),
        (3, 'contexts.baseline_scale <> 1', "'the windows differ in length: comparing multiplies the baseline of sums and counts by ' || "
            ~ whence.format_number('contexts.baseline_scale', decimals=4)),
        (8, 'contexts.filtered_records > 0', whence.format_number('contexts.filtered_records')
            ~ " || ' records were left out by where or exclude_blank'"),
        (9, 'contexts.excluded_records > 0', whence.format_number('contexts.excluded_records')
            ~ " || case when contexts.compare_to = 'column' then ' records are in neither cohort'"
            ~ " else ' records are in neither window' end"),
    ] %}
    {%- if not loop.first %}

    union all
    {% endif %}
    select
        contexts.analysis,
        {{ class }} as class,
        {{ loop.revindex }} as size,
        {{ headline }} as headline,
        {{ whence.insight_evidence({'contexts': 'metric_analyses'}) }} as evidence
    from {{ contexts }} as contexts
    where {{ condition }}
    {%- endfor %}

),

noted as (

    -- a note that holds for the whole stands at every segment: the largest mover says it
    select
        movers.*,
        row_number() over (
            partition by movers.analysis, movers.dimensions, movers.effect_note order by movers.mover_rank
        ) as note_rank
    from {{ contexts }} as contexts
    inner join {{ movers }} as movers on contexts.analysis = movers.analysis and contexts.rank_by = movers.metric
    where
        movers.effect_note is not null
        and {{ whence.metric_is_one_dimension('movers.dimensions') }}
        and contexts.baseline_records > 0
        and contexts.current_records > 0

)

select
    analysis,
    'data_quality' as kind,
    class,
    cast(size as {{ double }}) as size,
    {{ no_metric }} as metric,
    headline,
    evidence
from statements

union all

select
    totals.analysis,
    'data_quality' as kind,
    4 as class,
    cast(0 as {{ double }}) as size,
    {{ no_metric }} as metric,
    {{ whence.format_percent('totals.blank_record_share') }} || ' of the current records have a blank in a dimension' as headline,
    {{ whence.insight_evidence({'totals': 'metric_totals'}) }} as evidence
from {{ totals }} as totals
where totals.side = 'current' and totals.metric = 'records' and totals.blank_record_share > 0

union all

select
    contexts.analysis,
    'data_quality' as kind,
    5 as class,
    profiles.null_share as size,
    {{ no_metric }} as metric,
    'dimension ' || {{ whence.shorten_text('profiles.column_name') }} || ' is null in '
    || {{ whence.format_percent('profiles.null_share') }} || ' of the relation''s rows' as headline,
    {{ whence.insight_evidence({'profiles': 'metric_columns'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ fields }} as fields
    on contexts.analysis_group = fields.analysis_group and fields.role = 'dimension' and fields.kind = 'column'
inner join {{ columns }} as profiles on contexts.relation = profiles.relation and fields.name = profiles.column_name
where profiles.null_share >= {{ whence.metric_insight_limits().min_null_share }}

union all

-- without numeric_text such a column is neither measured nor a driver; with it the other values are null
select
    contexts.analysis,
    'data_quality' as kind,
    5 as class,
    profiles.numeric_share as size,
    {{ no_metric }} as metric,
    'column ' || {{ whence.shorten_text('profiles.column_name') }} || ' is text; '
    || {{ whence.format_percent('profiles.numeric_share') }} || ' of its values read as numbers' as headline,
    {{ whence.insight_evidence({'profiles': 'metric_columns'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ columns }} as profiles on contexts.relation = profiles.relation
where profiles.data_type = 'text' and profiles.role = 'measure'

union all

select
    noted.analysis,
    'data_quality' as kind,
    6 as class,
    coalesce(abs(noted.change), 0) as size,
    noted.metric,
    {{ whence.metric_insight_subject('noted') }} || ': ' || noted.effect_note
    || case when noted.segment = '(overlap)'
        then coalesce(', ' || {{ whence.format_number('noted.mix_effect') }}, '') else '' end as headline,
    {{ whence.insight_evidence({'noted': 'metric_movers'}) }} as evidence
from noted
where noted.note_rank = 1

union all

select
    folded.analysis,
    'data_quality' as kind,
    7 as class,
    folded.record_share as size,
    folded.metric,
    {{ whence.metric_insight_subject('folded') }} || ': ' || {{ whence.format_percent('folded.record_share') }}
    || ' in segments too small or too many to be listed' as headline,
    {{ whence.insight_evidence({'folded': 'metric_segments'}) }} as evidence
from {{ segments }} as folded
where folded.segment = '(other)' and folded.side = 'current' and folded.metric = 'records'
{%- endmacro -%}
