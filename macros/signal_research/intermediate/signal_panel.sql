{#-
  The panel of every study with forward returns: per period over h rows of the asset, entered a lag after the date of the
  signal, (p[t + lag + h] / p[t + lag] - 1) / h. One pass: signals and horizons stand in numbered columns.
  Rows outside the study's dates are left out, prices too, so that nothing after its end is seen, but for what a ready
  forward return holds.

  sources: of signal_sources, resolved.
  Columns: study, asset, asset_number (from 1 over the assets of the study: millions of numbers are sorted and joined in less
  time than names), date, date_position (from 1 over the dates of the study), signal_1 ... (finite doubles, null where
  missing; n_signals of the study have a meaning), priced_value (the price, null unless above zero; the return, null below
  -1; or the forward return), forward_1 ... (of the study's horizons, in their order), is_priced
  (whether the row has a price above zero, a return of at least -1, or a forward return), is_repeated (a second row of the
  same asset and date; a mistake in the data), forward_rank_1 ... (twice the average rank of the forward return among all
  assets on the date; null in studies of one signal, whose own pairs are ranked); where a study neutralises its signals
  control_1 ... (finite doubles) and control_group (text, '' without a category); where a study has slice_by, slice (text) and
  slice_rank_1 ... (as forward_rank, among the assets of the slice).
-#}
{%- macro signal_panel(sources) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set studies = [] -%}
{%- for source in sources if source.resolved is not none -%}
    {%- do studies.append(source.resolved) -%}
{%- endfor -%}
{%- set slots = whence.signal_slot_counts(studies) -%}
{%- set has_slices = studies | selectattr('slice_by') | list | length > 0 -%}
{%- set has_controls = studies | selectattr('controls') | list | length > 0 -%}
{%- set selects = [] -%}
{%- for source in sources if source.resolved is not none -%}
    {%- set study = source.resolved -%}
    {%- set lag = study.entry_lag -%}
    {%- set of_the_study -%}
date is not null
            {%- if study.start_date is not none %}
    and date >= {{ whence.date_literal(study.start_date) }}
            {%- endif %}
            {%- if study.end_date is not none %}
    and date <= {{ whence.date_literal(study.end_date) }}
            {%- endif %}
    {%- endset -%}
    {%- set asset = 'coalesce(' ~ study.columns.asset ~ ", '(blank)')" -%}
    {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    assets.asset_number,
    typed.date,
    dates.date_position,
    {%- for slot in range(1, slots.signals + 1) %}
    signal_{{ slot }},
    {%- endfor %}
    {{ {'price': 'case when value > 0 then value end', 'return': 'case when value >= -1 then value end'}.get(
        study.return_kind, 'value'
    ) }} as priced_value,
    {%- for slot in range(1, slots.horizons + 1) %}
        {%- if slot > study.horizons | length %}
    cast(null as {{ double }}) as forward_{{ slot }},
        {%- else %}
            {%- set horizon = study.horizons[slot - 1] %}
            {%- set rows = horizon if study.per_period else 1 %}
            {%- if study.return_kind == 'forward_return' %}
    value as forward_{{ slot }},
            {%- elif study.return_kind == 'price' %}
    case
        when lead(value, {{ lag }}) over by_asset > 0 and lead(value, {{ lag + horizon }}) over by_asset > 0
            -- both lie between 1e-30 and 1e30, so that no engine stops
            then (lead(value, {{ lag + horizon }}) over by_asset / lead(value, {{ lag }}) over by_asset - 1) / {{ rows }}
    end as forward_{{ slot }},
            {%- else %}
    case
        when count(log_growth) over (
            partition by assets.asset_number
            order by dates.date_position
            rows between {{ lag + 1 }} following and {{ lag + horizon }} following
        ) = {{ horizon }}
            then {{ whence.signal_compounded(
                'sum(log_growth) over (partition by assets.asset_number order by dates.date_position rows between '
                ~ (lag + 1) ~ ' following and ' ~ (lag + horizon) ~ ' following)'
            ) }} / {{ rows }}
    end as forward_{{ slot }},
            {%- endif %}
        {%- endif %}
    {%- endfor %}
    {{ {'price': 'coalesce(value > 0, false)', 'return': 'coalesce(value >= -1, false)'}.get(
        study.return_kind, 'value is not null'
    ) }} as is_priced,
    coalesce(lag(typed.date) over by_asset = typed.date, false) as is_repeated
    {%- for slot in range(1, slots.controls + 1) %},
    control_{{ slot }}
    {%- endfor %}
    {%- if has_controls %},
    control_group
    {%- endif %}
    {%- if has_slices %},
    slice
    {%- endif %}
from (
    select
        {{ asset }} as asset,
        {{ study.columns.date }} as date,
        {%- for slot in range(1, slots.signals + 1) %}
            {%- if slot <= study.signals | length %}
        {{ whence.signal_number(study.signals[slot - 1].sql) }} as signal_{{ slot }},
            {%- else %}
        cast(null as {{ double }}) as signal_{{ slot }},
            {%- endif %}
        {%- endfor %}
        {%- set numeric = whence.signal_numeric_controls(study) %}
        {%- for slot in range(1, slots.controls + 1) %}
            {%- if slot <= numeric | length %}
        {{ whence.signal_number(numeric[slot - 1].sql) }} as control_{{ slot }},
            {%- else %}
        cast(null as {{ double }}) as control_{{ slot }},
            {%- endif %}
        {%- endfor %}
        {%- if has_controls %}
            {%- set groups = study.controls | rejectattr('is_number') | map(attribute='sql') | list %}
        {{ 'coalesce(' ~ groups[0] ~ ", '(blank)')" if groups else "''" }} as control_group,
        {%- endif %}
        {%- if has_slices %}
        {{ "coalesce(" ~ study.slice_by.sql ~ ", '(blank)')" if study.slice_by else 'cast(null as ' ~ text ~ ')' }} as slice,
        {%- endif %}
        {%- if study.return_kind == 'return' %}
        case
            when {{ whence.signal_number(study.columns.value) }} > -1
                then ln(1 + {{ whence.signal_number(study.columns.value) }})
            when {{ whence.signal_number(study.columns.value) }} = -1 then -138
        end as log_growth,
        {%- endif %}
        {{ whence.signal_number(study.columns.value) }} as value
    from {{ source.relation }}
) as typed
inner join (
    select
        date,
        cast(row_number() over (order by date) as integer) as date_position
    from (
        select distinct {{ study.columns.date }} as date
        from {{ source.relation }}
    ) as distinct_dates
    where {{ of_the_study }}
) as dates on typed.date = dates.date
inner join assets on typed.asset = assets.asset
window by_asset as (partition by assets.asset_number order by dates.date_position)
    {%- endset -%}
    {%- set ranked %}
with assets as (

    select
        asset,
        cast(row_number() over (order by {{ whence.text_order('asset') }}) as integer) as asset_number
    from (
        select distinct {{ asset }} as asset
        from {{ source.relation }}
    ) as distinct_assets

)

select
    entered.*,
    assets.asset
            {%- for slot in range(1, slots.horizons + 1) %}
                {%- if study.signals | length == 1 or slot > study.horizons | length %},
    cast(null as bigint) as forward_rank_{{ slot }}
                {%- else %},
    case
        when forward_{{ slot }} is not null
            then rank() over by_forward_{{ slot }} + count(*) over by_forward_{{ slot }}
    end as forward_rank_{{ slot }}
                {%- endif %}
                {%- if has_slices and (study.signals | length == 1 or slot > study.horizons | length or not study.slice_by) %},
    cast(null as bigint) as slice_rank_{{ slot }}
                {%- elif has_slices %},
    case
        when forward_{{ slot }} is not null
            then rank() over by_slice_{{ slot }} + count(*) over by_slice_{{ slot }}
    end as slice_rank_{{ slot }}
                {%- endif %}
            {%- endfor %}
from (
    {{ select }}
) as entered
inner join assets on entered.asset_number = assets.asset_number
            {%- if study.signals | length > 1 %}
window
                {%- for horizon in study.horizons %}
    by_forward_{{ loop.index }} as (partition by date_position order by forward_{{ loop.index }})
                    {%- if study.slice_by %},
    by_slice_{{ loop.index }} as (partition by date_position, slice order by forward_{{ loop.index }})
                    {%- endif %}
                    {{- ',' if not loop.last }}
                {%- endfor %}
            {%- endif %}
    {%- endset -%}
    {%- do selects.append(ranked) -%}
{%- endfor -%}
{%- set columns = {'study': text, 'asset': text, 'asset_number': 'integer', 'date': 'date', 'date_position': 'integer'} -%}
{%- for slot in range(1, slots.signals + 1) -%}
    {%- do columns.update({'signal_' ~ slot: double}) -%}
{%- endfor -%}
{%- do columns.update({'priced_value': double}) -%}
{%- for slot in range(1, slots.horizons + 1) -%}
    {%- do columns.update({'forward_' ~ slot: double}) -%}
{%- endfor -%}
{%- do columns.update({'is_priced': 'boolean', 'is_repeated': 'boolean'}) -%}
{%- for slot in range(1, slots.horizons + 1) -%}
    {%- do columns.update({'forward_rank_' ~ slot: 'bigint'}) -%}
{%- endfor -%}
{{ whence.union_selects(selects, columns) }}
{%- endmacro -%}
