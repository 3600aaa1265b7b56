"""The report: every number against the table it names, hostile names, odd data, both engines, a browser."""

from __future__ import annotations

import copy
import datetime
import json
import math
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jsonschema  # type: ignore[import-untyped]
import pyarrow as pa
import pytest
from conftest import PROJECT
from markupsafe import escape
from postgres_server import PostgresServer

from dbt_whence import cli, numbers
from dbt_whence.report import charts, command
from dbt_whence.report.build import MAIN_TABLES, build_report, write_report
from dbt_whence.report.content import Chart, Report, Sentence, Table
from dbt_whence.report.html import html_of
from dbt_whence.report.json import json_of
from dbt_whence.report.markdown import markdown_of
from dbt_whence.results import DOMAINS, Results, Row, WhenceError, find_results

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI_REQUIRES_CHROMIUM"),
    reason=f"there is no Chromium at {CHROMIUM}; name one in CHROMIUM",
)
# relative to the project, as `make test` names it: dbt reads its parse only under the same name
DEMO = Path(os.environ.get("WHENCE_DEMO_DUCKDB", "target/test/whence.duckdb"))

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "a | b || c",
    "line\nbreak\r\n# heading\n\n- item",
    "`code` **bold** _em_ [link](javascript:alert(4)) ![i](x) ~~~ ***",
    "</svg></style></title></textarea><script>alert(5)</script><svg onload=alert(6)>",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "\u202egnp.exe\u202c \u200f \u061c",
    "\x07\x1b[31mred\x7f",
    "💥 Ünïcode 日本語 שלום",
    "x" * 10_000,
    "{{ 7 * 7 }} {% raw %} {0} %s {name}",
    "https://evil.example/ www.evil.example me@evil.example",
    "==1+1-->]]>```",
    "-",
    " ",
]


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the demo is: the file that `make test` has built, with its parse of the project, else one built here."""
    target = tmp_path_factory.mktemp("target")
    path, parsed = DEMO, (PROJECT / DEMO).parent / "partial_parse.msgpack"
    if not (PROJECT / DEMO).exists():
        path = request.getfixturevalue("demo").database
    elif parsed.exists():
        shutil.copy(parsed, target)
    return {"WHENCE_DUCKDB_PATH": str(path), "DBT_TARGET_PATH": str(target), "DBT_PROFILES_DIR": str(PROJECT)}


@pytest.fixture(scope="session")
def results(places: dict[str, str]) -> Results:
    """The tables of the demo."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.delenv("DBT_TARGET", raising=False)
        for name, value in places.items():
            patch.setenv(name, value)
        found = find_results()
    found.credentials.path = str(PROJECT / found.credentials.path)
    return found


@pytest.fixture(scope="session")
def report(results: Results) -> Report:
    """The report on the demo."""
    return build_report(results)


@pytest.fixture
def make(results: Results, tmp_path: Path) -> Callable[..., Results]:
    """Make public tables of given rows, by name; the others are empty, or left out."""

    def made(rows: dict[str, list[Row]], leave_out: tuple[str, ...] = ()) -> Results:
        # the relations name the database, which is called as its file
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}" / Path(results.credentials.path).name
        path.parent.mkdir()
        with duckdb.connect(str(path)) as connection:
            for name, table in results.tables.items():
                if name in leave_out:
                    continue
                columns = [(column.name, column.data_type or "text") for column in table.columns]
                structure = ", ".join(f'"{column}" {kind}' for column, kind in columns)
                connection.execute(f"create table {table.relation} ({structure})")
                given = sorted({column for row in rows.get(name, []) for column in row})
                assert {*given} <= {column for column, _ in columns}, (name, given)
                if given:
                    data = pa.table({column: [row.get(column) for row in rows[name]] for column in given})
                    connection.register("given", data)
                    connection.execute(f"insert into {table.relation} by name select * from given")
        credentials = copy.copy(results.credentials)
        credentials.path = str(path)
        return replace(results, credentials=credentials)

    return made


def tables_of(report: Report) -> list[tuple[Any, Table]]:
    return [(section, block) for section in report.sections for block in section.blocks if isinstance(block, Table)]


def fresh(connection: Any, results: Results, table: Table, row: Any) -> Row:
    """Read the row that a key names, by a query of its own."""
    where = " and ".join(f'"{name}" is not distinct from ?' for name in row.key)
    cursor = connection.execute(f"select * from {results.table(table.source).relation} where {where}", [*row.key.values()])  # fmt: skip
    names = [column[0] for column in cursor.description]
    found = cursor.fetchall()
    assert len(found) == 1, (table.source, row.key)
    return dict(zip(names, found[0], strict=True))


def says(text: str, value: Any, style: str) -> bool:
    """Say whether a text states a value: to two decimals from 1 on, none from 1000 on, three digits below 1."""
    if value is None:
        return text == "-"
    if isinstance(value, bool):
        return text == ("yes" if value else "no")
    if not isinstance(value, (int, float)):
        return text == numbers.visible(str(value))
    if style == "percent":
        assert text.endswith(" %"), text
        value, text = 100 * value, text[:-2]
    stated, size = float(text.replace(",", "")), abs(value)
    if size < 1 or size >= 1e15:
        tolerance = 0.0051 * size
    else:
        tolerance = 0.5001 if size >= 1000 else 0.0501 if style == "percent" else 0.00501
    return bool(abs(stated - value) <= tolerance)


