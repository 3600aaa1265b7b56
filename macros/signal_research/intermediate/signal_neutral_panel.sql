{#-
  The panel as it is tested: individual continuous signals of studies that neutralise are residuals of the date's regression
  on the controls, null where there is none; all else as it was.

  panel: relation with the columns of signal_panel.
  slopes: relation with the columns of int_signal_research__control_slopes.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: those of signal_panel without the controls.
-#}
{%- macro signal_neutral_panel(panel, slopes, studies, detected) -%}
{%- set names = whence.signal_panel_columns(studies) -%}
{%- set selects = [] -%}
{%- for study in studies if studies | selectattr('controls') | list -%}
    {%- set n_controls = whence.signal_numeric_controls(study) | length -%}
    {%- set neutral = [] -%}
    {%- for signal in study.signals if whence.is_neutralised(study, signal, detected) -%}
        {%- do neutral.append(signal.slot) -%}
    {%- endfor -%}
    {%- set select %}
select
        {%- for name in names %}
            {%- set slot = name.removeprefix('signal_') -%}
            {%- if name != slot and slot | int in neutral %}
                {%- set residual -%}
panel.{{ name }} - fits.mean_0_{{ slot }}
                    {%- for control in range(1, n_controls + 1) %}
    - fits.slope_{{ control }}_{{ slot }} * (panel.control_{{ control }} - fits.mean_{{ control }}_{{ slot }})
                    {%- endfor %}
                {%- endset %}
    -- whole steps: residuals that are equal but for rounding stay equal
    round(({{ residual }}) / fits.step_{{ slot }}) * fits.step_{{ slot }} as {{ name }}
            {%- else %}
    panel.{{ name }}
            {%- endif %}
            {{- ',' if not loop.last }}
        {%- endfor %}
from (select * from {{ panel }}) as panel
    {%- if neutral %}
left join (
    select
        date_position,
        control_group,
        {%- for slot in neutral %}
            {%- for control in range(n_controls + 1) %}
        max(case when slot = {{ slot }} then mean_{{ control }} end) as mean_{{ control }}_{{ slot }},
                {%- if control > 0 %}
        max(case when slot = {{ slot }} then slope_{{ control }} end) as slope_{{ control }}_{{ slot }},
                {%- endif %}
            {%- endfor %}
        max(case when slot = {{ slot }} then step end) as step_{{ slot }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ slopes }}
    where study = {{ whence.text_literal(study.name) }}
    group by date_position, control_group
) as fits
    on panel.date_position = fits.date_position and panel.control_group = fits.control_group
    {%- endif %}
where panel.study = {{ whence.text_literal(study.name) }}
    {%- endset -%}
    {%- do selects.append(select) -%}
{%- endfor -%}
{%- if selects -%}
{{ whence.union_selects(selects, {}) }}
{%- else -%}
select
    {{ names | join(',\n    ') }}
from {{ panel }}
{%- endif -%}
{%- endmacro -%}
