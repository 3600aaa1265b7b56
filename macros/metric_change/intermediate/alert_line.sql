{#-
  A breached alert as one line for people.

  alert: row of metric_alerts.
-#}
{%- macro alert_line(alert) -%}
  {%- set observed = alert['observed'] | float -%}
  {%- set number = whence.number_text(observed) if 1000 <= observed | abs < 1e15 else '{:.6g}'.format(observed) -%}
  {%- set where = ['metric ' ~ alert['metric']] -%}
  {%- if alert['side'] is not none -%}
    {%- do where.append('side ' ~ alert['side']) -%}
  {%- elif alert['dimensions'] is not none -%}
    {%- do where.append(alert['dimensions'] ~ ' = ' ~ alert['segment']) -%}
  {%- elif alert['segment'] is not none -%}
    {%- do where.append('driver ' ~ alert['segment']) -%}
  {%- endif -%}
  {%- if alert['n_breaches'] > 1 -%}
    {%- set rows = 'segments' if alert['dimensions'] is not none else 'drivers' if alert['segment'] is not none else 'methods' -%}
    {%- do where.append('one of ' ~ alert['n_breaches'] | int ~ ' ' ~ rows) -%}
  {%- endif -%}
  {%- set line = 'whence: alert (' ~ alert['severity'] ~ ') ' ~ alert['analysis'] ~ ': ' ~ alert['rule']
    ~ ' is breached: ' ~ number ~ ' (' ~ where | join(', ') ~ ')' -%}
  {{ return(modules.re.sub('[\\s\\x00-\\x1f\\x7f]+', ' ', line)) }}
{%- endmacro -%}
