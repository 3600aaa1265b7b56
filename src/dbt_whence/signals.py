"""What the dates of a signal add up to: one estimate per procedure, the statistics beside it, and its warnings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, literal, specs_of, table_of
from dbt_whence.time_series import (
    Estimate,
    adf_p,
    bootstrap_p,
    is_constant,
    ljung_box_p,
    mean_test,
    slope_test,
    temporal_concentration,
)

MIN_DATES = {"ic": 3, "fm": 3, "caar": 3, "common_continuous": 3, "common_sparse": 3}
MIN_TIMESERIES_DATES = 20
MIN_EVENT_DATES = {"caar": 4, "common_sparse": 5}
MIN_BETA_ROWS = 20
PREFIX = {
    "ic": ("ic_mean", "ic_t_nw", "ic_p"),
    "fm": ("fm_lambda_mean", "fm_lambda_t_nw", "fm_lambda_p"),
    "caar": ("caar_mean", "caar_t_nw", "caar_p"),
    "common_continuous": ("ts_beta", "ts_beta_t_nw", "ts_beta_p"),
    "common_sparse": ("ts_beta", "ts_beta_t_nw", "ts_beta_p"),
}
"""Codes of estimate, t and p of each procedure."""
THRESHOLDS = {
    "unreliable_se_short_periods": 30.0,
    "persistent_regressor": 0.10,
    "serial_correlation_detected": 0.05,
    "small_cross_section_n": 10.0,
    "borderline_cross_section_n": 30.0,
    "sparse_common_few_events": 20.0,
    "few_events_brown_warner": 30.0,
    "borderline_portfolio_periods": 20.0,
}
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("item", "study", "signal", "procedure", "mode", "scope", "kind")]
    + [("horizon", pa.int32())]
    + [(name, pa.float64()) for name in ("estimate", "standard_error", "t_stat", "df")]
    + [(name, pa.int64()) for name in ("n_obs", "n_assets", "n_dates")]
    + [(name, pa.string()) for name in ("status", "reason", "suggested_procedure", "primary_code", "data_hash")]
    + [("code", pa.string()), ("value", pa.float64()), ("distribution", pa.string()), ("value_df", pa.float64())]
    + [("observed", pa.float64()), ("threshold", pa.float64()), ("kind_of_warning", pa.string())]
)


class Findings:
    """What one procedure finds for one signal and horizon, as rows of the table."""

    def __init__(self, key: Mapping[str, Any], n_assets: int, n_dates: int) -> None:
        """Start with nothing found; the key has study, signal, horizon, procedure, mode, scope and kind."""
        self.key = dict(key)
        self.counts = {"n_assets": n_assets, "n_dates": n_dates}
        self.profile: dict[str, Any] = {"status": "ok"}
        self.rows: list[dict[str, Any]] = []

    def primary(self, found: Estimate) -> None:
        """Note the estimate that the verdict is about."""
        estimate, t_code, p_code = PREFIX[self.key["procedure"]]
        self.profile |= {"estimate": found.value, "standard_error": found.standard_error, "t_stat": found.t_stat}
        self.profile |= {"df": found.df, "n_obs": found.n, "primary_code": p_code}
        self.statistic(estimate, found.value)
        self.statistic(t_code, found.t_stat)
        self.statistic(p_code, found.t_stat, "t", found.df)
        self.statistic("nw_lags_used", found.lags)

    def statistic(self, code: str, value: float, distribution: str | None = None, df: float = np.nan) -> None:
        """Note a statistic; with a distribution it is one that a p-value is made of, under the code of that."""
        self.rows.append(
            {"item": "statistic", "code": code, "value": value, "distribution": distribution, "value_df": df}
        )

    def warning(self, code: str, observed: float, threshold: float | None = None, kind: str = "warning") -> None:
        """Note a warning with what was observed."""
        limit = THRESHOLDS.get(code, np.nan) if threshold is None else threshold
        self.rows.append(
            {"item": "warning", "code": code, "observed": observed, "threshold": limit, "kind_of_warning": kind}
        )

    def insufficient(
        self, reason: str, n_obs: int, suggested: str | None = None, status: str = "insufficient_sample"
    ) -> None:
        """Say that there is no estimate, and why."""
        self.profile = {"status": status, "reason": reason, "n_obs": n_obs, "suggested_procedure": suggested}

    def table_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the profile, then statistics and warnings."""
        yield {"item": "profile"} | self.key | self.counts | self.profile
        for row in self.rows:
            yield self.key | row


