{#-
  The analyses whose drivers are asked for, with the relations they read and the sides of their rows.

  windows: relation of int_metric_change__windows.
  Returns a list of {'resolved', 'relation', 'baseline', 'sides'}.
-#}
{%- macro metric_driver_analyses(windows) -%}
  {%- set found = [] -%}
  {%- for source in whence.metric_sources(whence.resolved_metric_analyses()) -%}
    {%- if source.resolved is not none and source.resolved.drivers is not none -%}
      {%- do found.append({
        'resolved': source.resolved, 'relation': source.relation, 'baseline': source.baseline,
        'sides': whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)),
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro -%}
