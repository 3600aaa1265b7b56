{#-
  Known factors, and the risk-free rate as the factor risk_free, on the dates of the calendar. Where weekends of daily
  data are left out, values of a weekend are compounded into the next date that the assets have: the product of
  1 + value, less 1. A date whose own value is missing stays missing.

  specs: relation or CTE with the columns of factor_spec_rows.
  dates: of factor_dates.
  factors, risk_free: of factor_input_rows.
  Columns: model, factor, factor_position (from 1, in the order of the columns, or of the names; 0 is risk_free), date,
  value (null where it is missing, so that a factor without any is still known by name).
-#}
{%- macro factor_known_values(specs, dates, factors, risk_free) -%}
with positions as (

    select
        model,
        factor,
        cast(row_number() over (
            partition by model
            order by min(series_position), {{ whence.text_order('factor') }}
        ) as integer) as factor_position
    from {{ factors }}
    group by model, factor

),

given as (

    select
        factors.model,
        factors.factor,
        positions.factor_position,
        factors.date,
        factors.value
    from {{ factors }} as factors
    inner join positions on factors.model = positions.model and factors.factor = positions.factor
    union all
    select
        model,
        'risk_free' as factor,
        0 as factor_position,
        date,
        value
    from {{ risk_free }}

),

frequencies as (

    select
        dates.model,
        max(case when dates.frequency = 'daily' and specs.include_weekends = 0 then 1 else 0 end) as drops_weekends
    from {{ dates }} as dates
    inner join {{ specs }} as specs on dates.model = specs.model
    group by dates.model

),

placed as (

    select
        given.model,
        given.factor,
        given.factor_position,
        given.date,
        case when abs(given.value) < 1e-30 then 0 when abs(given.value) <= 1e30 then given.value end as value,
        frequencies.drops_weekends = 0 or not {{ whence.is_weekend('given.date') }} as is_kept,
        false as is_calendar
    from given
    inner join frequencies on given.model = frequencies.model
    where given.date is not null
    union all
    select
        model,
        cast(null as {{ whence.type_text() }}) as factor,
        cast(null as integer) as factor_position,
        date,
        cast(null as {{ whence.type_double() }}) as value,
        true as is_kept,
        true as is_calendar
    from {{ dates }}
    where is_kept

),

-- a weekend goes to the next date of the assets
moved as (

    select
        *,
        case
            when is_kept then date
            else min(case when is_calendar then date end) over (
                partition by model
                order by date desc
                rows between unbounded preceding and current row
            )
        end as kept_date
    from placed

),

compounded as (

    select
        model,
        factor,
        factor_position,
        kept_date as date,
        count(value) as n_values,
        max(case when is_kept then value end) as own_value,
        min(abs(1 + value)) as smallest_growth,
        sum(case when value < -1 then 1 else 0 end) as n_negative,
        sum(ln(nullif(abs(1 + value), 0))) as log_growth
    from moved
    where kept_date is not null and not is_calendar
    group by model, factor, factor_position, kept_date

)

select
    model,
    factor,
    factor_position,
    date,
    case
        when own_value is null then null
        when n_values = 1 then own_value
        when smallest_growth = 0 then -1
        else case when mod(n_negative, 2) = 1 then -1 else 1 end * exp(least(log_growth, 69)) - 1
    end as value
from compounded
{%- endmacro -%}
