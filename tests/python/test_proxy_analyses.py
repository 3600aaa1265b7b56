"""The questions of analyses/factor_proxies against answers worked out from the demo's files in numpy and statsmodels."""

from __future__ import annotations

import re
import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from conftest import PROJECT, PostgresWarehouse, Warehouse
from postgres_server import PostgresServer
from scipy import stats
from statsmodels.stats.multitest import multipletests
from test_factor_analyses import assert_answer
from test_signal_demo import assert_printed

QUESTIONS = sorted(path.stem for path in (PROJECT / "analyses" / "factor_proxies").glob("*.sql"))
PORTFOLIO = {
    "treasury_10y": 0.30, "treasury_30y": 0.20, "bills_3m": 0.15, "gold": 0.15, "wti": 0.10, "natural_gas": 0.05,
}  # fmt: skip
BONDS = ["treasury_2y", "treasury_5y", "treasury_10y", "treasury_30y"]
Answers = dict[str, pd.DataFrame]


def answers_of(warehouse: Warehouse) -> Answers:
    """Compile every question at once, and ask each."""
    run = warehouse.dbt("compile", "--select", *QUESTIONS)
    assert run.success, run.log
    folder = warehouse.folder / "target" / "compiled" / "whence" / "analyses" / "factor_proxies"
    return {name: warehouse.query((folder / f"{name}.sql").read_text()) for name in QUESTIONS}


@pytest.fixture(scope="module")
def answers(demo: Warehouse) -> Answers:
    return answers_of(demo)


@pytest.fixture(scope="module")
def returns() -> pd.DataFrame:
    """Monthly returns of the demo's nine series."""
    prices = pd.read_parquet(PROJECT / "seeds" / "demo" / "demo_asset_prices.parquet")
    wide = prices.pivot(index="month_end", columns="asset", values="price").astype(float)
    wide.index = pd.to_datetime(wide.index).to_period("M")
    return wide.pct_change().iloc[1:]


@pytest.fixture(scope="module")
def yield_changes(returns: pd.DataFrame) -> pd.DataFrame:
    """Changes of the yields at month ends, decimals."""
    daily = pd.read_parquet(PROJECT / "seeds" / "demo" / "demo_treasury_yields.parquet")
    daily = daily.set_index(pd.to_datetime(daily.pop("date"))).sort_index()
    # equal moves must stay equal, or last digits would decide which of them are large
    return (daily.groupby(daily.index.to_period("M")).last() / 100).diff().loc[returns.index]


def walked(y: np.ndarray, x: np.ndarray) -> float:
    """Variance taken away on the second half of the months, each with the ratios of all months before it."""
    start = len(y) // 2
    hedged = []
    for t in range(start, len(y)):
        past = np.column_stack([np.ones(t), x[:t]])
        slopes = np.linalg.lstsq(past, y[:t], rcond=None)[0][1:]
        hedged.append(y[t] - x[t] @ slopes)
    return 1 - float(np.var(hedged) / np.var(y[start:]))


@pytest.fixture(scope="module")
def hedges(returns: pd.DataFrame) -> pd.DataFrame:
    """Every hedge of an exposure by one series."""
    rows = []
    for exposed in PORTFOLIO:
        candidates = [name for name in returns if name != exposed]
        found = [stats.pearsonr(returns[exposed], returns[name]) for name in candidates]
        q = multipletests([test.pvalue for test in found], method="fdr_by")[1]
        for name, test, q_value in zip(candidates, found, q, strict=True):
            y, x = returns[exposed].to_numpy(), returns[name].to_numpy()
            rows.append({
                "portfolio": "main", "exposed": exposed, "candidate": name, "correlation": test.statistic, "q_value": q_value,
                "hedge_ratio": -np.cov(y, x)[0, 1] / x.var(ddof=1), "variance_reduction": test.statistic**2,
                "oos_variance_reduction": walked(y, x[:, None]), "n_oos": len(y) - len(y) // 2,
            })  # fmt: skip
    return pd.DataFrame(rows)


