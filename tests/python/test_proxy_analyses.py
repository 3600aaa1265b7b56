"""The questions of analyses/factor_proxies against answers worked out from the demo's files in numpy and statsmodels."""

from __future__ import annotations

import re
from itertools import combinations
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


def test_all_questions_are_described() -> None:
    text = (PROJECT / "analyses" / "factor_proxies" / "_factor_proxies.yml").read_text()
    assert len(QUESTIONS) == 8
    assert all(f"- name: {name}\n" in text for name in QUESTIONS)


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


def test_concentration(answers: Answers, returns: pd.DataFrame) -> None:
    weights = pd.Series(PORTFOLIO)
    covariance = returns[weights.index].cov() * 12
    parts = weights * (covariance @ weights)
    expected = [
        {
            "portfolio": "main", "factor": name, "exposure": weights[name], "share_of_variance": part / parts.sum(),
            "share_of_exposure": weights[name] / weights.sum(), "volatility": np.sqrt(parts.sum()),
            "effective_exposures": weights.sum() ** 2 / (weights**2).sum(),
        }
        for name, part in parts.sort_values(ascending=False).items()
    ]  # fmt: skip
    assert_answer(answers["how_concentrated_are_exposures"], expected, relative=1e-8)


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
    analyses = yaml.safe_load((PROJECT / "analyses" / "factor_proxies" / "_factor_proxies.yml").read_text())["analyses"]
    assert all(f"`{analysis['name']}`" in guide for analysis in analyses)


def test_postgres_gives_the_same(
    answers: Answers, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    postgres = PostgresWarehouse(tmp_path_factory.mktemp("questions"), server=server)
    run = postgres.dbt("build", "--select", "+factor_proxies", "--exclude", "test_type:data")
    assert run.success, run.log
    for name, found in answers_of(postgres).items():
        assert list(found.columns) == list(answers[name].columns)
        assert_answer(found, answers[name].to_dict("records"), relative=1e-6, absolute=1e-12)
