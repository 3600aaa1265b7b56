{#-
  What every date says of every signal and horizon: information coefficients and Fama-MacBeth slopes of individual signals,
  means over events, and the average return beside a common signal.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  changed: relation or CTE with study, signal, horizon, date: only these dates are worked out, but for events of single
    assets, whose dates depend on others; default all.
  Columns: study, signal, horizon, date, date_position, n_assets (pairs of signal and forward return), and, null where the
  procedure of the signal has no such thing:
    ic, ic_pearson: Spearman with average ranks, Pearson; dates with at least 10 assets
    fm_lambda: slope of the forward return on the signal, with intercept; at least 3 assets that differ
    tie_ratio: share of values that another asset has too
    caar: mean of abnormal forward return times signal over assets with an event, 0 without; n_events
    event_gap: fewest dates since an earlier event of the same asset, where there is one
    mean_return: mean forward return over the assets that have the signal
    signal_value: the common value, the mean where it varies
-#}
{%- macro signal_date_statistics(panel, studies, detected, changed=none) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set null = 'cast(null as ' ~ double ~ ')' -%}
{%- set selects = [] -%}
{{ whence.signal_slices(panel, studies) }}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- for horizon in study.horizons if cell is not none and cell -%}
            {%- set s, f, known_rank = 'signal_' ~ signal.slot, 'forward_' ~ loop.index, 'forward_rank_' ~ loop.index -%}
            {%- set all_pairs -%}
from {{ whence.signal_slice(panel, signal.slot, studies) }}
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
                {#- The rank of a forward return among all assets is that among pairs where no signal is missing. -#}
                {%- set is_enough -%}
count(*) >= 10
            and {{ whence.signal_varies('min(signal_value)', 'max(signal_value)') }}
            and {{ whence.signal_varies('min(forward_return)', 'max(forward_return)') }}
                {%- endset -%}
                {%- set is_complete = cell.n_missing == 0 and study.signals | length > 1 and not study.controls -%}
                {%- set select %}
select
{{ keys }},
    case when {{ is_enough }} then {{ whence.finite('corr(signal_rank, forward_rank)') }} end as ic,
    case when {{ is_enough }} then {{ whence.finite('corr(signal_value, forward_return)') }} end as ic_pearson,
    {{ whence.signal_slope('forward_return', 'signal_value') }} as fm_lambda,
    avg(is_tied) as tie_ratio,
    {{ null }} as caar,
    cast(null as bigint) as n_events,
    {{ null }} as event_gap,
    {{ null }} as mean_return,
    {{ null }} as signal_value
from (
    select
        date,
        date_position,
        {{ s }} as signal_value,
        {{ f }} as forward_return,
        -- the first and the last rank of equal values add to twice their average
        rank() over by_signal + count(*) over by_signal as signal_rank,
        {{ known_rank if is_complete else 'rank() over by_forward + count(*) over by_forward' }} as forward_rank,
        case when count(*) over by_signal > rank() over by_signal then 1.0 else 0.0 end as is_tied
    {{ pairs }}
    window by_signal as (partition by date_position order by {{ s }})
                {{- '' if is_complete else ', by_forward as (partition by date_position order by ' ~ f ~ ')' }}
) as pairs
group by date, date_position
                {%- endset -%}
            {%- elif cell.scope == 'individual' -%}
                {%- set select %}
select
{{ keys }},
    {{ null }} as ic,
    {{ null }} as ic_pearson,
    {{ null }} as fm_lambda,
    {{ null }} as tie_ratio,
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
    {{ null }} as ic,
    {{ null }} as ic_pearson,
    {{ null }} as fm_lambda,
    {{ null }} as tie_ratio,
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
    'ic': double, 'ic_pearson': double, 'fm_lambda': double, 'tie_ratio': double, 'caar': double, 'n_events': 'bigint',
    'event_gap': double, 'mean_return': double, 'signal_value': double,
}) }}
{%- endmacro -%}