def test_what_offsets_each_exposure(answers: Answers, hedges: pd.DataFrame) -> None:
    expected: list[dict[str, Any]] = []
    for exposed, exposure in PORTFOLIO.items():
        own = hedges[hedges["exposed"] == exposed].sort_values("oos_variance_reduction", ascending=False)
        holds = (own["q_value"] < 0.05) & (own["oos_variance_reduction"] > 0.05)
        is_held = own["candidate"].map(PORTFOLIO).ge(0.15) & own["hedge_ratio"].gt(0)  # what is held is not bought
        chosen = pd.concat([own[holds & ~is_held], own[holds & is_held]]) if holds.any() else own.iloc[:1]
        for i, row in enumerate(chosen.to_dict("records"), 1):
            del row["variance_reduction"]
            said = {"exposure": exposure, "choice": i, "is_recommended": bool(holds.any())}
            expected.append(row | said | ({} if holds.any() else {"suggested_allocation": None}))
    none = {"exposed": "private_credit", "candidate": None, "reason": "no series of that name has returns"}
    expected.append({"portfolio": "main", "exposure": 0.05, "is_recommended": False} | none)
    assert_answer(answers["what_offsets_each_exposure"], expected, relative=1e-7)
    assert next(row["candidate"] for row in expected if row["exposed"] == "wti") == "brent"


def test_hedges_that_failed(answers: Answers, hedges: pd.DataFrame) -> None:
    failed = hedges[
        (hedges["q_value"] < 0.05) & (hedges["variance_reduction"] > 0.05) & (hedges["oos_variance_reduction"] <= 0.05)
    ].assign(lost=lambda rows: rows["variance_reduction"] - rows["oos_variance_reduction"])
    failed = failed.sort_values("lost", ascending=False)
    words = {True: "adds variance", False: "takes away too little"}
    expected = failed.assign(verdict=(failed["oos_variance_reduction"] < 0).map(words)).to_dict("records")
    assert {row["candidate"] for row in expected[:2]} == {"brent"}
    assert_answer(answers["which_hedges_failed_out_of_sample"], expected, relative=1e-7)


def test_breaks_in_stress(
    demo: Warehouse, answers: Answers, returns: pd.DataFrame, yield_changes: pd.DataFrame
) -> None:
    """Of the rule that looks at rates, scope all."""
    moves = yield_changes["y10"].abs().round(9)
    regimes = demo.query("select regime from proxy_regimes where regime_rule = 'rates' order by month_end")["regime"]
    stressed = (regimes == "stressed").to_numpy()
    assert moves[stressed].min() >= moves.quantile(0.75) >= moves[~stressed].max() and 55 <= stressed.sum() <= 60
    rows = []
    for a, b in combinations(sorted(returns), 2):
        r = [float(np.corrcoef(returns[a][state], returns[b][state])[0, 1]) for state in (~stressed, stressed)]
        error = np.sqrt(1 / ((~stressed).sum() - 3) + 1 / (stressed.sum() - 3))
        z = (np.arctanh(r[1]) - np.arctanh(r[0])) / error
        rows.append({"series_a": a, "series_b": b, "calm_correlation": r[0], "stressed_correlation": r[1], "z": z})
    frame = pd.DataFrame(rows)
    frame["difference_q_value"] = multipletests(2 * stats.norm.sf(frame.pop("z").abs()), method="fdr_by")[1]
    frame = frame[frame["difference_q_value"] < 0.05].sort_values(["difference_q_value", "series_a", "series_b"])
    found = answers["which_relationships_broke_in_stress"]
    found = found[(found["scope"] == "all") & (found["regime_rule"] == "rates")].reset_index(drop=True)
    assert set(found["verdict"]) == {"closer in stress"}
    assert found["n_stressed"].tolist() == [stressed.sum()] * len(found)
    order = ["series_a", "series_b"]
    assert_answer(
        found.sort_values(order, ignore_index=True), frame.sort_values(order).to_dict("records"), relative=1e-6
    )


