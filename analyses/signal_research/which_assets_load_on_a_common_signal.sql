-- Which assets load most on a signal that all share? The t is plain: assets share shocks, so do not count how many
-- pass.
with betas as (

    select * from {{ ref('signal_asset_betas') }}

),

final as (

    select
        study,
        signal,
        horizon,
        asset,
        beta,
        t_stat,
        standard_error,
        r_squared,
        n_obs
    from betas

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.round_significant('abs(t_stat)', digits=9) }} desc nulls last,
    {{ whence.text_order('asset') }}
