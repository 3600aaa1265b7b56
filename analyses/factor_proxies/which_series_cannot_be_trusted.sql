-- What stands on thin ice: series with a short, old or broken history, exposures without a proxy, groups that fail?
with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

group_checks as (

    select * from {{ ref('proxy_group_checks') }}

),

held as (

    select
        factor,
        sum(abs(exposure)) as exposure
    from exposures
    group by factor

),

doubtful as (

    -- funds of the reference that the prices do not have are no news
    select
        'series' as kind,
        quality.series as name,
        quality.status,
        quality.reason,
        held.exposure,
        quality.n_months,
        quality.first_month,
        quality.last_month
    from quality
    left join universe on quality.series = universe.ticker
    left join held on quality.series = held.factor
    where
        quality.status <> 'ok'
        and (
            quality.n_months > 0
            or held.exposure is not null
            or coalesce(universe.source_tier, 'user') = 'user'
        )

),

unproxied as (

    select
        'exposure' as kind,
        held.factor as name,
        'excluded' as status,
        'no proxy' as reason,
        held.exposure,
        0 as n_months,
        cast(null as date) as first_month,
        cast(null as date) as last_month
    from held
    left join quality on held.factor = quality.series
    where quality.series is null

),

wrong_groups as (

    select
        'group' as kind,
        factor_group as name,
        status,
        check_name || ': ' || detail as reason,
        cast(null as {{ whence.type_double() }}) as exposure,
        cast(null as bigint) as n_months,
        cast(null as date) as first_month,
        cast(null as date) as last_month
    from group_checks
    where status <> 'ok'

),

final as (

    select * from doubtful

    union all

    select * from unproxied

    union all

    select * from wrong_groups

)

select * from final
order by
    exposure desc nulls last,
    {{ whence.text_order('kind') }},
    {{ whence.text_order('name') }},
    {{ whence.text_order('reason') }}