def test_rates(answers: Answers, returns: pd.DataFrame, yield_changes: pd.DataFrame) -> None:
    maturities = ["y2", "y5", "y10", "y30"]
    level, slope = yield_changes[maturities].mean(axis=1), yield_changes["y30"] - yield_changes["y2"]
    expected = []
    for name in BONDS:
        fits = {m: sm.OLS(returns[name], sm.add_constant(yield_changes[m])).fit() for m in maturities}
        best = max(fits, key=lambda m: fits[m].rsquared)
        joint = sm.OLS(returns[name], sm.add_constant(pd.DataFrame({"level": level, "slope": slope}))).fit()
        expected.append({
            "series": name, "closest_maturity": best, "beta": fits[best].params[best],
            "return_per_point": fits[best].params[best] / 100, "r_squared": fits[best].rsquared,
            "level_beta": joint.params["level"], "slope_beta": joint.params["slope"], "verdict": "level and slope",
        })  # fmt: skip
    expected.sort(key=lambda row: -row["r_squared"])
    assert_answer(answers["what_moves_with_rates"], expected, relative=1e-7)


def test_trust(answers: Answers) -> None:
    row = {"kind": "exposure", "name": "private_credit", "status": "excluded", "reason": "no proxy", "exposure": 0.05}
    assert_answer(answers["which_series_cannot_be_trusted"], [row])


def concentrated(weights: pd.Series, covariance: pd.DataFrame) -> list[dict[str, Any]]:
    """Shares of exposures in size and variance; those that the covariance does not have come last."""
    priced = weights[covariance.index]
    parts = (priced * (covariance @ priced)).sort_values(ascending=False)
    of_whole = {
        "volatility": np.sqrt(parts.sum()),
        "effective_exposures": weights.abs().sum() ** 2 / (weights**2).sum(),
    }
    return [
        {"factor": name, "exposure": weights[name], "share_of_exposure": abs(weights[name]) / weights.abs().sum(),
         "share_of_variance": parts[name] / parts.sum() if name in parts else None} | of_whole
        for name in [*parts.index, *weights.index.difference(parts.index)]
    ]  # fmt: skip


def test_concentration(answers: Answers, returns: pd.DataFrame) -> None:
    weights = pd.Series(PORTFOLIO | {"private_credit": 0.05})
    expected = concentrated(weights, returns[list(PORTFOLIO)].cov() * 12)
    found = answers["how_concentrated_are_exposures"]
    assert_answer(found, expected, relative=1e-8)
    assert set(found["portfolio"]) == {"main"} and set(found["n_unknown"].astype(int)) == {0}


def test_concentration_of_composites_groups_and_short_histories(
    demo: Warehouse, returns: pd.DataFrame, tmp_path: Path
) -> None:
    """A composite and a group are held like funds; two that share too few months count as unrelated."""
    copied = Warehouse(tmp_path)
    shutil.copy(demo.database, copied.database)
    months = "select distinct month_end from proxy_returns"
    copied.execute(f"""
        insert into proxy_exposures select 'mixed', unnest(['commodity', 'barbell', 'wti', 'young', 'nothing']),
            unnest([0.5, 0.2, -0.2, 0.1, 0.1]), 0.25, 'ok', true;
        delete from proxy_returns where series = 'barbell' and month_end > date '2015-12-31';
        insert into proxy_returns (series, month_end, series_kind, monthly_return)
        select 'young', month_end, 'etf', extract(month from month_end) / 100 from ({months}) where month_end > date '2014-12-31'
    """)
    found = answers_of(copied)["how_concentrated_are_exposures"]
    found = found[found["portfolio"] == "mixed"].reset_index(drop=True)
    wide = copied.query("select series, month_end, monthly_return from proxy_returns").pivot(
        index="month_end", columns="series", values="monthly_return"
    )[["commodity", "barbell", "wti", "young"]]
    covariance = wide.cov() * 12
    covariance.loc["young", "barbell"] = covariance.loc["barbell", "young"] = 0.0  # twelve months in common
    weights = pd.Series({"commodity": 0.5, "barbell": 0.2, "wti": -0.2, "young": 0.1, "nothing": 0.1})
    assert_answer(found, concentrated(weights, covariance), relative=1e-8)
    unknown = dict(zip(found["factor"], found["n_unknown"].astype(int), strict=True))
    assert unknown == {"commodity": 0, "barbell": 1, "wti": 0, "young": 1, "nothing": 0}


