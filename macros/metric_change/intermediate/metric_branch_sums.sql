{#- The select list that adds leaves up: records, amounts and sizes of both sides, and the change of amounts. -#}
{%- macro metric_branch_sums() -%}
{%- for side in ['baseline', 'current'] -%}
sum({{ side }}_records) as {{ side }}_records,
max(total_{{ side }}_records) as total_{{ side }}_records,
{{ whence.sum_double(side ~ '_amount') }} as {{ side }}_amount,
{{ whence.sum_double(side ~ '_size') }} as {{ side }}_size
,
{% endfor -%}
{{ whence.sum_double('amount_change') }} as amount_change
{%- endmacro -%}
