{#-
  Statement that deletes the series of studies that are no longer declared, or declared otherwise, for a pre-hook.

  series: relation of signal_series.
  specs: of int_signal_research__specs.
-#}
{%- macro forget_changed_studies(series, specs) -%}
  {{ return('delete from ' ~ series ~ ' where spec_hash not in (select spec_hash from ' ~ specs ~ ')') }}
{%- endmacro -%}
