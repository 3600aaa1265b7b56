{#-
  Named sets of fields for metric analyses: the shipped ones, overridden and added to by whence_metric_profiles.
  A spec's own fields win over its profile's.

  Returns a dict of profile name to fields.
-#}
{%- macro metric_profiles() -%}
  {%- set profiles = {
    'exec': {'max_depth': 1, 'top': 5, 'insights': {'top': 3}},
    'segment': {'max_depth': 2, 'top': 20, 'percentiles': [0.5, 0.9]},
    'supplier': {
      'max_depth': 1, 'top': 50, 'percentiles': [0.5, 0.9],
      'alerts': [{'rule': 'top5_value_share > 0.6', 'severity': 'warn'}],
    },
  } -%}
  {%- set given = whence.yaml_var('whence_metric_profiles') -%}
  {%- if given is not none -%}
    {%- set rules = whence.metric_analysis_rules() -%}
    {%- for name, fields in whence.check_value('whence_metric_profiles', given, {'type': 'mapping'}).items() -%}
      {%- set field = 'whence_metric_profiles[' ~ name ~ ']' -%}
      {%- for key in whence.check_value(field, fields, {'type': 'mapping'}) -%}
        {%- if key not in rules or key in ['name', 'profile'] -%}
          {%- do whence.not_one_of(
            field, key, rules.keys() | reject('in', ['name', 'profile']) | list, 'a field that a profile can set'
          ) -%}
        {%- endif -%}
      {%- endfor -%}
      {%- do profiles.update({name: fields}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(profiles) }}
{%- endmacro -%}
