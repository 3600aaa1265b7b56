with profiles as (

    select * from {{ ref('signal_profiles') }}

),

screening as (

    select * from {{ ref('signal_screening') }}

),

statistics as (

    select * from {{ ref('signal_statistics') }}

),

turnover as (

    select * from {{ ref('signal_turnover') }}

),

warnings as (

    select * from {{ ref('signal_warnings') }}

),

final as (

    {{ whence.signal_insights('profiles', 'screening', 'statistics', 'turnover', 'warnings') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('kind') }},
    insight_rank
