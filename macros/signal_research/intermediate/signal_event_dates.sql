{#-
  What the events of single assets on a date say, one by one and summed over the date, for the tests of events: all that
  those need of a panel. Every test is of the event's direction, the sign of the signal.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: study, signal, horizon, date, date_position, n_events (with an abnormal forward return), and sums over them:
    gains, losses: of abnormal return times signal where above and, in size, below zero
    n_hits: abnormal returns in the direction of the event
    mfe_sum, mae_sum: best and worst return in its direction on the rows from entry to exit, entry included, never below
      and never above zero; null for a ready forward return
    n_tested: events of assets with at least 20 quiet rows that vary (see signal_abnormal_returns), and over these
    standardized_sum: abnormal return over its error of prediction (Patell 1976; Boehmer, Musumeci and Poulsen 1991)
    hit_excess: hits less the share of the asset's quiet rows in the same direction (Cowan 1992)
    rank_excess: rank of the abnormal return among the quiet rows and itself over their number + 1, less 1/2 (Corrado and
      Zivney 1992)
    quiet_load: the asset's events over its quiet rows
-#}
{%- macro signal_event_dates(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set selects = [] -%}
{{ whence.signal_panel_parts(panel, studies) }}
{%- for study in studies -%}
    {%- set is_market = study.abnormal_return == 'market' -%}
    {%- set has_rows = study.return_kind != 'forward_return' -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) -%}
        {%- for horizon in study.horizons if cell and cell.scope == 'individual' and cell.kind == 'sparse' -%}
            {%- set s, f, lag = 'signal_' ~ signal.slot, 'forward_' ~ loop.index, study.entry_lag -%}
            {%- set rows_of_the_study -%}
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
        where study = {{ whence.text_literal(study.name) }}
            {%- endset -%}
            {%- set pairs -%}
{{ rows_of_the_study }} and {{ s }} is not null and {{ f }} is not null
            {%- endset -%}
            {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon,
    date,
    date_position,
    count(*) as n_events,
    sum(case when weighted_return > 0 then weighted_return else 0 end) as gains,
    sum(case when weighted_return < 0 then -weighted_return else 0 end) as losses,
    sum(is_hit) as n_hits,
    sum(best) as mfe_sum,
    sum(worst) as mae_sum,
    count(standardized) as n_tested,
    sum(standardized) as standardized_sum,
    sum(case when standardized is not null then is_hit - hit_share end) as hit_excess,
    sum(case when standardized is not null then direction * (rank_share - 0.5) end) as rank_excess,
    sum(case when standardized is not null then quiet_load end) as quiet_load
from (
    with placed as {{ whence.materialized() }}(

        select * from (
            {{ whence.signal_abnormal_returns(study.abnormal_return, s, f, horizon, pairs, is_tested=true) }}
        ) as abnormal
        where abnormal_return is not null

    ),

    assets as (

        select
            asset_number,
            sum(case when signal_value <> 0 then 1 else 0 end) as n_asset_events,
            count(is_quiet) as n_quiet,
            {%- if is_market %}
            avg(case when is_quiet = 1 then market_return end) as mean_market,
            regr_sxx(case when is_quiet = 1 then forward_return end, market_return) as market_squares,
            {%- endif %}
            max(abs(forward_return)) as size,
            avg(cast(case when is_quiet = 1 and abnormal_return > 0 then 1 when is_quiet = 1 then 0 end as {{ double }}))
                as share_up,
            avg(cast(case when is_quiet = 1 and abnormal_return < 0 then 1 when is_quiet = 1 then 0 end as {{ double }}))
                as share_down,
            stddev_samp(case when is_quiet = 1 then abnormal_return end) as deviation
        from placed
        group by asset_number
        having sum(case when signal_value <> 0 then 1 else 0 end) > 0

    ),

    ranked as (

        select
            *,
            sum(is_quiet) over (partition by asset_number order by abnormal_return) as n_at_most,
            -- a range of one value: the rows that are equal
            sum(is_quiet) over (
                partition by asset_number order by abnormal_return range between current row and current row
            ) as n_equal
        from placed

    ),

            {%- if has_rows %}

    asset_rows as {{ whence.materialized() }}(

        select
            asset_number,
            date,
            {{ s }} as signal_value,
            {{ f }} as forward_return,
            row_number() over by_asset as asset_row,
                {%- if study.return_kind == 'price' %}
            ln(priced_value) as log_level
                {%- else %}
            sum(case when priced_value > -1 then ln(1 + priced_value) when priced_value = -1 then -138 else 0 end)
                over by_asset as log_level
                {%- endif %}
        {{ rows_of_the_study }}
        window by_asset as (partition by asset_number order by date)

    ),

    steps as (

        -- positions run from 1 over the dates, which are at least as many as the rows of an asset
        select distinct date_position - 1 as step
        {{ rows_of_the_study }} and date_position <= {{ horizon + 1 }}

    ),

    held_rows as (

        select
            asset_rows.asset_number,
            asset_rows.date,
            steps.step,
            asset_rows.asset_row + {{ lag }} + steps.step as asset_row
        from asset_rows
        cross join steps
        where asset_rows.signal_value <> 0 and asset_rows.forward_return is not null

    ),

    excursions as (

        select
            held_rows.asset_number,
            held_rows.date,
            max(case when held_rows.step = 0 then asset_rows.log_level end) as entry_level,
            max(asset_rows.log_level) as highest,
            min(asset_rows.log_level) as lowest
        from held_rows
        inner join asset_rows
            on held_rows.asset_number = asset_rows.asset_number and held_rows.asset_row = asset_rows.asset_row
        group by held_rows.asset_number, held_rows.date

    ),
            {%- endif %}

    events as (

        select
            ranked.date,
            ranked.date_position,
            ranked.signal_value * ranked.abnormal_return as weighted_return,
            case when ranked.signal_value > 0 then 1 else -1 end as direction,
            case
                when ranked.signal_value > 0 and ranked.abnormal_return > 0 then 1
                when ranked.signal_value < 0 and ranked.abnormal_return < 0 then 1
                else 0
            end as is_hit,
            case when ranked.signal_value > 0 then assets.share_up else assets.share_down end as hit_share,
            cast(1 + coalesce(ranked.n_at_most, 0) - coalesce(ranked.n_equal, 0) / 2.0 as {{ double }})
            / (assets.n_quiet + 2) as rank_share,
            cast(assets.n_asset_events as {{ double }}) / nullif(assets.n_quiet, 0) as quiet_load,
            case
                when assets.n_quiet >= 20 and assets.deviation > 1e-12 * assets.size
                    then case when ranked.signal_value > 0 then 1 else -1 end * {{ whence.safe_divide(
                        'ranked.abnormal_return', 'assets.deviation * sqrt(' ~ {
                            'none': '1',
                            'mean': '1 + 1.0 / assets.n_quiet',
                            'market': '(1 + 1.0 / assets.n_quiet + coalesce(' ~ whence.safe_divide(
                                '(ranked.market_return - assets.mean_market) * (ranked.market_return - assets.mean_market)',
                                'assets.market_squares'
                            ) ~ ', 0)) * (assets.n_quiet - 1.0) / (assets.n_quiet - 2.0)',
                        }[study.abnormal_return] ~ ')'
                    ) }}
            end as standardized,
            {%- if has_rows %}
            {{ whence.signal_compounded('(excursions.highest - excursions.entry_level)') }} as rise,
            {{ whence.signal_compounded('(excursions.lowest - excursions.entry_level)') }} as fall
            {%- else %}
            cast(null as {{ double }}) as rise,
            cast(null as {{ double }}) as fall
            {%- endif %}
        from ranked
        inner join assets on ranked.asset_number = assets.asset_number
            {%- if has_rows %}
        left join excursions on ranked.asset_number = excursions.asset_number and ranked.date = excursions.date
            {%- endif %}
        where ranked.signal_value <> 0

    )

    select
        *,
        case when direction = 1 then rise else -fall end as best,
        case when direction = 1 then fall else -rise end as worst
    from events
) as events
group by date, date_position
            {%- endset -%}
            {%- do selects.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'study': text, 'signal': text, 'horizon': 'integer', 'date': 'date', 'date_position': 'integer', 'n_events': 'bigint',
    'gains': double, 'losses': double, 'n_hits': 'bigint', 'mfe_sum': double, 'mae_sum': double, 'n_tested': 'bigint',
    'standardized_sum': double, 'hit_excess': double, 'rank_excess': double, 'quiet_load': double,
}) }}
{%- endmacro -%}