def test_diversifiers(answers: Answers, returns: pd.DataFrame) -> None:
    held = pd.Series(PORTFOLIO)
    correlations = returns.corrwith(returns[held.index] @ held).sort_values()
    volatility = returns.std() * np.sqrt(12)
    expected = [
        {"portfolio": "main", "series": name, "correlation": r, "volatility": volatility[name], "exposure": PORTFOLIO.get(name), "n_obs": len(returns)}
        for name, r in correlations.items()
    ]  # fmt: skip
    assert_answer(answers["which_series_diversify_the_portfolio"], expected, relative=1e-8)


def test_a_rise_of_rates(answers: Answers, returns: pd.DataFrame, yield_changes: pd.DataFrame) -> None:
    maturities = ["y2", "y5", "y10", "y30"]
    design = sm.add_constant(pd.DataFrame({
        "level": yield_changes[maturities].mean(axis=1), "slope": yield_changes["y30"] - yield_changes["y2"],
    }))  # fmt: skip
    betas = {name: sm.OLS(returns[name], design).fit().params["level"] for name in PORTFOLIO if name in BONDS}
    parts = {name: PORTFOLIO[name] * beta / 100 for name, beta in betas.items()}
    held = sum(PORTFOLIO[name] for name in parts)
    expected = [{"factor": "(total)", "exposure": held, "effect": sum(parts.values()), "beta": None}]
    expected += [
        {"factor": name, "exposure": PORTFOLIO[name], "effect": parts[name], "beta": betas[name], "basis": "level"}
        for name in sorted(parts, key=lambda name: -abs(parts[name]))
    ]
    others = sorted({*PORTFOLIO, "private_credit"} - set(parts))
    expected += [{"factor": name, "effect": None, "basis": "not estimated"} for name in others]
    assert_answer(answers["what_does_a_rise_of_rates_do"], expected, relative=1e-7)


def test_a_fall_of_the_market(answers: Answers, returns: pd.DataFrame) -> None:
    market = returns["treasury_10y"]
    down = market < 0
    rows = {}
    for name in set(PORTFOLIO) - {"bills_3m"}:  # cash is not among the categories that are asked for
        betas = [np.cov(returns[name][at], market[at])[0, 1] / market[at].var() for at in (market.notna(), down)]
        rows[name] = [-0.1 * PORTFOLIO[name] * beta for beta in betas]
    rows["treasury_10y"] = [-0.03, -0.03]  # the benchmark itself
    expected = [
        {
            "factor": "(total)",
            "effect": sum(both for both, _ in rows.values()),
            "effect_by_down_beta": sum(d for _, d in rows.values()),
        }
    ]
    expected += [
        {"benchmark": "treasury_10y", "factor": name, "effect": rows[name][0], "effect_by_down_beta": rows[name][1]}
        for name in sorted(rows, key=lambda name: -abs(rows[name][0]))
    ]  # fmt: skip
    expected += [{"factor": name, "effect": None, "basis": "not estimated"} for name in ("bills_3m", "private_credit")]
    assert_answer(answers["what_does_a_fall_of_the_market_do"], expected, relative=1e-7)


