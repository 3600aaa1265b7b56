"""Odd data in factor proxies: builds stay green, numbers finite, and what takes no part is named in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from conftest import Run, Warehouse, on_both_engines

TABLES = {
    "universe": "ticker",
    "returns": "series, month_end",
    "quality": "series",
    "correlations": "scope, series_a, series_b",
    "correlation_history": "scope, series_a, series_b, window_months, month_end",
    "regimes": "regime_rule, month_end",
    "regime_correlations": "scope, regime_rule, series_a, series_b, regime",
    "rate_sensitivity": "series, maturity",
    "market_sensitivity": "series, benchmark",
    "performance": "series",
    "return_windows": "series, return_window",
    "exposures": "portfolio, factor",
    "offsets": "portfolio, exposed, candidate",
    "hedge_baskets": "portfolio, exposed, basket, candidate",
    "group_checks": "factor_group, check_name",
    "group_weights": "factor_group, ticker, valid_from",
    "metadata": "run",
}
# what has rows as soon as there is a universe or a declaration
ALWAYS = {"universe", "quality", "metadata"}
MATURITIES = ("m3", "y2", "y5", "y10", "y30")


def month_ends(n: int, last: str = "2023-12-31") -> pd.DatetimeIndex:
    return pd.date_range(end=last, periods=n, freq="ME")


def funds(tickers: list[str], n_months: int, seed: int = 3) -> pd.DataFrame:
    """Prices at month ends of tickers that move together a little."""
    random = np.random.default_rng(seed)
    returns = (
        0.005 + 0.02 * random.standard_normal((n_months, 1)) + 0.03 * random.standard_normal((n_months, len(tickers)))
    )
    frame = pd.DataFrame(100 * np.cumprod(1 + returns, axis=0), index=month_ends(n_months), columns=tickers)
    return frame.rename_axis("date").reset_index().melt("date", var_name="ticker", value_name="price")


def curve(n_months: int, seed: int = 4) -> pd.DataFrame:
    """Yields at month ends, percent a year."""
    random = np.random.default_rng(seed)
    steps = 0.1 * random.standard_normal((n_months, len(MATURITIES)))
    frame = pd.DataFrame(3 + np.cumsum(steps, axis=0).clip(-2, 2), columns=list(MATURITIES))
    return frame.assign(date=month_ends(n_months))


def check_tables(warehouse: Warehouse, run: Run) -> dict[str, pd.DataFrame]:
    """Check what holds whatever the data are; return the tables."""
    assert run.success, run.log
    assert not run.stack_trace
    found = {name: warehouse.query(f"select * from proxy_{name} order by {key}") for name, key in TABLES.items()}
    for name, rows in found.items():
        for column in rows.columns:
            if rows[column].map(type).isin([float, np.float64]).any():
                where = f"lower(cast(\"{column}\" as text)) in ('nan', 'inf', '-inf', 'infinity', '-infinity')"
                bad = warehouse.query(f"select count(*) as n from proxy_{name} where {where}")["n"].item()
                assert bad == 0, (name, column)
    quality = found["quality"].set_index("series")
    assert set(found["returns"]["series"]) == set(quality.index[quality["n_months"] > 0])
    assert quality.loc[quality["status"] != "ok", "reason"].notna().all()
    return found


ODD_NAMES = ["O'Neil | Co", 'a"b', "😀 x", "select", "x" * 300, "\\N;--"]


def odd_prices() -> pd.DataFrame:
    """60 months of ordinary funds, and one fund of every oddity."""
    plain = ["SPY", "XLE", "XLF", "XLK", "TLT", "GLD", "BIL"]
    odd = ["XLV", "XLI", "XLB", "XLP", "XLU", "XLY", "KRE", "SHY", "IEF", "AGG", "LQD", "HYG", "TIP", "USO"]
    prices = funds([*plain, *odd, *ODD_NAMES], 60).pivot(index="date", columns="ticker", values="price")
    prices["XLV"] = 50.0  # constant
    prices.iloc[2:, prices.columns.get_loc("XLI")] = np.nan  # two months
    prices.iloc[1:, prices.columns.get_loc("XLB")] = np.nan  # one month
    prices["XLP"] = np.nan  # no price at all
    prices.iloc[20:25, prices.columns.get_loc("XLU")] = np.nan  # a gap
    prices.iloc[40:, prices.columns.get_loc("XLY")] = np.nan  # ends early
    prices.iloc[::2, prices.columns.get_loc("KRE")] = np.nan  # never two in a row
    prices.iloc[10, prices.columns.get_loc("SHY")] = 0.0
    prices.iloc[11, prices.columns.get_loc("SHY")] = -5.0
    prices.iloc[12, prices.columns.get_loc("SHY")] = np.inf
    prices.iloc[13, prices.columns.get_loc("SHY")] = -np.inf
    prices.iloc[30, prices.columns.get_loc("IEF")] = 1e200
    prices.iloc[30, prices.columns.get_loc("AGG")] = 1e-300
    prices["LQD"] = 1e-300 * 2.0 ** np.arange(60)
    prices["HYG"] = np.where(np.arange(60) % 2, 1e-150, 1e150)
    prices["TIP"] = 10.0 ** np.linspace(-290, 290, 60)  # each month 7e9 times the one before
    prices["USO"] = prices["XLE"]  # the same series twice
    prices.insert(0, "nobody", 1.0)
    long = prices.rename_axis("date").reset_index().melt("date", var_name="ticker", value_name="price")
    blank = pd.DataFrame({"date": [month_ends(60)[0], pd.NaT], "ticker": [None, "SPY"], "price": [1.0, 2.0]})
    return pd.concat([long, blank], ignore_index=True)


@on_both_engines
def test_odd_panel(warehouse: Warehouse) -> None:
    universe = pd.DataFrame(
        {
            "ticker": [*ODD_NAMES, "XLE", "XLE", "GLD", None],
            "category": ["industry", "style", "bond", "market", "crypto", "commodity", "industry", "commodity", None, "bond"],
            "asset_class": ["equity", "equity", "bond", "equity", "crypto", "commodity", "equity", None, None, None],
            "sector_group": ["it's | \"odd\"", None, None, None, None, None, "cyclical", None, None, None],
            "currency": ["EUR", None, None, None, None, None, None, None, None, None],
            "priority": [1, 2, 3, 4, 5, 6, 2, 1, None, None],
        }
    )  # fmt: skip
    yields = curve(60).drop(index=[5, 30])
    yields.loc[[6, 7], "y30"] = np.nan
    yields.loc[8, "y10"] = np.inf
    portfolio = pd.DataFrame(
        {
            "factor": ["SPY", "XLV", "nobody", "unheard of", "equity", None, "TLT", "TLT", "XLP"],
            "exposure": [0.5, 0.2, 0.1, -0.1, 0.1, 0.3, 0.1, 0.05, np.nan],
        }
    )
    groups = pd.DataFrame(
        {
            "factor_group": ["mine", "mine", "caps", "caps", "empty", "😀", "😀"],
            "ticker": ["SPY", "unheard of", "XLF", "XLK", "nobody", "XLF", "XLF"],
            "weight": [0.5, 0.5, None, None, 1.0, 1e200, -1e200],
            "weighting": ["custom", "custom", "cap", "cap", "custom", "custom", "custom"],
        }
    )
    caps = pd.DataFrame(
        {"date": pd.to_datetime(["2020-01-31"] * 3), "ticker": ["XLF", "XLK", "SPY"], "market_cap": [5.0, 0.0, -3.0]}
    )
    paid = pd.DataFrame({"date": pd.to_datetime(["2023-06-30", "2023-07-31"]), "ticker": "TLT", "amount": [1.0, -1.0]})
    frames = {
        "prices": odd_prices(), "universe": universe, "yields": yields, "portfolio": portfolio, "factor_groups": groups,
        "market_caps": caps, "distributions": paid,
    }  # fmt: skip
    spec: dict[str, Any] = {name: {"file": warehouse.frame(f"{name}.parquet", frame)} for name, frame in frames.items()}
    spec |= {"benchmarks": ["SPY", "EFA", "XLV"], "macro_etf_matrix": True}
    run = warehouse.build_proxies(spec)
    found = check_tables(warehouse, run)
    for line in (
        ".universe: 1 of 10 rows of ",
        " names more than once: XLE (commodity, industry); the first counts, by priority",
        ".prices: 1 of 1682 rows are left out, as they have no date that can be read",
        ".prices: 1 of 1682 rows are left out, as they have no ticker",
        ".prices: 2 rows have a price at or below 0 (SHY); such values count as missing",
        "(KRE, SHY, XLB, XLI, XLP, XLU, XLY)",
        " has 1 tickers that the universe lacks (nobody), which take no part; add them to universe",
        " has 2 tickers that the universe lacks (nobody, unheard of), which have no part in their groups, see proxy_group_checks",
        ".prices: returns are in 2 currencies (EUR: O'Neil | Co; USD: ",
        ".market_caps: 2 rows have no market capitalisation above 0 (SPY, XLK); such values count as missing",
        ".distributions: 1 rows have no amount of 0 or more (TLT)",
        ".portfolio: 1 of 9 rows are left out, as they have no factor",
        ".portfolio: 1 rows have no exposure that is a finite number (XLP)",
        " lacks m3 of 2, y2 of 2, y5 of 2, y10 of 3, y30 of 4; rate sensitivities leave them out, and the month after",
        ".benchmarks: EFA has no returns; what is measured against it stays empty; expected tickers",
        ".portfolio: 2 exposures have no series with returns (nobody, unheard of), so nothing is offered",
    ):
        assert line in run.log, (line, run.log)

    quality = found["quality"].set_index("series")
    for series, reason in {
        "XLI": "thin_history", "XLB": "no_data", "XLP": "no_data", "XLU": "gap", "XLY": "stale", "KRE": "no_data"
    }.items():  # fmt: skip
        assert quality.loc[series, "reason"] == reason, series
    assert quality.loc[[*ODD_NAMES, "SPY", "XLV", "USO"], "status"].eq("ok").all()
    assert "nobody" not in quality.index
    exposures = found["exposures"].set_index("factor")
    assert exposures["has_proxy"].to_dict() == {
        "SPY": True, "TLT": True, "XLV": True, "equity": True, "nobody": False, "unheard of": False
    }  # fmt: skip
    assert exposures.loc["TLT", "exposure"] == 0.1 + 0.05
    universe_found = found["universe"].set_index("ticker")
    assert universe_found.loc["XLE", "category"] == "commodity"
    assert universe_found.loc["GLD", ["category", "source_tier"]].tolist() == ["commodity", "user"]
    still = found["correlations"].query("scope == 'all' and series_a == 'XLV'")
    assert still["correlation"].isna().all()
    twins = found["correlations"].query("scope == 'all' and series_a == 'XLE' and series_b == 'USO'")
    assert float(twins["correlation"].item()) == 1.0
    assert set(found["offsets"]["exposed"]) == {"SPY", "XLV", "TLT", "equity"}
    groups_found = found["group_checks"].set_index(["factor_group", "check_name"])["status"]
    assert groups_found["mine", "members_known"] == "error"
    assert groups_found["😀", "weights_found"] == "error"


@on_both_engines
def test_nothing_declared_and_small_panels(warehouse: Warehouse) -> None:
    """Nothing declared, a build without rows, tables without rows, one month, one series: tables keep their columns."""
    run = warehouse.build_proxies({})
    found = check_tables(warehouse, run)
    assert {name for name, rows in found.items() if len(rows)} <= {"universe"}
    columns = {name: list(rows.columns) for name, rows in found.items()}

    frames = {
        "prices": funds(["SPY", "XLE"], 40), "yields": curve(40),
        "portfolio": pd.DataFrame({"factor": ["nobody"], "exposure": [0.5]}),
        "universe": pd.DataFrame({"ticker": ["SPY"], "category": ["market"]}),
        "factor_groups": pd.DataFrame({"factor_group": ["mine"], "ticker": ["SPY"]}),
    }  # fmt: skip
    full = {name: {"file": warehouse.frame(f"{name}.parquet", frame)} for name, frame in frames.items()}
    empty = {name: {"file": warehouse.frame(f"no_{name}.parquet", frame.iloc[:0])} for name, frame in frames.items()}
    one_month = {"prices": {"file": warehouse.frame("month.parquet", frames["prices"].groupby("ticker").tail(1))}}
    few_days = frames["prices"].iloc[:3].assign(date=pd.to_datetime(["2023-12-04", "2023-12-05", "2023-12-06"]))
    no_month = {"prices": {"file": warehouse.frame("days.parquet", few_days)}}
    dated = frames["prices"].query("ticker == 'SPY'").assign(date=lambda x: x["date"].dt.strftime("%Y-%m-%d"))
    low = frames["yields"].assign(**{name: frames["yields"][name] / 100 for name in MATURITIES}).drop(columns="m3")
    one_series = {
        "prices": {"file": warehouse.frame("text_dates.parquet", dated)},
        "yields": {"file": warehouse.frame("decimals.parquet", low)},
        "portfolio": full["portfolio"],
    }
    cases: dict[str, tuple[dict[str, Any], tuple[str, ...], int, list[str]]] = {
        "--empty": (full, (), 0, ["--empty"]),
        "no rows": (empty, (
            ".prices: ", " has no rows; tables that need them stay empty", ".yields: ", ".portfolio: ",
            " has no rows; the reference universe is taken as it is",
        ), 0, []),
        "one month": (one_month, (
            ".prices: no ticker has prices in two months one after the other (1 months); tables that need returns stay empty",
        ), 0, []),
        "no month": (no_month, (
            ".prices: no month is complete (prices from 2023-12-04 to 2023-12-06; a month is once its last weekday",
        ), 0, []),
        "before": (full | {"start_date": "2030-01-01"}, (".prices: no month from 2030-01-01 is complete (prices from 2020-09-30",), 0, []),
        "one series": (one_series, (
            ", which looks like a decimal; expected percent a year (4.5 for 4.5 %): multiply by 100",
            " has no column for m3, the riskless rate; excess returns and what is made of them stay empty",
            ".portfolio: 1 exposures have no series with returns (nobody)",
        ), 39, []),
    }  # fmt: skip
    for case, (spec, lines, n_months, flags) in cases.items():
        run = warehouse.build_proxies(spec, *flags)
        found = check_tables(warehouse, run)
        for line in lines:
            assert line in run.log, (case, line, run.log)
        assert {name: list(rows.columns) for name, rows in found.items()} == columns, case
        assert found["returns"].groupby("series").size().max() == n_months if n_months else found["returns"].empty, case
        assert found["offsets"].empty, case
        if n_months:
            assert set(found["returns"]["series"]) == {"SPY", "equity"}
            assert found["returns"]["excess_return"].isna().all()
            assert found["correlations"].query("scope == 'all'")["series_a"].tolist() == ["SPY"]
        elif case != "--empty":
            assert set(found["quality"]["reason"]) <= {"no_data"}, case
            assert len(found["metadata"]) == 1
