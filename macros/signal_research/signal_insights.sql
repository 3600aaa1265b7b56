{#-
  What the signal tables say first, in sentences: every number of a sentence stands in the rows that its evidence names.

  profiles, screening, statistics, turnover, warnings: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insights (docs/signal_research.md). Every sentence is kept; its rank says what to read first.
-#}
{%- macro signal_insights(profiles, screening, statistics, turnover, warnings) -%}
with candidates as (

    {{ whence.signal_insight_summaries(screening) }}
    union all
    {{ whence.signal_insight_survivors(screening, profiles) }}
    union all
    {{ whence.signal_insight_warnings(profiles, warnings) }}
    union all
    {{ whence.signal_insight_decays(profiles, statistics) }}
    union all
    {{ whence.signal_insight_slices(profiles, statistics) }}
    union all
    {{ whence.signal_insight_twins(profiles, statistics) }}
    union all
    {{ whence.signal_insight_costs(profiles, statistics, turnover) }}

)

select
    study,
    kind,
    cast(row_number() over (
        partition by study, kind
        order by
            {{ whence.round_significant('size') }} nulls last,
            {{ whence.text_order('evidence') }}
    ) as integer) as insight_rank,
    signal,
    horizon,
    procedure,
    headline,
    evidence
from candidates
where headline is not null and evidence is not null
{%- endmacro -%}
