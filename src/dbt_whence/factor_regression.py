"""Regression of asset and portfolio returns on known factors, with Newey and West's standard errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence import time_series
from dbt_whence.panel import Array, Panel, read_asset_returns, read_panel, specs_of, table_of, table_of_parts

PORTFOLIO = "PORTFOLIO"
ALPHA = "alpha"
RISK_FREE = "risk_free"
CONSTANT = 1e-12
SINGULAR = 1e-10
"""A factor whose part that earlier ones do not give is this small a part of its variance is given by them."""
EXACT = 1e-24
"""Residuals whose squares are this small a part of the sum of squares are rounding."""
MIN_ROWS = 3
SLOW_WINDOW, FAST_WINDOW = 36, 252
CHUNK = 2_000_000
BETAS = pa.schema(
    [(name, pa.string()) for name in ("model", "asset", "factor")]
    + [("factor_position", pa.int32())]
    + [
        (name, pa.float64())
        for name in ("beta", "standard_error", "t_stat", "df", "vif", "r_squared", "adjusted_r_squared")
    ]
    + [("residual_volatility", pa.float64()), ("n_obs", pa.int64()), ("status", pa.string()), ("reason", pa.string())]
)
EXPOSURES = pa.schema(
    [(name, pa.string()) for name in ("model", "method")]
    + [("window_end", pa.date32()), ("factor", pa.string())]
    + [(name, pa.float64()) for name in ("exposure", "standard_error")]
    + [("n_obs", pa.int64())]
)


def newey_west_lags(n: int, lags: int | None = None) -> int:
    """Return the number of lags: as given, else ``max(floor(4 * (n / 100) ** (2 / 9)), 1)``; n - 1 at most."""
    return time_series.newey_west_lags(n) if lags is None else min(lags, n - 1)


def ols_hac(y: Array, x: Array, lags: int) -> tuple[Array, Array, Array]:
    """Fit by least squares; standard errors by Newey and West (1987).

    Args:
        y: (..., n), finite.
        x: (..., n, p), of full rank; batch dimensions as those of y, or broadcast against them.
        lags: Bartlett weights ``1 - lag / (lags + 1)``; no small-sample factor.

    Returns:
        Coefficients and standard errors (..., p), and residuals (..., n); statsmodels' ``OLS(y, x).fit(cov_type="HAC",
        cov_kwds={"maxlags": lags})``.
    """
    scale = np.sqrt((x**2).sum(axis=-2))
    q, r = np.linalg.qr(x / scale[..., None, :])
    inverse = np.linalg.inv(r)
    beta = (inverse @ (np.swapaxes(q, -1, -2) @ y[..., None]))[..., 0]
    residual = y - (x / scale[..., None, :] @ beta[..., None])[..., 0]
    # Scores of the orthogonal columns: the bread is then the inverse of r alone.
    scores = q * residual[..., None]
    meat = np.swapaxes(scores, -1, -2) @ scores
    for lag in range(1, lags + 1):
        lagged = np.swapaxes(scores[..., lag:, :], -1, -2) @ scores[..., :-lag, :]
        meat = meat + (1 - lag / (lags + 1)) * (lagged + np.swapaxes(lagged, -1, -2))
    variance = np.einsum("...ij,...jk,...ik->...i", inverse, meat, inverse)
    return beta / scale, np.sqrt(variance.clip(min=0)) / scale, residual


@dataclass(frozen=True)
class Design:
    """Which factors a regression can take, on the dates of its sample.

    ``kept`` are positions of factors; ``left_out`` maps the others to (status, reason); ``vif`` is of the kept ones.
    """

    kept: tuple[int, ...]
    left_out: Mapping[int, tuple[str, str]]
    vif: Array


def design_of(x: Array, names: Sequence[str]) -> Design:
    """Return the factors that a regression with intercept can take: those that vary and that earlier ones do not give.

    Args:
        x: (n, k), finite.
        names: (k,), for reasons.
    """
    kept: list[int] = []
    left_out: dict[int, tuple[str, str]] = {}
    basis = np.empty((len(x), 0))
    centred = x - x.mean(axis=0) if len(x) else x
    for j in range(x.shape[1]):
        column = centred[:, j]
        size = np.abs(x[:, j]).max(initial=0.0)
        spread = np.abs(column).max(initial=0.0)
        if spread <= CONSTANT * max(size, 1e-280):
            left_out[j] = ("constant", f"{names[j]} has one value on the {len(x)} dates of the regression")
            continue
        unit = column / spread
        length = np.linalg.norm(unit)
        rest = unit - basis @ (basis.T @ unit)
        rest -= basis @ (basis.T @ rest)
        if np.linalg.norm(rest) <= np.sqrt(SINGULAR) * length:
            # those whose own part in it is more than rounding
            weights = np.linalg.lstsq(centred[:, kept], column, rcond=None)[0] * np.abs(centred[:, kept]).max(axis=0)
            givers = [names[i] for i, weight in zip(kept, weights, strict=True) if abs(weight) > 1e-6 * spread]
            left_out[j] = ("collinear", f"{' and '.join(givers)} give {names[j]} exactly; leave one out")
            continue
        basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
        kept.append(j)
    vif = np.empty(0)
    if kept:
        units = centred[:, kept] / np.abs(centred[:, kept]).max(axis=0)
        units /= np.linalg.norm(units, axis=0)
        vif = np.diag(np.linalg.inv(units.T @ units)).clip(min=1.0)
    return Design(tuple(kept), left_out, vif)


def regressions(
    names: Sequence[str], returns: Array, factor_names: Sequence[str], factors: Array, lags: int | None = None
) -> Iterator[dict[str, Any]]:
    """Regress each column of returns on all factors, with an intercept, on the dates on which nothing is missing.

    Args:
        names: (N,) of the columns of returns.
        returns: (T, N), decimals, NaN where missing.
        factor_names: (K,).
        factors: (T, K), NaN where missing.
        lags: of Newey and West; default by the number of dates, see `newey_west_lags`.

    Yields:
        One dict per asset and factor, in the order of names, with ``asset``, ``factor``, ``factor_position`` (0 is
        alpha), ``n_obs``, ``status`` and ``reason``: ok, no_values (a factor without values on dates of the model; the
        others do without it), constant, collinear (with the factors that give it), too_few_rows (fewer than factors and
        two), no_factors (of alpha, where none is left). Where ok: ``beta``, ``standard_error``, ``t_stat``, ``df``
        (rows less coefficients), ``vif``; and of the whole fit ``r_squared``, ``adjusted_r_squared``,
        ``residual_volatility``.
    """
    with_values = np.asarray(np.isfinite(factors).any(axis=0))
    candidates = [j for j in range(len(factor_names)) if with_values[j]]
    known = np.asarray(np.isfinite(factors[:, candidates]).all(axis=1))
    samples = np.asarray(np.isfinite(returns) & known[:, None])
    # assets with the same dates share a design
    groups: dict[bytes, list[int]] = {}
    for i in range(len(names)):
        groups.setdefault(np.packbits(samples[:, i]).tobytes(), []).append(i)
    found: dict[int, list[dict[str, Any]]] = {}
    for members in groups.values():
        rows = samples[:, members[0]]
        x = factors[rows][:, candidates]
        n, needed = len(x), len(candidates) + 2
        statuses = {
            j: ("no_values", f"{factor_names[j]} has no value on a date of the model")
            for j in range(len(factor_names))
            if not with_values[j]
        }
        kept: list[int] = []
        fitted = None
        if n < max(MIN_ROWS, needed):
            why = f"the regression takes {max(MIN_ROWS, needed)} dates with returns and all factors; there are {n}"
            statuses = {j: ("too_few_rows", why) for j in (-1, *candidates)} | statuses
        else:
            design = design_of(x, [factor_names[j] for j in candidates])
            statuses |= {candidates[j]: why for j, why in design.left_out.items()}
            kept = [candidates[j] for j in design.kept]
            if kept:
                fitted = fit(returns[rows][:, members].T, x[:, list(design.kept)], newey_west_lags(n, lags))
            else:
                statuses[-1] = ("no_factors", "no factor is left for a regression")
        for m, i in enumerate(members):
            found[i] = []
            for position, name in enumerate((ALPHA, *factor_names)):
                row: dict[str, Any] = {"asset": names[i], "factor": name, "factor_position": position, "n_obs": n}
                if position - 1 in statuses:
                    row["status"], row["reason"] = statuses[position - 1]
                elif fitted is not None:
                    place = kept.index(position - 1) + 1 if position else 0
                    row |= {key: values[m] if values.ndim == 1 else values[m, place] for key, values in fitted.items()}
                    row |= {"status": "ok", "df": n - len(kept) - 1, "vif": design.vif[place - 1] if position else None}
                found[i].append(row)
    for i in range(len(names)):
        yield from found[i]


def fit(y: Array, x: Array, lags: int) -> dict[str, Array]:
    """Return the estimates of regressions (M, n) on the same factors (n, k): (M, k + 1), or (M,) of the whole fit."""
    m, n = y.shape
    k = x.shape[1]
    design = np.column_stack([np.ones(n), x])
    # in parts, as the scores of all take m * n * (k + 1) numbers
    parts = np.array_split(y, min(m, max(1, m * n * (k + 1) // CHUNK)))
    beta, error, residual = (
        np.concatenate(v) for v in zip(*(ols_hac(part, design[None], lags) for part in parts), strict=True)
    )
    total = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    varies = np.ptp(y, axis=1) > CONSTANT * np.maximum(np.abs(y).max(axis=1), 1.0)
    rest = (residual**2).sum(axis=1)
    exact = (rest <= EXACT * (y**2).sum(axis=1)) | ~varies
    rest = np.where(exact, 0.0, rest)
    error = np.where(exact[:, None], 0.0, error)
    with np.errstate(invalid="ignore", divide="ignore"):
        r_squared = np.where(varies, (1 - rest / total).clip(0.0, 1.0), np.nan)
        t_stat = np.where(error > 0, beta / error, np.nan)
    return {
        "beta": beta,
        "standard_error": error,
        "t_stat": t_stat,
        "r_squared": r_squared,
        "adjusted_r_squared": 1 - (1 - r_squared) * (n - 1) / (n - k - 1),
        "residual_volatility": np.sqrt(rest / (n - k - 1)),
    }


def rolling_exposures(y: Array, x: Array, window: int, lags: int | None = None) -> tuple[Array, Array]:
    """Regress y (T,) on x (T, K) with an intercept in every window of that many rows.

    Returns slopes and their Newey-West standard errors (T - window + 1, K), NaN in windows in which a factor is
    constant or others give it.
    """
    t, k = x.shape
    n_windows = t - window + 1
    slopes, errors = np.full((n_windows, k), np.nan), np.full((n_windows, k), np.nan)
    used_lags = newey_west_lags(window, lags)
    size = np.abs(x).max(axis=0)
    scale = np.where(size > 0, size, 1.0)
    design = np.column_stack([np.ones(t), x / scale])
    step = max(1, CHUNK // (window * (k + 1)))
    for start in range(0, n_windows, step):
        stop = min(start + step, n_windows)
        rows = np.arange(start, stop)[:, None] + np.arange(window)
        block = design[rows]
        centred = block[..., 1:] - block[..., 1:].mean(axis=1, keepdims=True)
        length = np.linalg.norm(centred, axis=1)
        varies = (np.abs(centred).max(axis=1) > CONSTANT * np.abs(block[..., 1:]).max(axis=1)).all(axis=1)
        units = centred / np.where(length > 0, length, 1.0)[:, None, :]
        regular = varies & (np.linalg.eigvalsh(np.swapaxes(units, 1, 2) @ units)[:, 0] > SINGULAR)
        if regular.any():
            beta, error, _ = ols_hac(y[rows[regular]], block[regular], used_lags)
            places = np.arange(start, stop)[regular]
            slopes[places], errors[places] = beta[:, 1:] / scale, error[:, 1:] / scale
    return slopes, errors


def factor_beta_table(specs: Any, assets: Any, returns: Any, portfolio: Any, factors: Any) -> pa.Table:
    """Return the betas of every model with known factors, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per model: ``position``, ``spec_json`` with ``name``, ``inputs`` (with the key
            factors where there are known factors) and ``hac_lags``.
        assets: DuckDB relation, one row per model and asset: ``asset_number``.
        returns: DuckDB relation, one row per ``asset_number`` and date: ``asset_return``.
        portfolio: DuckDB relation, one row per model and date: ``portfolio_return``.
        factors: DuckDB relation, one row per model, factor and date: ``value``, ``factor_position``; the factor
            risk_free is the rate that returns are reduced by.

    Returns:
        One row per model, asset (PORTFOLIO last) and factor (alpha first); see `regressions`.
    """
    rows: list[dict[str, Any]] = []
    for spec in specs_of(specs):
        if "factors" not in spec["inputs"]:
            continue
        model = spec["name"]
        panel = read_asset_returns(returns, assets, model)
        known, rate = known_factors(factors, model, "risk_free" in spec["inputs"], panel.dates)
        whole = portfolio_panel(portfolio, model).on(panel.dates)
        y = np.column_stack([panel.values, whole.values]) - rate
        for row in regressions([*panel.names, PORTFOLIO], y, known.names, known.values, spec["hac_lags"]):
            rows.append({"model": model} | row)
    return table_of(rows, BETAS)


def known_factors(factors: Any, model: str, has_risk_free: bool, dates: Array) -> tuple[Panel, Array]:
    """Return the known factors of a model in their order, and the risk-free rate (T, 1), zero where there is none."""
    names = ordered_factors(factors.filter("factor <> 'risk_free'"), model)
    rate = np.zeros((len(dates), 1))
    if has_risk_free:
        rate = read_panel(factors, model, "factor", "value", [RISK_FREE]).on(dates).values
    return read_panel(factors, model, "factor", "value", names).on(dates), rate


def ordered_factors(rows: Any, model: str) -> list[str]:
    """Return the names of a model's factors in a DuckDB relation, in the order of ``factor_position``."""
    positions = rows.select("model", "factor", "factor_position").distinct().fetchall()
    return [factor for _, factor in sorted((p, f) for m, f, p in positions if m == model)]


