{#-
  Dates whose statistics are to be worked out: new ones, those that have changed since, and those a horizon after them,
  whose ranks are compared with theirs.

  date_checks: relation or CTE with the columns of signal_date_checks.
  series: relation of signal_series as it is.
  Columns: study, signal, horizon, date, date_position.
-#}
{%- macro signal_changed_dates(date_checks, series) -%}
{%- set compared = ['fm_lambda', 'mean_return', 'signal_value'] -%}
with altered as (

    select
        checks.study,
        checks.signal,
        checks.horizon,
        checks.date,
        checks.date_position
    from {{ date_checks }} as checks
    left join (
        select
            study,
            signal,
            horizon,
            date,
            {%- for statistic in compared %}
            max(case when statistic = '{{ statistic }}' then value end) as {{ statistic }},
            {%- endfor %}
            max(date_position) as date_position,
            max(n_assets) as n_assets
        from {{ series }}
        group by study, signal, horizon, date
    ) as known
        on
            checks.study = known.study
            and checks.signal = known.signal
            and checks.horizon = known.horizon
            and checks.date = known.date
    where
        known.n_assets is null
        or known.n_assets <> checks.n_assets
        or known.date_position <> checks.date_position
        {%- for statistic in compared %}
        {#- sums of doubles differ in their last digits from run to run #}
        or coalesce(
            abs(known.{{ statistic }} - checks.{{ statistic }})
            > 1e-9 * (abs(known.{{ statistic }}) + abs(checks.{{ statistic }})),
            (known.{{ statistic }} is null) <> (checks.{{ statistic }} is null)
        )
        {%- endfor %}

)

select *
from altered
union
select
    checks.study,
    checks.signal,
    checks.horizon,
    checks.date,
    checks.date_position
from {{ date_checks }} as checks
inner join altered
    on
        checks.study = altered.study
        and checks.signal = altered.signal
        and checks.horizon = altered.horizon
        and checks.date_position = altered.date_position + altered.horizon
{%- endmacro -%}
