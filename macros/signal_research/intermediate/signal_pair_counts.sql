{#-
  How many assets have both the signal and the forward return, by date: what tells a date that has changed.

  panel: relation or CTE with the columns of signal_panel.
  studies: list of resolved signal studies.
  Columns: study, signal, horizon, date, n_assets.
-#}
{%- macro signal_pair_counts(panel, studies) -%}
{%- set selects = [] -%}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- for horizon in study.horizons -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    date,
    count(*) as n_assets
from {{ panel }}
where
    study = {{ whence.text_literal(study.name) }}
    and signal_{{ signal.slot }} is not null
    and forward_{{ loop.index }} is not null
group by date
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': whence.type_text(), 'signal': whence.type_text(), 'horizon': 'integer', 'date': 'date', 'n_assets': 'bigint',
}) }}
{%- endmacro -%}
