def model(dbt, session):
    from dbt_whence.demo import demo_table

    return demo_table(session, "demo_treasury_yields")
