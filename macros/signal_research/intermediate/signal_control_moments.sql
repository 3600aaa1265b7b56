{#-
  What a regression of a signal on the controls of its study (neutralize) is made of, for each date and, where a control is
  a category, each of its groups: sums of squares and products about the group's own means, over rows that have the signal
  and all controls. Only individual continuous signals in panels of studies that neutralise have rows.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: study, slot (of the signal), date_position, control_group ('' without a category), n, mean_0 ... (of the signal,
  then of controls 1 ...), s_0_0, s_0_1, ..., s_1_1, ... (sums of products; null beyond the controls of the study).
-#}
{%- macro signal_control_moments(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set n_controls = whence.signal_slot_counts(studies).controls -%}
{%- set selects = [] -%}
{%- set others = ['control_group'] -%}
{%- for index in range(1, n_controls + 1) -%}
    {%- do others.append('control_' ~ index) -%}
{%- endfor -%}
{{ whence.signal_panel_parts(panel, studies, others) if studies | selectattr('controls') | list }}
{%- for study in studies if study.controls -%}
    {%- set n = whence.signal_numeric_controls(study) | length -%}
    {%- for signal in study.signals if whence.is_neutralised(study, signal, detected) -%}
        {%- set values = ['signal_' ~ signal.slot] -%}
        {%- for index in range(1, n + 1) -%}
            {%- do values.append('control_' ~ index) -%}
        {%- endfor -%}
        {%- set select %}
select
    {{ whence.text_literal(study.name) }} as study,
    {{ signal.slot }} as slot,
    date_position,
    control_group,
    count(*) as n,
        {%- for i in range(n_controls + 1) %}
    {{ 'avg(' ~ values[i] ~ ')' if i <= n else 'cast(null as ' ~ double ~ ')' }} as mean_{{ i }},
            {%- for j in range(i, n_controls + 1) %}
    {{ 'regr_sxy(' ~ values[i] ~ ', ' ~ values[j] ~ ')' if j <= n else 'cast(null as ' ~ double ~ ')' }} as s_{{ i }}_{{ j }}
                {{- ',' if not (loop.last and i == n_controls) }}
            {%- endfor %}
        {%- endfor %}
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
where
    study = {{ whence.text_literal(study.name) }}
        {%- for value in values %}
    and {{ value }} is not null
        {%- endfor %}
group by date_position, control_group
        {%- endset -%}
        {%- do selects.append(select) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set columns = {'study': text, 'slot': 'integer', 'date_position': 'integer', 'control_group': text, 'n': 'bigint'} -%}
{%- for i in range(n_controls + 1) -%}
    {%- do columns.update({'mean_' ~ i: double}) -%}
    {%- for j in range(i, n_controls + 1) -%}
        {%- do columns.update({'s_' ~ i ~ '_' ~ j: double}) -%}
    {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, columns) }}
{%- endmacro -%}

{#- The controls of a resolved study that are numbers; at most one other is a category. -#}
{%- macro signal_numeric_controls(study) -%}
  {{ return(study.controls | selectattr('is_number') | list) }}
{%- endmacro -%}

{#-
  Whether controls are taken out of a signal: individual continuous ones in a panel; others have no cross-section.

  study, signal: of the resolved studies.
  detected: as detected_signals returns it.
-#}
{%- macro is_neutralised(study, signal, detected) -%}
  {%- set cell = detected.get(study.name, {}).get(signal.name) or {} -%}
  {{ return(
    study.controls | length > 0 and cell.scope == 'individual' and cell.kind == 'continuous' and cell.mode == 'panel'
  ) }}
{%- endmacro -%}
