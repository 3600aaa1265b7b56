"""The demo of signals: what was planted is found and nothing else, and the real panels beside pandas and statsmodels."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import PROJECT, Warehouse

from dbt_whence.time_series import newey_west_lags

YIELDS = {"bills_3m": "m3", "treasury_2y": "y2", "treasury_5y": "y5", "treasury_10y": "y10", "treasury_30y": "y30"}
BONDS = ["treasury_2y", "treasury_5y", "treasury_10y", "treasury_30y"]


def newey_west(y: np.ndarray, x: np.ndarray, horizon: int) -> tuple[float, float, float]:
    """The last coefficient of y on x, its t and p, by statsmodels."""
    fit = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": newey_west_lags(len(y), horizon)}, use_t=True)
    return float(fit.params[-1]), float(fit.tvalues[-1]), float(fit.pvalues[-1])


def month_end_data() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Prices and the yields of the last trading date, by month."""
    prices = pd.read_parquet(PROJECT / "seeds" / "demo" / "demo_asset_prices.parquet")
    wide = prices.pivot(index="month_end", columns="asset", values="price")
    wide.index = pd.to_datetime(wide.index).to_period("M")
    daily = pd.read_parquet(PROJECT / "seeds" / "demo" / "demo_treasury_yields.parquet")
    daily = daily.set_index(pd.to_datetime(daily.pop("date"))).sort_index()
    return wide, daily.groupby(daily.index.to_period("M")).last().loc[wide.index]


def momentum(prices: pd.DataFrame, yields: pd.DataFrame) -> pd.DataFrame:
    return prices.shift(1) / prices.shift(12) - 1


def carry(prices: pd.DataFrame, yields: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({asset: (yields[name] - yields["m3"]) / 100 for asset, name in YIELDS.items()})


def profile(demo: Warehouse, signal: str, horizon: int, procedure: str) -> pd.Series:
    rows = demo.query(
        f"select * from signal_profiles where signal = '{signal}' and horizon = {horizon} and procedure = '{procedure}'"
    )
    assert len(rows) == 1
    return rows.iloc[0]


def test_only_what_was_planted_survives(demo: Warehouse) -> None:
    found = demo.query("select * from signal_screening where study like 'planted%'").set_index(
        ["procedure", "horizon", "signal"]
    )
    survivors = found[found["is_survivor"]].index
    for procedure, truth in (("ic", "signal"), ("fm", "signal"), ("caar", "event")):
        assert (procedure, 1, truth) in survivors
        assert found.loc[(procedure, 1, truth), "passes_t3"]
    assert {signal for _, _, signal in survivors} == {"signal", "event"}
    # noise that a t of 2 would let in, and Benjamini and Hochberg's q too
    lucky = found.loc[("fm", 1, "noise_2")]
    assert lucky["p_value"] < 0.01 and lucky["bh_q"] < 0.05 < lucky["bhy_q"]
    assert set(found.loc["ic", "family_size"]) == {10} and set(found.loc["caar", "family_size"]) == {2}


@pytest.mark.parametrize(
    ("signal", "procedure", "truth"),
    [("signal", "ic", 0.05), ("event", "caar", 0.01), ("placebo", "caar", 0.0)]
    + [(f"noise_{i}", "ic", 0.0) for i in range(1, 10)],
)
def test_estimates_within_their_error(demo: Warehouse, signal: str, procedure: str, truth: float) -> None:
    found = profile(demo, signal, 1, procedure)
    assert abs(found["estimate"] - truth) < 2.5 * found["standard_error"]


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("signal", [momentum, carry])
def test_fama_macbeth_by_hand(
    demo: Warehouse, signal: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame], horizon: int
) -> None:
    prices, yields = month_end_data()
    values = signal(prices, yields)
    forward = (prices.shift(-1 - horizon) / prices.shift(-1) - 1) / horizon
    slopes = []
    for month in prices.index:
        pairs = pd.concat([values.loc[month], forward.loc[month]], axis=1).dropna()
        if len(pairs) >= 3 and pairs.iloc[:, 0].nunique() > 1:
            slopes.append(np.polyfit(pairs.iloc[:, 0], pairs.iloc[:, 1], 1)[0])
    mean, t, p = newey_west(np.array(slopes), np.ones((len(slopes), 1)), horizon)
    found = profile(demo, "momentum_12_1" if signal is momentum else "carry", horizon, "fm")
    assert found["n_obs"] == len(slopes) > 200
    assert found["estimate"] == pytest.approx(mean, rel=1e-7)
    assert found["t_stat"] == pytest.approx(t, rel=1e-6)
    assert found["primary_p"] == pytest.approx(p, rel=1e-6)
    assert found["n_assets"] == values.notna().any().sum() < 10
    assert "small_cross_section_n" in found["warnings"]


