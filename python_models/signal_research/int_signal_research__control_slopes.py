def model(dbt, session):
    from dbt_whence.neutralisation import control_slope_table

    moments = dbt.ref("int_signal_research__control_moments")
    return control_slope_table(moments)
