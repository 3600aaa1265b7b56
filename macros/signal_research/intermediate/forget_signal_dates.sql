{#-
  Statements that delete from signal_series, for its pre-hook, what a new table would not have: rows of studies that are no
  longer declared, or declared otherwise; of signals whose scope or kind has changed; of dates that no longer have a pair
  of signal and forward return, and of those whose ranks were compared with theirs.

  series: relation of signal_series.
-#}
{%- macro forget_signal_dates(series) -%}
{%- set detection = ref('whence', 'int_signal_research__detection') -%}
{%- set checks = whence.signal_date_checks(
    ref('whence', 'int_signal_research__neutral_panel'), whence.resolved_signal_studies(), whence.detected_signals(detection)
) -%}
delete from {{ series }}
where
    spec_hash not in (select spec_hash from {{ ref('whence', 'int_signal_research__specs') }})
    or (study, signal, cell) not in (select study, signal, scope || '_' || kind from {{ detection }});

-- alone, so that it is planned as a join: beside an or PostgreSQL may look through all checks for every row
delete from {{ series }} as known
where not exists (
    select 1
    from (
        {{ checks }}
    ) as checks
    where
        checks.study = known.study
        and checks.signal = known.signal
        and checks.horizon = known.horizon
        and checks.date = known.date
);

delete from {{ series }}
where (study, signal, horizon, date) in (
    select
        later.study,
        later.signal,
        later.horizon,
        later.date
    from {{ series }} as later
    left join {{ series }} as earlier
        on
            later.study = earlier.study
            and later.signal = earlier.signal
            and later.horizon = earlier.horizon
            and later.date_position = earlier.date_position + earlier.horizon
            and earlier.statistic = 'tie_ratio'
    where later.statistic in ('rank_autocorrelation', 'quantile_turnover') and earlier.date is null
)
{%- endmacro -%}
