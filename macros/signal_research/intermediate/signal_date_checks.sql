{#-
  What tells that a date has changed since its statistics were worked out: its place, how many pairs of signal and forward
  return it has, and what they say that takes no ranks.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies, or a part of them (signal_study_parts).
  detected: as detected_signals returns it.
  Columns: study, signal, horizon, date, date_position, n_assets, fm_lambda, mean_return, signal_value (as
  signal_date_statistics has them; null where it has none, and for events of single assets, which are always made anew).
-#}
{%- macro signal_date_checks(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set null = 'cast(null as ' ~ double ~ ')' -%}
{%- set selects = [] -%}
{{ whence.signal_panel_parts(panel, studies) }}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- for horizon in study.horizons if cell is not none and cell -%}
            {%- set s, f = 'signal_' ~ signal.slot, 'forward_' ~ loop.index -%}
            {%- set is_common = cell.scope == 'common' -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    max(date) as date,
    date_position,
    count(*) as n_assets,
    {{ whence.signal_slope(f, s) if not is_common and cell.kind == 'continuous' else null }} as fm_lambda,
    {{ 'avg(' ~ f ~ ')' if is_common else null }} as mean_return,
    {{ whence.signal_common_value(s) if is_common else null }} as signal_value
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
where
    study = {{ whence.text_literal(study.name) }}
    and {{ s }} is not null
    and {{ f }} is not null
group by date_position
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': text, 'signal': text, 'horizon': 'integer', 'date': 'date', 'date_position': 'integer', 'n_assets': 'bigint',
    'fm_lambda': double, 'mean_return': double, 'signal_value': double,
}) }}
{%- endmacro -%}
