{#-
  The roles of columns in the panel of a study, with the names that are looked for where none is given.

  Returns a dict of role to usual names.
-#}
{%- macro signal_input_roles() -%}
  {{ return({
    'date': ['date', 'month_end', 'day'], 'asset': ['asset', 'asset_id', 'ticker', 'symbol'],
    'price': ['price', 'adj_close', 'close'], 'return': ['return', 'ret'],
    'forward_return': ['forward_return', 'fwd_return'],
  }) }}
{%- endmacro -%}
