{#-
  Stops compilation with one line that says where the mistake is and what was expected.

  field: path of the setting, e.g. whence_metric_analyses[retail_revenue].compare.to.
  problem: what is wrong and what to do.
-#}
{%- macro config_error(field, problem) -%}
  {{ exceptions.raise_compiler_error('whence: ' ~ field ~ ': ' ~ problem) }}
{%- endmacro -%}
