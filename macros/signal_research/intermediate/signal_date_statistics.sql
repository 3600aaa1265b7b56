{#-
  What every date says of every signal and horizon: information coefficients and Fama-MacBeth slopes of individual signals,
  means over events, and the average return beside a common signal.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies, or a part of them (signal_study_parts).
  detected: as detected_signals returns it.
  changed: relation or CTE with study, signal, horizon, date, date_position: only these dates are worked out, but for
    events of single assets, whose dates depend on others; default all.
  Columns: study, signal, horizon, date, date_position, quantile (null on the rows of a whole date, 1 for the lowest values
  of an individual continuous signal ...), n_assets (pairs of signal and forward return), and, null where the procedure of
  the signal has no such thing:
    ic, ic_pearson: Spearman with average ranks, Pearson; dates with at least 10 assets
    fm_lambda: slope of the forward return on the signal, with intercept; at least 3 assets that differ
    tie_ratio: share of values that another asset has too
    quantile_return: of a quantile, its mean forward return
    quantile_spread: that of the highest less that of the lowest quantile
    top_concentration: largest part of one asset in the absolute forward returns of the highest quantile
    rank_autocorrelation: correlation of the signal's ranks with those of a horizon before, dates with at least 10 assets
      that have both
    quantile_turnover: share of assets that were not there a horizon before, mean of the highest and the lowest quantile
    caar: mean of abnormal forward return times signal over assets with an event, 0 without; n_events
    event_gap: fewest dates since an earlier event of the same asset, where there is one
    mean_return: mean forward return over the assets that have the signal
    signal_value: the common value, the mean where it varies
-#}
{%- macro signal_date_statistics(panel, studies, detected, changed=none) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set null = 'cast(null as ' ~ double ~ ')' -%}
{%- set selects = [] -%}
{{ whence.signal_panel_parts(panel, studies) }}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- for horizon in study.horizons if cell is not none and cell -%}
            {%- set s, f, known_rank = 'signal_' ~ signal.slot, 'forward_' ~ loop.index, 'forward_rank_' ~ loop.index -%}
            {%- set all_pairs -%}
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
    where
        study = {{ whence.text_literal(study.name) }}
        and {{ s }} is not null
        and {{ f }} is not null
            {%- endset -%}
            {%- set pairs -%}
{{ all_pairs }}
                {%- if changed is not none %}
        and date in (
            select date
            from {{ changed }}
            where
                study = {{ whence.text_literal(study.name) }}
                and signal = {{ whence.text_literal(signal.name) }}
                and horizon = {{ horizon }}
        )
                {%- endif %}
            {%- endset -%}
            {%- set keys -%}
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    date,
    date_position,
    count(*) as n_assets
            {%- endset -%}
            {%- if cell.scope == 'individual' and cell.kind == 'continuous' -%}
                {%- set is_enough -%}
