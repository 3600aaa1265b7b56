{#-
  The information coefficient of each date within each slice of assets (slice_by): Spearman with average ranks, on dates where
  the slice has at least 10 pairs of signal and forward return that differ. Only individual continuous signals of studies
  with slice_by have rows.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies, or a part of them (signal_study_parts).
  detected: as detected_signals returns it.
  Columns: study, signal, horizon, slice, date, date_position, n_assets (pairs), ic.
-#}
{%- macro signal_slice_dates(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set selects = [] -%}
{{ whence.signal_panel_parts(panel, studies) if studies | selectattr('slice_by') | list }}
{%- for study in studies if study.slice_by -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) or {} -%}
        {%- for horizon in study.horizons if cell.scope == 'individual' and cell.kind == 'continuous' -%}
            {%- set s, f, known_rank = 'signal_' ~ signal.slot, 'forward_' ~ loop.index, 'slice_rank_' ~ loop.index -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    slice,
    date,
    date_position,
    count(*) as n_assets,
    case
        when
            count(*) >= 10
            and {{ whence.signal_varies('min(signal_value)', 'max(signal_value)') }}
            and {{ whence.signal_varies('min(forward_return)', 'max(forward_return)') }}
            then {{ whence.finite('corr(signal_rank, forward_rank)') }}
    end as ic
from (
    select
        slice,
        date,
        date_position,
        {{ s }} as signal_value,
        {{ f }} as forward_return,
        -- the first and the last rank of equal values add to twice their average
        rank() over by_signal + count(*) over by_signal as signal_rank,
        {{ known_rank if cell.is_complete else 'rank() over by_forward + count(*) over by_forward' }} as forward_rank
    from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
    where
        study = {{ whence.text_literal(study.name) }}
        and {{ s }} is not null
        and {{ f }} is not null
    window
        by_signal as (partition by date_position, slice order by {{ s }})
        {{- '' if cell.is_complete else ', by_forward as (partition by date_position, slice order by ' ~ f ~ ')' }}
) as pairs
group by slice, date, date_position
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': text, 'signal': text, 'horizon': 'integer', 'slice': text, 'date': 'date', 'date_position': 'integer',
    'n_assets': 'bigint', 'ic': double,
}) }}
{%- endmacro -%}
