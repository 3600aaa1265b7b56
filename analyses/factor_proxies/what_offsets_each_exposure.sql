-- What offsets each exposure, best first; where nothing holds out of sample, what comes closest and why it does not?
with exposures as (

    select * from {{ ref('proxy_exposures') }}

),

offsets as (

    select * from {{ ref('proxy_offsets') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by portfolio, exposed
            order by
                case when reason = 'holds out of sample' then 0 when is_recommended then 1 else 2 end,
                offset_rank
        ) as choice
    from offsets

),

final as (

    select
        coalesce(exposures.portfolio, ranked.portfolio) as portfolio,
        coalesce(exposures.factor, ranked.exposed) as exposed,
        ranked.candidate,
        ranked.hedge_ratio,
        ranked.oos_variance_reduction,
        coalesce(ranked.is_recommended, false) as is_recommended,
        exposures.exposure,
        exposures.status,
        ranked.choice,
        ranked.correlation,
        ranked.q_value,
        ranked.n_oos,
        case when ranked.is_recommended then ranked.suggested_allocation end as suggested_allocation,
        coalesce(ranked.reason, 'no series of that name has returns') as reason
    from exposures
    full outer join ranked on exposures.portfolio = ranked.portfolio and exposures.factor = ranked.exposed
    where ranked.candidate is null or ranked.is_recommended or ranked.choice = 1

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    abs(exposure) desc nulls last,
    {{ whence.text_order('exposed') }},
    choice
