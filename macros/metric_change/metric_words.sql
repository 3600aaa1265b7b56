{#-
  The words of text columns with how often they occur, ranked per analysis, side and column.

  word_counts: relation or CTE with the columns of metric_word_counts.
  windows: relation or CTE with analysis and period_end.
  Columns: those of metric_words (docs/metric_change.md).
-#}
{%- macro metric_words(word_counts, windows) -%}
select
    word_counts.analysis,
    windows.period_end,
    word_counts.side,
    word_counts.column_name,
    word_counts.word,
    word_counts.occurrences,
    cast(row_number() over (
        partition by word_counts.analysis, word_counts.side, word_counts.column_name
        order by word_counts.occurrences desc, {{ whence.text_order('word_counts.word') }}
    ) as integer) as word_rank
from {{ word_counts }} as word_counts
inner join {{ windows }} as windows on word_counts.analysis = windows.analysis
{%- endmacro -%}
