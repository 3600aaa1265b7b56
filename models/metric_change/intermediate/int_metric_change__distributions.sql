{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(analyses) if source.resolved is not none -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)) -%}
    {%- do selects.append(whence.metric_distributions(
        source.resolved, source.relation, source.baseline, sides, sets
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_distribution_columns()) }}
