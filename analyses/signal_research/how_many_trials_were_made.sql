-- How many trials were ever made here, and how many would be below 0.05 by chance alone?
with trials as (

    select * from {{ ref('signal_trials') }}

),

final as (

    select
        study,
        procedure,
        horizon,
        count(*) as n_trials,
        sum(case when p_value <= 0.05 then 1 else 0 end) as n_below,
        0.05 * count(*) as n_below_by_chance,
        count(distinct signal) as n_signals,
        count(distinct data_hash) as n_states_of_data,
        min(p_value) as smallest_p
    from trials
    group by study, procedure, horizon

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('procedure') }},
    horizon
