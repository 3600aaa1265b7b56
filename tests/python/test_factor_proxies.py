"""Tables of factor proxies against pandas, numpy, statsmodels and scikit-learn, on real funds and generated ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import PROJECT, Warehouse, on_both_engines
from scipy import stats
from sklearn.covariance import LedoitWolf
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.outliers_influence import variance_inflation_factor

DATA = PROJECT / "tests" / "data"
ETFS = pd.read_csv(PROJECT / "seeds" / "factor_proxies" / "proxy_etfs.csv")
INDUSTRIES = pd.read_csv(PROJECT / "seeds" / "factor_proxies" / "proxy_industries.csv")
DATES = ("month_end", "first_month", "last_month", "valid_from")
MATURITIES = ["y2", "y5", "y10", "y30"]


def read(warehouse: Warehouse, table: str, where: str = "true") -> pd.DataFrame:
    found = warehouse.query(f"select * from {table} where {where}")
    for name in found.columns.intersection(DATES):
        found[name] = pd.to_datetime(found[name])
    return found


def check(found: pd.DataFrame, expected: Sequence[dict[str, Any]] | pd.DataFrame, keys: Sequence[str]) -> None:
    """Compare the columns that are expected, rows by their keys: numbers to rounding, all else exactly."""
    wanted = pd.DataFrame(expected).set_index(list(keys)).sort_index()
    have = found.set_index(list(keys)).sort_index()
    assert have.index.is_unique and have.index.tolist() == wanted.index.tolist()
    for name in wanted.columns:
        if pd.api.types.is_float_dtype(wanted[name]):
            a, b = have[name].to_numpy(float), wanted[name].to_numpy(float)
            wrong = ~np.isclose(a, b, rtol=1e-8, atol=1e-10, equal_nan=True)
        else:
            a, b = (side[name].astype(object).where(side[name].notna(), None).to_numpy() for side in (have, wanted))
            wrong = a != b
        at = np.flatnonzero(wrong)[:3]
        assert not len(at), (name, [(wanted.index[i], a[i], b[i]) for i in at])


def month_ends(first: str, last: str) -> pd.DatetimeIndex:
    return pd.date_range(first, last, freq="ME")


def bhy(p: Sequence[float]) -> np.ndarray:
    """Adjust the p that there are."""
    q, known = np.full(len(p), np.nan), np.isfinite(p)
    if known.any():
        q[known] = multipletests(np.asarray(p)[known], method="fdr_by")[1]
    return q


def long_of(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """One row per date and column of a matrix, without what is missing."""
    return wide.rename_axis(index="date", columns="ticker").stack().rename(value).dropna().reset_index()


# --- series


def composites(wide: pd.DataFrame, members: dict[str, list[str]], coverage: float = 0.5) -> pd.DataFrame:
    """Equal weights over the members that have a return, where they are half of all."""
    found = {}
    for name, tickers in members.items():
        some = wide[tickers]
        found[name] = some.mean(axis=1).where(some.notna().mean(axis=1) >= coverage)
    return pd.DataFrame(found)


def excess_of(returns: pd.DataFrame, yields: pd.DataFrame | None) -> pd.DataFrame:
    if yields is None:
        return returns
    return returns.sub((yields["m3"] / 100 / 12).shift(1).reindex(returns.index), axis=0)


def performance_row(r: pd.Series, excess: pd.Series, market: pd.Series) -> dict[str, Any]:
    """Of one series what DESIGN says of every series."""
    r = r.dropna()
    x = excess.dropna()
    wealth = np.concatenate([[1.0], (1 + r).cumprod()])
    annual = wealth[-1] ** (12 / len(r)) - 1
    drawdown = (wealth / np.maximum.accumulate(wealth) - 1).min()
    sharpe = 12 * x.mean() / (x.std() * np.sqrt(12)) if x.std() > 1e-8 else np.nan
    below = np.sqrt((np.minimum(x, 0) ** 2).mean())
    both = np.column_stack([x, market.reindex(x.index)])
    both = both[np.isfinite(both).all(axis=1)]
    return {
        "n_months": len(r),
        "annual_return": annual,
        "volatility": r.std() * np.sqrt(12),
        "sharpe_ratio": sharpe,
        "sharpe_standard_error": np.sqrt((1 + sharpe**2 / 24) * 12 / len(x)),
        "sortino_ratio": 12 * x.mean() / (below * np.sqrt(12)) if below > 1e-8 else np.nan,
        "max_drawdown": drawdown,
        "calmar_ratio": annual / abs(drawdown) if drawdown < 0 else np.nan,
        "beta": np.cov(both.T)[0, 1] / both[:, 1].var(ddof=1) if len(both) > 1 else np.nan,
    }


def check_performance(
    warehouse: Warehouse,
    returns: pd.DataFrame,
    excess: pd.DataFrame,
    categories: dict[str, str],
    yields_of: dict[str, float] | None = None,
) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"series": name} | performance_row(returns[name], excess[name], excess["SPY"]) for name in returns
    )
    rows["dividend_yield"] = rows["series"].map(yields_of or {}).astype(float)
    group = rows["series"].map(categories)
    ranked = rows["sharpe_ratio"].where(rows["n_months"] >= 24)
    rows["category_rank"] = ranked.groupby(group).rank(ascending=False, method="min")
    check(read(warehouse, "proxy_performance"), rows, ["series"])
    return rows.set_index("series")


def check_windows(warehouse: Warehouse, returns: pd.DataFrame) -> None:
    rows = []
    last = returns.index[-1]
    for name in returns:
        for window, months in {"1m": 1, "3m": 3, "6m": 6, "1y": 12, "2y": 24, "ytd": last.month}.items():
            span = pd.date_range(end=last, periods=months, freq="ME")
            r = returns[name].reindex(span)
            total = (1 + r).prod(skipna=False) - 1
            rows.append(
                {
                    "series": name,
                    "return_window": window,
                    "total_return": total,
                    "annualized_return": (1 + total) ** (12 / months) - 1 if months >= 12 else np.nan,
                    "volatility": r.std() * np.sqrt(12) if r.notna().all() else np.nan,
                }
            )
    check(read(warehouse, "proxy_return_windows"), rows, ["series", "return_window"])


def check_quality(
    warehouse: Warehouse, returns: pd.DataFrame, empty: Sequence[str] = (), **rules: float
) -> dict[str, str | None]:
    rules = {"min_observations": 24, "stale": 2, "gap": 1, "coverage": 0.7} | rules
    rows: list[dict[str, Any]] = [
        {"series": name, "status": "excluded", "reason": "no_data", "n_months": 0, "coverage": 0.0} for name in empty
    ]
    panel = returns.index[returns.notna().any(axis=1)]
    n_panel = len(month_ends(panel[0], panel[-1]))
    for name in returns:
        r = returns[name].dropna()
        steps = np.diff(r.index.year * 12 + r.index.month)
        row: dict[str, Any] = {"series": name, "n_months": len(r), "coverage": len(r) / n_panel}
        row |= {"first_month": r.index[0], "last_month": r.index[-1], "longest_gap": max([1, *steps]) - 1}
        row["stale_months"] = (panel[-1].year - r.index[-1].year) * 12 + panel[-1].month - r.index[-1].month
        reasons = {
            "thin_history": len(r) < rules["min_observations"],
            "stale": row["stale_months"] > rules["stale"],
            "gap": row["longest_gap"] > rules["gap"],
            "low_coverage": row["coverage"] < rules["coverage"],
        }
        row["reason"] = next((reason for reason, holds in reasons.items() if holds), None)
        row["status"] = {None: "ok", "thin_history": "excluded"}.get(row["reason"], "warning")
        rows.append(row)
    wanted = pd.DataFrame(rows)
    for name in ("longest_gap", "stale_months"):
        wanted[name] = wanted[name].astype(float)
    check(read(warehouse, "proxy_quality"), wanted, ["series"])
    return {row["series"]: row["reason"] for row in rows}


# --- correlations


def ewma(x: np.ndarray, y: np.ndarray, decay: float) -> float:
    """Weights by age in months, the last month that both have at age 0."""
    both = np.isfinite(x) & np.isfinite(y)
    age = (np.flatnonzero(both).max() - np.arange(len(x)))[both]
    return float(np.cov(x[both], y[both], aweights=decay**age)[0, 1] / np.sqrt(
        np.cov(x[both], aweights=decay**age) * np.cov(y[both], aweights=decay**age)
    ))  # fmt: skip


def class_of(r: float) -> str:
    return "undetermined" if np.isnan(r) else "hedge" if r < -0.1 else "complement" if r <= 0.3 else "amplifier"


def check_correlations(
    warehouse: Warehouse,
    returns: pd.DataFrame,
    scopes: dict[str, list[str]],
    least: int = 24,
    is_listwise: bool = False,
) -> None:
    found = read(warehouse, "proxy_correlations")
    assert sorted(found["scope"].unique()) == sorted(scopes)
    for scope, names in scopes.items():
        wide = returns[sorted(names)]
        is_long = wide.notna().sum() >= least
        common = wide.loc[:, is_long].dropna()
        common = common.reindex(wide.index).notna().all(axis=1) if is_long.any() else wide.notna().any(axis=1)
        used = wide.where(common, axis=0) if is_listwise else wide
        z = wide.loc[common, is_long]
        z = (z - z.mean()) / z.std(ddof=0)
        shrunk = pd.DataFrame(np.nan, wide.columns, wide.columns)
        if common.sum() >= least and is_long.any():
            shrunk.loc[z.columns, z.columns] = LedoitWolf().fit(z.to_numpy()).covariance_
        rows = []
        for a, b in combinations(wide.columns, 2):
            x, y = used[a].to_numpy(), used[b].to_numpy()
            both = np.isfinite(x) & np.isfinite(y)
            n = int(both.sum())
            row: dict[str, Any] = {"series_a": a, "series_b": b, "n_obs": n, "shrunk_correlation": shrunk.loc[a, b]}
            row |= dict.fromkeys(("correlation", "ci_low", "ci_high", "p_value", "ewma_correlation"), np.nan)
            if n >= least:
                r, p = stats.pearsonr(x[both], y[both])
                reach = stats.norm.ppf(0.975) / np.sqrt(n - 3)
                low, high = np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach)
                row |= {"correlation": r, "ci_low": low, "ci_high": high, "p_value": p}
                row["ewma_correlation"] = ewma(x, y, 0.97)
            r = row["correlation"]
            row["relationship"] = class_of(r)
            row["is_relationship_certain"] = not np.isnan(r) and (
                row["ci_high"] < -0.1
                if r < -0.1
                else row["ci_low"] > 0.3
                if r > 0.3
                else row["ci_low"] >= -0.1 and row["ci_high"] <= 0.3
            )
            rows.append(row)
        wanted = pd.DataFrame(rows, columns=None if rows else ["series_a", "series_b"])
        part = found[found["scope"] == scope]
        if rows:
            wanted["q_value"] = bhy(wanted["p_value"])
            check(part[part["series_a"] < part["series_b"]], wanted, ["series_a", "series_b"])
            turned = wanted.rename(columns={"series_a": "series_b", "series_b": "series_a"})
            check(part[part["series_a"] > part["series_b"]], turned, ["series_a", "series_b"])
        diagonal = part[part["series_a"] == part["series_b"]]
        assert len(part) == len(names) ** 2 and (diagonal["correlation"] == 1).all()
        shrunk_by_itself = diagonal["shrunk_correlation"].astype(float)
        assert (shrunk_by_itself.isna() | (shrunk_by_itself == 1)).all() and diagonal["p_value"].isna().all()
    assert (found["correlation"].dropna().abs() <= 1).all()


def check_history(
    warehouse: Warehouse, returns: pd.DataFrame, scopes: dict[str, list[str]], windows: Sequence[int] = (12, 24, 36)
) -> None:
    found = read(warehouse, "proxy_correlation_history")
    assert sorted(found["window_months"].unique()) == sorted(windows)
    for scope, names in scopes.items():
        part = found[found["scope"] == scope]
        for window in windows:
            least = min(window, max(9, int(np.ceil(0.75 * window))))
            columns = {
                (a, b): returns[a].rolling(window, min_periods=least).corr(returns[b])
                for a, b in combinations(sorted(names), 2)
            }
            wanted = pd.DataFrame(columns, index=returns.index)
            rows = part[part["window_months"] == window]
            have = rows.pivot(index="month_end", columns=["series_a", "series_b"], values="correlation")
            have = have.reindex(index=wanted.index, columns=wanted.columns)
            assert have.notna().sum().sum() == len(rows)
            # the windows of pandas reach the start of the panel with fewer months than they are long
            assert np.allclose(have.to_numpy(float), wanted.to_numpy(), rtol=0, atol=1e-9, equal_nan=True)


# --- regimes


def check_regimes(warehouse: Warehouse, expected: dict[str, pd.Series]) -> None:
    rows = [
        {"regime_rule": rule, "month_end": month, "regime": "stressed" if stressed else "calm"}
        for rule, states in expected.items()
        for month, stressed in states.items()
    ]
    check(read(warehouse, "proxy_regimes"), rows, ["regime_rule", "month_end"])


def check_regime_correlations(
    warehouse: Warehouse, returns: pd.DataFrame, scopes: dict[str, list[str]], regimes: dict[str, pd.Series]
) -> None:
    found = read(warehouse, "proxy_regime_correlations")
    for scope, names in scopes.items():
        for rule, states in regimes.items():
            rows = []
            p_values = []
            for a, b in combinations(sorted(names), 2):
                both = returns[[a, b]].reindex(states.index).dropna()
                r, n = {}, {}
                for regime, is_in in (("calm", ~states), ("stressed", states)):
                    part = both[is_in.reindex(both.index)]
                    n[regime] = len(part)
                    r[regime] = part[a].corr(part[b]) if len(part) >= 12 else np.nan
                error = np.sqrt(sum(1 / max(n[regime] - 3, 1) for regime in n))
                p = 2 * stats.norm.sf(abs(np.arctanh(r["calm"]) - np.arctanh(r["stressed"])) / error)
                p_values.append(p)
                rows += [
                    {"series_a": a, "series_b": b, "regime": regime, "n_obs": n[regime]}
                    | {"correlation": r[regime], "difference_p_value": p}
                    for regime in n
                ]
            wanted = pd.DataFrame(rows)
            wanted["difference_q_value"] = np.repeat(bhy(p_values), 2)
            part = found[(found["scope"] == scope) & (found["regime_rule"] == rule)]
            check(part, wanted, ["series_a", "series_b", "regime"])


# --- sensitivities and offsets


def hac(y: np.ndarray, x: np.ndarray) -> Any:
    """Newey and West, lags by the usual rule of thumb, no small-sample factor, t of n - k - 1."""
    lags = max(1, int(4 * (len(y) / 100) ** (2 / 9)))
    return sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)


def check_rates(warehouse: Warehouse, returns: pd.DataFrame, yields: pd.DataFrame, names: Sequence[str]) -> None:
    changes = (yields[MATURITIES] / 100).diff().reindex(returns.index)
    changes["level"] = changes[MATURITIES].mean(axis=1, skipna=False)
    changes["slope"] = changes["y30"] - changes["y2"]
    rows = []
    for name in names:
        for model in [[maturity] for maturity in MATURITIES] + [["level", "slope"]]:
            both = pd.concat([returns[name], changes[model]], axis=1).dropna()
            y, x = both[name].to_numpy(), both[model].to_numpy()
            fit = hac(y, x)
            for i, maturity in enumerate(model):
                rows.append(
                    {
                        "series": name,
                        "maturity": maturity,
                        "n_obs": len(y),
                        "correlation": np.corrcoef(y, x[:, i])[0, 1],
                        "beta": fit.params[i + 1],
                        "standard_error": fit.bse[i + 1],
                        "t_stat": fit.tvalues[i + 1],
                        "p_value": fit.pvalues[i + 1],
                        "r_squared": fit.rsquared,
                        "vif": variance_inflation_factor(sm.add_constant(x), i + 1) if len(model) > 1 else np.nan,
                    }
                )
    wanted = pd.DataFrame(rows)
    wanted["q_value"] = wanted.groupby("maturity")["p_value"].transform(bhy)
    check(read(warehouse, "proxy_rate_sensitivity"), wanted, ["series", "maturity"])


def check_markets(warehouse: Warehouse, returns: pd.DataFrame, names: Sequence[str], benchmarks: Sequence[str]) -> None:
    rows = []
    for name in names:
        for benchmark in benchmarks:
            both = returns[[name, benchmark]].dropna().to_numpy()
            fit = hac(both[:, 0], both[:, 1])
            sides = {"up_beta": both[both[:, 1] > 0], "down_beta": both[both[:, 1] < 0]}
            rows.append(
                {
                    "series": name,
                    "benchmark": benchmark,
                    "n_obs": len(both),
                    "correlation": np.corrcoef(both.T)[0, 1],
                    "beta": fit.params[1],
                    "alpha": fit.params[0],
                    "r_squared": fit.rsquared,
                    "standard_error": fit.bse[1],
                    "t_stat": fit.tvalues[1],
                    "p_value": fit.pvalues[1],
                }
                | {
                    side: stats.linregress(part[:, 1], part[:, 0]).slope if len(part) >= 12 else np.nan
                    for side, part in sides.items()
                }
            )
    wanted = pd.DataFrame(rows)
    wanted["q_value"] = wanted.groupby("benchmark")["p_value"].transform(bhy)
    check(read(warehouse, "proxy_market_sensitivity"), wanted, ["series", "benchmark"])


def walk_forward(y: np.ndarray, x: np.ndarray, start: int) -> float:
    """Each month is hedged with the coefficients of all the months before it."""
    hedged = []
    for t in range(start, len(y)):
        design = np.column_stack([np.ones(t), x[:t]])
        coefficients = np.linalg.lstsq(design, y[:t], rcond=None)[0]
        hedged.append(y[t] - x[t] @ coefficients[1:])
    return float(1 - np.var(hedged) / np.var(y[start:])) if hedged else np.nan


def offset_rows(returns: pd.DataFrame, exposed: str, candidates: Sequence[str], least: int = 24) -> pd.DataFrame:
    rows = []
    for candidate in candidates:
        y, x = returns[[exposed, candidate]].dropna().to_numpy().T
        n, start = len(y), max(len(y) // 2, least)
        fit = hac(y, x)
        r, p = stats.pearsonr(y, x)
        covariance = np.cov(y, x)
        ratio = -covariance[0, 1] / covariance[1, 1]
        rows.append(
            {
                "exposed": exposed,
                "candidate": candidate,
                "n_obs": n,
                "correlation": r,
                "p": p,
                "hedge_ratio": ratio,
                "hedge_ratio_se": fit.bse[1],
                "variance_reduction": 1 - np.var(y + ratio * x) / np.var(y),
                "oos_variance_reduction": walk_forward(y, x[:, None], start) if start < n else np.nan,
                "n_oos": max(n - start, 0),
                "volatility_after": np.std(y + ratio * x, ddof=1) * np.sqrt(12),
            }
        )
    found = pd.DataFrame(rows)
    found["q_value"] = bhy(found.pop("p"))
    return found


def check_offsets(
    warehouse: Warehouse,
    returns: pd.DataFrame,
    portfolios: dict[str, dict[str, float]],
    candidates: Sequence[str],
    categories: dict[str, str],
    performance: pd.DataFrame,
    stale: Sequence[str] = (),
    refuses: Callable[[pd.Series], str | None] = lambda row: None,
) -> pd.DataFrame:
    """Check the table; `refuses` says what income and risk that are asked for say of a candidate."""
    parts = []
    members = read(warehouse, "int_factor_proxies__members")
    for portfolio, exposures in portfolios.items():
        for exposed, exposure in exposures.items():
            rows = offset_rows(returns, exposed, [name for name in candidates if name != exposed])
            rows.insert(0, "portfolio", portfolio)
            of_members = members.loc[members["series"] == exposed, "ticker"].map(categories)
            same = rows["candidate"].map(categories).isin([categories.get(exposed), *of_members])
            rows["placement"] = np.where(same, "within_category", "cross_category")
            for name in ("sharpe_ratio", "volatility", "dividend_yield"):
                rows[name] = rows["candidate"].map(performance[name])
            held = rows["candidate"].map(exposures).fillna(0.0).astype(float)
            rows["current_exposure"] = held
            for name in ("beta", "dividend_yield"):
                own = rows["candidate"].map(performance[name])
                rows[f"{name}_after"] = performance[name][exposed] + rows["hedge_ratio"] * own
            rows["is_classic_candidate"] = rows["correlation"] <= -0.2
            is_long = rows["hedge_ratio"] * exposure > 0
            ended = rows["candidate"].isin(stale)
            size = np.where(
                is_long,
                np.clip(np.minimum(0.1, 0.15 - held), 0, None) * (held <= 0.2),
                -np.minimum(0.1, rows["hedge_ratio"].abs() * abs(exposure)),
            )
            rows["suggested_allocation"] = np.where(ended, 0.0, size)
            reasons = []
            for _, row in rows.iterrows():
                objection = (
                    "too few months out of sample"
                    if row["n_oos"] < 24
                    else "correlation not shown to differ from zero"
                    if row["q_value"] >= 0.05
                    else "reduces too little variance out of sample"
                    if row["oos_variance_reduction"] <= 0.05
                    else refuses(row)
                )
                obstacle = (
                    ", but its prices have ended"
                    if row["candidate"] in stale
                    else ", but enough of it is held already"
                    if row["hedge_ratio"] * exposure > 0 and row["current_exposure"] >= 0.15
                    else ""
                )
                reasons.append(objection or "holds out of sample" + obstacle)
            rows["reason"] = reasons
            rows["is_recommended"] = rows["reason"].str.startswith("holds")
            order = rows.sort_values(["oos_variance_reduction", "correlation"], ascending=[False, True])
            rows["offset_rank"] = pd.Series(np.arange(1, len(rows) + 1), order.index)
            parts.append(rows)
    wanted = pd.concat(parts, ignore_index=True)
    found = read(warehouse, "proxy_offsets")
    check(found, wanted, ["portfolio", "exposed", "candidate"])
    for _, row in found.iterrows():
        side = "Short" if row["hedge_ratio"] < 0 else "Long"
        text = row["rationale"]
        assert text.startswith(f"{side} ") and f" of {row['candidate']} per unit of {row['exposed']}: " in text
        assert ("not recommended" in text) != row["is_recommended"]
    return found


def basket_rows(
    returns: pd.DataFrame, exposed: str, candidates: Sequence[str], least: int = 24
) -> list[dict[str, Any]]:
    """Greedy forward selection, written out."""
    rows: list[dict[str, Any]] = []
    chosen: list[str] = []
    while len(chosen) < 3:
        tried = []
        for candidate in sorted(set(candidates) - {exposed, *chosen}):
            sample = returns[[exposed, *chosen, candidate]].dropna().to_numpy()
            y, x = sample[:, 0], sample[:, 1:]
            if len(y) < max(least, x.shape[1] + 2):
                continue
            if chosen and sm.OLS(x[:, -1], sm.add_constant(x[:, :-1])).fit().rsquared >= 0.95:
                continue
            fit = sm.OLS(y, sm.add_constant(x)).fit()
            tried.append((round(fit.rsquared, 12), candidate, fit.pvalues[-1]))
        if not tried:
            break
        best = max(range(len(tried)), key=lambda i: (tried[i][0], -i))
        if chosen and bhy([row[2] for row in tried])[best] >= 0.05:
            break
        larger = [*chosen, tried[best][1]]
        sample = returns[[exposed, *larger]].dropna().to_numpy()
        y, x = sample[:, 0], sample[:, 1:]
        start = max(len(y) // 2, least)
        oos = walk_forward(y, x, start)
        if chosen and (len(y) - start < 24 or oos <= walk_forward(y, x[:, :-1], start) + 0.01):
            break
        fit = sm.OLS(y, sm.add_constant(x)).fit()
        rows += [
            {
                "exposed": exposed,
                "basket": len(larger),
                "candidate": candidate,
                "weight": -fit.params[i],
                "variance_reduction": fit.rsquared,
                "oos_variance_reduction": oos,
                "n_oos": len(y) - start,
                "n_obs": len(y),
            }
            for i, candidate in enumerate(larger, start=1)
        ]
        chosen = larger
    return rows


def check_baskets(
    warehouse: Warehouse, returns: pd.DataFrame, portfolios: dict[str, dict[str, float]], candidates: Sequence[str]
) -> pd.DataFrame:
    rows = [
        {"portfolio": portfolio} | row
        for portfolio, exposures in portfolios.items()
        for exposed in exposures
        for row in basket_rows(returns, exposed, candidates)
    ]
    found = read(warehouse, "proxy_hedge_baskets")
    check(found, rows, ["portfolio", "exposed", "basket", "candidate"])
    return found


def check_metadata(warehouse: Warehouse, returns: pd.DataFrame, universe: pd.DataFrame, tiers: str) -> None:
    active = universe[universe["is_active"]] if "is_active" in universe else universe
    lines = sorted(f"{row.category}|{row.ticker}" for row in active.itertuples())
    found = read(warehouse, "proxy_metadata").iloc[0]
    assert found["universe_hash"] == hashlib.md5("\n".join(lines).encode()).hexdigest()
    assert found["n_series"] == returns.shape[1] and found["source_tiers"] == tiers
    assert (found["first_month"], found["last_month"]) == (returns.index[0], returns.index[-1])
    assert json.loads(found["thresholds"])["q_threshold"] == 0.05


def check_returns(warehouse: Warehouse, returns: pd.DataFrame, excess: pd.DataFrame, kinds: dict[str, str]) -> None:
    wanted = long_of(returns, "monthly_return").rename(columns={"date": "month_end", "ticker": "series"})
    wanted = wanted.merge(
        long_of(excess, "excess_return").rename(columns={"date": "month_end", "ticker": "series"}), how="left"
    )
    wanted["series_kind"] = wanted["series"].map(kinds).fillna("etf")
    check(read(warehouse, "proxy_returns"), wanted, ["series", "month_end"])


# --- real funds

GROUPS = pd.DataFrame(
    [
        ("growth", "XLK", 0.6, None),
        ("growth", "XLY", 0.3, None),
        ("bonds", "IEF", None, "equal"),
        ("bonds", "LQD", None, "equal"),
        ("bonds", "NOPE", None, "equal"),
    ],
    columns=["factor_group", "ticker", "weight", "weighting"],
)
PORTFOLIO = pd.DataFrame(
    [
        ("main", "XLK", 0.3),
        ("main", "TLT", 0.22),
        ("main", "SHY", 0.12),
        ("main", "SPY", 0.1),
        ("main", "SPY", 0.08),
        ("main", "EEM", -0.2),
        ("main", "UNKNOWN", 0.05),
        ("income", "VNQ", 0.2),
        ("income", "growth", 0.05),
    ],
    columns=["portfolio", "factor", "exposure"],
)


@on_both_engines
def test_real_funds(warehouse: Warehouse) -> None:
    prices = pd.read_csv(DATA / "etf_prices_monthly.csv", parse_dates=["month_end"])
    yields = pd.read_csv(DATA / "treasury_yields_monthly.csv", parse_dates=["month_end"])
    wide = prices.pivot(index="month_end", columns="ticker", values="adj_close")
    etfs = wide.pct_change(fill_method=None).iloc[1:]
    index = (etfs["SPY"].rolling(3, min_periods=1).std(ddof=0) * 100).rename("value").rename_axis("date").reset_index()
    early = index.assign(date=index["date"] - pd.Timedelta(days=9), value=99.0)  # not the last of its month
    spec = {
        "prices": {"file": warehouse.frame("prices.parquet", prices)},
        "yields": {"file": warehouse.frame("yields.parquet", yields)},
        "portfolio": {"file": warehouse.frame("portfolio.parquet", PORTFOLIO)},
        "factor_groups": {"file": warehouse.frame("groups.parquet", GROUPS)},
        "volatility_index": {"file": warehouse.frame("index.parquet", pd.concat([index, early]))},
        "rate_sensitivity_categories": ["bond", "industry", "market", "user_group"],
        "market_sensitivity_categories": ["industry", "style", "user_group"],
    }
    run = warehouse.build_proxies(spec)
    assert run.success, run.log

    universe = read(warehouse, "proxy_universe")
    check(universe, ETFS.assign(source_tier="reference", is_active=True), ["ticker"])

    yields = yields.set_index("month_end")
    known = ETFS[ETFS["ticker"].isin(wide.columns)]
    macro = known.groupby("asset_class")["ticker"].agg(list).to_dict()
    sectors = known[known["category"] == "industry"].groupby("sector_group")["ticker"].agg(list).to_dict()
    made = composites(etfs, macro | sectors)
    groups = pd.DataFrame({"growth": etfs[["XLK", "XLY"]] @ [2 / 3, 1 / 3], "bonds": etfs[["IEF", "LQD"]].mean(axis=1)})
    returns = pd.concat([etfs, made, groups], axis=1)
    excess = excess_of(returns, yields)
    kinds = dict.fromkeys(made, "composite") | dict.fromkeys(groups, "group")
    check_returns(warehouse, returns, excess, kinds)
    assert (read(warehouse, "proxy_returns")["price_basis"] == "total_return").all()

    reasons = check_quality(warehouse, returns, empty=sorted(set(ETFS["ticker"]) - set(wide.columns)))
    stale = [name for name, reason in reasons.items() if reason == "stale"]
    assert sorted(stale) == ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"]
    categories = known.set_index("ticker")["category"].to_dict()
    performance = check_performance(warehouse, returns, excess, categories | kinds)
    check_windows(warehouse, returns)

    scopes = {"all": list(etfs)} | known.groupby("category")["ticker"].agg(list).to_dict()
    scopes |= {"style:us": scopes["style"], "industry:group": list(sectors), "macro_composite": list(macro)}
    scopes |= {"user_group": list(groups)}
    check_correlations(warehouse, returns, scopes)
    check_history(warehouse, returns, scopes)

    level = index.set_index("date")["value"]
    move = yields["y10"].diff().abs().round(6).reindex(returns.index) / 100
    price = wide["SPY"]
    high = price.rolling(12, min_periods=1).max()
    regimes = {
        "volatility": level > level.median(),
        "rates": move > move.quantile(0.75),
        "drawdown": (price / high - 1 <= -0.1).iloc[1:],
    }
    check_regimes(warehouse, regimes)
    some = {scope: scopes[scope] for scope in ("bond", "style", "industry:group", "all")}
    check_regime_correlations(warehouse, returns, some, regimes)

    rated = known[known["category"].isin(["bond", "industry", "market"])]["ticker"]
    check_rates(warehouse, returns, yields, [*sorted(rated), *groups])
    marketed = known[known["category"].isin(["industry", "style"])]["ticker"]
    check_markets(warehouse, returns, [*sorted(marketed), *groups], ["SPY"])

    sums = PORTFOLIO.groupby(["portfolio", "factor"], as_index=False)["exposure"].sum()
    size = sums["exposure"].abs()
    sums["status"] = np.where(size > 0.25, "high", np.where(size > 0.15, "ok", "low"))
    check(read(warehouse, "proxy_exposures"), sums.assign(exposure_limit=0.25), ["portfolio", "factor"])
    sums = sums[sums["factor"] != "UNKNOWN"]
    portfolios = {
        name: part.set_index("factor")["exposure"].to_dict() for name, part in sums.groupby("portfolio", sort=False)
    }
    found = check_offsets(warehouse, returns, portfolios, list(etfs), categories, performance, stale)
    assert {"holds out of sample, but its prices have ended"} < set(found["reason"])
    short = found.query("exposed == 'EEM' and suggested_allocation != 0")
    assert (short["suggested_allocation"] * short["hedge_ratio"] < 0).all() and (short["hedge_ratio"] < 0).sum() > 9
    baskets = check_baskets(warehouse, returns, portfolios, [name for name in etfs if name not in stale])
    assert baskets["basket"].max() == 3

    weights = [("growth", "XLK", 2 / 3), ("growth", "XLY", 1 / 3), ("bonds", "IEF", 1 / 3), ("bonds", "LQD", 1 / 3)]
    rows = pd.DataFrame([*weights, ("bonds", "NOPE", 1 / 3)], columns=["factor_group", "ticker", "weight"])
    rows["valid_from"] = pd.Timestamp("1900-01-01")
    check(read(warehouse, "proxy_group_weights"), rows, ["factor_group", "ticker", "valid_from"])
    checks = read(warehouse, "proxy_group_checks").set_index(["factor_group", "check_name"])
    assert checks["status"]["bonds", "members_known"] == "error"
    assert "NOPE" in checks["detail"]["bonds", "members_known"]
    assert checks["status"]["growth", "weights_sum_to_1"] == "warning"
    assert (checks.loc["growth", "status"].drop("weights_sum_to_1") == "ok").all()
    check_metadata(warehouse, returns, ETFS, "reference")


# --- generated funds


def daily_funds() -> pd.DataFrame:
    """Prices of working days that end inside a month, of funds with a common factor; `price` has distributions."""
    rng = np.random.default_rng(4)
    days = pd.bdate_range("2017-01-02", "2021-07-15", name="date")
    market, rate = rng.normal(0.0004, 0.009, len(days)), rng.normal(0, 0.004, len(days))
    # beta, loading on rates, own volatility a day
    funds = {
        "SPY": (1.0, 0.0, 0.001), "XLK": (1.2, 0.3, 0.004), "SOXX": (1.5, 0.2, 0.008), "SMH": (1.4, 0.2, 0.008),
        "KBE": (1.1, -0.8, 0.006), "KRE": (1.1, -0.9, 0.007), "IGV": (1.2, 0.2, 0.005), "XLF": (1.0, -0.5, 0.004),
        "VNQ": (0.8, 0.6, 0.005), "XLE": (0.9, -0.6, 0.009), "TLT": (-0.4, 1.5, 0.002), "SHY": (-0.1, 0.2, 0.0005),
        "LQD": (0.1, 0.9, 0.002), "GLD": (0.0, 0.5, 0.007), "SLV": (0.2, 0.4, 0.014), "AAA": (-0.7, 0.0, 0.004),
    }  # fmt: skip
    parts = []
    for place, (ticker, (beta, loading, own)) in enumerate(funds.items()):
        r = beta * market + loading * rate + rng.normal(0, own, len(days))
        price = 50 * np.cumprod(1 + r)
        close = 50 * np.cumprod(1 + r - 0.002 * place / 252)
        parts.append(pd.DataFrame({"date": days, "ticker": ticker, "price": price, "close": close}))
    rows = pd.concat(parts, ignore_index=True)
    rows.loc[rows["ticker"] == "XLE", "price"] = np.nan
    month = rows["date"].dt.strftime("%Y-%m")
    gone = (rows["ticker"] == "SHY") & month.isin(["2019-03", "2019-04"])
    gone |= (rows["ticker"] == "XLF") & (month == "2018-09")
    for ticker, since in {"TLT": "2018-01", "LQD": "2020-01", "KRE": "2019-01"}.items():
        gone |= (rows["ticker"] == ticker) & (month < since)
    gone |= (rows["ticker"] == "SLV") & (month > "2021-03")
    return rows[~gone].reset_index(drop=True)


UNIVERSE = pd.DataFrame(
    [
        ("GLD", "market", "equity", "Gold as a market", "yes"),
        ("IGV", None, None, None, "no"),
        ("AAA", "industry", "equity", None, None),
    ],
    columns=["ticker", "category", "asset_class", "label", "is_active"],
)
DATED_GROUPS = pd.DataFrame(
    [("caps", ticker, None, "cap", since) for ticker, since in [("XLK", "2017-06-01"), ("KBE", "2017-06-01")]]
    + [("caps", ticker, None, "cap", "2019-06-15") for ticker in ("XLK", "VNQ")]
    + [("mix", "SPY", 0.5, "custom", None), ("mix", "TLT", 0.5, "custom", None)]
    + [("mix", "SPY", 1.5, "custom", "2020-01-01"), ("mix", "GLD", -0.5, "custom", "2020-01-01")],
    columns=["factor_group", "ticker", "weight", "weighting", "valid_from"],
).assign(valid_from=lambda rows: pd.to_datetime(rows["valid_from"]))


def market_caps(tickers: dict[str, str], last: str) -> pd.DataFrame:
    """Of the last day of every quarter since a date, and one of the middle of a month."""
    parts = []
    for place, (ticker, since) in enumerate(tickers.items(), start=1):
        dates = pd.date_range(since, last, freq="QE")
        parts.append(pd.DataFrame({"date": dates, "ticker": ticker, "market_cap": place * (100.0 + dates.day_of_year)}))
    first = next(iter(tickers))
    middle = pd.DataFrame({"date": [pd.Timestamp("2020-05-14")], "ticker": [first], "market_cap": [900.0]})
    return pd.concat([*parts, middle], ignore_index=True)


def composed(wide: pd.DataFrame, weights: dict[pd.Timestamp, dict[str, float]], coverage: float = 0.5) -> pd.Series:
    """Each month by the composition in force on its first day, over the members that have a return."""
    found = pd.Series(np.nan, wide.index)
    for month in wide.index:
        begun = [since for since in weights if since <= month.replace(day=1)]
        if begun:
            own = pd.Series(weights[max(begun)])
            r = wide.loc[month, own.index]
            if own[r.notna()].abs().sum() >= coverage * own.abs().sum() - 1e-12 and r.notna().any():
                found[month] = (own * r).sum() / own[r.notna()].sum()
    return found


@on_both_engines
def test_daily_prices_and_what_is_asked_for(warehouse: Warehouse) -> None:
    prices = daily_funds()
    caps = market_caps({"XLK": "2017-03-31", "KBE": "2017-03-31", "VNQ": "2019-09-30"}, "2021-06-30")
    paid = pd.DataFrame(
        [(date, name, 0.3) for date in pd.date_range("2019-01-15", periods=11, freq="91D") for name in ("SPY", "SLV")]
        + [(pd.Timestamp("2021-07-01"), "SPY", 50.0), (pd.Timestamp("2020-06-30"), "SPY", 50.0)]
        + [(pd.Timestamp("2020-07-01"), "GLD", 2.0)],
        columns=["date", "ticker", "amount"],
    )
    exposures = {"SPY": 0.5, "XLK": -0.3, "TLT": 0.18, "AAA": 0.21, "KBE": 0.02}
    portfolio = pd.DataFrame({"factor": list(exposures), "exposure": list(exposures.values())})
    spec: dict[str, Any] = {
        "prices": {"file": warehouse.frame("prices.parquet", prices)},
        "universe": {"file": warehouse.frame("universe.parquet", UNIVERSE)},
        "factor_groups": {"file": warehouse.frame("groups.parquet", DATED_GROUPS)},
        "market_caps": {"file": warehouse.frame("caps.parquet", caps)},
        "distributions": {"file": warehouse.frame("paid.parquet", paid)},
        "portfolio": {"file": warehouse.frame("portfolio.parquet", portfolio)},
    }
    spec |= {"fill_months": 1, "alignment": "listwise", "granularity": "industry", "benchmarks": ["SPY", "GLD"]}
    spec |= {"market_sensitivity_categories": ["industry", "commodity"], "rate_sensitivity_categories": ["bond"]}
    spec |= {"min_dividend_yield": 0.01, "max_volatility": 0.15}
    run = warehouse.build_proxies(spec)
    assert run.success, run.log

    universe = read(warehouse, "proxy_universe").set_index("ticker")
    assert universe.loc[["GLD", "IGV", "AAA"], "source_tier"].eq("user").all()
    assert not universe["is_active"]["IGV"] and universe["is_active"].sum() == len(universe) - 1 == len(ETFS)
    assert universe["category"]["GLD"] == "market" and universe["label"]["AAA"] == "AAA"
    assert universe["label"]["IGV"] == "Software"  # what is not overridden stays

    months = month_ends("2017-01-01", "2021-06-30")
    prices["month"] = prices["date"] + pd.offsets.MonthEnd(0)
    last = prices.groupby(["month", "ticker"]).last().reindex(months, level=0)
    price, close = (last[name].unstack().reindex(months).rename_axis(index="date") for name in ("price", "close"))
    etfs = price.ffill(limit=1).pct_change(fill_method=None)
    etfs["XLE"] = close["XLE"].ffill(limit=1).pct_change(fill_method=None)
    etfs = etfs.iloc[1:].drop(columns="IGV")
    assert etfs["SHY"].isna().sum() == 2 and etfs["XLF"].notna().all() and etfs["SLV"].iloc[-3] == 0
    universe = universe[universe["is_active"]].loc[sorted(etfs.columns)].reset_index()
    macro = universe.groupby("asset_class")["ticker"].agg(list).to_dict()
    industry = INDUSTRIES.set_index("ticker")["industry"]
    industries: dict[str, list[str]] = {}
    for ticker in universe.loc[universe["category"] == "industry", "ticker"]:
        if ticker in industry:
            industries.setdefault(industry[ticker], []).append(ticker)
    made = composites(etfs, macro | industries)
    assert made["bond"].isna().sum() == 14 and "AAA" not in made

    by_cap: dict[pd.Timestamp, dict[str, float]] = {}
    first, second = pd.Timestamp("2017-06-01"), pd.Timestamp("2019-06-15")
    for since, until, members in [(first, second, ["XLK", "KBE"]), (second, pd.Timestamp.max, ["XLK", "VNQ"])]:
        for date in sorted({max(since, date) for date in caps["date"] if date < until}):
            known = caps[(caps["date"] <= date) & caps["ticker"].isin(members)].sort_values("date")
            latest = known.groupby("ticker")["market_cap"].last()
            by_cap[date] = (latest / latest.sum()).to_dict()
    mixed = {
        pd.Timestamp("1900-01-01"): {"SPY": 0.5, "TLT": 0.5},
        pd.Timestamp("2020-01-01"): {"SPY": 1.5, "GLD": -0.5},
    }
    rows = [
        {"factor_group": group, "ticker": ticker, "valid_from": since, "weight": weight}
        for group, weights in {"caps": by_cap, "mix": mixed}.items()
        for since, members in weights.items()
        for ticker, weight in members.items()
    ]
    check(read(warehouse, "proxy_group_weights"), rows, ["factor_group", "ticker", "valid_from"])
    assert (read(warehouse, "proxy_group_checks")["status"] == "ok").all()
    groups = pd.DataFrame({"caps": composed(etfs, by_cap), "mix": composed(etfs, mixed)})
    assert groups["caps"].isna().sum() == 4
    returns = pd.concat([etfs, made, groups], axis=1).dropna(axis=1, how="all")
    kinds = dict.fromkeys(made, "composite") | dict.fromkeys(groups, "group")
    check_returns(warehouse, returns, returns, kinds)
    by_basis = read(warehouse, "proxy_returns").groupby("series")["price_basis"].agg(set)
    assert sorted(by_basis.index[by_basis == {"close"}]) == ["Energy", "XLE", "equity"]
    assert by_basis.map(len).eq(1).all()

    unpriced = set(ETFS["ticker"]) - set(etfs) - {"IGV"}
    reasons = check_quality(warehouse, returns, empty=sorted(unpriced))
    assert reasons["LQD"] == "thin_history" and reasons["SHY"] == "gap" and reasons["KRE"] == "low_coverage"

    year = slice("2020-07-01", "2021-06-30")
    amounts = paid.set_index("date").sort_index().loc[year].groupby("ticker")["amount"].sum()
    end_close = close.loc["2021-06-30"]
    gains = [side.loc["2021-06-30"] / side.loc["2020-06-30"] for side in (price, close)]
    income = (gains[0] - gains[1]).dropna().to_dict() | (amounts / end_close).dropna().to_dict()
    for ticker in ("SLV", "IGV"):
        income.pop(ticker, None)
    assert "XLE" not in income and "AAA" in income and income["GLD"] == 2 / end_close["GLD"]
    categories = universe.set_index("ticker")["category"].to_dict()
    performance = check_performance(warehouse, returns, returns, categories | kinds, income)
    check_windows(warehouse, returns)

    scopes = {"all": list(etfs), "macro_composite": list(macro), "user_group": list(groups)}
    scopes |= universe.groupby("category")["ticker"].agg(list).to_dict()
    scopes["industry:industry"] = [*industries, "AAA"]
    check_correlations(warehouse, returns, scopes, is_listwise=True)
    check_history(warehouse, returns, scopes)

    spy = etfs["SPY"]
    volatility = spy.rolling(12).std().dropna()
    wealth = np.concatenate([[1.0], (1 + spy).cumprod()])
    high = pd.Series(wealth).rolling(12, min_periods=1).max().to_numpy()
    regimes = {
        "volatility": volatility > volatility.median(),
        "drawdown": pd.Series((wealth / high - 1 <= -0.1)[1:], spy.index),
    }
    check_regimes(warehouse, regimes)
    aligned = returns[scopes["industry"]].dropna()
    check_regime_correlations(warehouse, aligned, {"industry": scopes["industry"]}, regimes)
    assert (read(warehouse, "proxy_rate_sensitivity")["n_obs"] == 0).all()
    tested = universe[universe["category"].isin(["industry", "commodity"])]["ticker"]
    check_markets(warehouse, returns, sorted(tested), ["SPY", "GLD"])

    def refuses(row: pd.Series) -> str | None:
        is_bought = row["hedge_ratio"] * exposures[row["exposed"]] > 0
        if is_bought and np.isnan(row["dividend_yield"]):
            return "dividend yield not known"
        if is_bought and row["dividend_yield"] < 0.01:
            return "dividend yield below what is asked for"
        return "volatility above what is asked for" if row["volatility"] > 0.15 else None

    candidates = [name for name in etfs if name != "LQD"]
    found = check_offsets(warehouse, returns, {"main": exposures}, candidates, categories, performance, refuses=refuses)
    assert {"volatility above what is asked for", "dividend yield below what is asked for"} < set(found["reason"])
    assert found["reason"].str.contains("enough of it is held already").any() and found["is_recommended"].sum() > 5
    bought = found.query("hedge_ratio < 0 and exposed == 'XLK'")["suggested_allocation"]
    assert len(bought) > 5 and (bought >= 0).all() and bought.max() == pytest.approx(0.1)
    check_baskets(warehouse, returns, {"main": exposures}, candidates)
    status = read(warehouse, "proxy_exposures").set_index("factor")["status"]
    assert status.to_dict() == {"SPY": "high", "XLK": "high", "TLT": "ok", "AAA": "ok", "KBE": "low"}
    active = read(warehouse, "proxy_universe")
    check_metadata(warehouse, returns, active, "reference, user")


@on_both_engines
def test_window_and_composites_by_market_capitalisation(warehouse: Warehouse) -> None:
    prices = pd.read_csv(DATA / "etf_prices_monthly.csv", parse_dates=["month_end"])
    prices = prices[~((prices["ticker"] == "XLV") & (prices["month_end"] == "2020-05-31"))]
    etf_caps = {"SPY": "2019-09-30", "QQQ": "2019-09-30", "XLV": "2019-09-30", "TLT": "2019-09-30", "IEF": "2020-01-01"}
    caps = market_caps(etf_caps, "2022-05-31")
    yields = pd.read_csv(DATA / "treasury_yields_monthly.csv", parse_dates=["month_end"])
    yields = yields[yields["month_end"] != "2021-03-31"]
    spec: dict[str, Any] = {
        "prices": {"file": warehouse.frame("prices.parquet", prices)},
        "market_caps": {"file": warehouse.frame("caps.parquet", caps)},
        "yields": {"file": warehouse.frame("yields.parquet", yields)},
    }
    spec |= {"window": "3y", "end_date": "2022-06-15", "granularity": "subindustry", "rolling_windows": [6, 18]}
    spec |= {"composite_weighting": "market_cap", "asset_class_filters": {"exclude": ["commodity"]}}
    # groups that are given but not asked for
    spec |= {"factor_groups": {"file": warehouse.frame("groups.parquet", GROUPS)}}
    spec |= {"categories": ["market", "style", "industry", "bond", "cash", "commodity", "crypto"]}
    run = warehouse.build_proxies(spec)
    assert run.success, run.log

    wide = prices.pivot(index="month_end", columns="ticker", values="adj_close").drop(columns=["DBC", "GLD", "SLV"])
    etfs = wide.pct_change(fill_method=None).loc[month_ends("2019-06-01", "2022-05-31")]
    assert len(etfs) == 36 and etfs["XLV"].isna().sum() == 2
    universe = ETFS.assign(is_active=ETFS["asset_class"] != "commodity")
    known = universe[universe["ticker"].isin(etfs.columns)].set_index("ticker")
    weights: dict[str, dict[pd.Timestamp, dict[str, float]]] = {}
    for month in etfs.index:
        first = month.replace(day=1)
        latest = caps[caps["date"] <= first].sort_values("date").groupby("ticker")["market_cap"].last()
        for name, members in {
            "equity": ["SPY", "QQQ", "XLV"], "bond": ["TLT", "IEF"], "Health Care": ["XLV"]
        }.items():  # fmt: skip
            own = latest.reindex(members).dropna().to_dict()
            if own:
                weights.setdefault(name, {})[first] = own
    made = pd.DataFrame({name: composed(etfs, own) for name, own in weights.items()})
    assert made["equity"].first_valid_index() == pd.Timestamp("2019-10-31")
    returns = pd.concat([etfs, made], axis=1)
    kinds = dict.fromkeys(made, "composite")
    yields = yields.set_index("month_end").asfreq("ME")
    excess = excess_of(returns, yields)
    assert excess.loc["2021-04-30"].isna().all()
    check_returns(warehouse, returns, excess, kinds)
    reasons = check_quality(
        warehouse, returns, empty=sorted(set(universe[universe["is_active"]]["ticker"]) - set(etfs))
    )
    assert reasons["XLV"] == "gap"
    performance = check_performance(warehouse, returns, excess, known["category"].to_dict() | kinds)
    sectors = sorted(known.index[known["category"] == "industry"].drop("XLV"))
    scopes = {"industry:subindustry": ["Health Care", *sectors], "macro_composite": ["equity", "bond"]}
    scopes |= {"all": list(etfs)} | known.reset_index().groupby("category")["ticker"].agg(list).to_dict()
    scopes["style:us"] = scopes["style"]
    check_correlations(warehouse, returns, scopes)
    check_history(warehouse, returns, scopes, [6, 18])
    rated = known.index[known["category"].isin(["bond", "industry", "market"])]
    check_rates(warehouse, returns, yields, sorted(rated))
    main = {"main": dict.fromkeys(etfs, 1.0)}
    offsets = read(warehouse, "proxy_offsets").query("exposed == 'QQQ'")
    assert (offsets["reason"] == "too few months out of sample").all() and (offsets["current_exposure"] == 0).all()
    found = offset_rows(returns, "QQQ", [name for name in etfs if name != "QQQ"])
    check(offsets, found.drop(columns="exposed"), ["candidate"])
    short = offsets["hedge_ratio"].lt(0)
    assert np.allclose(offsets["suggested_allocation"][short], -np.minimum(0.1, offsets["hedge_ratio"][short].abs()))
    check_baskets(warehouse, returns, main, list(etfs))
    assert performance["n_months"]["QQQ"] == 36


def planted_panel() -> pd.DataFrame:
    """Returns of 180 months: HEDGE takes away 0.8 of itself per TARGET, all N are noise, M and C are macro funds."""
    rng = np.random.default_rng(11)
    months = month_ends("2008-01-01", "2022-12-31")
    noise = {f"N{i:02}": rng.normal(0.004, 0.04, len(months)) for i in range(25)}
    hedge = rng.normal(0.003, 0.03, len(months))
    panel = pd.DataFrame(noise, months)
    panel["HEDGE"], panel["TARGET"] = hedge, 0.005 - 0.8 * hedge + rng.normal(0, 0.03, len(months))
    for i in range(1, 6):
        panel[f"M{i}"] = rng.normal(0.002, 0.05, len(months))
    panel["M4"] = -panel["M5"] + rng.normal(0, 0.002, len(months))  # the other way round is the same too
    panel["C1"] = pd.Series(rng.normal(0.01, 0.1, 60), months[-60:])
    panel["B1"] = pd.Series(rng.normal(0.002, 0.01, 12), months[-12:])
    return panel.rename_axis(index="date")


@on_both_engines
def test_planted_hedge(warehouse: Warehouse) -> None:
    panel = planted_panel()
    classes = {"M": "commodity", "C": "crypto", "B": "bond"}
    rows = [
        {"ticker": name, "priority": i + 1, "asset_class": classes.get(name[0], "equity")}
        | {"category": classes.get(name[0], "industry" if name != "HEDGE" else "market")}
        for i, name in enumerate(sorted(panel, reverse=True))
    ]
    universe = pd.DataFrame(rows)
    exposures = {"TARGET": 0.4, "N00": 0.1}
    portfolio = pd.DataFrame({"factor": list(exposures), "exposure": list(exposures.values())})
    spec: dict[str, Any] = {
        "prices": {"file": warehouse.frame("returns.parquet", long_of(panel, "ret"))},
        "universe": {"file": warehouse.frame("universe.parquet", universe)},
        "portfolio": {"file": warehouse.frame("portfolio.parquet", portfolio)},
        "benchmarks": ["TARGET"],
        "macro_etf_matrix": True,
    }
    run = warehouse.build_proxies(spec)
    assert run.success, run.log

    found = read(warehouse, "proxy_returns", "series_kind = 'etf'")
    wanted = long_of(panel, "monthly_return").rename(columns={"date": "month_end", "ticker": "series"})
    check(found, wanted, ["series", "month_end"])
    offsets = read(warehouse, "proxy_offsets").sort_values("offset_rank")
    target = offsets[offsets["exposed"] == "TARGET"].set_index("candidate")
    best = target.loc["HEDGE"]
    assert target.index[0] == "HEDGE" and best["is_recommended"] and best["placement"] == "cross_category"
    assert abs(best["hedge_ratio"] - 0.8) < 2 * best["hedge_ratio_se"] and best["hedge_ratio_se"] < 0.15
    assert best["suggested_allocation"] == pytest.approx(0.1) and "recommended" in best["rationale"]
    noise = target[target.index.str.startswith("N")]
    assert len(noise) == 25 and not noise["is_recommended"].any()
    assert not offsets[offsets["exposed"] == "N00"]["is_recommended"].any()
    candidates = [name for name in panel if panel[name].notna().sum() >= 24]
    expected = offset_rows(panel, "TARGET", [name for name in candidates if name != "TARGET"])
    check(target.reset_index(), expected, ["exposed", "candidate"])
    baskets = check_baskets(warehouse, panel, {"main": exposures}, candidates)
    assert baskets.query("exposed == 'TARGET'")["candidate"].tolist() == ["HEDGE"]

    choices = read(warehouse, "int_factor_proxies__macro_choices").set_index("series")
    assert choices.loc[["M5", "M3", "M2"], "is_chosen"].all() and choices["reason"]["M1"] == "group is full"
    assert choices["reason"]["M4"] == "near duplicate" and choices["nearest"]["M4"] == "M5"
    assert choices["nearest_correlation"]["M4"] == pytest.approx(panel["M4"].corr(panel["M5"]))
    assert choices.loc[["C1", "B1"], "reason"].tolist() == ["group covers too few months", "too few months"]
    assert choices["choice_rank"]["M5"] == 1 and choices["group_coverage"]["C1"] == pytest.approx(60 / 180)
    chosen = sorted(choices.index[choices["is_chosen"]])
    in_scope = read(warehouse, "proxy_correlations", "scope = 'macro_etf'")["series_a"].unique()
    assert sorted(in_scope) == chosen == sorted(["M2", "M3", "M5", "HEDGE", "TARGET", "N24"])
