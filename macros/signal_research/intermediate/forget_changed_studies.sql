{#-
  Statement that deletes from signal_series, for a pre-hook, what a new table would not have: rows of studies that are no
  longer declared, or declared otherwise; of signals whose scope or kind has changed; of dates that have left the panel.

  series: relation of signal_series.
  specs: of int_signal_research__specs.
  detection: of int_signal_research__detection.
  panel: of int_signal_research__panel.
-#}
{%- macro forget_changed_studies(series, specs, detection, panel) -%}
delete from {{ series }}
where
    spec_hash not in (select spec_hash from {{ specs }})
    or (study, signal, cell) not in (select study, signal, scope || '_' || kind from {{ detection }})
    or (study, date) not in (select study, date from {{ panel }})
{%- endmacro -%}
