{#-
  One factor model, checked without the warehouse and in its normal form.

  field: path for messages, e.g. whence_factor_models[us_etf_pca].
  given: the spec as written.
  Returns a dict: the fields of factor_model_rules, with inputs (a dict of prices, portfolio, factors, risk_free, labels to
  a relation as check_input returns it, only those given) and n_factors as {'rule', 'value'}, plus field.
-#}
{%- macro check_factor_model(field, given) -%}
  {%- set spec = whence.check_fields(field, given, whence.factor_model_rules()) -%}
  {%- set inputs = {} -%}
  {%- set roles = {} -%}
  {%- for name, usual in whence.factor_input_roles().items() -%}
    {%- do roles.update(usual) -%}
    {%- if spec[name] is not none -%}
      {%- do inputs.update({name: whence.check_input(field ~ '.' ~ name, spec[name], usual.keys() | list)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if spec.window is not none and spec.start_date is not none -%}
    {%- do whence.config_error(field ~ '.start_date', 'does not go with window; expected one of them') -%}
  {%- endif -%}
  {%- if spec.start_date is not none and spec.end_date is not none -%}
    {%- do whence.check_date_range(field ~ '.start_date', [spec.start_date, spec.end_date]) -%}
  {%- endif -%}
  {%- if spec.risk_free is not none and spec.factors is none -%}
    {%- do whence.config_error(
      field ~ '.risk_free', 'is used by regressions on factors, and there are none; set factors, or leave risk_free out'
    ) -%}
  {%- endif -%}
  {%- do spec.update({
    'field': field, 'inputs': inputs, 'columns': whence.check_roles(field ~ '.columns', spec.columns, roles.keys() | list),
    'n_factors': whence.check_factor_count(field ~ '.n_factors', spec.n_factors),
  }) -%}
  {{ return(spec) }}
{%- endmacro -%}
