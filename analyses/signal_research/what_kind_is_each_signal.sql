-- What kind of signal is each: one value per asset or one for all, continuous or events, and what can test it?
with detection as (

    select * from {{ ref('signal_detection') }}

),

final as (

    select
        study,
        signal,
        scope,
        kind,
        sparsity,
        suggested_procedures,
        mode,
        n_assets,
        n_dates,
        reasoning
    from detection

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }}
