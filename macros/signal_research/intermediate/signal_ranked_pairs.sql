{#-
  The pairs of an individual signal and its forward return with their ranks on the date, the quantile of the asset, and
  both as they were a horizon before.

  A quantile is floor((average rank - 1/2) * quantiles / n) + 1 of n pairs, so that equal values share one; in whole
  numbers, as twice the average rank is one. A date needs max(10, 2 * quantiles) pairs, else its assets have none.

  study: literal of its name.
  signal: {'name', 'column' (SQL)}.
  forward: SQL of the forward return.
  horizon: rows of the forward return, and how many dates of the panel lie between an asset's rank and its earlier one.
  forward_rank: SQL of twice the average rank of the forward return; none: it is ranked here.
  quantiles: their number.
  pairs: SQL, from and where clause of the rows that have both.
  changed: relation or CTE with study, signal, horizon, date, date_position: only pairs of these dates; none: all.
  Columns: date, date_position, signal_value, forward_return, signal_rank, forward_rank (each twice the average rank),
  is_tied, quantile, earlier_rank, earlier_quantile.
-#}
{%- macro signal_ranked_pairs(study, signal, forward, horizon, forward_rank, quantiles, pairs, changed) -%}
{%- set of_the_signal -%}
from {{ changed }}
                where study = {{ study }} and signal = {{ whence.text_literal(signal.name) }} and horizon = {{ horizon }}
{%- endset -%}
with ranked as {{ whence.materialized() }}(

        select
            *,
            case
                when n_pairs >= {{ [10, 2 * quantiles] | max }}
                    then 1 + cast(
                        floor((signal_rank - 1) * {{ quantiles }} / cast(2 * n_pairs as {{ whence.type_double() }}))
                        as integer
                    )
            end as quantile
        from (
            select
                asset_number,
                date,
                date_position,
                {{ signal.column }} as signal_value,
                {{ forward }} as forward_return,
                -- the first and the last rank of equal values add to twice their average
                rank() over by_signal + count(*) over by_signal as signal_rank,
                {{ forward_rank or 'rank() over by_forward + count(*) over by_forward' }} as forward_rank,
                case when count(*) over by_signal > rank() over by_signal then 1.0 else 0.0 end as is_tied,
                count(*) over of_the_date as n_pairs
            {{ pairs }}
            {%- if changed is not none %}
                and date_position in (
                    select date_position {{ of_the_signal }}
                    union all
                    select date_position - horizon {{ of_the_signal }}
                )
            {%- endif %}
            window
                by_signal as (partition by date_position order by {{ signal.column }}),
                {#- in the order of by_signal, so that the rows are sorted once #}
                of_the_date as (
                    partition by date_position order by {{ signal.column }}
                    rows between unbounded preceding and unbounded following
                )
                {{- '' if forward_rank else ', by_forward as (partition by date_position order by ' ~ forward ~ ')' }}
        ) as pairs

    )

    select
        ranked.date,
        ranked.date_position,
        ranked.signal_value,
        ranked.forward_return,
        ranked.signal_rank,
        ranked.forward_rank,
        ranked.is_tied,
        ranked.quantile,
        earlier.signal_rank as earlier_rank,
        earlier.quantile as earlier_quantile
    from ranked
    left join ranked as earlier
        on ranked.asset_number = earlier.asset_number and ranked.date_position = earlier.date_position + {{ horizon }}
    {%- if changed is not none %}
    where ranked.date_position in (select date_position {{ of_the_signal }})
    {%- endif %}
{%- endmacro -%}
