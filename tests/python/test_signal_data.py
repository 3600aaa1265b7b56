"""Odd data in signal studies: every signal and horizon keeps a row that says what is wrong, and numbers stay finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Run, Warehouse, on_both_engines
from scipy import stats

from dbt_whence.panels import business_days

TABLES = {
    "detection": "study, signal",
    "series": "study, signal, horizon, statistic, date",
    "asset_betas": "study, signal, horizon, asset",
    "event_paths": "study, signal, event_offset",
    "profiles": "study, signal, horizon, procedure",
    "statistics": "study, signal, horizon, procedure, statistic",
    "warnings": "study, signal, horizon, procedure, code",
    "trials": "study, signal, horizon, procedure, data_hash",
    "screening": "study, family, signal, horizon, procedure",
}
NAMES = [f"asset {i}" for i in range(8)] + ["O'Neil | Co", 'a"b', "😀 ", "日本", "select", "\\N;--", "  ", "x" * 300]
ODD = ["plain", "with gaps", "huge", "beyond", "tiny", "vanishing", "flat dates", "two_values", "all_null", "all zero",
       "one value", "Boolean", "integer", "decimal", "select", "macro", "rate \"10y\"", "three_dates", "four_dates", "weights"]  # fmt: skip


def odd_panel(seed: int = 7) -> pd.DataFrame:
    """16 assets by 64 dates, ragged, with columns of every oddity; prices among them."""
    random = np.random.default_rng(seed)
    days = business_days(64)
    days[40:] = business_days(264)[-24:]
    shape = (len(days), len(NAMES))
    size = shape[0] * shape[1]
    price = 100 * np.exp(np.cumsum(0.02 * random.standard_normal(shape), axis=0))
    common = random.standard_normal(len(days))
    panel = pd.DataFrame(
        {
            "Month End": np.repeat(days, len(NAMES)),
            "group": np.tile(NAMES, len(days)),
            "Adj. Close": price.ravel(),
            "plain": random.standard_normal(size),
            "with gaps": random.standard_normal(size),
            "huge": random.standard_normal(size) * 1e29,
            "beyond": random.choice([1e200, -1e31, 5.0, 6.0, 7.0], size),
            "tiny": random.standard_normal(size) * 1e-25,
            "vanishing": random.choice([1e-300, -1e-300], size),
            "flat dates": np.where(np.repeat(np.arange(len(days)) % 2, len(NAMES)) == 0, 4.0, random.random(size)),
            "two_values": random.choice([1.0, 2.0], size),
            "all_null": np.full(size, np.nan),
            "all zero": np.zeros(size),
            "one value": np.full(size, 0.1),
            "Boolean": random.random(size) < 0.5,
            "integer": random.integers(-5, 50, size),
            "select": random.standard_normal(size).round(1),
            "macro": np.repeat(common, len(NAMES)),
            'rate "10y"': np.repeat(np.cumsum(common), len(NAMES)),
            "three_dates": np.zeros(size),
            "four_dates": np.zeros(size),
            "weights": np.where(random.random(size) < 0.05, 0.5, 0.0),
        }
    )
    panel["decimal"] = panel["plain"].round(2)
    for place, value in ((0, np.nan), (1, np.inf), (2, -np.inf)):
        panel.loc[random.random(size) < 0.04, "with gaps"] = value
        panel.loc[random.random(size) < 0.01, "Adj. Close"] = [np.nan, np.inf, -np.inf][place]
    for value in (0.0, -5.0, 1e200, 1e-300, 1e29, 1e-29):
        panel.loc[random.random(size) < 0.004, "Adj. Close"] = value
    # beyond the 38 digits of decimals too, they are doubles
    panel.loc[panel["Month End"].isin(days[[5, 20, 33]]) & (panel["group"] == "日本"), "three_dates"] = 1.0
    panel.loc[panel["Month End"].isin(days[[5, 6, 20, 33]]), "four_dates"] = 1.0
    return panel[random.random(size) > 0.03].reset_index(drop=True)


def write(warehouse: Warehouse, panel: pd.DataFrame, name: str = "odd") -> dict[str, Any]:
    """Write the odd panel; return the study that reads it."""
    warehouse.frame("odd_doubles.parquet", panel)
    path = warehouse.file(
        f"{name}.parquet",
        f'select * replace (cast("decimal" as decimal(12, 2)) as "decimal") from \'{warehouse.folder}/odd_doubles.parquet\'',
    )
    columns = {"date": "month end", "asset": "group", "price": "Adj. Close"}
    signals: list[Any] = [name for name in ODD if name not in ("macro", "Boolean")]
    signals += ["macro", "boolean"]
    return {"name": name, "panel": {"file": path, "columns": columns}, "signals": signals, "horizons": [1, 5, 100]}


def single(n_dates: int, seed: int = 0) -> pd.DataFrame:
    """One asset with a continuous signal, events and a constant."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"date": business_days(n_dates), "asset": "only"})
    frame["price"] = 100 * np.exp(np.cumsum(0.01 * random.standard_normal(n_dates)))
    frame["level"] = random.standard_normal(n_dates)
    frame["event"] = (np.arange(n_dates) % 7 == 3) * 1.0
    frame["constant"] = 2.0
    return frame