def test_every_number_is_the_cell_it_names(results: Results, report: Report) -> None:
    """Each shown value against a query of its own for the row that the report names, and its text against the value."""
    n_cells = 0
    with duckdb.connect(results.credentials.path, read_only=True) as connection:
        for _, table in tables_of(report):
            for row in table.rows if not table.derivation else ():
                found = fresh(connection, results, table, row)
                for column, value in zip(table.columns, row.values, strict=True):
                    truth = found[column.name]
                    truth = str(truth) if isinstance(truth, datetime.date) else truth
                    assert value == (pytest.approx(truth, rel=1e-11, abs=0) if isinstance(truth, float) else truth)
                    assert says(column.text(value), value, column.style), (table.source, column, value)
                    n_cells += 1
    assert n_cells > 3000
    assert {table.source for _, table in tables_of(report)} >= {
        "metric_totals", "metric_movers", "metric_drivers", "metric_drilldown", "metric_alerts", "metric_restatements",
        "factor_risk", "factor_variance", "factor_betas", "factor_attribution", "factor_drawdowns",
        "signal_screening", "signal_series", "signal_quantiles", "signal_event_paths", "signal_profiles",
        "proxy_correlations", "proxy_offsets", "proxy_rate_sensitivity", "proxy_exposures", "hypothesis_tests",
    }  # fmt: skip


