{%- set analyses = whence.metric_node_analyses(ref('whence', 'int_metric_change__identities')) -%}

{{ whence.metric_driver_terms(analyses) }}
