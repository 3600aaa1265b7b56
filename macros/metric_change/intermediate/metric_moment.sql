{#- The SQL of one moment of a metric from the columns of metric_record_products or metric_unit_products; or none. -#}
{%- macro metric_moment(errors, moment, rule) -%}
  {%- set first, second = errors[moment[0]], errors[moment[1]] -%}
  {%- if first is none or second is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- if rule == 'record' -%}
    {#- A record lies in one segment: within it and within the whole it is the same. -#}
    {%- set name = moment | replace('_total', '') | replace('dn', 'nd') -%}
    {{ return('segments.' ~ errors[name]) }}
  {%- endif -%}
  {%- set ends = '_total' if moment.endswith('_total') else '' -%}
  {%- set product = 'segments.' ~ whence.metric_product_name(first, second, ends) -%}
  {%- if rule == 'unit' -%}
    {{ return(product) }}
  {%- endif -%}
  {%- set means = 'segments.sum_' ~ first ~ ' * segments.' ~ ('total' if ends else 'sum') ~ '_' ~ second -%}
  {{ return(
    'case when segments.n_days > 1 then (' ~ product ~ ' - ' ~ means ~ ' / segments.n_days) * segments.n_days'
    ~ ' / (segments.n_days - 1) end'
  ) }}
{%- endmacro -%}
