-- How does an edge develop year by year: the information coefficient, or the slope of Fama and MacBeth?
with series as (

    select * from {{ ref('signal_series') }}

),

final as (

    select
        study,
        signal,
        horizon,
        statistic,
        cast(extract(year from date) as integer) as year,
        avg(value) as mean_value,
        {{ whence.safe_divide('stddev_samp(value)', 'sqrt(cast(count(value) as ' ~ whence.type_double() ~ '))') }}
            as standard_error,
        avg(case when value > 0 then 1.0 else 0.0 end) as positive_rate,
        count(value) as n_dates
    from series
    where
        statistic in ('ic', 'fm_lambda')
        and value is not null
    group by study, signal, horizon, statistic, cast(extract(year from date) as integer)

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('statistic') }} desc,
    {{ whence.text_order('signal') }},
    horizon,
    year
