def model(dbt, session):
    from dbt_whence.quantiles import quantile_table

    specs = dbt.ref("int_signal_research__specs")
    detection = dbt.ref("int_signal_research__detection")
    series = dbt.ref("signal_series")
    return quantile_table(specs, detection, series)
