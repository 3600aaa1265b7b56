-- Is this one bet or many? Below two effective bets it is one; a factor with half of the risk leads the others.
with risk as (

    select * from {{ ref('factor_risk') }}

),

variance as (

    select * from {{ ref('factor_variance') }}

),

sized as (

    select
        *,
        -- of the sizes, as factors that correlate can have negative shares
        {{ whence.safe_divide(
            'abs(variance_share)', 'sum(abs(variance_share)) over (partition by model, method)'
        ) }} as size_share
    from risk

),

ranked as (

    select
        *,
        row_number() over (
            partition by model, method
            order by {{ whence.round_significant('size_share') }} desc, {{ whence.text_order('component') }}
        ) as size_rank
    from sized

),

final as (

    select
        ranked.model,
        ranked.method,
        case
            when ranked.effective_bets is null then 'unknown'
            when ranked.component = 'residual' and ranked.size_share >= 0.5 then 'outside_the_factors'
            when ranked.effective_bets < 2 then 'one_factor'
            when ranked.size_share >= 0.5 then 'led_by_one_factor'
            else 'diversified'
        end as verdict,
        ranked.effective_bets,
        case when ranked.size_share is not null then ranked.component end as largest_component,
        case when ranked.size_share is not null then coalesce(variance.label, ranked.component) end as label,
        ranked.variance_share,
        ranked.size_share,
        ranked.n_obs
    from ranked
    left join variance
        on
            ranked.method = 'pca'
            and ranked.model = variance.model
            and ranked.component = variance.factor
    where ranked.size_rank = 1

)

select * from final
order by
    {{ whence.text_order('model') }},
    {{ whence.text_order('method') }}
