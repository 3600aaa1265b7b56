-- Which words are more frequent than in the baseline, and which less? Shares are of all words of the column and side.
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

words as (

    select * from {{ ref('metric_words') }}

),

shares as (

    select
        analysis,
        side,
        column_name,
        word,
        occurrences,
        cast(occurrences as {{ whence.type_double() }})
        / sum(occurrences) over (partition by analysis, side, column_name) as word_share
    from words

),

sides as (

    select
        analysis,
        column_name,
        word,
        sum(case when side = 'baseline' then word_share else 0 end) as baseline_share,
        sum(case when side = 'current' then word_share else 0 end) as current_share,
        sum(case when side = 'baseline' then occurrences else 0 end) as baseline_occurrences,
        sum(case when side = 'current' then occurrences else 0 end) as current_occurrences,
        -- without a side there is nothing to compare with
        min(min(side)) over (partition by analysis, column_name) as first_side,
        max(max(side)) over (partition by analysis, column_name) as last_side
    from shares
    group by analysis, column_name, word

),

final as (

    select
        sides.analysis,
        sides.column_name,
        sides.word,
        sides.baseline_share,
        sides.current_share,
        sides.current_share - sides.baseline_share as share_change,
        sides.baseline_occurrences,
        sides.current_occurrences
    from sides
    inner join analyses on sides.analysis = analyses.analysis
    where
        sides.first_side = 'baseline'
        and sides.last_side = 'current'
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('column_name') }},
    {{ whence.round_significant('abs(share_change)', digits=9) }} desc,
    {{ whence.text_order('word') }}
