"""The questions of analyses/signal_research beside answers worked out in pandas from the demo's tables, and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer
from questions import answers_of
from test_factor_analyses import assert_answer

Rows = list[dict[str, Any]]
KEYS = ["study", "signal", "horizon", "procedure"]
EDGE = {
    "ic": ["ic_p", "ic_p_hh", "ic_p_ewc", "ic_p_bootstrap"],
    "fm": ["fm_lambda_p", "fm_lambda_p_hh", "fm_lambda_p_ewc", "fm_lambda_p_bootstrap"],
    "fm_joint": ["fm_joint_lambda_p", "fm_joint_lambda_p_hh", "fm_joint_lambda_p_ewc", "fm_joint_lambda_p_bootstrap"],
    "caar": ["caar_p", "caar_p_hh", "caar_p_ewc", "caar_p_bootstrap", "caar_p_cluster", "bmp_p", "corrado_p", "event_hit_p"],
    "common_continuous": ["ts_beta_p", "ts_beta_p_ivx"],
    "common_sparse": ["ts_beta_p", "ts_beta_p_shift"],
}  # fmt: skip


class Tables:
    """Tables signal_* of the demo, by what follows the prefix."""

    def __init__(self, demo: Warehouse) -> None:
        self.demo = demo

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.demo.query(f"select * from signal_{name}")

    def wide(self) -> pd.DataFrame:
        """A column per statistic."""
        return self["statistics"].pivot(index=KEYS, columns="statistic", values="value").reset_index()


@pytest.fixture(scope="module")
def answers(demo: Warehouse) -> dict[str, pd.DataFrame]:
    return answers_of(demo, "signal_research")


@pytest.fixture(scope="module")
def tables(demo: Warehouse) -> Tables:
    return Tables(demo)


def expect(found: pd.DataFrame, rows: pd.DataFrame, *order: str) -> None:
    """The answer has these rows in this order; columns of the same name are compared."""
    rows = rows.sort_values(list(order), kind="stable")
    kept = [column for column in found.columns if column in rows]
    assert len(kept) > 3
    assert_answer(found, rows[kept].to_dict("records"))


def test_what_passes_alone(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["screening"].merge(tables["profiles"][[*KEYS, "estimate", "verdict"]], on=KEYS)
    rows = rows[(rows["verdict"] == "pass") & ~rows["is_survivor"].astype(bool)]
    assert "noise_2" in set(rows["signal"])
    expect(answers["which_signals_pass_alone_only"], rows, "study", "p_value", "signal")
    survivors = answers["which_signals_survive"]
    assert not set(map(tuple, survivors[KEYS].to_numpy())) & set(map(tuple, rows[KEYS].to_numpy()))


def test_other_errors(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    statistics = tables["statistics"].dropna(subset=["value"])
    expected: Rows = []
    for profile in tables["profiles"].to_dict("records"):
        is_own = (statistics[KEYS] == [profile[key] for key in KEYS]).all(axis=1)
        p = statistics[is_own & statistics["statistic"].isin(EDGE.get(profile["procedure"], []))]["value"]
        if len(p):
            below = int((p <= 0.05).sum())
            verdict = "shown by none" if not below else "shown by all" if below == len(p) else "shown by some"
            said = {
                "n_tests": len(p),
                "n_below": below,
                "smallest_p": p.min(),
                "largest_p": p.max(),
                "verdict": verdict,
            }
            expected.append({key: profile[key] for key in KEYS} | {"primary_p": profile["primary_p"]} | said)
    assert {row["verdict"] for row in expected} == {"shown by none", "shown by all", "shown by some"}
    expect(answers["does_it_hold_under_other_errors"], pd.DataFrame(expected), "study", "primary_p", "signal")


def test_referee(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["warnings"].merge(tables["profiles"][[*KEYS, "verdict"]], on=KEYS, how="left")
    rows["order"] = (rows["verdict"] != "pass").astype(int)
    expect(answers["what_would_a_referee_object"], rows, "study", "order", "signal", "procedure", "horizon", "code")


def test_ordering(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    p = tables.wide().query("procedure == 'ic'").set_index(KEYS[:3])["monotonicity_p"]
    expected: Rows = []
    for key, rows in tables["quantiles"].sort_values("quantile").groupby(KEYS[:3]):
        returns = rows["mean_forward_return"].to_numpy(float)
        steps = np.diff(returns)
        is_in_order = bool((steps > 0).all() or (steps < 0).all())
        own = p.get(key, np.nan)
        if np.isnan(returns).any():
            verdict = "unknown"
        elif own <= 0.05:
            verdict = "shown" if is_in_order else "shown, not all steps"
        else:
            verdict = "in order, not shown" if is_in_order else "not shown"
        expected.append(dict(zip(KEYS, key, strict=False)) | {
            "verdict": verdict, "lowest_return": returns[0], "highest_return": returns[-1], "n_steps": len(steps),
            "n_steps_up": (steps > 0).sum(), "n_steps_down": (steps < 0).sum(), "monotonicity_p": own,
        })  # fmt: skip
    assert len({row["verdict"] for row in expected}) >= 3
    expect(answers["is_the_ordering_monotone"], pd.DataFrame(expected), "study", "horizon", "monotonicity_p", "signal")


def test_years(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["series"].query("statistic in ('ic', 'fm_lambda')").dropna(subset=["value"])
    rows = rows.assign(year=pd.to_datetime(rows["date"]).dt.year, is_up=(rows["value"] > 0).astype(float))
    keys = ["study", "signal", "horizon", "statistic", "year"]
    grouped = rows.groupby(keys)
    years = grouped["value"].agg(mean_value="mean", standard_error="sem", n_dates="size").reset_index()
    years["positive_rate"] = grouped["is_up"].mean().to_numpy()
    years["order"] = years["statistic"].map({"ic": 0, "fm_lambda": 1})
    expect(answers["how_does_an_edge_develop_by_year"], years, "study", "order", "signal", "horizon", "year")
    # weighted by their dates, years give back the estimate
    whole = years.query("study == 'planted_signals' and signal == 'signal' and horizon == 1 and statistic == 'ic'")
    estimate = tables["profiles"].query(
        "study == 'planted_signals' and signal == 'signal' and horizon == 1 and procedure == 'ic'"
    )
    assert np.average(whole["mean_value"], weights=whole["n_dates"]) == pytest.approx(estimate["estimate"].item())


def test_events(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["event_paths"].assign(t_stat=lambda rows: rows["mean_abnormal_return"] / rows["standard_error"])
    found = answers["what_moves_around_an_event"]
    expect(found, rows, "study", "signal", "event_offset")
    # the drift that was planted in the row after entry
    top = found[found["signal"] == "event"].set_index("event_offset")["t_stat"].astype(float)
    assert top.idxmax() == 2 and top[2] > 5


def test_common_signals(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["asset_betas"].assign(size=lambda rows: -rows["t_stat"].abs().round(9))
    expect(answers["which_assets_load_on_a_common_signal"], rows, "study", "signal", "horizon", "size", "asset")
    rows = tables.wide().query("procedure in ('common_continuous', 'common_sparse')")
    p = rows["pesaran_timmermann_p"]
    rows = rows.assign(verdict=np.select(
        [p.isna(), p > 0.05, rows["pesaran_timmermann_stat"] > 0], ["not tested", "not shown", "tells the direction"],
        "tells the opposite",
    ))  # fmt: skip
    expect(answers["does_a_common_signal_tell_the_direction"], rows, "study", "signal", "horizon")


def test_best_sharpe_ratio(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables.wide().query("procedure == 'ic'").dropna(subset=["spread_sharpe"])
    best = rows.loc[rows.groupby(["study", "horizon"])["spread_sharpe"].idxmax()]
    best = best.assign(verdict=np.where(best["best_sharpe_p"] <= 0.05, "more than luck", "may be luck"))
    assert len(best) == 2
    expect(answers["is_the_best_sharpe_ratio_luck"], best, "study", "horizon")


def test_kinds_and_what_was_not_tested(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    expect(answers["what_kind_is_each_signal"], tables["detection"], "study", "signal")
    rows = tables["profiles"].query("status != 'ok'")
    assert len(rows)
    expect(answers["what_could_not_be_tested"], rows, "study", "signal", "procedure", "horizon")


def test_trials(answers: dict[str, pd.DataFrame], tables: Tables) -> None:
    rows = tables["trials"].assign(is_below=lambda rows: rows["p_value"] <= 0.05)
    grouped = rows.groupby(["study", "procedure", "horizon"])
    counts = grouped["p_value"].agg(n_trials="size", smallest_p="min").reset_index()
    counts["n_below"] = grouped["is_below"].sum().to_numpy()
    counts["n_signals"] = grouped["signal"].nunique().to_numpy()
    counts["n_below_by_chance"] = counts["n_trials"] / 20
    expect(answers["how_many_trials_were_made"], counts, "study", "procedure", "horizon")


def test_slices_in_order(answers: dict[str, pd.DataFrame]) -> None:
    """Differences that are surest first, and those of which nothing is known last, on any engine."""
    for _, rows in answers["where_does_a_signal_work"].groupby("study"):
        p = rows["slice_ic_p"].astype(float).to_numpy()
        assert (np.diff(p[~np.isnan(p)]) >= 0).all() and not np.isnan(p[: (~np.isnan(p)).sum()]).any()


def test_postgres_gives_the_same(
    answers: dict[str, pd.DataFrame], server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    postgres = PostgresWarehouse(tmp_path_factory.mktemp("questions"), server=server)
    run = postgres.dbt(
        "build", "--select", "+signal_research", "--exclude", "resource_type:test", "resource_type:unit_test"
    )
    assert run.success, run.log
    for name, found in answers_of(postgres, "signal_research").items():
        expected = answers[name]
        assert list(found.columns) == list(expected.columns)
        # text as it is, and estimates from sums whose order differs
        assert_answer(found, expected.to_dict("records"), relative=1e-6, absolute=1e-9)
