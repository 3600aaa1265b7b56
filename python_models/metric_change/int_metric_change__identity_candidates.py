def model(dbt, session):
    from dbt_whence.identities import identity_table

    specs = dbt.ref("int_metric_change__specs")
    sample = dbt.ref("int_metric_change__driver_sample")
    return identity_table(specs, sample)
