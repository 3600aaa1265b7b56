-- Which assets and dates did a model leave out, and could both methods be estimated?
with models as (

    select * from {{ ref('factor_models') }}

),

assets as (

    select * from {{ ref('factor_assets') }}

),

left_out as (

    select
        model,
        count(*) as n_assets_left_out,
        {{ whence.join_texts(
            "asset || ' (' || coalesce(reason, status) || ')'", ', ', whence.text_order('asset')
        ) }} as assets_left_out
    from assets
    where status <> 'ok'
    group by model

),

final as (

    select
        models.model,
        models.n_assets,
        coalesce(left_out.n_assets_left_out, 0) as n_assets_left_out,
        left_out.assets_left_out,
        models.n_dates,
        models.n_dates_left_out,
        models.pca_status,
        models.pca_reason,
        models.regression_status,
        models.regression_reason,
        models.first_date,
        models.last_date
    from models
    left join left_out on models.model = left_out.model

)

select * from final
order by {{ whence.text_order('model') }}
