def model(dbt, session):
    from dbt_whence.proxy_sensitivities import market_sensitivity_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    members = dbt.ref("int_factor_proxies__market_members")
    benchmarks = dbt.ref("int_factor_proxies__benchmarks")
    return market_sensitivity_table(specs, returns, members, benchmarks)
