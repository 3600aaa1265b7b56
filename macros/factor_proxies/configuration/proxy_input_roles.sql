{#-
  The relations that factor proxies read, and the roles of their columns.

  Returns a dict of relation to a dict of role to {'kind': date, number or text; 'names': usual names; 'needed'}. Of prices
  one of price, close and return is needed.
-#}
{%- macro proxy_input_roles() -%}
  {%- set date = {'kind': 'date', 'names': ['date', 'month_end', 'day'], 'needed': true} -%}
  {%- set ticker = {'kind': 'text', 'names': ['ticker', 'asset', 'symbol', 'asset_id'], 'needed': true} -%}
  {%- set text, number = {'kind': 'text'}, {'kind': 'number'} -%}
  {{ return({
    'prices': {
      'date': date, 'ticker': ticker, 'price': dict(number, names=['price', 'adj_close', 'total_return_price']),
      'close': dict(number, names=['close']), 'return': dict(number, names=['return', 'ret', 'monthly_return']),
    },
    'yields': {'date': date},
    'distributions': {
      'date': date, 'ticker': ticker, 'amount': dict(number, names=['amount', 'distribution', 'dividend'], needed=true),
    },
    'market_caps': {
      'date': date, 'ticker': ticker, 'market_cap': dict(number, names=['market_cap', 'market_capitalisation'], needed=true),
    },
    'universe': {
      'ticker': ticker, 'category': dict(text, names=['category']), 'asset_class': dict(text, names=['asset_class']),
      'label': dict(text, names=['label', 'name']), 'sector_group': dict(text, names=['sector_group']),
      'proxy_key': dict(text, names=['proxy_key', 'key']), 'currency': dict(text, names=['currency']),
      'priority': dict(number, names=['priority']), 'is_active': dict(text, names=['is_active']),
    },
    'portfolio': {
      'portfolio': dict(text, names=['portfolio']), 'factor': dict(text, names=['factor', 'ticker', 'proxy'], needed=true),
      'exposure': dict(number, names=['exposure', 'weight'], needed=true),
    },
    'factor_groups': {
      'factor_group': dict(text, names=['factor_group', 'group_name'], needed=true), 'ticker': ticker,
      'weight': dict(number, names=['weight']), 'weighting': dict(text, names=['weighting']),
      'valid_from': {'kind': 'date', 'names': ['valid_from']},
    },
    'volatility_index': {'date': date, 'value': dict(number, names=['value', 'close', 'vix'], needed=true)},
  }) }}
{%- endmacro -%}
