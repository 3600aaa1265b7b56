-- Which correlations of the last 36 months differ from those of the months before by more than chance?
with returns as (

    select * from {{ ref('proxy_returns') }}

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

compared as (

    {{ whence.correlation_shifts('returns', 'pairs', recent_months=36, min_observations=24) }}

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