def cross_section(found: Findings, values: Array, horizon: int) -> None:
    """Test the mean of a series of dates: information coefficients, or Fama-MacBeth slopes."""
    n = len(values)
    if n < MIN_DATES[found.key["procedure"]]:
        found.insufficient(f"{n} dates with a value; {MIN_DATES[found.key['procedure']]} are needed", n)
        return
    found.primary(mean_test(values, horizon))
    other = mean_test(values, horizon, "uniform")
    name = PREFIX[found.key["procedure"]][0].removesuffix("_mean")
    found.statistic(f"{name}_t_hh", other.t_stat)
    found.statistic(f"{name}_p_hh", other.t_stat, "t", other.df)
    found.statistic(f"{name}_p_bootstrap", bootstrap_p(values, horizon), "given")
    found.statistic(f"{name}_std", float(values.std(ddof=1)) if n > 1 else np.nan)
    if n < THRESHOLDS["unreliable_se_short_periods"]:
        found.warning("unreliable_se_short_periods", n)
    if n < THRESHOLDS["borderline_portfolio_periods"]:
        found.warning("borderline_portfolio_periods", n)
    n_assets = found.counts["n_assets"]
    if n_assets < THRESHOLDS["small_cross_section_n"]:
        found.warning("small_cross_section_n", n_assets)
    elif n_assets < THRESHOLDS["borderline_cross_section_n"]:
        found.warning("borderline_cross_section_n", n_assets)


def events(found: Findings, caar: Array, n_events: Array, positions: Array, horizon: int) -> None:
    """Test the mean of returns around events over the calendar: the event dates' means, zero elsewhere."""
    is_event = n_events > 0
    n_dates = int(is_event.sum())
    if n_dates < MIN_EVENT_DATES["caar"]:
        found.insufficient(f"{n_dates} event dates; {MIN_EVENT_DATES['caar']} are needed", len(caar))
        return
    found.primary(mean_test(caar, horizon))
    found.statistic("caar_p_bootstrap", bootstrap_p(caar, horizon), "given")
    found.statistic("event_dates", n_dates)
    found.statistic("event_mean_return", float(caar[is_event].mean()))
    found.statistic("event_temporal_hhi", temporal_concentration(is_event))
    if n_dates < THRESHOLDS["few_events_brown_warner"]:
        found.warning("few_events_brown_warner", n_dates)
    overlap(found, positions[is_event], horizon)
    if len(caar) < THRESHOLDS["unreliable_se_short_periods"]:
        found.warning("unreliable_se_short_periods", len(caar))


def overlap(found: Findings, positions: Array, horizon: int) -> None:
    """Warn where the windows of two events overlap."""
    gap = int(np.diff(positions).min()) if len(positions) > 1 else 0
    if len(positions) > 1 and gap < 2 * horizon:
        found.warning("event_window_overlap", gap, 2 * horizon)


def over_time(found: Findings, mean_return: Array, signal: Array, positions: Array, horizon: int, betas: Array) -> None:
    """Regress the mean return of all assets, or that of one, on a common signal.

    ``betas`` are those of single assets; in a panel their mean and the plain cross-asset t stand beside the slope.
    """
    n, sparse = len(mean_return), found.key["kind"] == "sparse"
    panel = found.key["mode"] == "panel"
    is_event = signal != 0
    floor = MIN_DATES[found.key["procedure"]] if panel else MIN_TIMESERIES_DATES
    if n < floor:
        found.insufficient(f"{n} dates with signal and return; {floor} are needed", n)
        return
    if sparse and is_event.sum() < MIN_EVENT_DATES["common_sparse"]:
        found.insufficient(f"{is_event.sum()} event dates; {MIN_EVENT_DATES['common_sparse']} are needed", n)
        return
    if is_constant(signal):
        found.insufficient("the signal has one value", n)
        return
    slope = slope_test(mean_return, signal, horizon)
    found.primary(slope)
    residual = mean_return - mean_return.mean() - slope.value * (signal - signal.mean())
    if panel and len(betas):
        cross = float(betas.std(ddof=1) / np.sqrt(len(betas))) if len(betas) > 1 else np.nan
        t = float(betas.mean() / cross) if cross > 0 else np.nan
        found.statistic("ts_beta_mean", float(betas.mean()))
        found.statistic("ts_beta_t_cross_asset", t)
        found.statistic("ts_beta_p_cross_asset", t, "t", len(betas) - 1)
    if sparse:
        found.statistic("event_temporal_hhi", temporal_concentration(is_event))
        found.statistic("event_dates", int(is_event.sum()))
        if is_event.sum() < THRESHOLDS["sparse_common_few_events"]:
            found.warning("sparse_common_few_events", int(is_event.sum()))
        sizes = np.abs(signal[is_event])
        if not is_constant(sizes):
            found.warning("sparse_magnitude_weighted", float(sizes.max() / sizes.min()), 1.0)
        overlap(found, positions[is_event], horizon)
    else:
        p = adf_p(signal)
        found.statistic("factor_adf_p", p, "given")
        if p > THRESHOLDS["persistent_regressor"]:
            found.warning("persistent_regressor", p)
    p = ljung_box_p(residual, horizon)
    found.statistic("ljung_box_p", p, "given")
    if p < THRESHOLDS["serial_correlation_detected"]:
        found.warning("serial_correlation_detected", p)
    if n < THRESHOLDS["unreliable_se_short_periods"]:
        found.warning("unreliable_se_short_periods", n)
    if n < THRESHOLDS["borderline_portfolio_periods"]:
        found.warning("borderline_portfolio_periods", n)


