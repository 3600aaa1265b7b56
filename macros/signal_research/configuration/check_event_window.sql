{#-
  Stops where offsets around an event are not a pair, in order, that holds the event itself.

  field: path of the setting.
  window: list of whole numbers.
-#}
{%- macro check_event_window(field, window) -%}
  {%- set found = "'" ~ window | join(', ') ~ "'" -%}
  {%- if window | length != 2 -%}
    {%- do whence.config_error(field, found ~ ' is not a pair of offsets; expected [before, after] such as [-5, 20]') -%}
  {%- elif window[0] > 0 or window[1] < 0 -%}
    {%- do whence.config_error(
      field, found ~ ' leaves out the event, offset 0; expected [before, after] such as [-5, 20], before at most 0 and after '
      ~ 'at least 0'
    ) -%}
  {%- endif -%}
{%- endmacro -%}
