{#-
  Fails for every row whose value lies outside the bounds by more than rounding, or is NaN or infinite; nulls pass.

  low, high: the bounds, both included; leave one out for a half-open range.
-#}
{% test between(model, column_name, low=none, high=none) %}

{%- if low is none and high is none -%}
    {%- do whence.config_error('whence.between on ' ~ column_name, 'needs low, high or both') -%}
{%- endif -%}
{%- set name = whence.quote_identifier(column_name) %}

select {{ name }}
from {{ model }}
where
    {{ name }} is not null
    and (
        ({{ whence.finite('cast(' ~ name ~ ' as ' ~ whence.type_double() ~ ')') }}) is null
        {%- if low is not none %}
        or {{ name }} < {{ low }} - 1e-9
        {%- endif %}
        {%- if high is not none %}
        or {{ name }} > {{ high }} + 1e-9
        {%- endif %}
    )

{% endtest %}
