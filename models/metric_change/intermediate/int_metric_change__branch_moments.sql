{{ config(pre_hook="{{ whence.join_by_hash() }}") }}
{%- set branch_values = ref('whence', 'int_metric_change__branch_values') -%}
{%- set branches = ref('whence', 'int_metric_change__branches') -%}
{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set rules = whence.metric_variance_rule_of(ref('whence', 'int_metric_change__variance_rules')) -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set n_dimensions = whence.metric_dimension_count(analyses) -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(analyses)
    if source.resolved is not none and source.resolved.compare.to != 'none' and source.resolved.dimensions -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)) -%}
    {%- do selects.append(whence.metric_branch_moments(
        source.resolved, source.relation, source.baseline, sides, branch_values, branches,
        rules.get(source.spec.name, 'record'), n_dimensions
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_moment_columns()) }}
