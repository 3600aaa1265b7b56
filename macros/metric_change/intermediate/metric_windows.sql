{#-
  The windows of time of every analysis, worked out from the declared comparison and the dates in the data.

  specs: relation or CTE with the columns of int_metric_change__specs.
  dates: relation or CTE with the columns of int_metric_change__dates.
  Columns: analysis (name, or name@period_end for earlier windows), analysis_group (name), history_step (0: the latest),
  grain, anchor_date, first_date, last_date, period_end, current_start, current_end, baseline_start, baseline_end (all
  inclusive; null where there is no such window), baseline_scale, is_partial (the current window ends after the anchor),
  has_baseline (0 where there is nothing to compare with).
-#}
{%- macro metric_windows(specs, dates) -%}
with recursive days as (

    select
        dates.analysis,
        dates.row_date,
        specs.fiscal_year_start
    from {{ dates }} as dates
    inner join {{ specs }} as specs on dates.analysis = specs.analysis
    where dates.records > 0 and dates.row_date is not null

),

bounds as (

    select
        analysis,
        min(row_date) as first_date,
        max(row_date) as last_date,
        count(distinct row_date) as n_dates
        {%- for grain in ['week', 'month', 'quarter', 'year'] %},
        min(case when row_date = {{ whence.period_start('row_date', "'" ~ grain ~ "'", 'fiscal_year_start') }} then 1 else 0 end)
            as starts_{{ grain }}
        {%- endfor %}
    from days
    group by analysis

),

complete as (

    -- the latest complete month and week, and what comes before them, in case the grain is left to the data
    select
        analysis,
        {%- for grain, end in [
            ('month', whence.add_months(whence.truncate_date('month', 'first_date'), 2)),
            ('week', whence.add_days(whence.truncate_date('week', 'first_date'), 14)),
        ] %}
        case when {{ end }} <= {{ whence.add_days('last_date', 1) }} then 1 else 0 end as has_two_{{ grain }}s
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from bounds

),

grains as (

    select
        specs.analysis,
        specs.fiscal_year_start,
        specs.current_kind,
        specs.current_start as declared_start,
        specs.current_end as declared_end,
        specs.compare_to,
        specs.trailing_windows,
        specs.baseline_start as declared_baseline_start,
        specs.baseline_end as declared_baseline_end,
        specs.history,
        specs.anchor_date as declared_anchor,
        specs.has_window,
        bounds.first_date,
        bounds.last_date,
        bounds.n_dates,
        bounds.starts_week,
        bounds.starts_month,
        bounds.starts_quarter,
        bounds.starts_year,
        case
            when specs.grain is not null then specs.grain
            when bounds.n_dates > 1 and bounds.starts_year = 1 then 'year'
            when bounds.n_dates > 1 and bounds.starts_quarter = 1 then 'quarter'
            when bounds.n_dates > 1 and bounds.starts_month = 1 then 'month'
            when bounds.n_dates > 1 and bounds.starts_week = 1 then 'week'
            when complete.has_two_months = 1 then 'month'
            when complete.has_two_weeks = 1 then 'week'
            when bounds.n_dates > 1 then 'day'
            else 'month'
        end as grain
    from {{ specs }} as specs
    left join bounds on specs.analysis = bounds.analysis
    left join complete on specs.analysis = complete.analysis

),

steps as (

    -- how far apart windows are, and the end of the window that starts on the last date
    select
        *,
        case when grain in ('day', 'week') then 'day' else 'month' end as grain_unit,
        case grain when 'week' then 7 when 'quarter' then 3 when 'year' then 12 else 1 end as grain_size,
        case
            when grain = 'week' and starts_week = 1 then {{ whence.add_days('last_date', 6) }}
            when grain = 'month' and starts_month = 1 or grain in ('quarter', 'year') and starts_month = 1
                then {{ whence.add_days(whence.add_months('last_date',
                    "case when grain = 'year' and starts_year = 1 then 12"
                    ~ " when grain in ('quarter', 'year') and starts_quarter = 1 then 3 else 1 end"), -1) }}
            when grain = 'quarter' and starts_quarter = 1 then {{ whence.add_days(whence.add_months('last_date', 3), -1) }}
            when grain = 'year' and starts_year = 1 then {{ whence.add_days(whence.add_months('last_date', 12), -1) }}
            else last_date
        end as data_end
    from grains

),

anchored as (

    select
        *,
        coalesce(declared_anchor, data_end) as anchor_date,
        {{ whence.period_start('coalesce(declared_anchor, data_end)', 'grain', 'fiscal_year_start') }} as anchor_window,
        {{ whence.period_start('declared_start', 'grain', 'fiscal_year_start') }} as declared_window,
        {{ whence.add_days('declared_end', 1) }} as declared_until,
        {{ whence.period_start(whence.add_days('declared_end', 1), 'grain', 'fiscal_year_start') }} as declared_until_window
    from steps

),

sized as (

    -- an explicit window of whole grains steps by as many grains, any other by its days
    select
        *,
        case
            when current_kind <> 'dates' then grain_unit
            when declared_start = declared_window and declared_until = declared_until_window then grain_unit
            else 'day'
        end as step_unit,
        case
            when current_kind <> 'dates' then grain_size
            when declared_start = declared_window and declared_until = declared_until_window and grain_unit = 'month'
                then cast({{ whence.months_between('declared_start', 'declared_until') }} as integer)
            else {{ whence.days_between('declared_start', 'declared_until') }}
        end as step_size,
        case
            when current_kind = 'dates' then declared_start
            when current_kind = 'last_complete'
                and {{ whence.period_shift('anchor_window', 'grain_unit', 'grain_size', '1') }} > {{ whence.add_days('anchor_date', 1) }}
                then {{ whence.period_shift('anchor_window', 'grain_unit', 'grain_size', '-1') }}
            else anchor_window
        end as latest_start
    from anchored

),

numbers as (

    select
        analysis,
        0 as history_step
    from sized

    union all

    select
        numbers.analysis,
        numbers.history_step + 1 as history_step
    from numbers
    inner join sized on numbers.analysis = sized.analysis
    where numbers.history_step < sized.history and sized.has_window = 1

),

current_windows as (

    select
        sized.*,
        numbers.history_step,
        case when sized.has_window = 1
            then {{ whence.period_shift('sized.latest_start', 'sized.step_unit', 'sized.step_size', '-numbers.history_step') }}
        end as current_start,
        case when sized.has_window = 1
            then {{ whence.add_days(
                whence.period_shift('sized.latest_start', 'sized.step_unit', 'sized.step_size', '(1 - numbers.history_step)'), -1
            ) }}
        end as period_end
    from sized
    inner join numbers on sized.analysis = numbers.analysis

),

clipped as (

    -- a window that the data does not fill ends at the anchor; nothing is cut from one beyond the data, or where the
    -- user gave both windows
    select
        *,
        case
            when compare_to = 'dates' and current_kind = 'dates' then period_end
            when current_start <= anchor_date and anchor_date < period_end then anchor_date
            else period_end
        end as current_end,
        -- a year before a Monday is a Monday
        case when step_unit = 'day' and (grain = 'week' or step_size = 1) then 1 else 0 end as keeps_weekday
    from current_windows

),

baseline_windows as (

    select
        *,
        case
            when has_window = 0 then cast(null as date)
            when compare_to = 'column' then current_start
            when compare_to = 'dates' then declared_baseline_start
            when compare_to = 'previous' then {{ whence.period_shift('current_start', 'step_unit', 'step_size', '-1') }}
            when compare_to = 'trailing'
                then {{ whence.period_shift('current_start', 'step_unit', 'step_size', '-trailing_windows') }}
            when compare_to = 'year_ago' and keeps_weekday = 1 then {{ whence.add_days('current_start', -364) }}
            when compare_to = 'year_ago' then {{ whence.add_months('current_start', -12) }}
        end as baseline_start,
        case
            when has_window = 0 then cast(null as date)
            when compare_to = 'column' then current_end
            when compare_to = 'dates' then declared_baseline_end
            when compare_to in ('previous', 'trailing') then {{ whence.add_days('current_start', -1) }}
            when compare_to = 'year_ago' and keeps_weekday = 1 then {{ whence.add_days('period_end', -364) }}
            when compare_to = 'year_ago'
                then {{ whence.add_days(whence.add_months(whence.add_days('period_end', 1), -12), -1) }}
        end as baseline_window_end
    from clipped

),

led as (

    -- the same leading part of the baseline: as many days, or up to the same day of the year before
    select
        *,
        case
            when current_end < period_end and compare_to = 'year_ago' and keeps_weekday = 0
                then least(baseline_window_end, {{ whence.add_months('current_end', -12) }})
            when current_end < period_end and compare_to in ('previous', 'year_ago')
                then least(
                    baseline_window_end,
                    {{ whence.add_days('baseline_start', whence.days_between('current_start', 'current_end')) }}
                )
            else baseline_window_end
        end as baseline_end
    from baseline_windows

)

select
    case when history_step = 0 then analysis
        else analysis || '@' || cast(period_end as {{ whence.type_text() }})
    end as analysis,
    analysis as analysis_group,
    history_step,
    grain,
    anchor_date,
    first_date,
    last_date,
    period_end,
    current_start,
    current_end,
    baseline_start,
    baseline_end,
    case
        when compare_to in ('year_ago', 'trailing') and has_window = 1
            then {{ whence.safe_divide(
                whence.days_between('current_start', 'current_end') ~ ' + 1',
                whence.days_between('baseline_start', 'baseline_end') ~ ' + 1'
            ) }}
        else 1
    end as baseline_scale,
    case when current_end < period_end then 1 else 0 end as is_partial,
    case when compare_to = 'none' then 0 else 1 end as has_baseline
from led
{%- endmacro -%}
