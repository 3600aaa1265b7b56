{#-
  Identities with how well they hold, ranked per metric: the best is selected, and below it those of its drivers.

  A simpler identity wins where its mean absolute percentage error is within 0.1 percentage points of the best. One that
  is given is selected however well it holds.

  candidates: relation or CTE with the columns of int_metric_change__identity_candidates.
  fits: relation or CTE with the columns of metric_identity_fits.
  ratios: relation or CTE with the columns of metric_ratio_identities.
  Columns: analysis (as declared), metric, identity, form, constant, terms (JSON), terms_label, n_terms, parent_metric,
  n_rows, mape, r_squared, identity_rank, is_selected.
-#}
{%- macro metric_identities_ranked(candidates, fits, ratios) -%}
with recursive measured as (

    select
        candidates.analysis,
        candidates.metric,
        candidates.parent_metric,
        candidates.identity,
        candidates.form,
        candidates.constant,
        candidates.terms,
        candidates.terms_label,
        candidates.n_terms,
        candidates.is_given,
        fits.n_rows,
        fits.n_metric_rows,
        fits.n_relative,
        {{ whence.safe_divide('fits.relative_error', 'fits.n_relative') }} as mape,
        fits.squared_error,
        fits.metric_squares - {{ whence.safe_divide('fits.metric_sum * fits.metric_sum', 'fits.n_rows') }} as squared_total,
        fits.metric_squares
    from {{ candidates }} as candidates
    inner join {{ fits }} as fits
        on
            candidates.analysis = fits.analysis
            and candidates.metric = fits.metric
            and candidates.identity = fits.identity

),

accepted as (

    select
        *,
        min(mape) over (partition by analysis, metric) as best_mape
    from measured
    where is_given or (mape <= 0.15 and n_relative >= 3 and n_rows * 2 >= n_metric_rows)

),

ranked as (

    select
        analysis,
        metric,
        parent_metric,
        identity,
        form,
        constant,
        terms,
        terms_label,
        n_terms,
        n_rows,
        mape,
        -- a constant metric has no variance to explain
        case
            when squared_total > 1e-12 * metric_squares then 1 - {{ whence.safe_divide('squared_error', 'squared_total') }}
        end as r_squared,
        cast(row_number() over (
            partition by analysis, metric
            order by
                case when is_given then 0 else 1 end,
                case when mape <= best_mape + 0.001 then 0 else 1 end,
                case when mape <= best_mape + 0.001 then n_terms end,
                case when constant = 1 then 0 else 1 end,
                {{ whence.round_significant('mape') }},
                case form when 'product' then 1 when 'quotient' then 2 when 'sum' then 3 else 4 end,
                {{ whence.text_order('identity') }}
        ) as integer) as identity_rank
    from accepted

),

listed as (

    select
        *,
        false as is_ratio
    from ranked

    union all

    select
        analysis,
        metric,
        null as parent_metric,
        identity,
        'quotient' as form,
        1 as constant,
        terms,
        terms_label,
        2 as n_terms,
        n_rows,
        0 as mape,
        cast(null as {{ whence.type_double() }}) as r_squared,
        1 as identity_rank,
        true as is_ratio
    from {{ ratios }}

),

-- a driver is a node of the tree where the identity above it is selected
reachable as (

    select
        analysis,
        metric,
        terms_label
    from listed
    where identity_rank = 1 and parent_metric is null

    union all

    select
        listed.analysis,
        listed.metric,
        listed.terms_label
    from reachable
    inner join listed
        on
            reachable.analysis = listed.analysis
            and reachable.metric = listed.parent_metric
            and listed.identity_rank = 1
            and position(
                ' | ' || {{ whence.segment_label(['listed.metric']) }} || ' | ' in ' | ' || reachable.terms_label || ' | '
            ) > 0

)

select
    listed.analysis,
    listed.metric,
    listed.identity,
    listed.form,
    listed.constant,
    listed.terms,
    listed.terms_label,
    listed.n_terms,
    listed.parent_metric,
    listed.n_rows,
    listed.mape,
    listed.r_squared,
    listed.identity_rank,
    listed.is_ratio,
    reachable.metric is not null and listed.identity_rank = 1 as is_selected
from listed
left join reachable on listed.analysis = reachable.analysis and listed.metric = reachable.metric
where listed.parent_metric is null or reachable.metric is not null
{%- endmacro -%}
