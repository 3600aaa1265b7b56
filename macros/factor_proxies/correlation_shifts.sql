{#-
  How correlations over the last months differ from those over the months before, by Fisher's z:

      z = (atanh(r_recent) - atanh(r_before)) / sqrt(1 / (n_recent - 3) + 1 / (n_before - 3))

  returns: relation or CTE with the columns series, month_end and monthly_return.
  pairs: with the columns series_a and series_b.
  recent_months: how many of the last months of returns are recent.
  min_observations: months that both series must have, recent and before, at least 4; other pairs are left out.
  Columns: series_a, series_b, n_before, n_recent, correlation_before, correlation_recent, z.
-#}
{%- macro correlation_shifts(returns, pairs, recent_months, min_observations) -%}
with numbered as (

    select
        series,
        {{ whence.month_number('month_end') }} as month_number,
        monthly_return
    from {{ returns }}
    where monthly_return is not null

),

joined as (

    select
        pairs.series_a,
        pairs.series_b,
        first_returns.month_number > ends.last_number - {{ recent_months }} as is_recent,
        first_returns.monthly_return as return_a,
        second_returns.monthly_return as return_b
    from {{ pairs }} as pairs
    cross join (select max(month_number) as last_number from numbered) as ends
    inner join numbered as first_returns on pairs.series_a = first_returns.series
    inner join numbered as second_returns
        on pairs.series_b = second_returns.series and first_returns.month_number = second_returns.month_number

),

parts as (

    select
        series_a,
        series_b,
        is_recent,
        count(*) as n_obs,
        {{ whence.finite('corr(return_a, return_b)') }} as correlation
    from joined
    group by series_a, series_b, is_recent

),

transformed as (

    -- a perfect correlation has no finite z
    select
        *,
        ln(greatest(1 + correlation, 1e-12) / greatest(1 - correlation, 1e-12)) / 2 as fisher_z
    from parts
    where n_obs >= {{ min_observations }} and correlation is not null

)

select
    recent.series_a,
    recent.series_b,
    before.n_obs as n_before,
    recent.n_obs as n_recent,
    before.correlation as correlation_before,
    recent.correlation as correlation_recent,
    (recent.fisher_z - before.fisher_z) / sqrt(1.0 / (recent.n_obs - 3) + 1.0 / (before.n_obs - 3)) as z
from transformed as recent
inner join transformed as before
    on
        recent.series_a = before.series_a
        and recent.series_b = before.series_b
        and recent.is_recent
        and not before.is_recent
{%- endmacro -%}
