"""What follows events, against brute force in pandas: paths around them, and the tests of single events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse, on_both_engines
from scipy import stats

from dbt_whence.events import event_sum_test
from dbt_whence.panel import Array
from dbt_whence.panels import event_panel

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
    is_kept = (random.random(len(panel)) > 0.03) & ((panel["asset"] != "asset_12") | (panel["date"] < dates[24]))
    return panel[is_kept].sort_values(["asset", "date"], ignore_index=True)


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
    check_statistics(warehouse, panel)


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


def events_of(panel: pd.DataFrame, signal: str, model: str, horizon: int, returns: str | None) -> pd.DataFrame:
    """Return every event of one signal with what its tests are made of, entry lag 1."""
    rows_of = {asset: rows.reset_index(drop=True) for asset, rows in panel.groupby("asset")}
    level, forward = {}, {}
    for asset, rows in rows_of.items():
        price = rows["price"].to_numpy(float)
        if returns is not None:  # the level, broken where a return is missing
            growth = 1 + rows[returns].to_numpy(float)
            price = np.nancumprod(growth)
            missing = np.isnan(growth)
        n = len(rows)
        value = np.full(n, np.nan)
        for t in range(n - 1 - horizon):
            if returns is None or not missing[t + 2 : t + 2 + horizon].any():
                value[t] = (price[t + 1 + horizon] / price[t + 1] - 1) / horizon
        level[asset], forward[asset] = price, value
    pairs = pd.concat(
        pd.DataFrame({"asset": a, "row": r.index, "date": r["date"], "s": r[signal], "f": forward[a]})
        for a, r in rows_of.items()
    ).dropna()
    pairs["market"] = pairs.groupby("date")["f"].transform("mean")
    found = []
    for asset, rows in pairs.groupby("asset"):
        s, f, m = (rows[name].to_numpy(float) for name in ("s", "f", "market"))
        near = [np.any(s[max(0, i - horizon + 1) : i + horizon] != 0) for i in range(len(s))]
        quiet = ~np.array(near)
        n, scale = int(quiet.sum()), np.ones(len(s))
        if model == "mean":
            f = f - f[quiet].mean()
            scale = np.full(len(s), np.sqrt(1 + 1 / n))
        elif model == "market":
            line = np.polyfit(m[quiet], f[quiet], 1)
            f = f - np.polyval(line, m)
            scale = np.sqrt(1 + 1 / n + (m - m[quiet].mean()) ** 2 / ((m[quiet] - m[quiet].mean()) ** 2).sum())
        deviation = f[quiet].std(ddof=2 if model == "market" else 1)
        for i in np.flatnonzero(s):
            sign, t = np.sign(s[i]), rows["row"].iloc[i]
            held = level[asset][t + 1 : t + 2 + horizon]
            path = sign * (held / held[0] - 1)
            rank = stats.rankdata(np.r_[f[i], f[quiet]])[0]
            found.append(
                {
                    "date": rows["date"].iloc[i], "ar": f[i], "weighted": s[i] * f[i], "hit": float(sign * f[i] > 0),
                    "best": np.nanmax(path), "worst": np.nanmin(path), "is_tested": n >= 20, "quiet_load": (s != 0).sum() / n,
                    "bmp": sign * f[i] / deviation / scale[i], "event_hit": (sign * f[i] > 0) - (sign * f[quiet] > 0).mean(),
                    "corrado": sign * (rank / (n + 2) - 0.5),
                }
            )  # fmt: skip
    return pd.DataFrame(found)


def clustered_t(events: pd.DataFrame, column: str, position: dict[Any, int], horizon: int, load: float) -> float:
    """Return t of the mean over events: every pair of events fewer than horizon dates apart may be correlated."""
    u = (events[column] - events[column].mean()).to_numpy()
    at = events["date"].map(position).to_numpy()
    near = np.abs(at[:, None] - at[None, :]) < horizon
    windows, last = 0, -(10**9)
    for place in sorted(set(at)):
        if place - last >= horizon:
            windows, last = windows + 1, place
    variance = u @ near @ u * windows / (windows - 1) * (1 + horizon * load)
    return float(events[column].sum() / np.sqrt(variance))


def check_statistics(warehouse: Warehouse, panel: pd.DataFrame) -> None:
    found = warehouse.query("select * from signal_statistics where procedure = 'caar'")
    values = found.set_index(["study", "signal", "horizon", "statistic"])["value"].astype(float)
    warned = warehouse.query("select * from signal_warnings where code = 'events_not_tested'")
    warned = warned.set_index(["study", "signal", "horizon"])["observed"].astype(float)
    position = {day: i for i, day in enumerate(sorted(panel["date"].unique()))}
    for study in ("none", "mean", "market", "returns"):
        for signal in ("event", "sized", "placebo"):
            for horizon in (1, 4):
                returns, model = ("return", "mean") if study == "returns" else (None, study)
                events = events_of(panel, signal, model, horizon, returns)
                tested = events[events["is_tested"]]
                own = values.loc[study, signal, horizon]
                gains = events["weighted"].clip(lower=0).sum()
                expected = {
                    "event_hit_rate": events["hit"].mean(),
                    "profit_factor": gains / -events["weighted"].clip(upper=0).sum(),
                    "mfe_mean": events["best"].mean(),
                    "mae_mean": events["worst"].mean(),
                    "n_events": len(events),
                    "n_events_tested": len(tested),
                    "event_date_share_max": events.groupby("date").size().max() / len(events),
                }
                for name in ("bmp", "event_hit", "corrado"):
                    load = 0.0 if name == "bmp" and model == "none" else tested["quiet_load"].mean()
                    expected[f"{name}_t"] = clustered_t(tested, name, position, horizon, load)
                for name, value in expected.items():
                    assert own[name] == pytest.approx(value, rel=1e-9), (study, signal, horizon, name)
                left_out = len(events) - len(tested)
                assert warned.get((study, signal, horizon), 0) == left_out
    assert warned.gt(0).any()
    ready = values.loc["ready", "event", 1]
    assert (
        ready[["mfe_mean", "mae_mean"]].isna().all() and np.isfinite(ready[["bmp_p", "corrado_p", "event_hit_p"]]).all()
    )


def test_event_sums_of_dates_of_their_own_are_a_t_test() -> None:
    values = np.random.default_rng(1).standard_normal(25) + 0.3
    found = event_sum_test(values, np.ones(25), np.arange(25) * 3.0)
    classic = stats.ttest_1samp(values, 0)
    assert found.t_stat == pytest.approx(classic.statistic, rel=1e-12) and found.df == 24


@pytest.mark.parametrize(
    ("values", "horizon"),
    [
        (np.zeros(0), 1),
        (np.arange(3.0), 1),  # too few dates
        (np.arange(6.0), 2),  # too few windows that do not overlap
        (np.full(6, 0.1), 1),
        (np.zeros(6), 1),
        (np.array([1.0, -1.0] * 4), 2),  # the variance of the overlapping sum is not positive
    ],
)
def test_event_sums_that_cannot_be_tested(values: Array, horizon: int) -> None:
    n = len(values)
    assert np.isnan(event_sum_test(values, np.ones(n), np.arange(n), horizon).t_stat)
