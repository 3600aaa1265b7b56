{#-
  The rows of metric_changes with what their variances need. To first order, a change differs from its expectation by
  the sum over observations of
    alpha n - beta d - gamma N + delta D,
  n and d being an observation's part of the segment, N and D of the whole (see metric_moments). Of the change itself,
  alpha = 1 for a sum or count, alpha = 1 / d_s and beta = r_s / d_s for an average or ratio; gamma = delta = 0. Of the
  unexpected change, c - b * C / B with C and B of the rest, h = b / B of the baseline brings in the rest too: for a sum
  or count alpha = 1 + h and gamma = h; for an average or ratio, with rest denominator D_r and rest rate q,
  alpha = 1 / d_s + h / D_r, beta = r_s / d_s + h q / D_r, gamma = h / D_r, delta = h q / D_r.

  relation: CTE of metric_changes.
  Four common table expressions, the last of them measured. Its columns: those of the relation, is_measurable, and for
  each side the moments with zeros for a side without rows, and alpha, beta, rest_alpha, rest_beta, rest_gamma,
  rest_delta.

  Numbers beyond 1e18 or below 1e-18 have no errors: their squares leave the range of doubles.
-#}
{%- macro metric_error_parts(relation) -%}
{%- set sizes = [] -%}
{%- for side in ['baseline', 'current'] -%}
  {%- for name in ['amount', 'size', 'rest_amount', 'rest_size'] -%}
    {%- do sizes.append(side ~ '_' ~ name) -%}
  {%- endfor -%}
{%- endfor -%}
rest_rates as (

    select
        *,
        case
            when
                has_errors = 1
                {%- for size in sizes %}
                and ({{ size }} = 0 or abs({{ size }}) between 1e-18 and 1e18)
                {%- endfor %}
                then 1
            else 0
        end as is_measurable
        {%- for side in ['baseline', 'current'] %},
        case when {{ side }}_rest_size <> 0 then {{ whence.safe_divide(side ~ '_rest_amount', side ~ '_rest_size') }} end
            as {{ side }}_rest_rate,
        case when kind = 'additive' then 1 else {{ whence.safe_divide(1, side ~ '_size') }} end as {{ side }}_alpha,
        case when kind = 'additive' then 0 else {{ whence.safe_divide(side ~ '_own_rate', side ~ '_size') }} end
            as {{ side }}_beta,
        -- of daily totals a single day has no variance
        case
            when total_baseline_n_days is null and total_current_n_days is null then 1
            when total_{{ side }}_n_days > 1 then 1
            else 0
        end as {{ side }}_is_known
        {%- endfor %}
    from {{ relation }}
    {{ whence.worked_out_once() }}

),

exposures as (

    select
        *,
        case
            when kind = 'additive' then {{ whence.safe_divide('baseline_amount', 'baseline_rest_amount') }}
            else {{ whence.safe_divide('baseline_own_rate', 'baseline_rest_rate') }}
        end as rest_exposure
    from rest_rates
    {{ whence.worked_out_once() }}

),

weighed as (

    select
        *
        {%- for side in ['baseline', 'current'] %},
        case
            when kind = 'additive' then rest_exposure
            else {{ whence.safe_divide('rest_exposure', side ~ '_rest_size') }}
        end as {{ side }}_rest_gamma,
        case when kind <> 'additive' then {{ whence.safe_multiply('rest_exposure', side ~ '_rest_rate') }} end
            as {{ side }}_rest_flow
        {%- endfor %}
    from exposures
    {{ whence.worked_out_once() }}

),

measured as (

    select
        *
        {%- for side in ['baseline', 'current'] %}
        {%- set delta = "case when kind = 'additive' then 0 else " ~ whence.safe_divide(side ~ '_rest_flow', side ~ '_rest_size') ~ ' end' %},
        {{ side }}_alpha + {{ side }}_rest_gamma as {{ side }}_rest_alpha,
        {{ side }}_beta + {{ delta }} as {{ side }}_rest_beta,
        {{ delta }} as {{ side }}_rest_delta
        {%- endfor %}
    from weighed
    {{ whence.worked_out_once() }}

)
{%- endmacro -%}
