"""The report on factor proxies: every number is a row's, no name breaks out, and nothing is cut in silence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Any

import duckdb
import pytest
from conftest import Warehouse

from dbt_whence.proxy_report import Tables, report_table

Rows = dict[Any, dict[str, Any]]


@dataclass
class Shown:
    """A table of the report: what stands above it, its header, and its cells."""

    caption: str | None
    header: list[str]
    cells: list[list[str]]

    def rows(self, n_keys: int = 1) -> Rows:
        """Return the rows by their first columns."""
        keyed = {}
        for cells in self.cells:
            key = cells[0] if n_keys == 1 else tuple(cells[:n_keys])
            keyed[key] = dict(zip(self.header, cells, strict=True))
        assert len(keyed) == len(self.cells)
        return keyed


def shown(markdown: str) -> list[Shown]:
    """Read the tables of a section: columns are as wide as their dashes."""
    tables = []
    for block in re.findall(r"^```\n(.*?)\n```$", markdown, re.S | re.M):
        lines = block.split("\n")
        at = next(i for i, line in enumerate(lines) if line and set(line) <= set("- "))
        spans = [match.span() for match in re.finditer("-+", lines[at])]
        cut = [[line[start:stop].strip() for start, stop in spans] for line in [lines[at - 1], *lines[at + 1 :]]]
        tables.append(Shown(lines[0] if at == 2 else None, cut[0], cut[1:]))
    return tables


def assert_number(cell: str, value: Any, places: int, scale: float = 1) -> None:
    """A cell is the value, rounded."""
    if value is None or value != value:
        assert cell == "-"
    elif cell == "<0.001":
        assert value < 0.0005 + 1e-9 and places == 3
    else:
        digits = cell.rstrip("*")
        assert len(digits.split(".")[1]) == places if places else "." not in digits
        assert abs(float(digits) - scale * value) <= 0.5 * 10**-places + 1e-9, (cell, value)


def keyed(warehouse: Warehouse, table: str, *keys: str, where: str = "true") -> Rows:
    rows = warehouse.query(f"select * from {table} where {where}").to_dict("records")
    return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in rows}


@pytest.fixture(scope="module")
def sections(demo: Warehouse) -> dict[str, str]:
    rows = demo.query("select * from proxy_report order by position")
    assert rows["position"].tolist() == list(range(1, 12))
    assert all(text.startswith(f"## {title}\n\n") for title, text in zip(rows["title"], rows["markdown"], strict=True))
    return dict(zip(rows["section"], rows["markdown"], strict=True))


def test_summary(demo: Warehouse, sections: dict[str, str]) -> None:
    facts, exposed = shown(sections["summary"])
    metadata = demo.query("select * from proxy_metadata").iloc[0]
    found = {key: row["value"] for key, row in facts.rows().items()}
    assert found["universe hash"] == metadata["universe_hash"]
    assert found["first month"] == str(metadata["first_month"])[:10]
    assert int(found["series with returns"]) == metadata["n_series"]
    for status in ("ok", "warning", "excluded"):
        count = demo.query(f"select count(*) as n from proxy_quality where status = '{status}'")["n"].item()
        assert int(found[f"series {status}"]) == count
    exposures = keyed(demo, "proxy_exposures", "portfolio", "factor")
    offsets = demo.query("select * from proxy_offsets where is_recommended order by offset_rank desc")
    best = {(row.portfolio, row.exposed): row for row in offsets.itertuples()}
    rows = exposed.rows(2)
    assert rows.keys() == exposures.keys()
    for key, row in rows.items():
        assert_number(row["exposure %"], exposures[key]["exposure"], 1, 100)
        assert row["status"] == exposures[key]["status"]
        if key in best:
            side = "short" if best[key].hedge_ratio < 0 else "long"
            assert row["best offset"] == f"{side} {best[key].candidate}"
            assert_number(row["variance taken away %"], best[key].oos_variance_reduction, 1, 100)
    assert rows["main", "private_credit"]["best offset"] == "no proxy"
    assert rows["main", "natural_gas"]["best offset"] == "none holds out of sample"


def test_matrices(demo: Warehouse, sections: dict[str, str]) -> None:
    rows = keyed(demo, "proxy_correlations", "scope", "series_a", "series_b")
    sizes = demo.query("select scope, count(distinct series_a) as n from proxy_correlations group by 1")
    tables = shown(sections["correlations"])
    assert [table.header[0] for table in tables] == ["macro_composite", "all", "scope"]
    for table in tables[:2]:
        scope = table.header[0]
        names = [cells[0].split(" ", 1)[1] for cells in table.cells]
        assert len(names) == sizes.set_index("scope").loc[scope, "n"]
        for i, cells in enumerate(table.cells):
            for j, cell in enumerate(cells[1:]):
                if j > i:
                    assert cell == ""
                    continue
                row = rows[scope, names[i], names[j]]
                assert_number(cell, row["correlation"], 2)
                assert cell.endswith("*") == (i != j and row["q_value"] < 0.05)
    others = {key: int(row["series"]) for key, row in tables[2].rows().items()}
    assert others == {row.scope: row.n for row in sizes.itertuples() if row.n > 1 and row.scope in others}
    assert len(others) + 2 == (sizes["n"] > 1).sum()


def test_profiles_and_returns(demo: Warehouse, sections: dict[str, str]) -> None:
    rows = keyed(demo, "proxy_performance", "series")
    (table,) = shown(sections["profiles"])
    found = table.rows()
    assert found.keys() == rows.keys()
    columns = {
        "return %": ("annual_return", 1, 100),
        "volatility %": ("volatility", 1, 100),
        "sharpe": ("sharpe_ratio", 2, 1),
        "error": ("sharpe_standard_error", 2, 1),
        "drawdown %": ("max_drawdown", 1, 100),
        "beta": ("beta", 2, 1),
        "months": ("n_months", 0, 1),
    }
    for series, row in found.items():
        for header, (column, places, scale) in columns.items():
            assert_number(row[header], rows[series][column], places, scale)
        assert row["risk"] == rows[series]["risk_characteristics"]
    windows = keyed(demo, "proxy_return_windows", "series", "return_window")
    (table,) = shown(sections["returns"])
    for series, row in table.rows().items():
        for window in ("1m", "3m", "6m", "1y", "2y", "ytd"):
            assert_number(row[f"{window} %"], windows[series, window]["total_return"], 1, 100)


@pytest.mark.parametrize(("section", "column"), [("rate_sensitivity", "maturity"), ("market_sensitivity", "benchmark")])
def test_sensitivities(demo: Warehouse, sections: dict[str, str], section: str, column: str) -> None:
    rows = keyed(demo, f"proxy_{section}", "series", column)
    (table,) = shown(sections[section])
    cells = {(s, other): row[other] for s, row in table.rows().items() for other in table.header[1:]}
    assert cells.keys() == rows.keys()
    for key, cell in cells.items():
        assert_number(cell, rows[key]["beta"], 2)
        assert cell.endswith("*") == (rows[key]["q_value"] < 0.05)


def test_stress(demo: Warehouse, sections: dict[str, str]) -> None:
    keys = ("scope", "regime_rule", "series_a", "series_b", "regime")
    rows = keyed(demo, "proxy_regime_correlations", *keys, where="difference_q_value < 0.05")
    (table,) = shown(sections["stress"])
    for key, row in table.rows(4).items():
        for regime in ("calm", "stressed"):
            assert_number(row[regime], rows[(*key, regime)]["correlation"], 2)
        assert_number(row["q"], rows[(*key, "calm")]["difference_q_value"], 3)
    n_pairs = len({key[:4] for key in rows})
    assert f"{n_pairs - len(table.cells)} more pairs are in proxy_regime_correlations" in sections["stress"]


def test_offsets(demo: Warehouse, sections: dict[str, str]) -> None:
    rows = keyed(demo, "proxy_offsets", "portfolio", "exposed", "candidate")
    baskets = keyed(demo, "proxy_hedge_baskets", "portfolio", "exposed", "basket", "candidate")
    seen, key = 0, ("", "")
    for table in shown(sections["offsets"]):
        assert table.caption is not None
        if table.caption.startswith("as a basket of "):
            size = int(table.caption.split()[-1])
            for candidate, row in table.rows().items():
                basket = baskets[(*key, size, candidate)]
                assert_number(row["weight"], basket["weight"], 2)
                assert_number(row["variance taken away %"], basket["oos_variance_reduction"], 1, 100)
                assert_number(row["months"], basket["n_oos"], 0)
            continue
        key = tuple(table.caption.split(": "))  # type: ignore[assignment]
        for candidate, row in table.rows().items():
            offset = rows[(*key, candidate)]
            assert_number(row["rank"], offset["offset_rank"], 0)
            assert_number(row["ratio"], offset["hedge_ratio"], 2)
            assert_number(row["error"], offset["hedge_ratio_se"], 2)
            assert_number(row["correlation"], offset["correlation"], 2)
            assert_number(row["q"], offset["q_value"], 3)
            assert_number(row["variance taken away %"], offset["oos_variance_reduction"], 1, 100)
            assert_number(row["months"], offset["n_oos"], 0)
            allocation = offset["suggested_allocation"] if offset["is_recommended"] else None
            assert_number(row["allocation %"], allocation, 1, 100)
            assert row["verdict"] == offset["reason"]
        seen += len(table.cells)
    cut = sum(int(n) for n in re.findall(r"(\d+) more (?:not )?recommended", sections["offsets"]))
    assert seen + cut == len(rows)


def test_groups_quality_and_settings(demo: Warehouse, sections: dict[str, str]) -> None:
    weights = keyed(demo, "proxy_group_weights", "factor_group", "ticker")
    (table,) = shown(sections["groups"])
    found = table.rows(2)
    assert found.keys() == weights.keys()
    for key, row in found.items():
        assert_number(row["weight %"], weights[key]["weight"], 1, 100)
    n_checks = demo.query("select count(*) as n from proxy_group_checks")["n"].item()
    assert f"{n_checks} of {n_checks} checks of groups are ok." in sections["groups"]
    counts, unproxied, choices = shown(sections["data_quality"])
    quality = demo.query(
        "select status, coalesce(reason, '-') as reason, count(*) as n from proxy_quality group by 1, 2"
    )
    assert {key: int(row["series"]) for key, row in counts.rows(2).items()} == {
        (row.status, row.reason): row.n for row in quality.itertuples()
    }
    assert list(unproxied.rows(2)) == [("main", "private_credit")]
    chosen = keyed(demo, "int_factor_proxies__macro_choices", "asset_class", "series")
    assert {key: row["macro matrix"] for key, row in choices.rows(2).items()} == {
        key: row["reason"] for key, row in chosen.items()
    }
    thresholds = json.loads(demo.query("select thresholds from proxy_metadata")["thresholds"].item())
    (table,) = shown(sections["settings"])
    assert {key: float(row["value"]) for key, row in table.rows().items()} == thresholds


def test_risk_in_words(demo: Warehouse) -> None:
    """Each word by the documented defaults."""
    rows = demo.query("select * from proxy_performance")
    for row in rows.itertuples():
        size = abs(row.max_drawdown)
        words = [
            "low" if row.volatility < 0.08 else "moderate" if row.volatility <= 0.2 else "high",
            "shallow" if size < 0.1 else "moderate" if size <= 0.35 else "deep",
            "moves against the market" if row.beta < -0.3
            else "hardly moves with the market" if row.beta <= 0.3
            else "moves with the market" if row.beta <= 1.1
            else "moves more than the market",
        ]  # fmt: skip
        assert row.risk_characteristics == f"{words[0]} volatility, {words[1]} drawdown, {words[2]}"
    assert rows["risk_characteristics"].nunique() >= 6


NAME = "text"
COLUMNS = {
    "metadata": "run universe_hash n_series:bigint first_month:date last_month:date source_tiers thresholds",
    "universe": "ticker category label currency priority:integer source_tier",
    "quality": "series status reason first_month:date last_month:date n_months:bigint coverage:double longest_gap:integer",
    "correlations": "scope series_a series_b correlation:double q_value:double",
    "regime_correlations": "scope regime_rule series_a series_b regime correlation:double difference_q_value:double",
    "rate_sensitivity": "series maturity beta:double q_value:double",
    "market_sensitivity": "series benchmark beta:double q_value:double",
    "performance": "series n_months:bigint annual_return:double volatility:double sharpe_ratio:double "
    "sharpe_standard_error:double max_drawdown:double beta:double risk_characteristics",
    "return_windows": "series return_window total_return:double",
    "exposures": "portfolio factor exposure:double status has_proxy:boolean",
    "offsets": "portfolio exposed candidate offset_rank:integer hedge_ratio:double hedge_ratio_se:double "
    "correlation:double q_value:double oos_variance_reduction:double n_oos:bigint suggested_allocation:double "
    "is_recommended:boolean reason",
    "hedge_baskets": "portfolio exposed basket:integer candidate weight:double oos_variance_reduction:double n_oos:bigint",
    "group_checks": "factor_group check_name status detail",
    "group_weights": "factor_group ticker valid_from:date weight:double",
    "macro_choices": "asset_class series choice_rank:integer reason",
}
HOSTILE = ["a|b", "```", "x\n## not a title", "back\\slash", "名前", "tab\there", "🙂", "é" * 60, ""]


def reported(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, str]:
    """Return the sections for tables of these rows."""
    assert COLUMNS.keys() == {field.name for field in fields(Tables)}
    with duckdb.connect() as connection:
        relations = {}
        for table, columns in COLUMNS.items():
            typed = ", ".join(f"{c.split(':')[0]} {c.split(':')[1] if ':' in c else NAME}" for c in columns.split())
            connection.execute(f"create table {table} ({typed})")
            if rows.get(table):
                places = ", ".join("?" * len(columns.split()))
                connection.executemany(f"insert into {table} values ({places})", rows[table])
            relations[table] = connection.table(table)
        found = report_table(Tables(**relations)).to_pylist()
    return {row["section"]: row["markdown"] for row in found}


METADATA = [("latest", "0" * 32, 2, "2020-01-31", "2021-12-31", "user", json.dumps({"q_threshold": 0.05}))]


def test_nothing_declared_or_nothing_found() -> None:
    assert reported({}) == {}
    found = reported({"metadata": METADATA})
    assert len(found) == 11
    assert "No scope has two series." in found["correlations"]
    assert "No exposure has candidates." in found["offsets"]
    assert "No groups are declared." in found["groups"]


def test_names_are_inert() -> None:
    n = len(HOSTILE)
    performance = [(name, 24, 0.1, None, 1e9, float("nan"), -0.5, float("inf"), None) for name in HOSTILE]
    found = reported(
        {
            "metadata": METADATA,
            "performance": performance,
            "correlations": [("all", a, b, 1.0 if a == b else 0.5, 0.01) for a in HOSTILE for b in HOSTILE],
            "exposures": [(name, name, 0.1, "low", True) for name in HOSTILE],
            "offsets": [
                (name, name, other, i + 1, -1.0, 0.1, 0.5, 0.01, 0.2, 30, 0.1, True, "holds")
                for name in HOSTILE
                for i, other in enumerate(HOSTILE)
            ],
            "group_checks": [(name, "members_known", "error", f"not in the universe: {name}") for name in HOSTILE],
        }
    )
    for section, markdown in found.items():
        assert markdown.count("\n## ") == 0, section
        lines = markdown.split("\n")
        fences = [line for line in lines if line.startswith("```")]
        assert all(line == "```" for line in fences) and len(fences) % 2 == 0, section
        outside = re.sub(r"^```\n.*?\n```$", "", markdown, flags=re.S | re.M)
        assert not any(name in outside for name in HOSTILE if name), section
        assert not re.search(r"(?<!\\)\|", markdown), section
    table = shown(found["profiles"])[0]
    assert len(table.cells) == n
    assert any(line.startswith("x\\n## not a title") for line in found["profiles"].split("\n"))
    assert "é" * 37 + "..." in found["profiles"]
    assert "inf" not in found["profiles"] and "nan" not in found["profiles"]
    assert "1.00e+09" in found["profiles"]


def test_what_is_left_out_is_counted() -> None:
    names = [f"s{i:03}" for i in range(100)]
    found = reported(
        {
            "metadata": METADATA,
            "performance": [(name, 24, 0.1, 0.1, 0.1, 0.1, -0.1, 1.0, "x") for name in names],
            "return_windows": [(name, "1m", 0.1) for name in names],
            "rate_sensitivity": [
                (name, maturity, -1.0, 0.5) for name in names for maturity in ("y10", "y2", "m3", "slope", "level")
            ],
            "market_sensitivity": [(name, "SPY", 1.0, 0.01) for name in names],
            "quality": [(name, "warning", "stale", "2020-01-31", "2021-01-31", 24, 0.5, 0) for name in names],
            "correlations": [("all", a, b, 0.5, 0.01) for a in names for b in names],
            "regime_correlations": [
                ("all", "rates", "a", name, regime, 0.1, 0.01) for name in names for regime in ("calm", "stressed")
            ],
            "exposures": [("main", name, 0.1, "low", name > "s050") for name in names],
            "offsets": [
                ("main", a, f"c{i:02}", i + 1, 0.1, 0.1, 0.1, 0.1, 0.1, 30, 0.1, i < 9, "so")
                for a in names
                for i in range(20)
            ],
        }
    )
    for section, table in {
        "profiles": "proxy_performance", "returns": "proxy_return_windows", "rate_sensitivity": "proxy_rate_sensitivity",
        "market_sensitivity": "proxy_market_sensitivity",
    }.items():  # fmt: skip
        assert f"60 more rows are in {table}." in found[section], section
    assert "60 more pairs are in proxy_regime_correlations" in found["stress"]
    assert "60 more rows are in proxy_quality." in found["data_quality"]
    assert "11 more rows are in proxy_exposures." in found["data_quality"]
    assert "60 more rows are in proxy_exposures and proxy_offsets." in found["summary"]
    assert "80 more exposures are in proxy_offsets." in found["offsets"]
    assert found["offsets"].count("4 more recommended, 8 more not recommended: in proxy_offsets.") == 20
    assert shown(found["rate_sensitivity"])[0].header == ["series", "m3", "y2", "y10", "level", "slope"]
    assert shown(found["correlations"])[0].rows() == {"all": {"scope": "all", "series": "100"}}
