def model(dbt, session):
    from dbt_whence.proxy_macro_choices import macro_choice_table

    specs = dbt.ref("int_factor_proxies__specs")
    returns = dbt.ref("proxy_returns")
    candidates = dbt.ref("int_factor_proxies__macro_candidates")
    return macro_choice_table(specs, returns, candidates)
