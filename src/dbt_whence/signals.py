"""What the dates of a signal add up to: one estimate per procedure, the statistics beside it, and its warnings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.cross_sections import joint_slopes, shanken_factor
from dbt_whence.events import NO_EVENTS, event_tests, read_event_dates
from dbt_whence.panel import Array, doubles, literal, runs_of, specs_of, table_of
from dbt_whence.pooled_slopes import PooledSlope
from dbt_whence.quantiles import (
    NO_QUANTILES,
    QuantileDates,
    SpreadTrial,
    deflated_sharpes,
    quantile_statistics,
    read_quantiles,
)
from dbt_whence.signal_depth import (
    NOT_SPANNED,
    note_conditional_spread,
    note_direction,
    note_half_life,
    note_rolling_slopes,
    note_spanning,
    note_stability,
    spanning_of,
)
from dbt_whence.slices import NO_SLICES, SliceDates, read_slices, slice_difference
from dbt_whence.time_series import (
    Estimate,
    adf_p,
    bootstrap_p,
    event_cluster_test,
    ewc_mean_test,
    is_constant,
    ivx_test,
    ljung_box_p,
    mean_test,
    robust_autocorrelation,
    said_dickey_lags,
    shift_p,
    slope_test,
    temporal_concentration,
)

MIN_DATES = 3
MIN_TIMESERIES_DATES = 20
MIN_EVENT_DATES = {"caar": 4, "common_sparse": 5}
CODES = {
    "ic": ("ic_mean", "ic_t_nw", "ic_p"),
    "fm": ("fm_lambda_mean", "fm_lambda_t_nw", "fm_lambda_p"),
    "fm_joint": ("fm_joint_lambda_mean", "fm_joint_lambda_t_nw", "fm_joint_lambda_p"),
    "caar": ("caar_mean", "caar_t_nw", "caar_p"),
    "common_continuous": ("ts_beta", "ts_beta_t_nw", "ts_beta_p"),
    "common_sparse": ("ts_beta", "ts_beta_t_nw", "ts_beta_p"),
}
"""Codes of estimate, t and p of each procedure."""
THRESHOLDS = {
    "unreliable_se_short_periods": 30.0,
    "unreliable_adf_short_periods": 60.0,
    "persistent_regressor": 0.10,
    "serial_correlation_detected": 0.05,
    "small_cross_section_n": 10.0,
    "borderline_cross_section_n": 30.0,
    "sparse_common_few_events": 20.0,
    "sparse_magnitude_weighted": 0.0,
    "few_events_brown_warner": 30.0,
    "events_not_tested": 0.0,
    "borderline_portfolio_periods": 20.0,
    "long_overlap": 2.5,
    "few_quantile_dates": 30.0,
    "concentrated_top_quantile": 0.5,
    "slices_not_tested": 0.0,
    "scope_axis_collapsed": 1.0,
    "missing_values": 0.0,
    "missing_prices": 0.0,
    "missing_controls": 0.0,
    "common_signal_varies": 0.0,
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
SERIES = ("ic", "ic_pearson", "fm_lambda", "caar", "n_events", "event_gap", "mean_return", "signal_value")
"""Statistics of dates that estimates are made of."""
ESTIMATED = ("ic", "ic_pearson", "fm_lambda")
"""Those among them that are estimates of a date, the same from run to run but for rounding."""
NEUTRALISED = ("individual", "continuous", "panel")
"""Scope, kind and mode of the signals that controls are taken out of."""


class Findings:
    """What one procedure finds for one signal and horizon, as rows of the table."""

    def __init__(self, key: Mapping[str, Any], cell: Mapping[str, Any]) -> None:
        """Start with nothing found; the key has study, signal, horizon, procedure, mode, scope and kind.

        ``cell`` is the signal's row of int_signal_research__detection.
        """
        self.key = dict(key)
        self.counts = {"n_assets": int(cell["n_assets"]), "n_dates": int(cell["n_dates"])}
        self.cell = cell
        self.profile: dict[str, Any] = {"status": "ok"}
        self.rows: list[dict[str, Any]] = []

    def primary(self, found: Estimate) -> None:
        """Note the estimate that the verdict is about."""
        estimate, t_code, p_code = CODES[self.key["procedure"]]
        self.profile |= {"estimate": found.value, "standard_error": found.standard_error, "t_stat": found.t_stat}
        self.profile |= {"df": found.df, "n_obs": found.n, "primary_code": p_code}
        if not np.isfinite(found.t_stat):
            self.profile["reason"] = "there is no test: what is left to chance does not vary"
        self.statistic(estimate, found.value)
        self.test(t_code, p_code, found.t_stat, found.df)
        self.statistic("nw_lags_used", found.lags)
        horizon = self.key["horizon"]
        if horizon > 1:  # of one row nothing overlaps
            self.warn_below("long_overlap", (found.lags + 1) / horizon)

    def test(self, t_code: str, p_code: str, t_stat: float, df: float) -> None:
        """Note a t statistic and the p-value that is made of it."""
        self.statistic(t_code, t_stat)
        self.statistic(p_code, t_stat, "t", df)

    def statistic(self, code: str, value: float, distribution: str | None = None, df: float = np.nan) -> None:
        """Note a statistic; with a distribution it is one that a p-value is made of, under the code of that."""
        self.rows.append(
            {"item": "statistic", "code": code, "value": value, "distribution": distribution, "value_df": df}
        )

    def warning(self, code: str, observed: float, threshold: float | None = None, kind: str = "warning") -> None:
        """Note a warning with what was observed."""
        limit = THRESHOLDS[code] if threshold is None else threshold
        self.rows.append(
            {"item": "warning", "code": code, "observed": observed, "threshold": limit, "kind_of_warning": kind}
        )

    def warn_below(self, code: str, observed: float) -> None:
        """Note a warning where what was observed is below its threshold."""
        if observed < THRESHOLDS[code]:
            self.warning(code, observed)

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


def cross_section(found: Findings, values: Array, pearson: Array, horizon: int) -> None:
    """Test the mean over dates of information coefficients or Fama-MacBeth slopes, NaN on dates that have none.

    ``pearson`` are Pearson's correlations, whose mean stands beside that of Spearman's.
    """
    warn_of_assets(found)
    n_left_out = int(np.isnan(values).sum())
    values = values[np.isfinite(values)]
    n = len(values)
    found.statistic("dates_left_out", n_left_out)
    if n < MIN_DATES:
        why = f", {n_left_out} left out for too few assets or no variance" if n_left_out else ""
        found.insufficient(f"{n} dates with a value{why}; {MIN_DATES} are needed", n)
        return
    newey_west = mean_test(values, horizon)
    found.primary(newey_west)
    name = CODES[found.key["procedure"]][2].removesuffix("_p")
    other_errors(found, values, horizon)
    note_stability(found, name, values, horizon)
    found.statistic(f"{name}_std", float(values.std(ddof=1)))
    if found.key["procedure"] == "ic":
        found.statistic("ic_pearson_mean", float(np.nanmean(pearson)) if np.isfinite(pearson).any() else np.nan)
    else:
        corrected = newey_west.t_stat / np.sqrt(shanken_factor(values))
        found.test(f"{name}_t_shanken", f"{name}_p_shanken", corrected, newey_west.df)
    warn_of_dates(found, n)


def pooled(found: Findings, slope: PooledSlope, horizon: int) -> None:
    """Note the slope over all pairs of asset and date, and its t by what may connect them.

    Clusters by date take dates as independent, which returns that overlap are not: they have a p at horizon 1 alone.
    That by asset takes assets as independent, which share shocks: it has none.
    """
    if slope.n_dates < MIN_DATES:
        return
    found.statistic("pooled_beta", slope.slope)
    found.statistic("pooled_beta_t_asset", slope.clustered_by_asset().t_stat)
    for clusters, by_cluster in (("date", slope.clustered_by_date()), ("both", slope.clustered_both_ways())):
        t_stat = by_cluster.t_stat
        found.statistic(f"pooled_beta_t_{clusters}", t_stat)
        found.statistic(f"pooled_beta_p_{clusters}", t_stat if horizon == 1 else np.nan, "t", by_cluster.df)
    for errors, over_time in (("dk", slope.driscoll_kraay(horizon)), ("ewc", slope.equal_weighted_cosine(horizon))):
        found.test(f"pooled_beta_t_{errors}", f"pooled_beta_p_{errors}", over_time.t_stat, over_time.df)


def events(found: Findings, caar: Array, n_events: Array, gaps: Array, horizon: int) -> None:
    """Test the mean of returns around events over the calendar: the event dates' means, zero elsewhere.

    The estimate is the mean over event dates; its t is that of the calendar series, whose mean is smaller by the share
    of dates with an event. ``gaps`` are rows since the asset's event before, NaN where there is none.
    """
    is_event = n_events > 0
    n_dates = int(is_event.sum())
    if n_dates < MIN_EVENT_DATES["caar"]:
        found.insufficient(f"{n_dates} event dates; {MIN_EVENT_DATES['caar']} are needed", len(caar))
        return
    calendar = mean_test(caar, horizon)
    share = n_dates / len(caar)
    found.primary(replace(calendar, value=calendar.value / share, standard_error=calendar.standard_error / share))
    found.statistic("caar_calendar_mean", calendar.value)
    other_errors(found, caar, horizon)
    found.statistic("n_events", float(n_events.sum()))
    describe_events(found, is_event, np.nanmin(gaps) if np.isfinite(gaps).any() else np.nan, horizon)
    found.warn_below("few_events_brown_warner", n_dates)
    if n_dates < THRESHOLDS["few_events_brown_warner"]:  # of many, the windows chain into few clusters
        cluster = event_cluster_test(caar, is_event, horizon)
        found.test("caar_t_cluster", "caar_p_cluster", cluster.t_stat, cluster.df)
    warn_of_dates(found, len(caar))


def spread_of(found: Findings, quantiles: QuantileDates, horizon: int, spec: Mapping[str, Any]) -> SpreadTrial:
    """Note what the quantiles of the signal earn and cost; return the Sharpe ratio of their spread."""
    noted = quantile_statistics(quantiles, horizon, spec)
    for code, value in noted.values.items():
        found.statistic(code, value)
    for name, test in (("nw", noted.newey_west), ("ewc", noted.cosine)):
        p_code = "quantile_spread_p" if name == "nw" else f"quantile_spread_p_{name}"
        found.test(f"quantile_spread_t_{name}", p_code, test.t_stat, test.df)
    found.statistic("monotonicity_p", noted.monotonicity_p, "given")
    found.warn_below("few_quantile_dates", noted.newey_west.n)
    if noted.values["top_concentration"] > THRESHOLDS["concentrated_top_quantile"]:
        found.warning("concentrated_top_quantile", noted.values["top_concentration"])
    return noted.trial


def other_errors(found: Findings, values: Array, horizon: int) -> None:
    """Test the mean of the tested series by what stands beside Newey and West."""
    name = CODES[found.key["procedure"]][2].removesuffix("_p")
    uniform, cosine = mean_test(values, horizon, "uniform"), ewc_mean_test(values, horizon)
    found.test(f"{name}_t_hh", f"{name}_p_hh", uniform.t_stat, uniform.df)
    found.test(f"{name}_t_ewc", f"{name}_p_ewc", cosine.t_stat, cosine.df)
    found.statistic(f"{name}_p_bootstrap", bootstrap_p(values, horizon), "given")


def over_time(
    found: Findings,
    mean_return: Array,
    signal: Array,
    positions: Array,
    betas: Array,
    horizon: int,
    entry_lag: int,
) -> None:
    """Regress the mean return of all assets, or that of one, on a common signal.

    ``betas`` are those of single assets; in a panel their mean and the plain cross-asset t stand beside the slope.
    """
    n, is_sparse = len(mean_return), found.key["kind"] == "sparse"
    is_panel = found.key["mode"] == "panel"
    is_event = signal != 0
    n_events = int(is_event.sum())
    floor = MIN_DATES if is_panel else MIN_TIMESERIES_DATES
    if is_panel:
        warn_of_assets(found)
    if n < floor:
        found.insufficient(f"{n} dates with signal and return; {floor} are needed", n)
        return
    if is_sparse and n_events < MIN_EVENT_DATES["common_sparse"]:
        found.insufficient(f"{n_events} event dates; {MIN_EVENT_DATES['common_sparse']} are needed", n)
        return
    if is_constant(signal):
        found.insufficient("the signal has one value", n)
        return
    slope = slope_test(mean_return, signal, horizon)
    found.primary(slope)
    if is_panel and len(betas):
        error = float(betas.std(ddof=1) / np.sqrt(len(betas))) if len(betas) > 1 else 0.0
        found.statistic("ts_beta_mean", float(betas.mean()))
        t_stat = float(betas.mean() / error) if error > 0 else np.nan
        found.test("ts_beta_t_cross_asset", "ts_beta_p_cross_asset", t_stat, len(betas) - 1)
    if is_sparse:
        gap = np.diff(positions[is_event]).min() if n_events > 1 else np.nan
        describe_events(found, is_event, gap, horizon)
        found.warn_below("sparse_common_few_events", n_events)
        found.statistic("ts_beta_p_shift", shift_p(mean_return, signal), "given")
    else:
        instrument = ivx_test(mean_return, signal, horizon, entry_lag)
        found.statistic("ts_beta_ivx", instrument.value)
        found.test("ts_beta_t_ivx", "ts_beta_p_ivx", instrument.t_stat, instrument.df)
        p = adf_p(signal)
        found.statistic("factor_adf_p", p, "given")
        found.statistic("factor_adf_p_fixed", adf_p(signal, said_dickey_lags(len(signal))), "given")
        found.warn_below("unreliable_adf_short_periods", len(signal))
        if p > THRESHOLDS["persistent_regressor"]:
            found.warning("persistent_regressor", p)
        note_conditional_spread(found, mean_return, signal, horizon)
    note_direction(found, mean_return, signal, horizon)
    note_rolling_slopes(found, mean_return, signal, slope.value)
    residual = mean_return - mean_return.mean() - slope.value * (signal - signal.mean())
    is_exact = slope.standard_error == 0  # what is left is rounding
    robust, lags = (np.nan, 0) if is_exact else robust_autocorrelation(residual, horizon)
    found.statistic("autocorrelation_p_robust", robust, "chi2", lags)
    p = np.nan if is_exact else ljung_box_p(residual, horizon)
    found.statistic("ljung_box_p", p, "given")
    found.warn_below("serial_correlation_detected", p)
    warn_of_dates(found, n)


def describe_events(found: Findings, is_event: Array, gap: float, horizon: int) -> None:
    """Note how many dates have events, how they cluster, and whether windows overlap; the gap is NaN for one event."""
    found.statistic("event_dates", int(is_event.sum()))
    found.statistic("event_temporal_hhi", temporal_concentration(is_event))
    if gap < 2 * horizon:
        found.warning("event_window_overlap", float(gap), 2 * horizon)


def warn_of_dates(found: Findings, n: int) -> None:
    """Warn of a short series."""
    found.warn_below("unreliable_se_short_periods", n)
    found.warn_below("borderline_portfolio_periods", n)


def warn_of_assets(found: Findings) -> None:
    """Warn of a small cross-section, by the date that has most assets."""
    n_assets = int(found.cell["most_assets"])
    if n_assets < THRESHOLDS["small_cross_section_n"]:
        found.warning("small_cross_section_n", n_assets)
    else:
        found.warn_below("borderline_cross_section_n", n_assets)


def warn_of_values(found: Findings) -> None:
    """Warn of what the values of the signal and of its panel are, whatever the procedure."""
    cell = found.cell
    if cell["is_scope_collapsed"]:
        found.warning("scope_axis_collapsed", int(cell["n_assets"]), kind="info")
    if cell["n_missing"]:
        found.warning("missing_values", int(cell["n_missing"]))
    if cell["n_unpriced"]:
        found.warning("missing_prices", int(cell["n_unpriced"]))
    if cell["n_uncontrolled"] and (cell["scope"], cell["kind"], cell["mode"]) == NEUTRALISED:
        found.warning("missing_controls", int(cell["n_uncontrolled"]))
    if cell["kind"] == "sparse" and cell["n_weighted_events"]:
        found.warning("sparse_magnitude_weighted", int(cell["n_weighted_events"]))
    if cell["scope"] == "common" and cell["n_varying_dates"]:
        found.warning("common_signal_varies", int(cell["n_varying_dates"]))


class Study:
    """One study: its signals, and what its dates say of each signal and horizon."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        detection: Any,
        series: Any,
        asset_betas: Any,
        joint_moments: Any,
        pooled_scores: Any,
        event_dates: Any,
        slice_dates: Any,
    ) -> None:
        """Read the study's rows of the relations, see `signal_estimate_table`."""
        self.spec, name = spec, spec["name"]
        self.cells = detection.filter(f"study = {literal(name)}").order("slot").df().to_dict("records")
        self.series = read_series(series, name)
        self.betas = read_betas(asset_betas, name)
        self.joint_moments = joint_moments
        self.slopes = read_pooled_slopes(pooled_scores, name)
        self.quantiles = read_quantiles(series, name, spec["quantiles"])
        self.events = read_event_dates(event_dates, name)
        self.slices = read_slices(slice_dates, name)

    def findings(self, horizon: int) -> list[Findings]:
        """Run every procedure of every signal over one horizon."""
        joint = self.signals_of("fm_joint")
        lambdas = joint_lambdas(self.joint_moments, self.spec["name"], horizon, len(joint)) if joint else NO_LAMBDAS
        spanning = spanning_of(self.series, self.signals_of("fm"), horizon)
        findings: list[Findings] = []
        trials: list[tuple[Findings, SpreadTrial]] = []
        for cell in self.cells:
            at = (cell["signal"], horizon)
            for procedure in procedures_of(cell, self.spec["procedures"]):
                key = {name: cell[name] for name in ("study", "signal", "scope", "kind", "mode")}
                found = Findings(key | {"horizon": horizon, "procedure": procedure}, cell)
                series = self.series.get(at, NO_DATES)
                if procedure == "fm_joint":
                    series = {"fm_joint_lambda": lambdas[:, joint.index(cell["signal"])]}
                warn_of_values(found)
                estimate(found, series, self.betas.get(at, NO_BETAS), horizon, self.spec["entry_lag"])
                found.profile["data_hash"] = data_hash(series)
                if procedure == "fm" and at in self.slopes:
                    pooled(found, self.slopes[at], horizon)
                if found.profile["status"] == "ok":
                    if procedure == "fm":
                        note_spanning(found, spanning.get(cell["signal"], NOT_SPANNED))
                    elif procedure == "caar":
                        is_estimated = self.spec["abnormal_return"] != "none"
                        event_tests(found, self.events.get(at, NO_EVENTS), horizon, is_estimated)
                    elif procedure == "ic":
                        trials.append((found, self.ranked(found)))
                findings.append(found)
        for (found, _), sharpe in zip(trials, deflated_sharpes([trial for _, trial in trials]), strict=True):
            found.statistic("deflated_sharpe", sharpe.probability)
            found.statistic("deflated_sharpe_p", sharpe.p, "given")
            found.statistic("best_sharpe_p", sharpe.best_p, "given")
        return findings

    def signals_of(self, procedure: str) -> list[str]:
        """Return the signals that a procedure is run for."""
        return [cell["signal"] for cell in self.cells if procedure in procedures_of(cell, self.spec["procedures"])]

    def ranked(self, found: Findings) -> SpreadTrial:
        """Note half-life, slices and quantiles of a signal that has information coefficients; return its spread."""
        signal, horizon = found.key["signal"], found.key["horizon"]
        if horizon == min(self.spec["horizons"]):
            by_horizon = {h: self.series.get((signal, h), NO_DATES)["ic"] for h in self.spec["horizons"]}
            note_half_life(found, by_horizon)
        if self.spec["slice_by"]:
            note_slices(found, self.slices.get((signal, horizon), NO_SLICES), horizon)
        return spread_of(found, self.quantiles.get((signal, horizon), NO_QUANTILES), horizon, self.spec)


