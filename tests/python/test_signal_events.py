"""What follows events, against brute force in pandas: paths around them, and the tests of single events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from conftest import Warehouse, on_both_engines

from dbt_whence.panel import Array
from dbt_whence.panels import business_days, event_panel

WINDOW = (-3, 6)


def ragged_panel(seed: int = 3) -> pd.DataFrame:
    """12 assets by 90 dates, rows missing at random, some prices and signals missing too; events of several sizes."""
    panel = event_panel(12, 90, event_rate=0.04, drift=0.02, seed=seed)
    random = np.random.default_rng(seed)
    sizes = random.choice([1.0, -1.0, 2.5], len(panel))
    panel["sized"] = panel["event"] * sizes
    panel["placebo"] = np.where(random.random(len(panel)) < 0.03, np.nan, panel["placebo"])
    dates = panel["date"].unique()
    shared = pd.Series(np.where(random.random(len(dates)) < 0.1, -1.0, 0.0), index=dates)
    panel["shared"] = panel["date"].map(shared)
    panel.loc[random.random(len(panel)) < 0.02, "price"] = np.nan
    panel["return"] = panel.groupby("asset")["price"].pct_change(fill_method=None)
    panel["forward"] = panel["return"]
    return panel[random.random(len(panel)) > 0.03].sort_values(["asset", "date"], ignore_index=True)


def path_of(panel: pd.DataFrame, signal: str, model: str, window: tuple[int, int], returns: str | None) -> pd.DataFrame:
    """Return signal_event_paths of one signal, event by event."""
    before, after = window
    series = {}
    for asset, rows in panel.groupby("asset"):
        price = rows["price"].to_numpy(float)
        single = np.r_[np.nan, price[1:] / price[:-1] - 1] if returns is None else rows[returns].to_numpy(float)
        series[asset] = pd.DataFrame({"date": rows["date"], "r": single, "s": rows[signal]}).reset_index(drop=True)
    market = pd.concat(series.values()).groupby("date")["r"].mean()
    found = []
    for rows in series.values():
        is_event = rows["s"].fillna(0).to_numpy() != 0
        places = np.flatnonzero(is_event)
        in_window = {t + k for t in places for k in range(before, after + 1)}
        r, m = rows["r"].to_numpy(), rows["date"].map(market).to_numpy(float)
        quiet = np.array([i not in in_window for i in range(len(rows))]) & np.isfinite(r)
        expected: Array = np.zeros(len(rows))
        if model == "mean":
            expected = np.full(len(rows), r[quiet].mean() if quiet.any() else np.nan)
        elif model == "market":
            slope, constant = np.polyfit(m[quiet], r[quiet], 1) if quiet.sum() > 1 else (np.nan, np.nan)
            expected = constant + slope * m
        for t in places:
            for k in range(before, after + 1):
                if 0 <= t + k < len(rows):
                    value = rows["s"][t] * (r[t + k] - expected[t + k])
                    found.append((rows["date"][t], k, value))
    events = pd.DataFrame(found, columns=["date", "event_offset", "value"]).dropna()
    by_date = events.groupby(["event_offset", "date"])["value"].mean().groupby("event_offset")
    result = pd.DataFrame({"mean_abnormal_return": by_date.mean()})
    result["cumulative_abnormal_return"] = result["mean_abnormal_return"].cumsum()
    result["standard_error"] = by_date.std() / np.sqrt(by_date.size())
    result["n_events"] = events.groupby("event_offset").size()
    return result


@on_both_engines
def test_events(warehouse: Warehouse) -> None:
    panel = ragged_panel()
    path = warehouse.frame("ragged.parquet", panel.sample(frac=1, random_state=1))
    signals: list[Any] = ["event", {"name": "sized", "kind": "sparse"}, "placebo", "shared"]
    base = {"signals": signals, "horizons": [1, 4], "event_window": list(WINDOW)}
    prices = {"file": path, "columns": {"price": "price"}}
    studies: list[dict[str, Any]] = [
        base | {"name": model, "panel": prices, "abnormal_return": model} for model in ("none", "mean", "market")
    ]
    returns = {"file": path, "columns": {"return": "return"}}
    studies.append(base | {"name": "returns", "panel": returns, "abnormal_return": "mean"})
    ready = {"file": path, "columns": {"forward_return": "forward"}}
    studies.append({"name": "ready", "panel": ready, "signals": ["event"]})
    wide = {"name": "wide", "panel": prices, "signals": ["event"], "abnormal_return": "mean"}
    studies.append(wide | {"event_window": [-1000, 1000]})
    run = warehouse.build_signals(studies)
    assert run.success, run.log
    check_paths(warehouse, panel)


def check_paths(warehouse: Warehouse, panel: pd.DataFrame) -> None:
    found = warehouse.query("select * from signal_event_paths order by study, signal, event_offset")
    assert set(found["study"]) == {"none", "mean", "market", "returns"}  # none without quiet rows or one-row returns
    for (study, signal), rows in found.groupby(["study", "signal"]):
        model = "mean" if study == "returns" else str(study)
        if signal == "shared" and model == "market":
            model = "mean"
        expected = path_of(panel, str(signal), model, WINDOW, "return" if study == "returns" else None)
        assert rows["event_offset"].tolist() == list(range(WINDOW[0], WINDOW[1] + 1))
        own = rows.set_index("event_offset")[expected.columns].astype(float)
        np.testing.assert_allclose(own, expected.astype(float), rtol=1e-9, atol=1e-13, err_msg=f"{study} {signal}")
    assert found.groupby("study").size().eq(40).all()
    planted = found[(found["study"] == "none") & (found["signal"] == "event")].set_index("event_offset")
    assert planted["mean_abnormal_return"].astype(float).idxmax() == 2
