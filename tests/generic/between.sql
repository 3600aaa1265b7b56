{#-
  Fails for every row whose value lies outside the bounds by more than rounding; nulls pass.

  low, high: the bounds, both included; leave one out for a half-open range.
-#}
{% test between(model, column_name, low=none, high=none) %}

select {{ column_name }}
from {{ model }}
where
    1 = 0
    {%- if low is not none %}
    or {{ column_name }} < {{ low }} - 1e-9
    {%- endif %}
    {%- if high is not none %}
    or {{ column_name }} > {{ high }} + 1e-9
    {%- endif %}

{% endtest %}