def note_slices(found: Findings, dates: SliceDates, horizon: int) -> None:
    """Note whether information coefficients differ between slices."""
    difference = slice_difference(dates, horizon)
    found.statistic("n_slices_tested", difference.n_tested)
    found.statistic("slice_ic_spread", difference.spread)
    found.statistic("slice_ic_p", difference.p, "given")
    n_untested = len(dates.names) - difference.n_tested
    if n_untested > THRESHOLDS["slices_not_tested"]:
        found.warning("slices_not_tested", n_untested)


def signal_estimate_table(specs: Any, **relations: Any) -> pa.Table:
    """Return profiles, statistics and warnings of every study, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per study: ``position``, ``spec_json`` with ``name``, ``horizons``,
            ``entry_lag``, ``quantiles``, ``per_period``, ``return_kind``, ``cost_bps``, ``slice_by``, ``procedures``
            and ``signals``.
        relations: DuckDB relations:
            ``detection``, one row per study and signal: ``slot``, ``scope``, ``kind``, ``mode``, ``n_assets``,
            ``n_dates``, ``most_assets``, ``n_missing``, ``n_unpriced``, ``n_uncontrolled``, ``n_weighted_events``,
            ``n_varying_dates``, ``has_one_value``, ``is_scope_collapsed``, ``suggested_procedures``,
            ``legal_procedures``;
            ``series``, one row per study, signal, horizon, ``statistic`` and date: ``value``, ``date_position``;
            ``asset_betas``, one row per study, signal, horizon and asset of common signals: ``beta``;
            ``joint_moments``, one row per study that asks for fm_joint, horizon and date: ``n_assets``, ``c_1`` ...,
            see `joint_lambdas`;
            ``pooled_scores``, one row per study, individual continuous signal, horizon and date, with the columns of
            `PooledSlope`; ``score`` is the date's;
            ``event_dates``, one row per study, signal, horizon and date with events of single assets: sums over them,
            see `event_tests`;
            ``slice_dates``, one row per study that has slice_by, individual continuous signal, horizon, ``slice`` and
            date: ``ic``, ``n_assets``.

    Returns:
        Rows of three items: ``profile`` per study, signal, horizon and procedure, ``statistic`` and ``warning`` with a
        ``code`` each. A statistic with a ``distribution`` is what a p-value of that code is made of.
    """
    rows: list[dict[str, Any]] = []
    for spec in specs_of(specs):
        study = Study(spec, **relations)
        for horizon in spec["horizons"]:
            for found in study.findings(horizon):
                rows.extend(found.table_rows())
    return table_of(rows, SCHEMA)


