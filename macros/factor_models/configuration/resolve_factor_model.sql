{#-
  A checked factor model brought together with the columns of its relations.

  spec: as check_factor_model returns it.
  relations: dict of input to relation.
  Returns none where a relation is not in the warehouse yet (compile, lint), else a dict, kept as JSON in
  int_factor_models__specs: the plain settings, and inputs, a dict of input to {'label', 'columns': dict of role to
  {'name', 'sql', 'data_type'}}; factors also have series [{'name', 'sql'}] where each is a column of its own.
-#}
{%- macro resolve_factor_model(spec, relations) -%}
  {%- set found = {} -%}
  {%- for name, input in spec.inputs.items() -%}
    {%- set columns = adapter.get_columns_in_relation(relations[name]) -%}
    {%- if not columns -%}
      {%- if whence.is_building() -%}
        {%- do whence.config_error(
          input.field, "'" ~ input.label ~ "' is not in the warehouse; expected a table or view that is built before"
        ) -%}
      {%- endif -%}
      {{ return(none) }}
    {%- endif -%}
    {%- do found.update({name: columns}) -%}
  {%- endfor -%}
  {%- for role, column in spec.columns.items() -%}
    {%- set places = namespace(n=0, names=[]) -%}
    {%- for columns in found.values() -%}
      {%- set places.n = places.n + (1 if whence.find_column(column, columns) is not none else 0) -%}
      {%- set places.names = places.names + columns | map(attribute='name') | list -%}
    {%- endfor -%}
    {%- if places.n == 0 -%}
      {%- do whence.not_one_of(
        spec.field ~ '.columns.' ~ role, column, places.names | unique | list, 'a column of a relation of this model'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set resolved = {} -%}
  {%- for name in [
    'name', 'field', 'normalize', 'returns', 'frequency', 'include_weekends', 'standardize', 'histories', 'min_observations',
    'n_factors', 'hac_lags', 'rolling_window', 'outlier_z', 'window', 'start_date', 'end_date',
  ] -%}
    {%- do resolved.update({name: spec[name]}) -%}
  {%- endfor -%}
  {%- set inputs = {} -%}
  {%- for name, input in spec.inputs.items() -%}
    {%- do inputs.update({name: whence.resolve_factor_input(name, input, found[name], spec.columns, spec.timezone)}) -%}
  {%- endfor -%}
  {#- The rate may stand beside the factors, as Kenneth French publishes it; it is no factor. -#}
  {%- if 'risk_free' in inputs and inputs.factors.series is not none and inputs.factors.label == inputs.risk_free.label -%}
    {%- do inputs.factors.update({
      'series': inputs.factors.series | rejectattr('name', 'equalto', inputs.risk_free.columns.rate.name) | list,
    }) -%}
  {%- endif -%}
  {%- do resolved.update({'inputs': inputs}) -%}
  {{ return(resolved) }}
{%- endmacro -%}