def test_how_correlations_moved(demo: Warehouse, answers: Answers, returns: pd.DataFrame) -> None:
    found = answers["how_has_a_correlation_moved"]
    own = found[(found["scope"] == "all") & (found["window_months"] == 36)].set_index(["series_a", "series_b"])
    assert len(own) == 36
    width = (own["highest"] - own["lowest"]).round(9).to_numpy()
    assert (np.diff(width) <= 0).all()
    for a, b in own.index:
        rolling = returns[a].rolling(36, min_periods=27).corr(returns[b]).dropna()  # three quarters of a window
        row = own.loc[(a, b)]
        np.testing.assert_allclose(
            row[["lowest", "highest", "latest", "positive_share"]].astype(float),
            [rolling.min(), rolling.max(), rolling.iloc[-1], (rolling > 0).mean()], rtol=1e-6, atol=1e-9,
        )  # fmt: skip
        assert str(row["lowest_month"])[:7] == str(rolling.idxmin())
        assert str(row["highest_month"])[:7] == str(rolling.idxmax())
        assert row["n_windows"] == len(rolling)


def test_what_paid_and_what_was_earned(demo: Warehouse, answers: Answers, returns: pd.DataFrame) -> None:
    rows = demo.query("select * from proxy_performance")
    rows["verdict"] = "not shown"
    rows.loc[rows["sharpe_ratio"].abs() > 2 * rows["sharpe_standard_error"], "verdict"] = "paid"
    # what earns the riskless rate itself has no ratio
    rows.loc[rows["sharpe_ratio"].isna(), "verdict"] = "unknown"
    columns = ["series", "sharpe_ratio", "sharpe_standard_error", "verdict", "annual_return", "max_drawdown"]
    expected = rows.sort_values("sharpe_ratio", ascending=False)[columns].to_dict("records")
    # a composite of one fund is that fund: equal ratios are in the order of names
    expected.sort(key=lambda row: (-round(row["sharpe_ratio"], 9), row["series"]))
    assert_answer(answers["which_series_paid_for_their_risk"], expected)
    assert [row["series"] for row in expected if row["verdict"] == "paid"] == ["gold"]
    found = answers["what_was_earned_of_late"].set_index("series")
    assert found["return_1y"].astype(float).is_monotonic_decreasing
    for column, n in {"return_1m": 1, "return_3m": 3, "return_6m": 6, "return_1y": 12, "return_2y": 24}.items():
        total = (1 + returns.iloc[-n:]).prod() - 1
        np.testing.assert_allclose(found.loc[total.index, column].astype(float), total, rtol=1e-9, atol=1e-12)


def test_pairs(answers: Answers, returns: pd.DataFrame) -> None:
    found = answers["which_series_move_together"]
    found = found[found["scope"] == "all"].reset_index(drop=True)
    expected = []
    for a, b in combinations(sorted(returns), 2):
        r = returns[a].corr(returns[b])
        low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * stats.norm.ppf(0.975) / np.sqrt(len(returns) - 3))
        kind = "hedge" if r < -0.1 else "complement" if r <= 0.3 else "amplifier"
        bounds = {"hedge": (-1, -0.1), "complement": (-0.1, 0.3), "amplifier": (0.3, 1)}[kind]
        certain = bool(bounds[0] <= low and high <= bounds[1])
        expected.append(
            {"series_a": a, "series_b": b, "correlation": r, "relationship": kind, "is_relationship_certain": certain}
        )
    expected.sort(key=lambda row: row["correlation"])
    assert_answer(found, expected, relative=1e-7)


def test_runs_of_stress(demo: Warehouse, answers: Answers) -> None:
    expected: list[dict[str, Any]] = []
    regimes = demo.query("select * from proxy_regimes order by regime_rule, month_end")
    for rule, rows in regimes.groupby("regime_rule"):
        runs: list[list[Any]] = []
        before = "calm"
        for row in rows.itertuples():
            if row.regime == "stressed":
                runs = [*runs, [row.month_end]] if before == "calm" else [*runs[:-1], [*runs[-1], row.month_end]]
            before = str(row.regime)
        last = rows["month_end"].max()
        expected += [
            {"regime_rule": rule, "first_month": run[0], "last_month": run[-1], "n_months": len(run), "is_ongoing": run[-1] == last}
            for run in reversed(runs)
        ]  # fmt: skip
    assert_answer(answers["when_was_the_market_stressed"], expected)