def portfolio_panel(portfolio: Any, model: str) -> Panel:
    """Return the portfolio's return of a model as a panel of one series."""
    named = portfolio.project(f"model, date, '{PORTFOLIO}' as asset, portfolio_return")
    return read_panel(named, model, "asset", "portfolio_return", [PORTFOLIO])


def factor_exposure_table(specs: Any, dates: Any, portfolio: Any, factor_returns: Any, factors: Any) -> pa.Table:
    """Return the portfolio's rolling exposures, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per model: ``position``, ``spec_json`` with ``name``, ``rolling_window``,
            ``hac_lags``, ``inputs``.
        dates: DuckDB relation, one row per model and date: ``frequency``.
        portfolio: DuckDB relation, one row per model and date: ``portfolio_return``.
        factor_returns: DuckDB relation, one row per model, ``method``, date and factor: ``factor_return``,
            ``factor_position``, ``is_in_model``: false for factors that the regression left out.
        factors: as in `factor_beta_table`, for the risk-free rate.

    Returns:
        One row per model, method, window_end and factor. The window is ``rolling_window`` dates, by default 252, of
        monthly data 36; all dates where there are fewer.
    """
    parts: list[dict[str, Any]] = []
    frequencies = dict(dates.select("model", "frequency").distinct().fetchall())
    for spec in specs_of(specs):
        model = spec["name"]
        whole = portfolio_panel(portfolio, model)
        for method in ("pca", "regression"):
            taken = factor_returns.filter(f"method = '{method}' and is_in_model")
            names = ordered_factors(taken, model)
            if not names:
                continue
            panel = read_panel(taken, model, "factor", "factor_return", names).on(whole.dates)
            y = whole.values[:, 0]
            if method == "regression" and "risk_free" in spec["inputs"]:
                y = y - read_panel(factors, model, "factor", "value", [RISK_FREE]).on(whole.dates).values[:, 0]
            given = np.isfinite(y) & np.isfinite(panel.values).all(axis=1)
            n = int(given.sum())
            usual = SLOW_WINDOW if frequencies.get(model) == "monthly" else FAST_WINDOW
            window = min(spec["rolling_window"] or usual, n)
            if window <= len(names) + 1:
                continue
            slopes, errors = rolling_exposures(y[given], panel.values[given], window, spec["hac_lags"])
            ends = whole.dates[given][window - 1 :]
            for j, name in enumerate(names):
                parts.append(
                    {
                        "model": model, "method": method, "window_end": ends, "factor": name,
                        "exposure": slopes[:, j], "standard_error": errors[:, j], "n_obs": window,
                    }
                )  # fmt: skip
    return table_of_parts(parts, EXPOSURES)
