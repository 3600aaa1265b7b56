{#-
  What the values of every signal look like: what its scope and kind are detected from.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  Columns: study, signal, slot, n_rows, n_unpriced (rows without a usable price or return), n_values (not missing), n_zeros,
  n_dates (with values), n_varying_dates (whose values differ), n_weighted_events (values other than -1, 0 and 1),
  most_assets (values of the date that has most), n_uncontrolled (values in rows that lack a control of the study), n_assets (with values), has_one_value (1 where there are no two).
-#}
{%- macro signal_shapes(panel, studies) -%}
{%- set text = whence.type_text() -%}
{%- set selects = [] -%}
{%- set others = [] -%}
{%- for index in range(1, whence.signal_slot_counts(studies).controls + 1) -%}
    {%- do others.append('control_' ~ index) -%}
{%- endfor -%}
{{ whence.signal_panel_parts(panel, studies, others) }}
{%- for study in studies -%}
    {%- set controls = others[:whence.signal_numeric_controls(study) | length] -%}
    {%- for signal in study.signals -%}
        {%- set s = 'signal_' ~ signal.slot -%}
        {%- set part = whence.signal_panel_part(panel, signal.slot, studies) -%}
        {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ signal.slot }} as slot,
    cast(coalesce(sum(n_rows), 0) as bigint) as n_rows,
    cast(coalesce(sum(n_values), 0) as bigint) as n_values,
    cast(coalesce(sum(n_zeros), 0) as bigint) as n_zeros,
    cast(coalesce(sum(case when n_values > 0 then 1 else 0 end), 0) as bigint) as n_dates,
    cast(
        coalesce(sum(case when {{ whence.signal_varies('lowest', 'highest') }} then 1 else 0 end), 0) as bigint
    ) as n_varying_dates,
    cast(coalesce(sum(n_weighted_events), 0) as bigint) as n_weighted_events,
    cast(coalesce(sum(n_uncontrolled), 0) as bigint) as n_uncontrolled,
    coalesce(max(n_values), 0) as most_assets,
    cast(coalesce(sum(n_unpriced), 0) as bigint) as n_unpriced,
    case when {{ whence.signal_varies('min(lowest)', 'max(highest)') }} then 0 else 1 end as has_one_value,
    (
        select count(*)
        from (
            select asset_number
            from {{ part }}
            where study = {{ whence.text_literal(study.name) }}
            group by asset_number
            having count({{ s }}) > 0
        ) as assets
    ) as n_assets
from (
    select
        date_position,
        count(*) as n_rows,
        count({{ s }}) as n_values,
        sum(case when is_priced then 0 else 1 end) as n_unpriced,
        sum(case when {{ s }} = 0 then 1 else 0 end) as n_zeros,
        sum(case when {{ s }} not in (-1, 0, 1) then 1 else 0 end) as n_weighted_events,
        {%- if controls %}
        sum(case when {{ s }} is not null and ({{ controls | join(' is null or ') }} is null) then 1 else 0 end)
        {%- else %}
        0
        {%- endif %} as n_uncontrolled,
        min({{ s }}) as lowest,
        max({{ s }}) as highest
    from {{ part }}
    where study = {{ whence.text_literal(study.name) }} and not is_repeated
    group by date_position
) as dates
        {%- endset -%}
        {%- do selects.append(select) -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': text, 'signal': text, 'slot': 'integer', 'n_rows': 'bigint', 'n_values': 'bigint', 'n_zeros': 'bigint',
    'n_dates': 'bigint', 'n_varying_dates': 'bigint', 'n_weighted_events': 'bigint',
    'n_uncontrolled': 'bigint', 'most_assets': 'bigint', 'n_unpriced': 'bigint', 'has_one_value': 'integer', 'n_assets': 'bigint',
}) }}
{%- endmacro -%}
