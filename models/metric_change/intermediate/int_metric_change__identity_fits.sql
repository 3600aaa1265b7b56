{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set candidates = ref('whence', 'int_metric_change__identity_candidates') -%}
{%- set identities = whence.metric_identity_rows(candidates, rank='candidate_rank') -%}
{%- set selects = [] -%}
{%- for analysis in analyses -%}
    {#- seven columns each, and PostgreSQL has no more than 1,600 -#}
    {%- for some in identities.get(analysis.resolved.name, []) | batch(200) -%}
        {%- do selects.append(whence.metric_identity_fits(
            analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, some
        )) -%}
    {%- endfor -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'metric': whence.type_text(), 'identity': whence.type_text(), 'n_rows': 'bigint',
    'n_metric_rows': 'bigint', 'n_relative': 'bigint', 'relative_error': whence.type_double(),
    'squared_error': whence.type_double(), 'metric_sum': whence.type_double(), 'metric_squares': whence.type_double(),
}) }}
