{#-
  The roles of columns in each relation of a factor model, with the names that are looked for where none is given.

  Returns a dict of relation to a dict of role to usual names.
-#}
{%- macro factor_input_roles() -%}
  {%- set date = ['date', 'month_end', 'day'] -%}
  {%- set asset = ['asset', 'asset_id', 'ticker', 'symbol'] -%}
  {%- set price = ['price', 'adj_close', 'close'] -%}
  {{ return({
    'prices': {'date': date, 'asset': asset, 'price': price, 'return': ['return', 'ret']},
    'portfolio': {
      'asset': asset, 'weight': ['weight'], 'market_value': ['market_value'], 'shares': ['shares'], 'price': price,
    },
    'factors': {'date': date, 'factor': ['factor'], 'value': ['value', 'factor_return', 'return', 'ret']},
    'risk_free': {'date': date, 'rate': ['rate', 'risk_free', 'rf']},
    'labels': {'factor': ['factor'], 'label': ['label']},
  }) }}
{%- endmacro -%}
