{#-
  For metric_alerts: fails for every alert of severity error that is breached; warns where all that are breached are of
  severity warn. Prints a line per breached alert.

  history: also the earlier windows of analyses with a history; they are over, so they do not count by
  default.
-#}
{% test no_breached_alerts(model, history=false) %}

{{ config(
    fail_calc='count(*)',
    warn_if='!= 0',
    error_if="!= 0 and count(case when severity = 'error' then 1 end) > 0"
) }}

{%- set breached -%}
select *
from {{ model }}
where
    is_breached
    {%- if not history %}
    and analysis not like '%@%' -- which only names of earlier windows hold
    {%- endif %}
{%- endset -%}

{%- if execute and flags.WHICH in ['build', 'test', 'retry'] -%}
    {%- for alert in run_query(breached).rows -%}
        {%- do log(whence.alert_line(alert), info=true) -%}
    {%- endfor -%}
{%- endif %}

{{ breached }}

{% endtest %}
