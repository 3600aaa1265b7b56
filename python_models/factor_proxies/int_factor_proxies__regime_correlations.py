def model(dbt, session):
    from dbt_whence.proxy_regime_correlations import regime_correlation_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    scopes = dbt.ref("int_factor_proxies__scopes")
    regimes = dbt.ref("proxy_regimes")
    return regime_correlation_table(specs, returns, scopes, regimes)
