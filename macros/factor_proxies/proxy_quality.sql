{#-
  Whether each series can be used, and why not: the first reason that holds.

  specs: relation or CTE with the columns of proxy_spec_rows.
  universe: of proxy_universe.
  members: of proxy_members.
  returns: of proxy_returns.
  Columns: those of proxy_quality (docs/factor_proxies.md). Only thin_history and no_data leave a series out of estimates, by
  min_observations; the others are reported.
-#}
{%- macro proxy_quality(specs, universe, members, returns) -%}
with named as (

    select ticker as series
    from {{ universe }}
    where is_active

    union

    select series
    from {{ members }}

),

panel as (

    -- the first month of prices has no returns yet
    select
        max({{ whence.month_number('month_end') }}) as last_number,
        max({{ whence.month_number('month_end') }}) - min({{ whence.month_number('month_end') }}) + 1 as n_months
    from {{ returns }}

),

stepped as (

    select
        series,
        month_end,
        {{ whence.month_number('month_end') }} as month_number,
        lag({{ whence.month_number('month_end') }}) over (partition by series order by month_end) as previous_number
    from {{ returns }}

),

histories as (

    select
        series,
        min(month_end) as first_month,
        max(month_end) as last_month,
        max(month_number) as last_number,
        count(*) as n_months,
        coalesce(max(month_number - previous_number) - 1, 0) as longest_gap
    from stepped
    group by series

),

measured as (

    select
        named.series,
        histories.first_month,
        histories.last_month,
        coalesce(histories.n_months, 0) as n_months,
        {{ whence.safe_divide('coalesce(histories.n_months, 0)', 'panel.n_months') }} as coverage,
        histories.longest_gap,
        panel.last_number - histories.last_number as stale_months,
        specs.min_observations,
        specs.stale_months as most_stale,
        specs.gap_months,
        specs.min_coverage
    from named
    cross join panel
    cross join {{ specs }} as specs
    left join histories on named.series = histories.series

),

reasoned as (

    select
        *,
        case
            when n_months = 0 then 'no_data'
            when n_months < min_observations then 'thin_history'
            when stale_months > most_stale then 'stale'
            when longest_gap > gap_months then 'gap'
            when coverage < min_coverage then 'low_coverage'
        end as reason
    from measured

)

select
    series,
    case
        when reason in ('no_data', 'thin_history') then 'excluded'
        when reason is not null then 'warning'
        else 'ok'
    end as status,
    reason,
    first_month,
    last_month,
    cast(n_months as bigint) as n_months,
    coverage,
    cast(longest_gap as integer) as longest_gap,
    cast(stale_months as integer) as stale_months
from reasoned
{%- endmacro -%}
