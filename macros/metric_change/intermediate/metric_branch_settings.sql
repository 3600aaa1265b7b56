{#-
  The settings of each drill-down, and the names of the dimensions by position, as two common table expressions,
  settings and dimension_names.

  analyses: list of resolved analyses.
-#}
{%- macro metric_branch_settings(analyses) -%}
{%- set settings = [] -%}
{%- set names = [] -%}
{%- for resolved in analyses -%}
  {%- set group = whence.text_literal(resolved.name) ~ ' as analysis_group' -%}
  {%- set columns = [group, resolved.min_records ~ ' as min_records'] -%}
  {%- do columns.append('cast(' ~ resolved.min_support ~ ' as ' ~ whence.type_double() ~ ') as min_support') -%}
  {%- for field in ['max_branches', 'max_depth', 'min_share', 'max_q'] -%}
    {%- set type = 'integer' if field in ['max_branches', 'max_depth'] else whence.type_double() -%}
    {%- do columns.append('cast(' ~ resolved.drilldown[field] ~ ' as ' ~ type ~ ') as ' ~ field) -%}
  {%- endfor -%}
  {%- do settings.append('select ' ~ columns | join(', ')) -%}
  {%- for dimension in resolved.dimensions -%}
    {%- do names.append(
      'select ' ~ group ~ ', ' ~ loop.index ~ ' as dimension_no, ' ~ whence.text_literal(dimension.name) ~ ' as dimension'
    ) -%}
  {%- endfor -%}
{%- endfor -%}
settings as (

    {{ whence.union_selects(settings, {
        'analysis_group': whence.type_text(), 'min_records': 'integer', 'min_support': whence.type_double(),
        'max_branches': 'integer', 'max_depth': 'integer', 'min_share': whence.type_double(), 'max_q': whence.type_double(),
    }) }}

),

dimension_names as (

    {{ whence.union_selects(names, {
        'analysis_group': whence.type_text(), 'dimension_no': 'integer', 'dimension': whence.type_text(),
    }) }}

)
{%- endmacro -%}
