def model(dbt, session):
    from dbt_whence.factor_regression import factor_beta_table

    specs = dbt.ref("int_factor_models__specs")
    assets = dbt.ref("int_factor_models__asset_samples")
    returns = dbt.ref("int_factor_models__asset_returns")
    portfolio = dbt.ref("int_factor_models__portfolio_returns")
    factors = dbt.ref("int_factor_models__known_values")
    return factor_beta_table(specs, assets, returns, portfolio, factors)