SERIES = ("ic", "fm_lambda", "caar", "n_events", "mean_return", "signal_value")


def signal_estimate_table(specs: Any, detection: Any, series: Any, asset_betas: Any) -> pa.Table:
    """Return profiles, statistics and warnings of every study, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per study: ``position``, ``spec_json`` with ``name``, ``horizons``,
            ``procedures`` and ``signals``.
        detection: DuckDB relation, one row per study and signal: ``scope``, ``kind``, ``mode``, ``n_assets``,
            ``n_dates``, ``n_missing``, ``is_scope_collapsed``, ``suggested_procedures``.
        series: DuckDB relation, one row per study, signal, horizon, ``statistic`` and date: ``value``,
            ``date_position``.
        asset_betas: DuckDB relation, one row per study, signal, horizon and asset of common signals: ``beta``.

    Returns:
        Rows of three items: ``profile`` per study, signal, horizon and procedure, ``statistic`` and ``warning`` with a
        ``code`` each. A statistic with a ``distribution`` is what a p-value of that code is made of.
    """
    rows: list[dict[str, Any]] = []
    for spec in specs_of(specs):
        study = spec["name"]
        cells = detection.filter(f"study = {literal(study)}").df().to_dict("records")
        for cell in sorted(cells, key=lambda row: int(row["slot"])):
            for horizon in spec["horizons"]:
                dated = series_of(series, study, cell["signal"], horizon)
                betas = betas_of(asset_betas, study, cell["signal"], horizon)
                for procedure in procedures_of(cell, spec["procedures"]):
                    key = {name: cell[name] for name in ("study", "signal", "scope", "kind", "mode")}
                    found = Findings(
                        key | {"horizon": horizon, "procedure": procedure}, int(cell["n_assets"]), int(cell["n_dates"])
                    )
                    estimate(found, dated, horizon, betas)
                    found.profile["data_hash"] = data_hash(dated)
                    if cell["is_scope_collapsed"]:
                        found.warning("scope_axis_collapsed", int(cell["n_assets"]), 1.0, "info")
                    if cell["n_missing"]:
                        found.warning("missing_values", int(cell["n_missing"]), 0.0, "info")
                    rows.extend(found.table_rows())
    return table_of(rows, SCHEMA)


def procedures_of(cell: Mapping[str, Any], asked: list[str] | None) -> list[str]:
    """Return the procedures of a signal: all legal ones, or those of them that the study asks for.

    A signal without any legal procedure has the row ``none``.
    """
    suggested = cell["suggested_procedures"]
    legal = suggested.split(", ") if isinstance(suggested, str) and suggested else []
    return [name for name in legal if asked is None or name in asked] if legal else ["none"]


def estimate(found: Findings, series: Mapping[str, Array], horizon: int, betas: Array) -> None:
    """Run the procedure of the key on the series of dates."""
    procedure = found.key["procedure"]
    if procedure == "none":
        why = "one asset has no cross-section to order; take the signal as common"
        found.insufficient(why, len(series["date_position"]), "common_continuous", "no_procedure")
    elif procedure in ("ic", "fm"):
        values = series["ic" if procedure == "ic" else "fm_lambda"]
        cross_section(found, values[np.isfinite(values)], horizon)
    elif procedure == "caar":
        events(found, series["caar"], series["n_events"], series["date_position"], horizon)
    else:
        over_time(found, series["mean_return"], series["signal_value"], series["date_position"], horizon, betas)


def series_of(series: Any, study: str, signal: str, horizon: int) -> dict[str, Array]:
    """Return the statistics of one signal and horizon in the order of dates, NaN where a date lacks one."""
    rows = series.filter(f"study = {literal(study)} and signal = {literal(signal)} and horizon = {int(horizon)}")
    columns = ", ".join(f"max(case when statistic = '{name}' then value end) as {name}" for name in SERIES)
    found = (
        rows.aggregate(f"date, max(date_position)::double as date_position, {columns}", "date")
        .order("date")
        .fetchnumpy()
    )
    return {name: np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan) for name in (*SERIES, "date_position")}


def data_hash(series: Mapping[str, Array]) -> str:
    """Return a key of the dates that were tested: the MD5 of their statistics to nine digits."""
    digest = hashlib.md5(usedforsecurity=False)
    for name in (*SERIES, "date_position"):
        digest.update(",".join(f"{value:.8e}" for value in series[name].tolist()).encode())
    return digest.hexdigest()


def betas_of(asset_betas: Any, study: str, signal: str, horizon: int) -> Array:
    """Return the betas of single assets in the order of their names."""
    rows = asset_betas.filter(
        f"study = {literal(study)} and signal = {literal(signal)} and horizon = {int(horizon)} and beta is not null"
    )
    return np.array([beta for (beta,) in rows.order("asset").select("beta").fetchall()], dtype=float)
