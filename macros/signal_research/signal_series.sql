{#-
  What every date says of every signal and horizon, one row per statistic.

  panel: relation with the columns of signal_panel.
  specs: relation or CTE with the columns of signal_spec_rows.
  detection: with those of signal_detection.
  studies: list of resolved signal studies, or a part of them (signal_study_parts).
  detected: as detected_signals returns it.
  series: relation of signal_series as it is: only dates that have changed since; none: all dates.
  Columns: those of signal_series (docs/signal_research.md).
-#}
{%- macro signal_series(panel, specs, detection, studies, detected, series=none) -%}
{%- set statistics = [
    'ic', 'ic_pearson', 'fm_lambda', 'tie_ratio', 'quantile_spread', 'top_concentration', 'rank_autocorrelation',
    'quantile_turnover', 'caar', 'n_events', 'event_gap', 'mean_return', 'signal_value',
] -%}
with
{%- if series is not none %}
date_checks as (

    {{ whence.signal_date_checks(panel, studies, detected) }}

),

changed as (

    {{ whence.signal_changed_dates('date_checks', series) }}

),

{% endif %}
date_statistics as (

    {{ whence.signal_date_statistics(panel, studies, detected, none if series is none else 'changed') }}

)

select
    stacked.study,
    stacked.signal,
    stacked.horizon,
    stacked.statistic,
    stacked.date,
    stacked.value,
    stacked.n_assets,
    stacked.date_position,
    detection.scope || '_' || detection.kind as cell,
    specs.spec_hash
from (
    {%- for statistic in statistics %}
    select
        study,
        signal,
        horizon,
        '{{ statistic }}' as statistic,
        date,
        cast({{ statistic }} as {{ whence.type_double() }}) as value,
        n_assets,
        date_position
    from date_statistics
    where {{ statistic }} is not null
    union all
    {%- endfor %}
    select
        study,
        signal,
        horizon,
        'quantile_return_' || quantile as statistic,
        date,
        quantile_return as value,
        n_assets,
        date_position
    from date_statistics
    where quantile_return is not null
) as stacked
inner join {{ specs }} as specs on stacked.study = specs.study
inner join {{ detection }} as detection on stacked.study = detection.study and stacked.signal = detection.signal
{%- endmacro -%}