count(*) >= 10
            and {{ whence.signal_varies('min(signal_value)', 'max(signal_value)') }}
            and {{ whence.signal_varies('min(forward_return)', 'max(forward_return)') }}
                {%- endset -%}
                {#- the rows of a whole date, of which quantile is no key -#}
                {%- set of_date = 'case when grouping(quantile) = 1' -%}
                {%- set q = study.quantiles -%}
                {%- set top, bottom = 'case when quantile = ' ~ q ~ ' then ', 'case when quantile = 1 then ' -%}
                {%- set is_new = 'case when earlier_quantile = quantile then 0.0 else 1.0 end end' -%}
                {%- set ranked = {'name': signal.name, 'column': s} -%}
                {%- set select %}
select
{{ keys }},
    quantile,
    {{ of_date }} and {{ is_enough }} then {{ whence.finite('corr(signal_rank, forward_rank)') }} end as ic,
    {{ of_date }} and {{ is_enough }} then {{ whence.finite('corr(signal_value, forward_return)') }} end as ic_pearson,
    {{ of_date }} then {{ whence.signal_slope('forward_return', 'signal_value') }} end as fm_lambda,
    {{ of_date }} then avg(is_tied) end as tie_ratio,
    case when quantile is not null then avg(forward_return) end as quantile_return,
    {{ of_date }} then avg({{ top }} forward_return end) - avg({{ bottom }} forward_return end) end as quantile_spread,
    {{ of_date }} then {{ whence.safe_divide(
        'max(' ~ top ~ 'abs(forward_return) end)', 'sum(' ~ top ~ 'abs(forward_return) end)'
    ) }} end as top_concentration,
    {{ of_date }} and count(earlier_rank) >= 10 then {{ whence.finite('corr(signal_rank, earlier_rank)') }} end
        as rank_autocorrelation,
    -- a date before that had no quantiles is none to compare with
    {{ of_date }} and count(earlier_quantile) > 0
        then (avg({{ top }}{{ is_new }}) + avg({{ bottom }}{{ is_new }})) / 2 end as quantile_turnover,
    {{ null }} as caar,
    cast(null as bigint) as n_events,
    {{ null }} as event_gap,
    {{ null }} as mean_return,
    {{ null }} as signal_value
from (
    {{ whence.signal_ranked_pairs(
        whence.text_literal(study.name), ranked, f, horizon, known_rank if cell.is_complete else none, q, all_pairs, changed
    ) }}
) as pairs
group by rollup ((date, date_position), quantile)
having date is not null and (grouping(quantile) = 1 or quantile is not null)
                {%- endset -%}
            {%- elif cell.scope == 'individual' -%}
                {%- set select %}
select
{{ keys }},
    cast(null as integer) as quantile,
    {{ null }} as ic,
    {{ null }} as ic_pearson,
    {{ null }} as fm_lambda,
    {{ null }} as tie_ratio,
    {{ null }} as quantile_return,
    {{ null }} as quantile_spread,
    {{ null }} as top_concentration,
    {{ null }} as rank_autocorrelation,
    {{ null }} as quantile_turnover,
    coalesce(avg(case when signal_value <> 0 then signal_value * abnormal_return end), 0) as caar,
    sum(case when signal_value <> 0 and abnormal_return is not null then 1 else 0 end) as n_events,
    min(event_gap) as event_gap,
    {{ null }} as mean_return,
    {{ null }} as signal_value
from (
    {{ whence.signal_abnormal_returns(study.abnormal_return, s, f, horizon, all_pairs) }}
) as pairs
group by date, date_position
                {%- endset -%}
            {%- else -%}
                {%- set select %}
select
{{ keys }},
    cast(null as integer) as quantile,
    {{ null }} as ic,
    {{ null }} as ic_pearson,
    {{ null }} as fm_lambda,
    {{ null }} as tie_ratio,
    {{ null }} as quantile_return,
    {{ null }} as quantile_spread,
    {{ null }} as top_concentration,
    {{ null }} as rank_autocorrelation,
    {{ null }} as quantile_turnover,
    {{ null }} as caar,
    cast(null as bigint) as n_events,
    {{ null }} as event_gap,
    avg({{ f }}) as mean_return,
    {{ whence.signal_common_value(s) }} as signal_value
{{ pairs }}
group by date, date_position
                {%- endset -%}
            {%- endif -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': text, 'signal': text, 'horizon': 'integer', 'date': 'date', 'date_position': 'integer', 'n_assets': 'bigint',
    'quantile': 'integer', 'ic': double, 'ic_pearson': double, 'fm_lambda': double, 'tie_ratio': double,
    'quantile_return': double, 'quantile_spread': double, 'top_concentration': double, 'rank_autocorrelation': double,
    'quantile_turnover': double, 'caar': double, 'n_events': 'bigint', 'event_gap': double, 'mean_return': double,
    'signal_value': double,
}) }}
{%- endmacro -%}
