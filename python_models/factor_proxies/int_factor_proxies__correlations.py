def model(dbt, session):
    from dbt_whence.proxy_correlations import correlation_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    scopes = dbt.ref("int_factor_proxies__scopes")
    return correlation_table(specs, returns, scopes)
