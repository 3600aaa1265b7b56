-- Which assets move most with factor 1: by correlation with PC1, by the t of their beta on the first known factor?
with loadings as (

    select * from {{ ref('factor_loadings') }}

),

betas as (

    select * from {{ ref('factor_betas') }}

),

variance as (

    select * from {{ ref('factor_variance') }}

),

factor_returns as (

    select * from {{ ref('int_factor_models__factor_returns') }}

),

factor_order as (

    {{ whence.factor_order('factor_returns') }}

),

aligned as (

    select
        loadings.model,
        'pca' as method,
        loadings.factor,
        variance.label,
        loadings.asset,
        'correlation' as measure,
        loadings.correlation as alignment,
        loadings.return_loading as return_per_unit
    from loadings
    inner join variance on loadings.model = variance.model and loadings.factor = variance.factor
    union all
    select
        model,
        'regression' as method,
        factor,
        factor as label,
        asset,
        't_stat' as measure,
        t_stat as alignment,
        beta as return_per_unit
    from betas
    where asset <> 'PORTFOLIO'

),

final as (

    select
        aligned.model,
        aligned.method,
        row_number() over (
            partition by aligned.model, aligned.method
            order by
                {{ whence.round_significant('abs(aligned.alignment)') }} desc,
                {{ whence.text_order('aligned.asset') }}
        ) as alignment_rank,
        aligned.asset,
        aligned.measure,
        aligned.alignment,
        aligned.return_per_unit,
        aligned.factor,
        aligned.label
    from aligned
    inner join factor_order
        on
            aligned.model = factor_order.model
            and aligned.method = factor_order.method
            and aligned.factor = factor_order.factor
            and factor_order.factor_number = 1
    where aligned.alignment is not null

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }},
    alignment_rank