def procedures_of(cell: Mapping[str, Any], asked: list[str] | None) -> list[str]:
    """Return the procedures of a signal: the usual ones, or those of all legal ones that the study asks for.

    A signal that is left without any has the row ``none``.
    """
    listed = cell["suggested_procedures"] if asked is None else cell["legal_procedures"]
    legal = listed.split(", ") if isinstance(listed, str) and listed else []
    return [name for name in legal if asked is None or name in asked] or ["none"]


def estimate(found: Findings, series: Mapping[str, Array], betas: Array, horizon: int, entry_lag: int) -> None:
    """Run the procedure of the key on the series of dates."""
    procedure = found.key["procedure"]
    if procedure == "none":
        no_procedure(found)
    elif procedure in ("ic", "fm", "fm_joint"):
        pearson = series.get("ic_pearson", np.zeros(0))
        cross_section(found, series[CODES[procedure][2].removesuffix("_p")], pearson, horizon)
    elif procedure == "caar":
        events(found, series["caar"], series["n_events"], series["event_gap"], horizon)
    else:
        returns, signal, positions = (series[name] for name in ("mean_return", "signal_value", "date_position"))
        over_time(found, returns, signal, positions, betas, horizon, entry_lag)


def no_procedure(found: Findings) -> None:
    """Say why no procedure fits the signal, and which to use instead."""
    n_dates, suggested = found.counts["n_dates"], found.cell["suggested_procedures"]
    if found.cell["has_one_value"]:
        found.insufficient("the signal has no two values", n_dates)
    elif isinstance(suggested, str):
        found.insufficient("the study asks for procedures of other signals", n_dates, suggested, "no_procedure")
    else:
        why = "one asset has no cross-section to order; take the signal as common"
        found.insufficient(why, n_dates, "common_continuous", "no_procedure")


