{#-
  Statements that add to int_signal_research__slice_dates, for its post-hook, the parts of the studies that the model itself
  leaves out.

  dates: relation of int_signal_research__slice_dates.
-#}
{%- macro insert_signal_slice_dates(dates) -%}
{%- set panel = ref('whence', 'int_signal_research__neutral_panel') -%}
{%- set detected = whence.detected_signals(ref('whence', 'int_signal_research__detection')) -%}
{%- for studies in whence.signal_study_parts(whence.resolved_signal_studies())[1:] if studies | selectattr('slice_by') | list %}
insert into {{ dates }}
{{ whence.signal_slice_dates(panel, studies, detected) }};
{%- endfor -%}
{%- endmacro -%}
