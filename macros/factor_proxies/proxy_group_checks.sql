{#-
  What was checked of every user group, and what was found.

  groups: relation or CTE with the columns of the role factor_groups.
  universe: of proxy_universe.
  etf_returns: of proxy_etf_returns.
  group_weights: of proxy_group_weights.
  Columns: those of proxy_group_checks (docs/factor_proxies.md).
-#}
{%- macro proxy_group_checks(groups, universe, etf_returns, group_weights) -%}
{%- set text = whence.type_text() -%}
with members as (

    select
        factor_group,
        ticker,
        weight,
        coalesce(valid_from, date '1900-01-01') as valid_from
    from {{ groups }}
    where factor_group is not null and ticker is not null

),

weightings as (

    {{ whence.proxy_group_weightings(groups) }}

),

named as (

    select distinct
        factor_group,
        ticker
    from members

),

found as (

    select
        named.factor_group,
        count(*) as n_members,
        sum(case when universe.ticker is null then 1 else 0 end) as n_unknown,
        {{ whence.join_texts('case when universe.ticker is null then named.ticker end', ', ', whence.text_order('named.ticker')) }} as unknown,
        sum(case when priced.series is null then 1 else 0 end) as n_unpriced,
        {{ whence.join_texts('case when priced.series is null then named.ticker end', ', ', whence.text_order('named.ticker')) }} as unpriced
    from named
    left join {{ universe }} as universe on named.ticker = universe.ticker
    left join (select distinct series from {{ etf_returns }}) as priced on named.ticker = priced.series
    group by named.factor_group

),

repeated as (

    select
        factor_group,
        count(*) as n_repeated
    from (
        select
            factor_group,
            ticker,
            valid_from
        from members
        group by factor_group, ticker, valid_from
        having count(*) > 1
    ) as twice
    group by factor_group

),

sums as (

    select
        factor_group,
        max(abs(total - 1)) as off_by,
        sum(n_unweighted) as n_unweighted
    from (
        select
            factor_group,
            valid_from,
            sum(weight) as total,
            sum(case when weight is null then 1 else 0 end) as n_unweighted
        from members
        group by factor_group, valid_from
    ) as totals
    group by factor_group

),

weighted as (

    select distinct factor_group
    from {{ group_weights }}

),

final as (

    select
        found.factor_group,
        'members_known' as check_name,
        case when found.n_unknown = 0 then 'ok' else 'error' end as status,
        case
            when found.n_unknown = 0 then cast(found.n_members as {{ text }}) || ' members'
            else 'not in the universe: ' || found.unknown
        end as detail
    from found

    union all

    select
        found.factor_group,
        'members_priced' as check_name,
        case when found.n_unpriced = 0 then 'ok' else 'warning' end as status,
        case when found.n_unpriced = 0 then 'all have returns' else 'without returns: ' || found.unpriced end as detail
    from found

    union all

    select
        found.factor_group,
        'members_once' as check_name,
        case when repeated.n_repeated is null then 'ok' else 'error' end as status,
        case
            when repeated.n_repeated is null then 'no member twice'
            else cast(repeated.n_repeated as {{ text }}) || ' members are named twice from one date on'
        end as detail
    from found
    left join repeated on found.factor_group = repeated.factor_group

    union all

    select
        weightings.factor_group,
        'weighting_known' as check_name,
        case
            when weightings.weighting not in ('equal', 'cap', 'custom') then 'error'
            when weightings.n_weightings > 1 then 'warning'
            else 'ok'
        end as status,
        case
            when weightings.weighting in ('equal', 'cap', 'custom') and weightings.n_weightings > 1
                then weightings.weighting || ', the first by name of ' || cast(weightings.n_weightings as {{ text }})
            when weightings.weighting in ('equal', 'cap', 'custom') then weightings.weighting
            else '''' || weightings.weighting || ''' is not one of equal, cap, custom'
        end as detail
    from weightings

    union all

    select
        weightings.factor_group,
        'weights_sum_to_1' as check_name,
        case
            when sums.off_by is null then 'error'
            when sums.off_by > 1e-6 or sums.n_unweighted > 0 then 'warning'
            else 'ok'
        end as status,
        case
            when sums.off_by is null then 'weights are missing'
            when sums.n_unweighted > 0 then cast(sums.n_unweighted as {{ text }}) || ' members have no weight and no part'
            when sums.off_by > 1e-6 then 'off by ' || {{ whence.format_number('sums.off_by') }} || '; divided by their sum'
            else 'they do'
        end as detail
    from weightings
    inner join sums on weightings.factor_group = sums.factor_group
    where weightings.weighting = 'custom'

    union all

    select
        weightings.factor_group,
        'weights_found' as check_name,
        case when weighted.factor_group is null then 'error' else 'ok' end as status,
        case
            when weighted.factor_group is not null then 'weights in proxy_group_weights'
            when weightings.weighting = 'cap' then 'no market capitalisation of a member'
            else 'no weights that sum to other than 0'
        end as detail
    from weightings
    left join weighted on weightings.factor_group = weighted.factor_group

)

select * from final
{%- endmacro -%}
