{#-
  Adjusted p-values over all families of a study at once (Benjamini and Bogomolov 2014): families are selected first, then
  members of the selected ones. A family stands for its least bhy_q; of F families R are selected by Benjamini and
  Yekutieli; a member survives at level a where its bhy_q is at most a R / (F c), c = 1 + 1/2 + ... + 1/F. The least such a
  is the minimum over k of max(bhy_q, k-th least of the families) F c / k.

  screened: CTE with study, family, signal, bhy_q.
  Columns: study, family, signal, hierarchical_q.
-#}
{%- macro signal_hierarchical_q(screened) -%}
{%- set double = whence.type_double() -%}
with families as (

    select
        study,
        family,
        min(bhy_q) as least_q
    from {{ screened }}
    where bhy_q is not null
    group by study, family

),

placed as (

    select
        study,
        least_q,
        row_number() over (partition by study order by least_q) as place
    from families

),

penalties as (

    select
        study,
        count(*) * sum(cast(1 as {{ double }}) / place) as penalty
    from placed
    group by study

)

select
    members.study,
    members.family,
    members.signal,
    -- least(1, ...): penalty / place is at least 1, so that nothing underflows
    min(least(
        cast(1 as {{ double }}),
        greatest(members.bhy_q, placed.least_q) * (penalties.penalty / placed.place)
    )) as hierarchical_q
from {{ screened }} as members
inner join placed on members.study = placed.study
inner join penalties on members.study = penalties.study
where members.bhy_q is not null
group by members.study, members.family, members.signal
{%- endmacro -%}