def test_numbers_that_are_worked_out(results: Results, report: Report) -> None:
    """Sums, means and counts that no cell holds, against SQL and against the tables that hold their end."""
    checked = set()
    with duckdb.connect(results.credentials.path, read_only=True) as connection:
        for _, table in tables_of(report):
            if not table.derivation:
                continue
            checked.add(table.source)
            last = table.rows[-1]
            names = [column.name for column in table.columns]
            if table.source == "factor_attribution":
                for row in table.rows[:: len(table.rows) // 7]:
                    key = row.key
                    truth = connection.execute(
                        "select sum(contribution) from factor_attribution where model = ? and method = ? and date <= ? and component = ?",
                        [key["model"], key["method"], key["date"], key["component"]],
                    ).fetchall()[0][0]
                    assert row.values[2] == pytest.approx(truth, rel=1e-8, abs=2e-12)
                dates = {row.key["date"] for row in table.rows}
                final = connection.execute(
                    "select max(date) from factor_attribution where model = ?", [last.key["model"]]
                )
                assert len(dates) <= 80 and str(final.fetchall()[0][0]) in dates
            elif table.source == "signal_series":
                truth = connection.execute(
                    "select estimate, standard_error, n_obs from signal_profiles where study = ? and signal = ? and horizon = ? and procedure = 'ic'",
                    [last.key["study"], last.key["signal"], last.key["horizon"]],
                ).fetchall()[0]
                assert [last.values[names.index(name)] for name in ("mean_ic", "standard_error", "n_dates")] == pytest.approx(truth, rel=1e-8)  # fmt: skip
            elif table.source == "proxy_quality":
                counts = dict(connection.execute("select status, count(*) from proxy_quality group by status").fetchall())  # fmt: skip
                assert dict(row.values for row in table.rows) == counts
            else:
                counts = connection.execute("select count(*), count(*) filter (bhy_q < 0.05) from hypothesis_tests").fetchall()[0]  # fmt: skip
                assert (sum(row.values[1] for row in table.rows), sum(row.values[4] for row in table.rows)) == counts
    assert checked == {"factor_attribution", "signal_series", "proxy_quality", "hypothesis_tests"}


def test_sentences_name_rows_that_exist(results: Results, report: Report) -> None:
    document = json.loads(json_of(report))
    evidence = [item for section in document["sections"] for sentence in section["sentences"] for item in sentence["evidence"]]  # fmt: skip
    assert len(evidence) > 100
    with duckdb.connect(results.credentials.path, read_only=True) as connection:
        for item in evidence:
            where = " and ".join(f'"{name}" is not distinct from ?' for name in item["key"])
            n = connection.execute(f"select count(*) from {item['table']} where {where}", [*item["key"].values()]).fetchall()  # fmt: skip
            assert n[0][0] == 1, item


def test_sentences_and_tables_write_a_number_alike(results: Results, report: Report) -> None:
    """From where to where each driver went: what the insight says stands in the table."""
    tables = [table for _, table in tables_of(report) if table.source == "metric_drivers"]
    texts = {text for table in tables for name in ("baseline_value", "current_value") for text in table.texts(name)}
    sentences = [block.text for section in report.sections for block in section.blocks if isinstance(block, Sentence) and block.kind == "driver"]  # fmt: skip
    ends = [found for text in sentences for found in re.findall(r": from (\S+) to ([^\s(]+)", text)]
    assert len(ends) > 5 and any(len(number) > 5 for pair in ends for number in pair)
    assert {number for pair in ends for number in pair} <= texts


def test_charts_say_what_they_mean_and_draw_what_adds(report: Report) -> None:
    drawn = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    html = html_of(report)
    for chart in drawn:
        assert f"<small>{escape(chart.description)}</small></figcaption>" in html
    trees = [chart for chart in drawn if chart.title.startswith("Drill-down")]
    assert trees and {chart.columns["value"] for chart in trees} == {"change"}, (
        "shares of a total near zero say nothing"
    )
    betas = [chart for chart in drawn if chart.title == "Betas of the portfolio"]
    for chart in betas:
        (table,) = chart.tables
        svg = str(charts.draw(chart, charts.WIDE))
        assert "alpha" in table.texts("factor") and ">alpha<" not in svg and svg.count("data-row=") == 2 * (len(table.rows) - 1)  # fmt: skip
    assert betas


def test_json_has_the_form_of_the_schema(report: Report) -> None:
    schema = json.loads((PROJECT / "src/dbt_whence/report/report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(json_of(report))
    jsonschema.validate(document, schema)
    for section in document["sections"]:
        ids = {table["id"] for table in section["tables"]}
        for chart in section["charts"]:
            assert set(chart["tables"]) <= ids, "the numbers of a chart stand beside it"


def test_the_same_tables_give_the_same_bytes_on_both_engines(
    results: Results, report: Report, server: PostgresServer, tmp_path: Path
) -> None:
    """The demo's tables, copied to PostgreSQL: what is read there, in which order, makes the same files."""
    assert [render(build_report(results)) for render in (html_of, markdown_of, json_of)] == [
        render(report) for render in (html_of, markdown_of, json_of)
    ]
    copied = copy_to_postgres(results, server, tmp_path)
    other = build_report(copied)
    assert json_of(other) == json_of(report)
    assert markdown_of(other) == markdown_of(report)
    assert html_of(other) == html_of(report)


def copy_to_postgres(results: Results, server: PostgresServer, folder: Path) -> Results:
    database = server.create_database("report")
    tables = {}
    with (
        duckdb.connect(results.credentials.path, read_only=True) as source,
        closing(server.connect(database)) as target,
    ):
        cursor = target.cursor()
        for name, table in results.tables.items():
            if name == "proxy_correlation_history":
                continue  # large, and not read
            columns = [(column.name, column.data_type or "text") for column in table.columns]
            cursor.execute(
                f'create table "{name}" ({", ".join(f"{chr(34)}{c}{chr(34)} {kind}" for c, kind in columns)})'
            )
            where = " where statistic = 'ic'" if name == "signal_series" else ""
            # in another order than they are in
            order = ", ".join(f'"{column}" desc' for column in table.key)
            path = folder / f"{name}.csv"
            names = ", ".join(f'"{column}"' for column, _ in columns)
            source.execute(f"copy (select {names} from {table.relation}{where} order by {order}) to '{path}' (format csv, header false, nullstr '\\N', force_quote *)")  # fmt: skip
            with path.open("rb") as file:
                cursor.copy_expert(f"copy \"{name}\" from stdin (format csv, null '\\N')", file)
            tables[name] = replace(table, relation=f'"{database}"."public"."{name}"')
        target.commit()
    credentials = SimpleNamespace(host=str(server.folder), port=server.port, user="postgres", password="", database=database)  # fmt: skip
    return replace(results, engine="postgres", credentials=credentials, tables=tables)


# Hand-made tables ----------------------------------------------------------------------------------------------------


def hostile_rows() -> dict[str, list[Row]]:
    """A few rows in every table that is shown, each name a hostile one."""
    metric, study, model = HOSTILE[0], HOSTILE[1], HOSTILE[6]
    analysis = HOSTILE[2]
    day = datetime.date(2024, 1, 31)
    spec = json.dumps({"rank_by": metric})
    evidence = json.dumps([{"table": "metric_movers", "key": {"analysis": analysis, "segment": HOSTILE[0]}}])
    movers = [
        {"analysis": analysis, "dimensions": HOSTILE[7], "segment": name, "metric": metric, "status": "continuing", "change": 10.0 - place, "volume_effect": 12.0, "mix_effect": -3.0, "rate_effect": 1.0 - place, "q_value": 0.5, "mover_rank": place + 1}
        for place, name in enumerate(HOSTILE[:10])
    ]  # fmt: skip
    return {
        "metric_analyses": [{"analysis": analysis, "analysis_group": analysis, "relation": HOSTILE[3], "baseline_records": 3, "current_records": 4, "metrics": metric, "dimensions": HOSTILE[7], "spec_json": spec}],
        "metric_totals": [{"analysis": analysis, "side": side, "metric": metric, "records": 3, "value": 1.5} for side in ("baseline", "current")],
        "metric_insights": [{"analysis": analysis, "kind": "mover", "insight_rank": place, "metric": metric, "headline": f"{name} rose", "evidence": evidence} for place, name in enumerate(HOSTILE)],
        "metric_alerts": [{"analysis": analysis, "rule": name, "is_breached": True, "observed": 1.0, "segment": name} for name in HOSTILE[:6]],
        "metric_segments": [{"analysis": analysis, "side": "current", "dimensions": HOSTILE[7], "segment": name, "metric": metric, "depth": 1, "value": 1.0} for name in HOSTILE],
        "metric_movers": movers,
        "metric_closure": [{"analysis": analysis, "metric": metric, "method": "shapley", "baseline_value": -2.0, "current_value": 3.0, "change": 5.0, "explained": 5.0, "residual": 0.0, "is_closed": True, "note": HOSTILE[5]}],
        "metric_drivers": [{"analysis": analysis, "metric": metric, "method": "shapley", "driver": name, "contribution": (-1.0) ** place, "driver_rank": place} for place, name in enumerate(HOSTILE)],
        "metric_drilldown": [
            {"analysis": analysis, "metric": metric, "path": "(total)", "depth": 0, "change": 5.0, "share_of_total": 1.0},
            *({"analysis": analysis, "metric": metric, "path": name, "parent_path": "(total)", "depth": 1, "dimension": HOSTILE[7], "segment": name, "change": 1.0, "share_of_total": 0.1, "next_question": name} for name in HOSTILE),
        ],
        "factor_models": [{"model": model, "pca_status": "ok", "regression_status": "failed", "regression_reason": HOSTILE[0]}],
        "factor_risk": [{"model": model, "method": "pca", "component": name, "variance_share": 0.1} for name in HOSTILE],
        "factor_variance": [{"model": model, "factor": name, "factor_rank": place, "eigenvalue": 1.0, "noise_edge": 1.2, "is_retained": False, "label": name} for place, name in enumerate(HOSTILE)],
        "factor_betas": [{"model": model, "asset": "PORTFOLIO", "factor": name, "beta": -0.1, "standard_error": 0.2, "q_value": 0.3} for name in HOSTILE],
        "factor_attribution": [{"model": model, "method": "pca", "date": day, "component": name, "contribution": 0.01} for name in HOSTILE],
        "factor_drawdowns": [{"model": model, "drawdown": 1, "trough_date": day, "depth": -0.1, "days": 4}],
        "signal_profiles": [{"study": study, "signal": name, "horizon": 1, "procedure": procedure, "estimate": 0.1, "primary_p": 0.5, "status": "ok", "warnings": HOSTILE[0], "reason": HOSTILE[0]} for procedure in ("ic", "caar") for name in HOSTILE],
        "signal_screening": [{"study": study, "family": HOSTILE[0], "signal": name, "horizon": 1, "procedure": HOSTILE[1], "t_stat": 1.0, "p_value": 0.3, "bhy_q": 0.9, "is_survivor": False} for name in HOSTILE],
        "signal_insights": [{"study": study, "kind": HOSTILE[0], "insight_rank": place, "headline": name, "evidence": name} for place, name in enumerate(HOSTILE)],
        "signal_series": [{"study": study, "signal": name, "horizon": 1, "statistic": "ic", "date": day, "value": 0.1} for name in HOSTILE],
        "signal_quantiles": [{"study": study, "signal": name, "horizon": 1, "quantile": 1, "mean_forward_return": 0.1} for name in HOSTILE],
        "signal_event_paths": [{"study": study, "signal": name, "event_offset": 0, "mean_abnormal_return": 0.1, "cumulative_abnormal_return": 0.1, "n_events": 3} for name in HOSTILE],
        "signal_warnings": [{"study": study, "signal": name, "horizon": 1, "procedure": "ic", "code": HOSTILE[1], "kind": "warning", "description": HOSTILE[0]} for name in HOSTILE],
        "proxy_metadata": [{"run": "latest", "n_series": 3, "source_tiers": HOSTILE[0]}],
        "proxy_exposures": [{"portfolio": HOSTILE[0], "factor": name, "exposure": 0.1, "exposure_limit": 0.25, "status": "low"} for name in HOSTILE],
        "proxy_correlations": [{"scope": HOSTILE[0], "series_a": a, "series_b": b, "correlation": 1.0 if a == b else -0.2, "q_value": 0.01} for a in HOSTILE for b in HOSTILE],
        "proxy_rate_sensitivity": [{"series": name, "maturity": HOSTILE[1], "beta": -4.0} for name in HOSTILE],
        "proxy_market_sensitivity": [{"series": name, "benchmark": HOSTILE[1], "beta": -4.0} for name in HOSTILE],
        "proxy_offsets": [{"portfolio": HOSTILE[0], "exposed": name, "candidate": HOSTILE[1], "oos_variance_reduction": -0.1, "is_recommended": False, "reason": name, "offset_rank": 1} for name in HOSTILE],
        "proxy_report": [{"position": 1, "section": HOSTILE[0], "title": HOSTILE[1], "markdown": f"## {HOSTILE[1]}\n\n```\n{HOSTILE[0]}\n```\n\n{HOSTILE[0]}\n"}],
        "hypothesis_tests": [{"domain": "metric_change", "family": HOSTILE[0], "key": name, "p_value": 0.2, "bhy_q": 0.3} for name in HOSTILE],
    }  # fmt: skip


def test_hostile_names_are_inert_in_every_format(make: Callable[..., Results]) -> None:
    hostile = build_report(make(hostile_rows()))
    html, markdown, text = html_of(hostile), markdown_of(hostile), json_of(hostile)
    for fragment in ("<script", "<img", "<textarea", "onload=alert(6)>\n", "{{ 49"):
        assert fragment not in html.lower(), fragment
    assert len(re.findall(r"<svg[ >]", html)) == len(re.findall("</svg>", html)) == html.count('role="img"')
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x0b-\x1f\x7f]", html + markdown)
    outside = "".join(part for place, part in enumerate(re.split(r"^```$", markdown, flags=re.M)) if place % 2 == 0)
    assert "<" not in outside and not re.search(r"(?<!\\)!\[|(?<!\\)\]\(", outside)
    assert not re.search(r"https?://|www\.", outside)
    for block in re.findall(r"(?:^\|.*\n)+", outside, flags=re.M):
        pipes = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(pipes) == 1, block[:300]
    assert text.isascii() and "<" not in text and "&" not in text
    document = json.loads(text)
    segments = [row["values"]["segment"] for section in document["sections"] for table in section["tables"] if table["source"] == "metric_movers" for row in table["rows"]]  # fmt: skip
    assert segments == HOSTILE[:10]
    schema = json.loads((PROJECT / "src/dbt_whence/report/report.schema.json").read_text())
    jsonschema.validate(document, schema)
    long = build_report(make({"factor_models": [{"model": "y" * 10_000}]}))
    assert "y" * 600 not in html_of(long) + markdown_of(long) and "y" * 10_000 in json_of(long)
    assert "Nothing is declared" not in html and "No known factors: &lt;script&gt;" in html


def test_nulls_zeros_and_extremes(make: Callable[..., Results]) -> None:
    """What is undefined is a dash, never a word of Python; charts of nothing, of zeros and of 1e200 are drawn."""
    day = datetime.date(2024, 1, 31)
    values: list[float | None] = [0.0, None, 1e200, -1e200, 1e-300, 999.995, -0.0049999]
    for value in values:
        rows: dict[str, list[Row]] = {
            "metric_analyses": [{"analysis": "a", "analysis_group": "a", "metrics": "m", "spec_json": "not json"}],
            "metric_totals": [{"analysis": "a", "side": "current", "metric": "m", "value": value}],
            "metric_segments": [{"analysis": "a", "side": "current", "dimensions": "d", "segment": "s", "metric": "m", "depth": 1, "value": value}],
            "metric_closure": [{"analysis": "a", "metric": "m", "method": "x", "baseline_value": value, "current_value": value}],
            "metric_drivers": [{"analysis": "a", "metric": "m", "method": "x", "driver": "residual", "contribution": value}],
            "factor_models": [{"model": "f"}],
            "factor_variance": [{"model": "f", "factor": "PC1", "factor_rank": 1, "eigenvalue": value}],
            "factor_attribution": [{"model": "f", "method": "pca", "date": day, "component": "mean", "contribution": value}],
            "factor_drawdowns": [{"model": "f", "drawdown": 1, "trough_date": day, "depth": None}],
            "signal_profiles": [{"study": "s", "signal": "x", "horizon": 1, "procedure": "ic", "status": "ok"}, {"study": "s", "signal": "y", "horizon": 1, "procedure": "ic", "status": "insufficient_sample", "reason": "3 dates; 20 are needed"}],
            "signal_series": [{"study": "s", "signal": "x", "horizon": 1, "statistic": "ic", "date": day, "value": value}],
            "proxy_metadata": [{"run": "latest"}],
            "proxy_correlations": [{"scope": "all", "series_a": a, "series_b": b, "correlation": None} for a in "ab" for b in "ab"],
        }  # fmt: skip
        made = build_report(make(rows))
        html, markdown, text = html_of(made), markdown_of(made), json_of(made)
        for word in ("None", "nan", "NaN", "inf", "Infinity"):
            assert not re.search(rf"\b{word}\b", re.sub(r"<style>.*?</style>", "", html, flags=re.S) + markdown), word
        json.loads(text, parse_constant=lambda found: pytest.fail(found))
        assert "3 dates; 20 are needed" in html and "insufficient_sample" in markdown
        coordinates = re.findall(r'(?:[xy][12]?|width|height|points)="([^"]*)"', html)
        assert len(coordinates) > 50 and not any(re.search("nan|inf|e", found) for found in coordinates if found[:1] in "-0123456789n")  # fmt: skip


def test_long_series_are_thinned_and_it_is_said(make: Callable[..., Results]) -> None:
    start = datetime.date(2000, 1, 1)
    days = [start + datetime.timedelta(days=place) for place in range(3001)]
    made = build_report(
        make(
            {
                "factor_models": [{"model": "f"}],
                "factor_attribution": [{"model": "f", "method": "pca", "date": day, "component": f"PC{c}", "contribution": 0.001 * (c - 4)} for day in days[::3] for c in range(10)],
                "signal_profiles": [{"study": "s", "signal": "x", "horizon": 1, "procedure": "ic", "status": "ok"}],
                "signal_series": [{"study": "s", "signal": "x", "horizon": 1, "statistic": "ic", "date": day, "value": place % 7 / 100} for place, day in enumerate(days)],
            }
        )
    )  # fmt: skip
    attribution = next(table for _, table in tables_of(made) if table.source == "factor_attribution")
    assert attribution.note == "77 of 1,001 dates: the last, and every 13th before it. (other) is the sum of 3 smaller components."  # fmt: skip
    assert len(attribution.rows) == 77 * 8
    final = {row.key["component"]: row.values[2] for row in attribution.rows if row.key["date"] == str(days[-1])}
    assert final["PC9"] == pytest.approx(5.005) and final["(other)"] == pytest.approx(1001 * 0.001 * (0 + 1 - 1))
    series = next(table for _, table in tables_of(made) if table.source == "signal_series")
    assert series.note == "115 of 3,001 dates: the last, and every 26th before it from the 20th on."
    assert len(html_of(made)) < 1_000_000


def test_more_than_fits_is_counted(make: Callable[..., Results]) -> None:
    names = [f"s{place:03}" for place in range(60)]
    rows: dict[str, list[Row]] = {
        "metric_analyses": [{"analysis": f"a{place:03}", "analysis_group": f"a{place:03}"} for place in range(45)],
        "proxy_metadata": [{"run": "latest"}],
        "proxy_correlations": [{"scope": "all", "series_a": a, "series_b": b, "correlation": 1.0 if a == b else 0.9 if {a, b} == {"s058", "s059"} else 0.1} for a in names for b in names],
        "signal_profiles": [{"study": "s", "signal": name, "horizon": 1, "procedure": "fm", "status": "ok"} for name in names],
    }  # fmt: skip
    text = markdown_of(build_report(make(rows)))
    assert "5 more are left out, from a040 on; name them with --select." in text
    assert "20 of 60 series" in text and "| s058 | s059 | 0.9 |" in text
    assert "40 of 60 rows; the others are in signal_profiles." in text
    assert "### a044" in markdown_of(build_report(make(rows), ["a044"]))


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command on tables that were found before."""

    def ran(found: Results, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(command, "find_results", lambda **_: found)
        code = cli.main(["report", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


def test_the_command_writes_what_it_is_asked_for(
    results: Results, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "reports"
    code, out, err = run(results, "--select", "retail_revenue", "-s", "signal_research", "--format", "md, json", "--out", str(folder))  # fmt: skip
    assert (code, err) == (0, "") and out.split() == [str(folder / f"whence_report.{name}") for name in ("md", "json")]
    assert sorted(path.name for path in folder.iterdir()) == ["whence_report.json", "whence_report.md"]
    document = json.loads((folder / "whence_report.json").read_text())
    names = [(section["domain"], section["name"]) for section in document["sections"]]
    assert names[:3] == [("metric_change", None), ("metric_change", "retail_revenue"), ("signal_research", None)]
    assert {domain for domain, _ in names} == {"metric_change", "signal_research"}
    code, _, _ = run(results, "--select", "bike_rides@2012-01-31", "--format", "json", "--out", str(folder))
    document = json.loads((folder / "whence_report.json").read_text())
    assert code == 0 and [section["name"] for section in document["sections"]] == [None, "bike_rides@2012-01-31"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--select", "retail_revenu"],
            "--select retail_revenu is neither a domain nor an analysis, model, study or portfolio",
        ),
        (["--format", "pdf"], "--format 'pdf' is not one of html, md, json"),
        (["--format", ","], "--format ',' is not one of html, md, json"),
        (["--out", "{file}"], "is a file; name a folder"),
        (["--out", "{file}/reports"], "cannot be written: Not a directory"),
    ],
)
def test_mistakes_are_one_line(
    make: Callable[..., Results],
    run: Callable[..., tuple[int, str, str]],
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    given = [argument.replace("{file}", str(file)) for argument in arguments]
    code, out, err = run(make({"metric_analyses": [{"analysis": "a", "analysis_group": "a"}]}), *given)
    assert code == 2 and out == "" and message in err
    assert err.startswith("whence: ") and len(err.strip().splitlines()) == 1


def test_what_is_not_built_is_said(make: Callable[..., Results], run: Callable[..., tuple[int, str, str]], tmp_path: Path, results: Results) -> None:  # fmt: skip
    everything = tuple(results.tables)
    empty = make({}, leave_out=everything)
    code, _, err = run(empty, "--out", str(tmp_path / "r"))
    assert (code, err) == (2, "whence: none of the tables is built in this target; run dbt build\n")
    assert not (tmp_path / "r").exists()
    signals = tuple(name for name, table in results.tables.items() if table.domain == "signal_research")
    some = make({"metric_analyses": [{"analysis": "a", "analysis_group": "a"}]}, leave_out=(*signals, "metric_movers"))
    text = markdown_of(build_report(some))
    assert "Not built in this target: there is no table signal_profiles. Run dbt build." in text
    assert "Not built in this target, and left out: metric_movers." in text
    assert "Nothing is declared: factor_models has no rows." in text
    with pytest.raises(WhenceError, match="no table of signal_research is built"):
        build_report(some, ["signal_research"])


def test_each_table_may_be_missing(make: Callable[..., Results], results: Results) -> None:
    """Built in part: what is there is shown, whatever is not."""
    main = set(MAIN_TABLES.values())
    others = [name for name in hostile_rows() if name not in main]
    for missing in [*([name] for name in others[::8]), [name for name in results.tables if name not in main]]:
        made = build_report(make(hostile_rows(), leave_out=tuple(missing)))
        assert not {table.source for _, table in tables_of(made)} & set(missing)
        assert len([section for section in made.sections if section.name is None]) == len(DOMAINS)
        assert f"left out: {missing[0]}" in markdown_of(made).replace("\\", "") or len(missing) > 1


def test_a_failure_leaves_the_old_file(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = write_report(report, ["md"], tmp_path)
    before = path.read_text()

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WhenceError, match="No space left on device"):
        write_report(replace(report, title="other"), ["md"], tmp_path)
    assert path.read_text() == before and [found.name for found in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o044


def test_progress_shows_only_where_someone_waits(
    make: Callable[..., Results],
    run: Callable[..., tuple[int, str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = make({"metric_analyses": [{"analysis": "a", "analysis_group": "a"}]})
    arguments = ["--select", "a", "--format", "md", "--out", str(tmp_path)]
    assert run(found, *arguments)[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("CI", "true")
    assert run(found, *arguments)[2] == ""
    monkeypatch.delenv("CI")
    shown = run(found, *arguments)[2]
    assert "reading the project" in shown


def test_the_command_finds_the_tables_itself(
    places: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way once: dbt's parse, the tables, the files."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.delenv("DBT_TARGET", raising=False)
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    arguments = ["-s", "retail_revenue", "-f", "html,md,json", "--out", str(tmp_path), "--project-dir", str(PROJECT)]
    assert cli.main(["report", *arguments]) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".json", ".md"]


# Parts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [(1461756.25, "1,461,756"), (422.2288, "422.23"), (0.034249, "0.0342"), (2.5e-07, "2.5e-07"), (1.2e200, "1.2e200"), (0.0, "0"), (-0.5, "-0.5"), (999.999, "1,000"), (-1234.5, "-1,235"), (1e15, "1e15")],
)  # fmt: skip
def test_numbers_read_as_in_sentences(value: float, text: str) -> None:
    """As the macro format_number has them."""
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3e-7, 2e-9), (-1e200, 1e200), (0, 87_323), (-0.004, 0.013), (0, 1e15), (0, 1e-300)]
)
def test_ticks_are_few_round_and_told_apart(low: float, high: float) -> None:
    marks = charts.ticks(low, high, 5)
    assert 2 <= len(marks) <= 6 and all(low - 1e-9 * (high - low) <= mark <= high * (1 + 1e-9) for mark in marks)
    for percent in (False, True) if high < 1e9 else (False,):
        texts = [charts.tick_text(mark, marks, percent) for mark in marks]
        assert len(set(texts)) == len(texts) and max(map(len, texts)) <= 16


# The browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield chromium
        chromium.close()


def opened(browser: Any, html: str, folder: Path, width: int, scheme: str) -> tuple[Any, list[str]]:
    """Open a report; return the page and what must stay empty: errors, requests, dialogs."""
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))

    def dismiss(dialog: Any) -> None:
        troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("request", lambda request: troubles.append(f"request: {request.url}") if request.url != path.as_uri() else None)  # fmt: skip
    page.goto(path.as_uri())
    return page, troubles


CELLS = """() => Object.fromEntries([...document.querySelectorAll('table[data-source]')].map(table => [table.id,
    [...table.querySelectorAll('tbody tr')].map(row => [...row.querySelectorAll('th,td')].map(cell =>
        [cell.textContent, cell.querySelector('data')?.value ?? null]))]))"""
LABELS = """() => [...document.querySelectorAll('svg text[data-table]')].map(text =>
    [text.dataset.table, +text.dataset.row, +text.dataset.column, text.lastChild.textContent])"""
CONTRASTS = r"""() => {
    const parts = text => (text.match(/[\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => { for (let e = element; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
    return [...document.querySelectorAll('h1,h2,h3,p,li,a,th,td,td span,caption,caption code,summary,figcaption,svg text')].map(e => {
        const style = getComputedStyle(e), front = parts(e.tagName === 'text' ? style.fill : style.color), back = behind(e);
        const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 80)]; }).sort((x, y) => x[0] - y[0])[0];
}"""


# Pairs of numbers of a chart that overlap, and numbers that the line at the noise edge runs through.
OVERLAPS = """(width) => [...document.querySelectorAll(`figure[id^=chart-scree] .${width} svg`)].flatMap(svg => {
    const texts = [...svg.querySelectorAll('text.value')].map(e => [e.textContent, e.getBoundingClientRect()]);
    const line = [...svg.querySelectorAll('line.limit')].at(-1).getBoundingClientRect();
    const crossed = texts.filter(([, r]) => r.top + 3 < line.top && line.bottom < r.bottom - 3).map(([text]) => text);
    return [...crossed, ...texts.flatMap(([text, r], i) => texts.slice(i + 1).filter(([, s]) =>
        r.left < s.right && s.left < r.right && r.top + 3 < s.bottom - 3 && s.top + 3 < r.bottom - 3)
        .map(([other]) => [text, other]))]; })"""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(browser: Any, report: Report, tmp_path: Path, scheme: str) -> None:
    """Nothing fails or leaves the page; every cell and every label of a chart says what the tables say; it can be read."""
    page, troubles = opened(browser, html_of(report), tmp_path, 1280, scheme)
    cells = page.evaluate(CELLS)
    shown = {table.id: table for _, table in tables_of(report)}
    assert cells.keys() == shown.keys()
    for name, table in shown.items():
        rows = cells[name]
        if table.is_fact:
            rows = [[row[1] for row in rows]]
        assert len(rows) == len(table.rows)
        for row, found in zip(table.rows, rows, strict=True):
            for column, value, (text, raw) in zip(table.columns, row.values, found, strict=True):
                if column.style != "text":
                    assert says(text, value, column.style), (table.source, column.name, value, text)
                if raw is not None:
                    assert float(raw) == value
    labels = page.evaluate(LABELS)
    assert len(labels) > 500
    for name, row, column, text in labels:
        assert text == cells[name][row][column][0], (name, row, column)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 22, 28)")  # fmt: skip
    worst = page.evaluate(CONTRASTS)
    assert worst[0] >= 4.5, worst
    assert page.evaluate("document.querySelectorAll('svg[role=img] > title').length") == page.evaluate("document.querySelectorAll('svg').length")  # fmt: skip
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert troubles == []
    page.close()


@needs_chromium
def test_on_a_phone_and_by_keyboard(browser: Any, report: Report, tmp_path: Path) -> None:
    page, troubles = opened(browser, html_of(report), tmp_path, 400, "dark")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 400, "tables scroll, the page does not"
    assert page.evaluate("[...document.querySelectorAll('.scroll')].some(e => e.scrollWidth > e.clientWidth)")
    outside = "[...document.querySelectorAll('.narrow svg text')].filter(e => { const t = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect(); return t.left < s.left - 3 || t.right > s.right + 3 || t.bottom > s.bottom + 3 }).map(e => e.textContent)"
    assert page.evaluate(outside) == []
    assert page.evaluate(OVERLAPS, "narrow") == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    seen = set()
    for _ in range(6):
        seen.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        page.keyboard.press("Tab")
    assert "scroll" in seen
    page.evaluate("[...document.querySelectorAll('.scroll')].find(e => e.scrollWidth > e.clientWidth + 80).focus()")
    page.keyboard.press("ArrowRight")
    for _ in range(50):  # no wait_for_function: the policy forbids what it evaluates in the page
        if page.evaluate("document.activeElement.scrollLeft") > 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    page.set_viewport_size({"width": 1280, "height": 900})
    outside = outside.replace(".narrow", ".wide")
    assert page.evaluate(outside) == []
    assert page.evaluate(OVERLAPS, "wide") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert troubles == []
    page.close()


@needs_chromium
def test_hostile_names_in_a_browser(browser: Any, make: Callable[..., Results], tmp_path: Path) -> None:
    page, troubles = opened(browser, html_of(build_report(make(hostile_rows()))), tmp_path, 400, "light")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate("document.querySelectorAll('script, img, iframe, object, embed, base, form, textarea').length") == 0  # fmt: skip
    handlers = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on') || /^javascript:/i.test(a.value))).length"
    assert page.evaluate(handlers) == 0
    assert "<script>alert(1)</script>" in page.inner_text("body")
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    for element in page.query_selector_all(".narrow svg text")[:20]:
        element.hover(force=True)
    assert troubles == []
    page.close()


@needs_chromium
def test_the_policy_forbids_what_the_report_does_not_need(browser: Any, report: Report, tmp_path: Path) -> None:
    """Were a script or a picture to slip through, it would not run and not load."""
    small = replace(report, sections=report.sections[:1])
    html = html_of(small).replace("</body>", "<script>document.title = 'ran'</script><img src='https://example.com/x.png'></body>")  # fmt: skip
    page, _ = opened(browser, html, tmp_path, 800, "light")
    assert page.title() == report.title
    assert not page.evaluate("document.querySelector('img').naturalWidth")
    page.close()


def test_nothing_is_finite_by_luck() -> None:
    assert numbers.clean(math.nan) is None and numbers.clean(math.inf) is None
