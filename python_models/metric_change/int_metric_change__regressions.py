def model(dbt, session):
    from dbt_whence.regression import regression_table

    specs = dbt.ref("int_metric_change__specs")
    moments = dbt.ref("int_metric_change__panel_moments")
    totals = dbt.ref("int_metric_change__panel_totals")
    return regression_table(specs, moments, totals)
