def model(dbt, session):
    from dbt_whence.proxy_offsets import hedge_basket_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    pairs = dbt.ref("int_factor_proxies__pairs")
    return hedge_basket_table(specs, returns, pairs.filter("not is_stale"))
