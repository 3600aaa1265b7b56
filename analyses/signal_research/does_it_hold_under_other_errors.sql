-- Does a result hold under other errors: which share of the tests of the same edge say so at 5 %?
with profiles as (

    select * from {{ ref('signal_profiles') }}

),

statistics as (

    select * from {{ ref('signal_statistics') }}

),

tests as (

    select
        study,
        signal,
        horizon,
        procedure,
        count(value) as n_tests,
        sum(case when value <= 0.05 then 1 else 0 end) as n_below,
        min(value) as smallest_p,
        max(value) as largest_p
    from statistics
    where
        value is not null
        and statistic in (
            'ic_p', 'ic_p_hh', 'ic_p_ewc', 'ic_p_bootstrap',
            'fm_lambda_p', 'fm_lambda_p_hh', 'fm_lambda_p_ewc', 'fm_lambda_p_bootstrap',
            'fm_joint_lambda_p', 'fm_joint_lambda_p_hh', 'fm_joint_lambda_p_ewc', 'fm_joint_lambda_p_bootstrap',
            'caar_p', 'caar_p_hh', 'caar_p_ewc', 'caar_p_bootstrap', 'caar_p_cluster',
            'bmp_p', 'corrado_p', 'event_hit_p',
            'ts_beta_p', 'ts_beta_p_ivx', 'ts_beta_p_shift'
        )
    group by study, signal, horizon, procedure

),

final as (

    select
        tests.study,
        tests.signal,
        tests.procedure,
        tests.horizon,
        profiles.primary_p,
        case
            when tests.n_below = tests.n_tests then 'shown by all'
            when tests.n_below = 0 then 'shown by none'
            else 'shown by some'
        end as verdict,
        tests.n_below,
        tests.n_tests,
        tests.smallest_p,
        tests.largest_p
    from tests
    inner join profiles
        on
            tests.study = profiles.study
            and tests.signal = profiles.signal
            and tests.horizon = profiles.horizon
            and tests.procedure = profiles.procedure

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.round_significant('primary_p', digits=6) }} nulls last,
    {{ whence.text_order('signal') }},
    {{ whence.text_order('procedure') }},
    horizon
