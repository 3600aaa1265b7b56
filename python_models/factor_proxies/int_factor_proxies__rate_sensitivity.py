def model(dbt, session):
    from dbt_whence.proxy_sensitivities import rate_sensitivity_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    yield_changes = dbt.ref("int_factor_proxies__month_yields")
    members = dbt.ref("int_factor_proxies__rate_members")
    return rate_sensitivity_table(specs, returns, yield_changes, members)
