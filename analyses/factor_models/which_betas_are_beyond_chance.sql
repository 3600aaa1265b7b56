-- Which betas on known factors are beyond chance, of the portfolio and of each asset? Alpha is the return that none
-- explains.
with betas as (

    select * from {{ ref('factor_betas') }}

),

final as (

    select
        model,
        asset,
        factor,
        beta,
        t_stat,
        q_value,
        standard_error,
        r_squared,
        vif,
        n_obs
    from betas
    where q_value <= 0.05

)

select * from final
order by
    {{ whence.text_order('model') }},
    case when asset = 'PORTFOLIO' then 0 else 1 end,
    {{ whence.text_order('asset') }},
    {{ whence.text_order('factor') }}
