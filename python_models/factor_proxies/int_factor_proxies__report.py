def model(dbt, session):
    from dbt_whence.proxy_report import Tables, report_table

    metadata = dbt.ref("proxy_metadata")
    universe = dbt.ref("proxy_universe")
    quality = dbt.ref("proxy_quality")
    correlations = dbt.ref("proxy_correlations")
    regime_correlations = dbt.ref("proxy_regime_correlations")
    rate_sensitivity = dbt.ref("proxy_rate_sensitivity")
    market_sensitivity = dbt.ref("proxy_market_sensitivity")
    performance = dbt.ref("proxy_performance")
    return_windows = dbt.ref("proxy_return_windows")
    exposures = dbt.ref("proxy_exposures")
    offsets = dbt.ref("proxy_offsets")
    hedge_baskets = dbt.ref("proxy_hedge_baskets")
    group_checks = dbt.ref("proxy_group_checks")
    group_weights = dbt.ref("proxy_group_weights")
    macro_choices = dbt.ref("int_factor_proxies__macro_choices")
    tables = Tables(
        metadata=metadata,
        universe=universe,
        quality=quality,
        correlations=correlations,
        regime_correlations=regime_correlations,
        rate_sensitivity=rate_sensitivity,
        market_sensitivity=market_sensitivity,
        performance=performance,
        return_windows=return_windows,
        exposures=exposures,
        offsets=offsets,
        hedge_baskets=hedge_baskets,
        group_checks=group_checks,
        group_weights=group_weights,
        macro_choices=macro_choices,
    )
    return report_table(tables)
