{#-
  Forward returns of a sparse signal less what was to be expected without an event (MacKinlay 1997), and the rows since the
  asset's event before.

  model: none (nothing is expected); mean (the asset's mean forward return over quiet rows of the whole sample); market
    (its regression, over these rows, on the equal-weight mean forward return of all assets on the date). A row is quiet
    where the asset has no event within the horizon, before or after, so that their returns do not overlap. Null where it
    cannot be estimated.
  signal: SQL of the signal.
  forward: SQL of the forward return.
  horizon: its rows.
  pairs: SQL, from clause with the rows that have both.
  is_tested: whether to add the columns that tests of single events need.
  Columns: date, date_position, signal_value, abnormal_return, event_gap (dates of the panel; null on rows without an event);
    with is_tested also asset_number, forward_return, is_quiet (1 or null) and, for market, market_return.
-#}
{%- macro signal_abnormal_returns(model, signal, forward, horizon, pairs, is_tested=false) -%}
{%- set quiet = 'case when is_quiet = 1 then forward_return end' -%}
{%- set expected = {
    'none': '0',
    'mean': 'avg(' ~ quiet ~ ') over (partition by asset_number)',
    'market': 'avg(' ~ quiet ~ ') over (partition by asset_number) + '
        ~ whence.finite('regr_slope(' ~ quiet ~ ', market_return) over (partition by asset_number)')
        ~ ' * (market_return - avg(case when is_quiet = 1 then market_return end) over (partition by asset_number))',
}[model] -%}
select
        date,
        date_position,
        {%- if is_tested %}
        asset_number,
        forward_return,
        is_quiet,
            {%- if model == 'market' %}
        market_return,
            {%- endif %}
        {%- endif %}
        signal_value,
        forward_return - ({{ expected }}) as abnormal_return,
        case when signal_value <> 0 then date_position - event_before end as event_gap
    from (
        select
            asset_number,
            date,
            date_position,
            {{ signal }} as signal_value,
            {{ forward }} as forward_return,
            {%- if model != 'none' or is_tested %}
            case
                when max(case when {{ signal }} <> 0 then 1 else 0 end) over (
                    partition by asset_number
                    order by date
                    rows between {{ horizon - 1 }} preceding and {{ horizon - 1 }} following
                ) = 0 then 1
            end as is_quiet,
            {%- endif %}
            {%- if model == 'market' %}
            avg({{ forward }}) over (partition by date) as market_return,
            {%- endif %}
            max(case when {{ signal }} <> 0 then date_position end) over (
                partition by asset_number order by date rows between unbounded preceding and 1 preceding
            ) as event_before
        {{ pairs }}
    ) as placed
{%- endmacro -%}
