{{ config(enabled='signal_research' in var('whence_domains', ['signal_research'])) }}

-- Adjusted over all families of a study nothing is better than in its own.
with signal_screening as (

    select * from {{ ref('signal_screening') }}

),

final as (

    select
        study,
        family,
        signal,
        bhy_q,
        hierarchical_q
    from signal_screening
    where
        hierarchical_q < bhy_q
        or (is_hierarchical_survivor and not is_survivor)
        or (bhy_q is null and hierarchical_q is not null)

)

select * from final
