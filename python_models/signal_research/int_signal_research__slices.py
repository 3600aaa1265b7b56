def model(dbt, session):
    from dbt_whence.slices import slice_table

    specs = dbt.ref("int_signal_research__specs")
    slice_dates = dbt.ref("int_signal_research__slice_dates")
    return slice_table(specs, slice_dates)
