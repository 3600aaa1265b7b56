-- Which correlations of the last 36 months differ from those of the months before by more than chance?
{%- set recent_months = 36 %}

with returns as (

    select
        series,
        month_end,
        {{ whence.month_number('month_end') }} as month_number,
        monthly_return
    from {{ ref('proxy_returns') }}

),

correlations as (

    select * from {{ ref('proxy_correlations') }}

),

pairs as (

    select
        series_a,
        series_b
    from correlations
    where
        scope = 'all'
        and correlation is not null
        and {{ whence.text_order('series_a') }} < {{ whence.text_order('series_b') }}

),

ends as (

    select max(month_number) as last_number
    from returns

),

parts as (

    select
        pairs.series_a,
        pairs.series_b,
        first_returns.month_number > ends.last_number - {{ recent_months }} as is_recent,
        count(*) as n_obs,
        {{ whence.finite('corr(first_returns.monthly_return, second_returns.monthly_return)') }} as correlation
    from pairs
    cross join ends
    inner join returns as first_returns on pairs.series_a = first_returns.series
    inner join returns as second_returns
        on pairs.series_b = second_returns.series and first_returns.month_end = second_returns.month_end
    group by
        pairs.series_a,
        pairs.series_b,
        first_returns.month_number > ends.last_number - {{ recent_months }}

),

compared as (

    select
        recent.series_a,
        recent.series_b,
        before.n_obs as n_before,
        recent.n_obs as n_recent,
        before.correlation as correlation_before,
        recent.correlation as correlation_recent,
        (
            ln(greatest(1 + recent.correlation, 1e-12) / greatest(1 - recent.correlation, 1e-12))
            - ln(greatest(1 + before.correlation, 1e-12) / greatest(1 - before.correlation, 1e-12))
        ) / 2 / sqrt(1.0 / (recent.n_obs - 3) + 1.0 / (before.n_obs - 3)) as z
    from parts as recent
    inner join parts as before on recent.series_a = before.series_a and recent.series_b = before.series_b
    where
        recent.is_recent
        and not before.is_recent
        and recent.n_obs >= 24
        and before.n_obs >= 24
        and recent.correlation is not null
        and before.correlation is not null

),

final as (

    select
        series_a,
        series_b,
        correlation_before,
        correlation_recent,
        z,
        case
            when abs(z) <= 3 then 'no shift shown'
            when correlation_recent * correlation_before < 0 then 'turned'
            when z > 0 then 'risen'
            else 'fallen'
        end as verdict,
        n_before,
        n_recent
    from compared

)

select * from final
order by
    {{ whence.round_significant('abs(z)', digits=9) }} desc,
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }}