def read_series(series: Any, study: str) -> dict[tuple[str, int], dict[str, Array]]:
    """Return the statistics of each signal and horizon in the order of dates, NaN where a date lacks one."""
    columns = ", ".join(f"max(case when statistic = '{name}' then value end) as {name}" for name in SERIES)
    found = (
        series.filter(f"study = {literal(study)}")
        .aggregate(
            f"signal, horizon, date, max(date_position)::double as date_position, {columns}", "signal, horizon, date"
        )
        .order("signal, horizon, date")
        .fetchnumpy()
    )
    values: dict[str, Array] = {name: doubles(found[name]) for name in (*SERIES, "date_position")}
    return {
        key: {name: steady(value[rows]) if name in ESTIMATED else value[rows] for name, value in values.items()}
        for key, rows in runs_of(found["signal"], found["horizon"])
    }


def steady(values: Array) -> Array:
    """Return a series rounded to 1e-12 of its largest number.

    Estimates that are equal, or zero, differ by rounding from run to run, and signs and ranks are tested too.
    """
    step = 1e-12 * np.abs(values[np.isfinite(values)]).max(initial=0.0)
    return np.round(values / step) * step if step > 0 else values


NO_DATES = {name: np.zeros(0) for name in (*SERIES, "date_position")}
NO_BETAS = np.zeros(0)
NO_LAMBDAS = np.zeros((0, 0))


