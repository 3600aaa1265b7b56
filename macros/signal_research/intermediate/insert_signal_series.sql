{#-
  Statements that add to signal_series, for its post-hook, the parts of the studies that the model itself leaves out.

  series: relation of signal_series.
-#}
{%- macro insert_signal_series(series) -%}
{%- set panel, specs = ref('whence', 'int_signal_research__neutral_panel'), ref('whence', 'int_signal_research__specs') -%}
{%- set detection = ref('whence', 'int_signal_research__detection') -%}
{%- set columns = [
    'study', 'signal', 'horizon', 'statistic', 'date', 'value', 'n_assets', 'date_position', 'cell', 'spec_hash',
] | join(', ') -%}
{%- set parts = whence.signal_study_parts(whence.resolved_signal_studies())[1:] -%}
{%- if parts -%}
    {%- set detected = whence.detected_signals(detection) -%}
    {%- set known = [] -%}
    {%- for study, signal in run_query('select distinct study, signal from ' ~ series).rows -%}
        {%- do known.append([study, signal]) -%}
    {%- endfor -%}
    {%- for studies in parts -%}
        {%- set again = [] -%}
        {%- for study in studies -%}
            {%- for signal in study.signals if [study.name, signal.name] in known -%}
                {%- do again.append(signal.name) -%}
            {%- endfor -%}
        {%- endfor %}
        {%- if again %}
create temporary table signal_series_part as
{{ whence.signal_series(panel, specs, detection, studies, detected, series) }};

delete from {{ series }}
where (study, signal, horizon, date) in (select study, signal, horizon, date from signal_series_part);

insert into {{ series }} ({{ columns }})
select {{ columns }} from signal_series_part;

drop table signal_series_part;
        {%- else %}
insert into {{ series }} ({{ columns }})
{{ whence.signal_series(panel, specs, detection, studies, detected) }};
        {%- endif %}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