def regular(n_assets: int, n_dates: int, seed: int = 1) -> pd.DataFrame:
    """A panel without oddities: returns, prices of them, and a signal."""
    random = np.random.default_rng(seed)
    returns = 0.02 * random.standard_normal((n_dates, n_assets))
    frame = pd.DataFrame(
        {
            "date": np.repeat(business_days(n_dates), n_assets),
            "asset": np.tile([f"a{i:02d}" for i in range(n_assets)], n_dates),
            "price": (100 * np.cumprod(1 + returns, axis=0)).ravel(),
            "return": returns.ravel(),
            "signal": random.standard_normal(n_dates * n_assets),
            "other": random.standard_normal(n_dates * n_assets),
            "event": (random.random(n_dates * n_assets) < 0.1) * 1.0,
        }
    )
    return frame


def check_tables(warehouse: Warehouse, run: Run, studies: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Check what holds whatever the data are; return the tables."""
    assert run.success, run.log
    assert not run.stack_trace
    found = {name: warehouse.query(f"select * from signal_{name} order by {key}") for name, key in TABLES.items()}
    for name, rows in found.items():
        for column in rows.columns:
            # a null of the engine is None in an object column, NaN in one of doubles: ask the engine
            if rows[column].map(type).isin([float, np.float64]).any():
                where = f"lower(cast(\"{column}\" as text)) in ('nan', 'inf', '-inf', 'infinity', '-infinity')"
                bad = warehouse.query(f"select count(*) as n from signal_{name} where {where}")["n"].item()
                assert bad == 0, (name, column)
    names = {(s["name"], x["name"] if isinstance(x, dict) else x) for s in studies for x in s["signals"]}
    expected = {
        (s, x, h) for study in studies for s, x in names if s == study["name"] for h in study.get("horizons", [1])
    }
    profiles = found["profiles"]
    assert set(profiles[["study", "signal", "horizon"]].itertuples(index=False, name=None)) == expected
    assert set(found["detection"][["study", "signal"]].itertuples(index=False, name=None)) == names
    told = profiles["status"] != "ok"
    assert profiles.loc[told, "reason"].notna().all()
    assert profiles.loc[told, "estimate"].isna().all()
    assert profiles.loc[~told, "estimate"].notna().all()
    warned = found["warnings"]
    assert warned[["observed", "threshold", "description", "kind"]].notna().all(axis=None)
    listed = profiles.set_index(["study", "signal", "horizon", "procedure"])["warnings"].dropna()
    codes = warned.groupby(["study", "signal", "horizon", "procedure"])["code"].agg(lambda x: ", ".join(sorted(x)))
    assert listed.to_dict() == codes.to_dict()
    return found


def rows_of(found: pd.DataFrame, study: str, signal: str) -> pd.DataFrame:
    return found[(found["study"] == study) & (found["signal"] == signal)]


def codes_of(found: dict[str, pd.DataFrame], study: str, signal: str) -> dict[str, list[float]]:
    """Observed and threshold of each warning at the first horizon."""
    rows = rows_of(found["warnings"], study, signal)
    return {row.code: [float(row.observed), float(row.threshold)] for row in rows[rows["horizon"] == 1].itertuples()}


@on_both_engines
def test_odd_panels(warehouse: Warehouse) -> None:
    panel = odd_panel()
    frames = {
        "single": single(60), "short": single(15), "one_date": regular(12, 1), "few_rows": regular(12, 6),
        "few_assets": regular(2, 40),
    }  # fmt: skip
    frames["still"] = regular(12, 30).assign(price=100.0, macro=lambda x: x["date"].map(hash) % 7)
    perfect = regular(12, 30)
    by_asset = perfect.groupby("asset")["price"]
    frames["perfect"] = perfect.assign(signal=by_asset.shift(-2) / by_asset.shift(-1) - 1)
    files = {name: {"file": warehouse.frame(f"{name}.parquet", frame)} for name, frame in frames.items()}
    one = ["level", "event", "constant"]
    declared = [{"name": name, "scope": "individual"} for name in one]
    studies: list[dict[str, Any]] = [
        write(warehouse, panel),
        {"name": "single", "panel": files["single"], "signals": one, "horizons": [1, 4]},
        {"name": "declared", "panel": files["single"], "signals": declared, "horizons": [1, 4]},
        {"name": "short", "panel": files["short"], "signals": one},
        {"name": "one_date", "panel": files["one_date"], "signals": ["signal", "event"]},
        {"name": "few_rows", "panel": files["few_rows"], "signals": ["signal", "event"], "horizons": [1, 10]},
        {
            "name": "few_assets",
            "panel": files["few_assets"],
            "signals": ["signal", {"name": "event", "scope": "common"}],
        },
        {"name": "still", "panel": files["still"], "signals": ["signal", "event", "macro"]},
        {"name": "perfect", "panel": files["perfect"], "signals": ["signal"]},
    ]
    run = warehouse.build_signals(studies)
    found = check_tables(warehouse, run, studies)
    assert "[odd].panel: 1 steps between dates are more than four times the median one" in run.log

    profiles, detection = found["profiles"], found["detection"].set_index(["study", "signal"])
    cells = {name: tuple(detection.loc[("odd", name), ["scope", "kind"]]) for name in studies[0]["signals"]}
    common = {"all_null", "all zero", "one value", "macro", 'rate "10y"', "four_dates", "vanishing"}
    assert {name for name, cell in cells.items() if cell[0] == "common"} == common
    assert {name for name, cell in cells.items() if cell[1] == "sparse"} == {
        "all zero", "vanishing", "boolean", "three_dates", "four_dates", "weights"
    } - ({"boolean"} if cells["boolean"][1] == "continuous" else set())  # fmt: skip

    def status(study: str, signal: str, horizon: int = 1) -> set[tuple[str, str, str | None]]:
        rows = rows_of(profiles, study, signal)
        rows = rows[rows["horizon"] == horizon]
        reasons = rows["reason"].astype(object).where(rows["reason"].notna(), None)
        return set(zip(rows["procedure"], rows["status"], reasons, strict=True))

    short = "insufficient_sample"
    assert {s for name in studies[0]["signals"] for _, s, _ in status("odd", name, 100)} == {short}
    assert status("odd", "three_dates") == {("caar", short, "3 event dates; 4 are needed")}
    assert status("odd", "four_dates") == {("common_sparse", short, "4 event dates; 5 are needed")}
    assert status("odd", "all zero") == {("common_sparse", short, "0 event dates; 5 are needed")}
    assert status("odd", "one value") == {("common_continuous", short, "the signal has one value")}
    assert {s for _, s, _ in status("odd", "all_null")} == {short}
    for name in (
        "plain",
        "with gaps",
        "huge",
        "tiny",
        "two_values",
        "integer",
        "decimal",
        "select",
        "flat dates",
        "beyond",
    ):
        assert status("odd", name) == {("ic", "ok", None), ("fm", "ok", None)}, name

    assert status("single", "level") == {("common_continuous", "ok", None)}
    assert status("declared", "level") == {
        ("none", "no_procedure", "one asset has no cross-section to order; take the signal as common")
    }
    rows = rows_of(profiles, "declared", "level")
    assert set(rows["suggested_procedure"]) == {"common_continuous"}
    assert set(rows["horizon"]) == {1, 4}
    assert status("declared", "event") == {("common_sparse", "ok", None)}
    assert codes_of(found, "declared", "event")["scope_axis_collapsed"] == [1, 1]
    assert codes_of(found, "single", "level")["unreliable_adf_short_periods"] == [58, 60]
    assert "scope_axis_collapsed" not in codes_of(found, "single", "event")
    assert codes_of(found, "single", "event")["sparse_common_few_events"] == [8, 20]
    assert status("short", "level") == {("common_continuous", short, "13 dates with signal and return; 20 are needed")}
    assert {s for x in ("signal", "event") for _, s, _ in status("one_date", x)} == {short}
    assert {s for x in ("signal", "event") for _, s, _ in status("few_rows", x, 10)} == {short}
    assert status("few_rows", "signal") == {("ic", "ok", None), ("fm", "ok", None)}
    assert codes_of(found, "few_rows", "signal")["unreliable_se_short_periods"] == [4, 30]
    assert codes_of(found, "few_rows", "signal")["borderline_portfolio_periods"] == [4, 20]
    assert codes_of(found, "few_assets", "event")["small_cross_section_n"] == [2, 10]
    varying = frames["few_assets"].groupby("date")["event"].nunique().gt(1).sum()
    assert codes_of(found, "few_assets", "event")["common_signal_varies"] == [varying, 0]
    assert {s for _, s, _ in status("few_assets", "signal")} == {short}

    # nothing moves: nothing is estimated with certainty; a perfect signal has no error either
    still = profiles[profiles["study"] == "still"].set_index("procedure")
    assert still.loc[["fm", "caar", "common_continuous"], "estimate"].astype(float).tolist() == [0, 0, 0]
    assert still.loc["ic", "status"] == short
    assert still[["t_stat", "primary_p", "verdict"]].isna().all(axis=None)
    perfect = profiles[profiles["study"] == "perfect"]
    np.testing.assert_allclose(perfect["estimate"].astype(float), 1, rtol=1e-12)

    # what is missing is counted, and what is left is the arithmetic of clean data
    missing = (~np.isfinite(panel["with gaps"])).sum()
    assert codes_of(found, "odd", "with gaps")["missing_values"] == [missing, 0]
    assert codes_of(found, "odd", "beyond")["missing_values"] == [(panel["beyond"].abs() > 1e30).sum(), 0]
    events = panel["weights"].ne(0).sum()
    assert codes_of(found, "odd", "weights")["sparse_magnitude_weighted"] == [events, 0]
    clean = panel.sort_values(["group", "Month End"])
    price = clean["Adj. Close"].where(np.isfinite(clean["Adj. Close"]) & (clean["Adj. Close"].abs() <= 1e30))
    price = price.where(price >= 1e-30).groupby(clean["group"])
    clean["forward"] = (price.shift(-6) / price.shift(-1) - 1) / 5
    for name in ("plain", "with gaps", "decimal", "beyond", "huge", "tiny"):
        pairs = clean[np.isfinite(clean[name]) & (clean[name].abs() <= 1e30) & clean["forward"].notna()]
        truth = [stats.spearmanr(g[name], g["forward"])[0] for _, g in pairs.groupby("Month End") if len(g) >= 10]
        rows = rows_of(profiles, "odd", name)
        mine = rows[(rows["horizon"] == 5) & (rows["procedure"] == "ic")]
        if truth:
            assert float(mine["estimate"].item()) == pytest.approx(np.mean(truth), rel=1e-9), name
            assert mine["n_obs"].item() == len(truth)


@on_both_engines
def test_panels_without_rows(warehouse: Warehouse) -> None:
    panel = regular(12, 30)
    empty = panel.iloc[:0].assign(date=pd.to_datetime([]))
    files = {
        name: {"file": warehouse.frame(f"{name}.parquet", rows)} for name, rows in (("panel", panel), ("none", empty))
    }
    studies: list[dict[str, Any]] = [
        {"name": "none", "panel": files["none"], "signals": ["signal"], "horizons": [1, 2]},
        {"name": "outside", "panel": files["panel"], "signals": ["signal"], "start_date": "2030-01-01"},
        {"name": "full", "panel": files["panel"], "signals": ["signal"]},
    ]
    run = warehouse.build_signals(studies)
    profiles = check_tables(warehouse, run, studies)["profiles"].set_index("study")
    assert "[none].panel" in run.log
    assert "has no rows; tables that need them stay empty" in run.log
    assert "[outside].panel: no row is dated from 2030-01-01 in " in run.log
    assert set(profiles.loc[["none", "outside"], "status"]) == {"insufficient_sample"}
    assert set(profiles.loc["full", "status"]) == {"ok"}


@on_both_engines
def test_returns_in_every_form(warehouse: Warehouse) -> None:
    """Prices, returns and ready forward returns give the same numbers; nothing after the end date is used."""
    panel = regular(12, 60)
    panel["extra"] = panel["price"]
    by_asset = panel.groupby("asset")
    panel["forward_ready"] = by_asset["price"].shift(-4) / by_asset["price"].shift(-1) - 1
    last = business_days(60)[45]
    broken = panel.copy()
    later = broken["date"] > last
    broken.loc[later, ["price", "signal"]] = 1e9
    # a missing return must not become a loss; -1 is one, and what follows is finite
    holes = panel.copy()
    random = np.random.default_rng(5)
    holes.loc[random.random(len(holes)) < 0.03, "return"] = np.nan
    holes.loc[random.random(len(holes)) < 0.01, "return"] = -1.0
    holes.loc[random.random(len(holes)) < 0.01, "return"] = -3.0
    holes.loc[random.random(len(holes)) < 0.01, "return"] = np.inf
    path, other, gaps = (
        {"file": warehouse.frame(f"{name}.parquet", frame.sample(frac=1, random_state=3))}
        for name, frame in (("panel", panel), ("broken", broken), ("holes", holes))
    )
    plain: dict[str, Any] = {"signals": ["signal", "event"], "horizons": [3], "per_period": False}
    dated: dict[str, Any] = {
        "signals": ["signal", "event"],
        "horizons": [1, 3],
        "start_date": str(business_days(60)[5]),
        "end_date": str(last),
    }
    studies: list[dict[str, Any]] = [
        {"name": "prices", "panel": path} | plain,
        {"name": "returns", "panel": path, "columns": {"return": "return"}} | plain,
        {"name": "ready", "panel": path, "columns": {"forward_return": "forward_ready"}} | plain,
        {"name": "dated", "panel": path} | dated,
        {"name": "cut", "panel": other} | dated,
        {"name": "holes", "panel": gaps | {"columns": {"return": "return"}}, "signals": ["signal"], "horizons": [2, 40]},
        {"name": "at_once", "panel": path, "signals": ["signal", "other"], "horizons": [2], "entry_lag": 0, "procedures": ["ic", "fm", "fm_joint"], "gate": "fm_lambda_p_hh"},
    ]  # fmt: skip
    run = warehouse.build_signals(studies)
    found = check_tables(warehouse, run, studies)
    profiles, series = found["profiles"], found["series"]

    def numbers(study: str) -> pd.DataFrame:
        rows = profiles[profiles["study"] == study].set_index(["signal", "horizon", "procedure"])
        return rows[["estimate", "t_stat", "primary_p", "n_obs", "n_assets"]].astype(float)

    assert len(numbers("prices")) == 3
    pd.testing.assert_frame_equal(numbers("returns"), numbers("prices"), rtol=1e-9)
    pd.testing.assert_frame_equal(numbers("ready"), numbers("prices"), rtol=1e-9)
    pd.testing.assert_frame_equal(numbers("cut"), numbers("dated"), rtol=1e-12)
    dates = pd.to_datetime(series.loc[series["study"] == "cut", "date"]).dt.date
    # entered a row later, held for one row: the last two dates have no return
    assert (dates.min(), dates.max()) == (business_days(60)[5], business_days(60)[43])

    growth = holes.assign(growth=(1 + holes["return"]).where(np.isfinite(holes["return"]) & (holes["return"] >= -1)))
    growth = growth.sort_values(["asset", "date"])
    steps = [growth.groupby("asset")["growth"].shift(-k) for k in (2, 3)]
    growth["forward"] = (steps[0] * steps[1] - 1) / 2
    pairs = growth.dropna(subset=["forward"])
    truth = [np.polyfit(g["signal"], g["forward"], 1)[0] for _, g in pairs.groupby("date") if len(g) >= 3]
    assert numbers("holes").loc[("signal", 2, "fm"), "estimate"] == pytest.approx(np.mean(truth), rel=1e-8)
    assert numbers("holes").loc[("signal", 2, "fm"), "n_obs"] == len(truth)

    ordered = panel.sort_values(["asset", "date"])
    ordered["forward"] = (ordered.groupby("asset")["price"].shift(-2) / ordered["price"] - 1) / 2
    groups = ordered.dropna(subset=["forward"]).groupby("date")
    ones = np.ones(12)
    joint = [
        np.linalg.lstsq(np.column_stack([ones, g["signal"], g["other"]]), g["forward"], rcond=None)[0][1]
        for _, g in groups
    ]
    assert numbers("at_once").loc[("signal", 2, "fm_joint"), "estimate"] == pytest.approx(np.mean(joint), rel=1e-8)
    alone = [np.polyfit(g["signal"], g["forward"], 1)[0] for _, g in groups]
    assert numbers("at_once").loc[("signal", 2, "fm"), "estimate"] == pytest.approx(np.mean(alone), rel=1e-8)
    gates = found["screening"][found["screening"]["study"] == "at_once"].set_index(["signal", "procedure"])["gate"]
    assert gates["signal", "fm"] == "fm_lambda_p_hh"
    assert gates["signal", "ic"] == "ic_p"


@on_both_engines
def test_order_of_rows_and_threads(warehouse: Warehouse) -> None:
    panel = odd_panel(11)
    tables = []
    for seed, threads in ((1, "1"), (2, "8")):
        study = write(warehouse, panel.sample(frac=1, random_state=seed)) | {"horizons": [1, 5]}
        run = warehouse.build_signals([study], "--full-refresh", "--threads", threads)
        tables.append(check_tables(warehouse, run, [study]))
    for name in TABLES:
        first, second = (rows[name].convert_dtypes() for rows in tables)
        # a correlation that is zero comes out as some 1e-17
        pd.testing.assert_frame_equal(first, second, rtol=1e-12, atol=1e-14)
