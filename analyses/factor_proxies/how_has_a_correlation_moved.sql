-- How has a correlation moved over rolling windows: how far down, how far up, and where is it now?
with history as (

    select * from {{ ref('proxy_correlation_history') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by scope, series_a, series_b, window_months
            order by month_end desc
        ) as months_back,
        row_number() over (
            partition by scope, series_a, series_b, window_months
            order by {{ whence.round_significant('correlation', digits=9) }}, month_end
        ) as low_rank,
        row_number() over (
            partition by scope, series_a, series_b, window_months
            order by {{ whence.round_significant('correlation', digits=9) }} desc, month_end
        ) as high_rank
    from history
    where
        correlation is not null
        and {{ whence.text_order('series_a') }} < {{ whence.text_order('series_b') }}

),

final as (

    select
        series_a,
        series_b,
        window_months,
        min(correlation) as lowest,
        max(correlation) as highest,
        max(case when months_back = 1 then correlation end) as latest,
        scope,
        max(case when low_rank = 1 then month_end end) as lowest_month,
        max(case when high_rank = 1 then month_end end) as highest_month,
        max(month_end) as latest_month,
        avg(case when correlation > 0 then 1.0 else 0.0 end) as positive_share,
        count(*) as n_windows
    from ranked
    group by scope, series_a, series_b, window_months

)

-- what moved most first
select * from final
order by
    {{ whence.text_order('scope') }},
    window_months,
    {{ whence.round_significant('(highest - lowest)', digits=9) }} desc,
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }}
