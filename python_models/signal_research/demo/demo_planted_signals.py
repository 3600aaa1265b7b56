def model(dbt, session):
    from dbt_whence.demo import planted_signals

    return planted_signals()
