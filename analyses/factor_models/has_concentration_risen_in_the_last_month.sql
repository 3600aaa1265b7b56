-- Has risk become more concentrated in the last month (at least 12 dates) than before? Shares are those of the sizes of
-- variance contributions, effective bets are exp of their entropy, as in factor_risk.
with attribution as (

    select * from {{ ref('factor_attribution') }}

),

dated as (

    select
        *,
        sum(contribution) over (partition by model, method, date) as portfolio_return,
        dense_rank() over (partition by model, method order by date desc) as from_last,
        max(date) over (partition by model, method) as last_date
    from attribution

),

contributions as (

    select
        model,
        method,
        component,
        from_last <= 12 or date > {{ whence.add_months('last_date', -1) }} as is_recent,
        count(*) as n_dates,
        min(date) as first_date,
        abs(covar_samp(contribution, portfolio_return)) as size
    from dated
    where component not in ('mean', 'alpha')
    group by model, method, component, from_last <= 12 or date > {{ whence.add_months('last_date', -1) }}

),

shares as (

    select
        *,
        {{ whence.safe_divide('size', 'sum(size) over (partition by model, method, is_recent)') }} as share,
        row_number() over (
            partition by model, method, is_recent
            order by {{ whence.round_significant('size') }} desc, {{ whence.text_order('component') }}
        ) as size_rank
    from contributions

),

periods as (

    select
        model,
        method,
        is_recent,
        max(n_dates) as n_dates,
        min(first_date) as first_date,
        max(case when size_rank = 1 and share is not null then component end) as largest_component,
        max(share) as largest_share,
        exp(-sum(case when share > 0 then share * ln(share) when share = 0 then 0 end)) as effective_bets
    from shares
    group by model, method, is_recent

),

final as (

    select
        recent.model,
        recent.method,
        case
            when recent.effective_bets is null or earlier.effective_bets is null then 'unknown'
            when recent.largest_share > earlier.largest_share and recent.effective_bets < earlier.effective_bets
                then 'risen'
            when recent.largest_share < earlier.largest_share and recent.effective_bets > earlier.effective_bets
                then 'fallen'
            else 'mixed'
        end as verdict,
        recent.largest_component as largest_component_recent,
        earlier.largest_share as largest_share_before,
        recent.largest_share as largest_share_recent,
        earlier.largest_component as largest_component_before,
        earlier.effective_bets as effective_bets_before,
        recent.effective_bets as effective_bets_recent,
        earlier.n_dates as n_dates_before,
        recent.n_dates as n_dates_recent,
        recent.first_date as recent_start
    from periods as recent
    left join periods as earlier
        on recent.model = earlier.model and recent.method = earlier.method and not earlier.is_recent
    where recent.is_recent

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }}