def read_betas(asset_betas: Any, study: str) -> dict[tuple[str, int], Array]:
    """Return the betas of single assets, in the order of their names, by signal and horizon."""
    rows = asset_betas.filter(f"study = {literal(study)} and beta is not null").order("signal, horizon, asset")
    found: dict[tuple[str, int], list[float]] = {}
    for signal, horizon, beta in rows.select("signal, horizon, beta").fetchall():
        found.setdefault((signal, horizon), []).append(beta)
    return {key: np.array(values) for key, values in found.items()}


def read_pooled_slopes(pooled_scores: Any, study: str) -> dict[tuple[str, int], PooledSlope]:
    """Return the pooled slope of each signal and horizon."""
    rows = pooled_scores.filter(f"study = {literal(study)}").order("signal, horizon, date_position").fetchnumpy()
    scores = doubles(rows["score"])
    same = {name: doubles(values) for name, values in rows.items() if name in POOLED}
    return {
        key: PooledSlope(
            date_scores=scores[run],
            n_pairs=int(rows["n_pairs"][run.start]),
            n_assets=int(rows["n_assets"][run.start]),
            **{name: float(values[run.start]) for name, values in same.items()},
        )
        for key, run in runs_of(rows["signal"], rows["horizon"])
    }


POOLED = ("slope", "sxx", "syy", "asset_squares", "row_squares")
"""Sums of all pairs, the same on every date."""


