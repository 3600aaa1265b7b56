def model(dbt, session):
    from dbt_whence.signals import signal_estimate_table

    specs = dbt.ref("int_signal_research__specs")
    detection = dbt.ref("int_signal_research__detection")
    series = dbt.ref("signal_series")
    asset_betas = dbt.ref("signal_asset_betas")
    joint_moments = dbt.ref("int_signal_research__joint_moments")
    pooled_scores = dbt.ref("int_signal_research__pooled_scores")
    event_dates = dbt.ref("int_signal_research__event_dates")
    slice_dates = dbt.ref("int_signal_research__slice_dates")
    return signal_estimate_table(
        specs,
        detection=detection,
        series=series,
        asset_betas=asset_betas,
        joint_moments=joint_moments,
        pooled_scores=pooled_scores,
        event_dates=event_dates,
        slice_dates=slice_dates,
    )