def test_bonds_over_bills_on_the_yield_curve_by_hand(demo: Warehouse) -> None:
    prices, yields = month_end_data()
    over_bills = prices[BONDS].div(prices["bills_3m"], axis=0)
    change = yields["y10"].diff()
    signals = {
        ("term_spread", "common_continuous"): yields["y10"] - yields["m3"],
        ("yield_change", "common_continuous"): change,
        ("yield_jump", "common_sparse"): (np.sign(change) * (change.abs().round(2) >= 0.4)).where(change.notna()),
    }
    for horizon in (1, 3):
        forward = ((over_bills.shift(-1 - horizon) / over_bills.shift(-1) - 1) / horizon).mean(axis=1)
        for (name, procedure), values in signals.items():
            both = pd.concat([values, forward], axis=1).dropna().to_numpy()
            slope, t, p = newey_west(both[:, 1], sm.add_constant(both[:, 0]), horizon)
            found = profile(demo, name, horizon, procedure)
            assert found["n_obs"] == len(both)
            assert found["estimate"] == pytest.approx(slope, rel=1e-7)
            assert found["t_stat"] == pytest.approx(t, rel=1e-6)
            assert found["primary_p"] == pytest.approx(p, rel=1e-6)


def test_what_the_real_panels_cannot_say(demo: Warehouse) -> None:
    """Nine assets have no information coefficient, and say so; the level of the term spread is persistent."""
    for signal in ("momentum_12_1", "carry"):
        found = profile(demo, signal, 1, "ic")
        assert found["status"] == "insufficient_sample" and "small_cross_section_n" in found["warnings"]
    assert "persistent_regressor" in profile(demo, "term_spread", 1, "common_continuous")["warnings"]
    assert "persistent_regressor" not in profile(demo, "yield_change", 1, "common_continuous")["warnings"]
    survivors = demo.query(
        "select signal from signal_screening where study in ('momentum_and_carry', 'treasury_timing') and is_survivor"
    )
    assert survivors.empty


def test_signals_are_of_the_past(demo: Warehouse) -> None:
    """Each was known by the end of its month, so before the month end at which its return begins."""
    for panel in ("stg_demo__asset_signals", "stg_demo__treasury_signals"):
        late = demo.query(f"select * from {panel} where known_at > month_end or entry_at <= month_end")
        assert late.empty


def shown_queries(path: str, prefix: str) -> list[tuple[str, list[list[str]]]]:
    """Queries of tables of a prefix that a text shows with dbt show, and the cells that it prints."""
    text = (PROJECT / path).read_text()
    blocks = re.findall(r'dbt --quiet show --limit \d+ --inline "\n(.*?)"\n(\|.*?)\n```', text, re.S)
    return [
        (re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", sql), [row.strip("|").split("|") for row in table.split("\n")[2:]])
        for sql, table in blocks
        if f"ref('{prefix}" in sql
    ]


def assert_printed(demo: Warehouse, path: str, prefix: str) -> None:
    """What a text prints below its queries is what they say of the demo."""
    queries = shown_queries(path, prefix)
    assert queries
    for sql, printed in queries:
        found = demo.query(sql)
        assert len(found) == len(printed) > 0
        for row, cells in zip(found.itertuples(index=False), printed, strict=True):
            for value, cell in zip(row, (cell.strip() for cell in cells), strict=True):
                if isinstance(value, (bool, np.bool_)):
                    assert str(bool(value)) == cell
                elif value is None or value != value:
                    assert cell == ""
                elif isinstance(value, str):
                    assert value == cell or (cell.endswith("...") and value.startswith(cell[:-3]))
                else:
                    assert float(value) == pytest.approx(float(cell.replace(",", "")), abs=1e-9), (sql, row)


@pytest.mark.parametrize("path", ["README.md", "docs/signal_research.md"])
def test_printed_results_are_those_of_the_demo(demo: Warehouse, path: str) -> None:
    assert_printed(demo, path, "signal_")
