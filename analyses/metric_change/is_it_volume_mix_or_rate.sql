-- Is it volume, mix or rate: more units, other segments, or more for each unit? Effects of all segments of a dimension
-- add up to the change; an average or ratio has no volume of its own.
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

summed as (

    select
        analysis,
        metric,
        dimensions as dimension,
        sum(volume_effect) as volume_effect,
        sum(mix_effect) as mix_effect,
        sum(rate_effect) as rate_effect,
        sum(coalesce(volume_effect, 0) + mix_effect + rate_effect) as change,
        1e-9 * sum(abs(coalesce(baseline_value, 0)) + abs(coalesce(current_value, 0))) as rounding,
        count(effect_note) as n_notes
    from movers
    where
        rate_effect is not null
        and dimensions not like '% | %'
    group by analysis, metric, dimensions

),

final as (

    select
        summed.analysis,
        summed.metric,
        summed.dimension,
        case
            when
                abs(coalesce(summed.volume_effect, 0)) <= summed.rounding
                and abs(summed.mix_effect) <= summed.rounding
                and abs(summed.rate_effect) <= summed.rounding then 'nothing moved'
            when
                abs(coalesce(summed.volume_effect, 0)) >= abs(summed.mix_effect)
                and abs(coalesce(summed.volume_effect, 0)) >= abs(summed.rate_effect) then 'volume'
            when abs(summed.mix_effect) >= abs(summed.rate_effect) then 'mix'
            else 'rate'
        end as largest_effect,
        summed.mix_effect,
        summed.rate_effect,
        summed.volume_effect,
        summed.change,
        summed.n_notes
    from summed
    inner join analyses on summed.analysis = analyses.analysis
    where analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimension') }}
