def model(dbt, session):
    from dbt_whence.principal_components import principal_component_table

    specs = dbt.ref("int_factor_models__specs")
    assets = dbt.ref("int_factor_models__asset_samples")
    returns = dbt.ref("int_factor_models__asset_returns")
    return principal_component_table(specs, assets, returns)
