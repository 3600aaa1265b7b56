def model(dbt, session):
    from dbt_whence.inference import hypothesis_test_table

    statistics = dbt.ref("int_factor_proxies__test_statistics")
    return hypothesis_test_table(statistics)
