{#-
  What the rows before and after events earn: for each offset k of the study's event_window, the one-row return of the
  asset from row t + k - 1 to t + k, t the row of the event, less what was to be expected, times the signal; the mean over
  event dates of their means over assets (MacKinlay 1997).

  What was to be expected is told by the study's abnormal_return: nothing; the mean of the asset's quiet rows, those in no
  event's window; or their regression on the equal-weight mean of all assets on the date. Of a common signal, which moves
  that mean itself, the mean of quiet rows in its place.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies; a ready forward return has no one-row returns, and no rows here.
  detected: as detected_signals returns it.
  Columns: those of signal_event_paths (docs/signal_research.md).
-#}
{%- macro signal_event_paths(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set selects = [] -%}
{{ whence.signal_panel_parts(panel, studies) }}
{%- for study in studies if study.return_kind != 'forward_return' -%}
    {%- set before, after = study.event_window -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- if cell and cell.kind == 'sparse' -%}
            {%- set is_common = cell.scope == 'common' -%}
            {%- set model = 'mean' if is_common and study.abnormal_return == 'market' else study.abnormal_return -%}
            {%- set s = 'signal_' ~ signal.slot -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    event_offset,
    avg(date_mean) as mean_abnormal_return,
    {{ whence.safe_divide('stddev_samp(date_mean)', 'sqrt(count(*))') }} as standard_error,
    cast(sum(n_events) as bigint) as n_events
from (
    with placed as {{ whence.materialized() }}(

        select
            asset_number,
            date,
            row_number() over by_asset as asset_row,
            {%- if is_common %}
            case when {{ s }} is not null then avg({{ s }}) over (partition by date) end as signal_value,
            {%- else %}
            {{ s }} as signal_value,
            {%- endif %}
            {%- if study.return_kind == 'price' %}
            priced_value / lag(priced_value) over by_asset - 1 as period_return
            {%- else %}
            priced_value as period_return
            {%- endif %}
        from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
        where study = {{ whence.text_literal(study.name) }}
        window by_asset as (partition by asset_number order by date)

    ),

            {%- if model != 'none' %}

    quiet as (

        select
            asset_number,
            period_return,
            {%- if model == 'market' %}
            avg(period_return) over (partition by date) as market_return,
            {%- endif %}
            max(case when signal_value <> 0 then 1 else 0 end) over (
                partition by asset_number order by asset_row rows between {{ after }} preceding and {{ -before }} following
            ) as n_windows
        from placed

    ),

    expectations as (

        select
            asset_number,
                {%- if model == 'market' %}
            {{ whence.finite('regr_slope(period_return, market_return)') }} as slope,
            avg(market_return) as mean_market,
                {%- endif %}
            avg(period_return) as mean_return
        from quiet
        where n_windows = 0 and period_return is not null
        group by asset_number

    ),

                {%- if model == 'market' %}

    markets as (

        select
            date,
            avg(period_return) as market_return
        from placed
        group by date

    ),
                {%- endif %}
            {%- endif %}

    events as (

        select
            placed.asset_number,
            placed.date,
            placed.asset_row + offsets.event_offset as asset_row,
            offsets.event_offset,
            placed.signal_value
        from placed
        cross join (values
            {%- for offset in range(before, after + 1) %} ({{ offset }}){{ ',' if not loop.last }}{% endfor -%}
        ) as offsets (event_offset)
        where placed.signal_value <> 0

    )

    select
        events.event_offset,
        events.date,
        count(*) as n_events,
        avg(
            events.signal_value * (
                placed.period_return
            {%- if model == 'mean' %}
                - expectations.mean_return
            {%- elif model == 'market' %}
                - expectations.mean_return
                - {{ whence.safe_multiply('expectations.slope', 'markets.market_return - expectations.mean_market') }}
            {%- endif %}
            )
        ) as date_mean
    from events
    inner join placed on events.asset_number = placed.asset_number and events.asset_row = placed.asset_row
            {%- if model != 'none' %}
    inner join expectations on events.asset_number = expectations.asset_number
            {%- endif %}
            {%- if model == 'market' %}
    inner join markets on placed.date = markets.date
            {%- endif %}
    where
        placed.period_return is not null
            {%- if model == 'market' %}
        and expectations.slope is not null
            {%- endif %}
    group by events.event_offset, events.date
) as dates
group by event_offset
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
select
    study,
    signal,
    event_offset,
    mean_abnormal_return,
    sum(mean_abnormal_return) over (
        partition by study, signal order by event_offset rows between unbounded preceding and current row
    ) as cumulative_abnormal_return,
    standard_error,
    n_events
from (
    {{ whence.union_selects(selects, {
        'study': text, 'signal': text, 'event_offset': 'integer', 'mean_abnormal_return': double, 'standard_error': double,
        'n_events': 'bigint',
    }) }}
) as paths
{%- endmacro -%}
