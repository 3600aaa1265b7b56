def model(dbt, session):
    from dbt_whence.factor_regression import factor_exposure_table

    specs = dbt.ref("int_factor_models__specs")
    dates = dbt.ref("int_factor_models__dates")
    portfolio = dbt.ref("int_factor_models__portfolio_returns")
    factor_returns = dbt.ref("int_factor_models__factor_returns")
    factors = dbt.ref("int_factor_models__known_values")
    return factor_exposure_table(specs, dates, portfolio, factor_returns, factors)
