{#-
  How well identities hold on all rows of both sides: one scan.

  resolved, relation, baseline, sides: as in metric_moments.
  identities: list, see metric_identity_rows.
  Columns: analysis (as declared), metric, identity, n_rows (with all terms and the metric), n_metric_rows (with the
  metric), n_relative (n_rows without those where the metric is 0), relative_error (sum of |misfit| / |metric| over
  them), squared_error, metric_sum, metric_squares (both over n_rows).
-#}
{%- macro metric_identity_fits(resolved, relation, baseline, sides, identities) -%}
{%- set slots = whence.metric_identity_slots(resolved) -%}
{%- set used = [] -%}
{%- for identity in identities -%}
  {%- for name in identity.terms | map(attribute='name') | list -%}
    {%- do used.append(slots.terms[name]) -%}
  {%- endfor -%}
  {%- do used.append(slots.metrics[identity.metric]) -%}
{%- endfor -%}
{%- set double = whence.type_double() -%}
{%- set parts = ['n_rows', 'n_metric_rows', 'n_relative', 'relative_error', 'squared_error', 'metric_sum', 'metric_squares'] -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis,
    case identity_no
        {%- for identity in identities %}
        when {{ loop.index }} then {{ whence.text_literal(identity.metric) }}
        {%- endfor %}
    end as metric,
    case identity_no
        {%- for identity in identities %}
        when {{ loop.index }} then {{ whence.text_literal(identity.identity) }}
        {%- endfor %}
    end as identity
    {%- for part in parts %},
    case identity_no
        {%- for identity in identities %}
        when {{ loop.index }} then {{ part }}_{{ loop.index }}
        {%- endfor %}
    end as {{ part }}
    {%- endfor %}
from (
    select
        {%- for identity in identities %}
        {%- set i = loop.index %}
        {%- set y = slots.metrics[identity.metric] %}
        {%- set fitted = 'fitted_' ~ i %}
        count(case when {{ fitted }} is not null then {{ y }} end) as n_rows_{{ i }},
        count({{ y }}) as n_metric_rows_{{ i }},
        count(case when {{ fitted }} is not null then nullif({{ y }}, 0) end) as n_relative_{{ i }},
        {{ whence.sum_double('abs(' ~ y ~ ' - ' ~ fitted ~ ') / abs(nullif(' ~ y ~ ', 0))') }} as relative_error_{{ i }},
        {{ whence.sum_double('(' ~ y ~ ' - ' ~ fitted ~ ') * (' ~ y ~ ' - ' ~ fitted ~ ')') }} as squared_error_{{ i }},
        {{ whence.sum_double('case when ' ~ fitted ~ ' is not null then ' ~ y ~ ' end') }} as metric_sum_{{ i }},
        {{ whence.sum_double('case when ' ~ fitted ~ ' is not null then ' ~ y ~ ' * ' ~ y ~ ' end') }} as metric_squares_{{ i }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from (
        select
            {%- for slot in slots.metrics.values() | unique if slot in used or slot[:7] == 'metric_' %}
            {{ slot }},
            {%- endfor %}
            {%- for identity in identities %}
            case
                when abs({{ whence.metric_identity_value(identity, slots.terms) }}) <= 1e100
                    then {{ whence.metric_identity_value(identity, slots.terms) }}
            end as fitted_{{ loop.index }}
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from (
            {{ whence.metric_side_rows(resolved, relation, baseline, sides, whence.metric_driver_values(resolved, used)) }}
            {{ whence.worked_out_once() }}
        ) as side_rows
        {{ whence.worked_out_once() }}
    ) as fitted_rows
) as fits
cross join (
    {%- for identity in identities %}
    select {{ loop.index }} as identity_no
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as numbers
{%- endmacro -%}