def joint_lambdas(joint_moments: Any, study: str, horizon: int, n_signals: int) -> Array:
    """Return the slopes (T, K) of a multivariate cross-sectional regression per date, NaN where there is none.

    Columns ``c_1`` ... are the covariances, over assets that have all of them, of signals 1 and 1, 1 and 2, ..., 1 and
    the return, 2 and 2, ...
    """
    n_columns = n_signals * (n_signals + 3) // 2
    names = ", ".join(f"c_{i + 1}" for i in range(n_columns))
    rows = joint_moments.filter(f"study = {literal(study)} and horizon = {int(horizon)}").order("date")
    found = rows.select(f"n_assets::double as n_assets, {names}").fetchnumpy()
    flat: Array = np.column_stack([doubles(values) for values in found.values()])
    covariances = np.empty((len(flat), n_signals, n_signals))
    with_return = np.empty((len(flat), n_signals))
    column = 1
    for i in range(n_signals):
        for j in range(i, n_signals):
            covariances[:, i, j] = covariances[:, j, i] = flat[:, column]
            column += 1
        with_return[:, i] = flat[:, column]
        column += 1
    return joint_slopes(flat[:, 0], covariances, with_return)


def data_hash(series: Mapping[str, Array]) -> str:
    """Return a key of the dates that were tested: the MD5 of their statistics to a millionth of the largest.

    Not to digits of each: a correlation of zero comes out as some 1e-17, another one in every run.
    """
    digest = hashlib.md5(usedforsecurity=False)
    for name, values in series.items():
        scale = np.max(np.abs(values), initial=0.0, where=np.isfinite(values))
        steps = np.round(values / scale * 1e6) + 0.0 if scale > 0 else values
        digest.update(f"{name} {scale:.5e} ".encode())
        digest.update(",".join(f"{step:.0f}" for step in steps.tolist()).encode())
    return digest.hexdigest()