def test_baskets(answers: Answers, returns: pd.DataFrame) -> None:
    """The first two candidates are those that explain most; each size is judged on months it has not seen."""
    found = answers["what_basket_hedges_each_exposure"]
    for exposed, rows in found.groupby("exposed"):
        y = returns[exposed].to_numpy()
        others = [name for name in returns if name != exposed]
        first = max(others, key=lambda name: abs(np.corrcoef(y, returns[name])[0, 1]))
        before = None
        for row in rows.sort_values("basket").to_dict("records"):
            held = dict(part.rsplit(" ", 1) for part in row["holdings"].split(", "))
            assert len(held) == row["basket"] and first in held
            x = returns[list(held)].to_numpy()
            slopes = np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0][1:]
            np.testing.assert_allclose([-float(text) for text in held.values()], slopes, rtol=0.02)
            oos = walked(y, x)
            assert row["oos_variance_reduction"] == pytest.approx(oos, rel=1e-7)
            assert before is None or row["added_by_the_last"] == pytest.approx(oos - before, rel=1e-6)
            before = oos
        assert bool(rows["is_best"].any()) == (before is not None and before > 0.05)


def test_shifts(answers: Answers, returns: pd.DataFrame) -> None:
    expected = []
    for a, b in combinations(sorted(returns), 2):
        recent, before = (rows[[a, b]].corr().iloc[0, 1] for rows in (returns.iloc[-36:], returns.iloc[:-36]))
        z = (np.arctanh(recent) - np.arctanh(before)) / np.sqrt(1 / 33 + 1 / (len(returns) - 39))
        expected.append(
            {"series_a": a, "series_b": b, "correlation_recent": recent, "correlation_before": before, "z": z}
        )
    expected.sort(key=lambda row: -abs(row["z"]))
    assert_answer(answers["which_correlations_have_shifted"], expected, relative=1e-7)
    found = answers["which_correlations_have_shifted"]
    assert found.loc[found["verdict"] != "no shift shown", ["series_a", "series_b", "verdict"]].to_numpy().tolist() == [
        ["bills_3m", "gold", "turned"]
    ]


def test_a_question_is_shown(demo: Warehouse) -> None:
    run = demo.dbt("show", "--select", "which_hedges_failed_out_of_sample")
    assert run.success and "treasury_30y" in run.log and "brent" in run.log, run.log


@pytest.mark.parametrize("path", ["README.md", "docs/factor_proxies.md"])
def test_printed_results_are_those_of_the_demo(demo: Warehouse, path: str) -> None:
    assert_printed(demo, path, "proxy_")


def test_the_guide_has_every_field_and_column() -> None:
    guide = (PROJECT / "docs" / "factor_proxies.md").read_text()
    rules = (PROJECT / "macros/factor_proxies/configuration/proxy_rules.sql").read_text()
    fields = re.findall(r"^    '(\w+)': (.*)$", rules, re.M)
    assert len(fields) > 50
    for name, rule in fields:
        rows = [row for row in guide.split("\n") if row.startswith("|") and f"`{name}`" in row.split("|")[1]]
        assert rows, name
        default = re.search(r"'?default'?[:=] ?(-?[\d.]+|'\w+')", rule)
        if default:
            assert default[1].strip("'") in rows[0], (name, default[1])
    tables = yaml.safe_load((PROJECT / "models" / "factor_proxies" / "_factor_proxies.yml").read_text())["models"]
    for table in tables:
        if table["name"].startswith("proxy_"):
            section = guide.split(f"### `{table['name']}`\n")[1].split("\n### ")[0]
            for column in table["columns"]:
                assert f"| `{column['name']}` |" in section, (table["name"], column["name"])


def test_postgres_gives_the_same(
    answers: Answers, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    postgres = PostgresWarehouse(tmp_path_factory.mktemp("questions"), server=server)
    run = postgres.dbt("build", "--select", "+factor_proxies", "--exclude", "test_type:data")
    assert run.success, run.log
    for name, found in answers_of(postgres).items():
        assert list(found.columns) == list(answers[name].columns)
        assert_answer(found, answers[name].to_dict("records"), relative=1e-6, absolute=1e-12)
