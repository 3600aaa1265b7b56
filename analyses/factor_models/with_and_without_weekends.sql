-- What do weekends change? Compares a model with one of the same name and _all_days behind it, which includes them.
with portfolio_returns as (

    select * from {{ ref('int_factor_models__portfolio_returns') }}

),

summarized as (

    select
        model,
        count(*) as n_dates,
        sum(case when {{ whence.is_weekend('date') }} then 1 else 0 end) as n_weekend_dates,
        avg(portfolio_return) as mean_return,
        stddev_samp(portfolio_return) as volatility,
        min(portfolio_return) as worst_return
    from portfolio_returns
    where portfolio_return is not null
    group by model

),

measures as (

    select
        listed.measure_position,
        listed.measure
    from (
        values
        (1, 'n_dates'),
        (2, 'n_weekend_dates'),
        (3, 'mean_return'),
        (4, 'volatility'),
        (5, 'worst_return')
    ) as listed (measure_position, measure)

),

measured as (

    select
        summarized.model,
        measures.measure_position,
        measures.measure,
        case measures.measure
            when 'n_dates' then summarized.n_dates
            when 'n_weekend_dates' then summarized.n_weekend_dates
            when 'mean_return' then summarized.mean_return
            when 'volatility' then summarized.volatility
            when 'worst_return' then summarized.worst_return
        end as value
    from summarized
    cross join measures

),

final as (

    select
        without_weekends.model,
        without_weekends.measure,
        without_weekends.value as without_weekends,
        with_weekends.value as with_weekends,
        -- what rounding leaves is no difference
        case
            when abs(with_weekends.value - without_weekends.value) > 1e-12 * abs(without_weekends.value)
                then with_weekends.value - without_weekends.value
            else 0
        end as difference,
        with_weekends.model as model_with_weekends,
        without_weekends.measure_position
    from measured as without_weekends
    inner join measured as with_weekends
        on
            with_weekends.model = without_weekends.model || '_all_days'
            and without_weekends.measure = with_weekends.measure

)

select * from final
order by
    {{ whence.text_order('model') }},
    measure_position
