{{ config(post_hook="{{ whence.gather_statistics(this) }}") }}
{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set rules = whence.metric_variance_rule_of(ref('whence', 'int_metric_change__variance_rules')) -%}
{%- set others = whence.metric_folded_analyses(sets) -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(whence.resolved_metric_analyses()) if source.resolved is not none -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)) -%}
    {%- do selects.append(whence.metric_moments(
        source.resolved, source.relation, source.baseline, sides, sets, rules.get(source.spec.name, 'record'),
        source.spec.name in others
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_moment_columns()) }}
