def model(dbt, session):
    from dbt_whence.demo import planted_events

    return planted_events()
