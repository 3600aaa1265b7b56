with detection as (

    select * from {{ ref('int_signal_research__detection') }}

),

final as (

    select
        study,
        signal,
        scope,
        kind,
        mode,
        n_assets,
        n_dates,
        sparsity,
        reasoning,
        suggested_procedures
    from detection

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }}
