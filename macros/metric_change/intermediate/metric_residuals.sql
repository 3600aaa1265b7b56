{#-
  The misfit of identities per segment of one and of two dimensions, current minus baseline, and what tells whether its
  mean moved: Welch's t of the rows of both sides, or of one side against 0 where the other has no rows. Segments that
  select the same rows are one, named by the fewest dimensions; the others are its aliases.

  A mean that moved without any variance is as sure as can be: its p is given as 0.

  driver_changes: relation or CTE with the columns of metric_driver_changes.
  Columns: analysis, period_end, metric, dimensions, segment, aliases, n_rows, baseline_residual, current_residual,
  residual_change, mean_residual, statistic, distribution, df.
-#}
{%- macro metric_residuals(driver_changes) -%}
{%- set sides = ['baseline', 'current'] -%}
{%- set double = whence.type_double() -%}
with segments as {{ whence.materialized() }}(

    select
        *,
        row_number() over (
            partition by
                analysis, metric, baseline_cell_hash, current_cell_hash, baseline_n_rows, current_n_rows
            order by depth, {{ whence.text_order('dimensions') }}, {{ whence.text_order('segment') }}
        ) as alias_no
    from {{ driver_changes }}
    where
        depth in (1, 2)
        and form <> 'none'
        and (baseline_misfit_squares > 0 or current_misfit_squares > 0)

),

aliases as (

    select
        named.analysis,
        named.metric,
        named.dimensions,
        named.segment,
        {{ whence.join_texts(
            whence.segment_label(["others.dimensions || ' = ' || others.segment"]), ' | ',
            'others.depth, ' ~ whence.text_order('others.dimensions') ~ ', ' ~ whence.text_order('others.segment')
        ) }} as aliases
    from segments as named
    inner join segments as others
        on
            named.analysis = others.analysis
            and named.metric = others.metric
            and coalesce(named.baseline_cell_hash, -1) = coalesce(others.baseline_cell_hash, -1)
            and coalesce(named.current_cell_hash, -1) = coalesce(others.current_cell_hash, -1)
            and named.baseline_n_rows = others.baseline_n_rows
            and named.current_n_rows = others.current_n_rows
    where named.alias_no = 1 and others.alias_no > 1
    group by 1, 2, 3, 4

),

means as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %},
        {{ whence.safe_divide(side ~ '_misfit_sum', side ~ '_n_rows') }} as {{ side }}_mean
        {%- endfor %}
    from segments
    where alias_no = 1

),

variances as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %},
        -- of the mean; a difference that is only rounding is none
        case
            when {{ side }}_misfit_squares - {{ side }}_mean * {{ side }}_misfit_sum > 1e-12 * {{ side }}_misfit_squares
                then {{ whence.safe_divide(
                    side ~ '_misfit_squares - ' ~ side ~ '_mean * ' ~ side ~ '_misfit_sum',
                    'cast(' ~ side ~ '_n_rows as ' ~ double ~ ') * (' ~ side ~ '_n_rows - 1)'
                ) }}
            when {{ side }}_n_rows > 1 then 0
        end as {{ side }}_variance
        {%- endfor %}
    from means

),

differences as {{ whence.materialized() }}(

    select
        *,
        case
            when baseline_n_rows = 0 then current_mean
            when current_n_rows = 0 then -baseline_mean
            else current_mean - baseline_mean
        end as difference,
        case
            when baseline_n_rows = 0 then current_variance
            when current_n_rows = 0 then baseline_variance
            else baseline_variance + current_variance
        end as variance
    from variances

),

shared as {{ whence.materialized() }}(

    select
        *
        {%- for side in sides %},
        {{ whence.safe_divide(side ~ '_variance', 'variance') }} as {{ side }}_share
        {%- endfor %}
    from differences

),

freed as {{ whence.materialized() }}(

    -- Welch and Satterthwaite: the reciprocal of the degrees of freedom
    select
        *
        {%- for side in sides %}
        {%- set share = '(' ~ whence.bounded(side ~ '_share') ~ ')' %},
        {{ whence.safe_divide(share ~ ' * ' ~ share, side ~ '_n_rows - 1') }} as {{ side }}_term
        {%- endfor %}
    from shared

),

tested as {{ whence.materialized() }}(

    select
        *,
        case
            when variance > 0 then {{ whence.safe_divide('difference', 'sqrt(variance)') }}
            -- as with the variance, a millionth is rounding
            when variance = 0 and abs(difference) > 1e-6 * greatest(abs(baseline_mean), abs(current_mean)) then 0
            when variance = 0 then 1
        end as statistic,
        case when variance > 0 then 't' else 'given' end as distribution,
        case
            when variance > 0 and baseline_n_rows = 0 then current_n_rows - 1
            when variance > 0 and current_n_rows = 0 then baseline_n_rows - 1
            when variance > 0 then {{ whence.safe_divide('1', 'baseline_term + current_term') }}
        end as df
    from freed

)

select
    tested.analysis,
    tested.period_end,
    tested.metric,
    tested.dimensions,
    tested.segment,
    aliases.aliases,
    cast(tested.baseline_n_rows + tested.current_n_rows as bigint) as n_rows
    {%- for side in sides %},
    coalesce({{ whence.safe_divide(
        'tested.' ~ side ~ '_misfit_sum * tested.' ~ side ~ '_scale', 'tested.' ~ side ~ '_total_weight'
    ) }}, 0){{ ' * tested.calendar_scale' if side == 'baseline' }} as {{ side }}_residual
    {%- endfor %},
    {{ whence.safe_divide(
        'tested.baseline_misfit_sum + tested.current_misfit_sum', 'tested.baseline_n_rows + tested.current_n_rows'
    ) }} as mean_residual,
    tested.statistic,
    tested.distribution,
    tested.df
from tested
left join aliases
    on
        tested.analysis = aliases.analysis
        and tested.metric = aliases.metric
        and tested.dimensions = aliases.dimensions
        and tested.segment = aliases.segment
{%- endmacro -%}
