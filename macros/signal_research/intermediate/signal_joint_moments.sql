{#-
  Covariances over the assets of a date of all individual continuous signals of a study and the forward return: what the
  multivariate regression of Fama and MacBeth is made of. Only studies that ask for fm_joint have rows.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: study, horizon, date, n_assets (with all signals and the return), c_1 ... (of signals 1 and 1, 1 and 2, ..., 1
  and the return, 2 and 2, ...; null beyond those of the study).
-#}
{%- macro signal_joint_moments(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set joint = [] -%}
{%- set widest = namespace(columns=1) -%}
{%- for study in studies if study.procedures is not none and 'fm_joint' in study.procedures -%}
    {%- set slots = [] -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name, {}) -%}
        {%- if cell.scope == 'individual' and cell.kind == 'continuous' and cell.mode == 'panel' -%}
            {%- do slots.append('signal_' ~ signal.slot) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if slots -%}
        {%- do joint.append([study, slots]) -%}
        {%- set widest.columns = [widest.columns, slots | length * (slots | length + 3) // 2] | max -%}
    {%- endif -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for study, slots in joint -%}
    {%- for horizon in study.horizons -%}
        {%- set forward = 'forward_' ~ loop.index -%}
        {%- set covariances = [] -%}
        {%- for slot in slots -%}
            {%- for other in slots[loop.index0:] + [forward] -%}
                {%- do covariances.append(whence.finite('covar_pop(' ~ slot ~ ', ' ~ other ~ ')')) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ horizon }} as horizon,
    date,
    {%- for index in range(widest.columns) %}
    {{ covariances[index] if index < covariances | length else 'cast(null as ' ~ double ~ ')' }} as c_{{ index + 1 }},
    {%- endfor %}
    count(*) as n_assets
from {{ panel }}
where
    study = {{ whence.text_literal(study.name) }}
    and {{ forward }} is not null
        {%- for slot in slots %}
    and {{ slot }} is not null
        {%- endfor %}
group by date
        {%- endset -%}
        {%- do selects.append(select) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set columns = {'study': text, 'horizon': 'integer', 'date': 'date'} -%}
{%- for index in range(widest.columns) -%}
    {%- do columns.update({'c_' ~ (index + 1): double}) -%}
{%- endfor -%}
{%- do columns.update({'n_assets': 'bigint'}) -%}
{{ whence.union_selects(selects, columns) }}
{%- endmacro -%}
