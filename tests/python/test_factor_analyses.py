"""The questions of analyses/factor_models against answers worked out by hand in numpy and pandas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import PROJECT, PostgresWarehouse, Warehouse, selection
from postgres_server import PostgresServer

QUESTIONS = sorted(path.stem for path in (PROJECT / "analyses" / "factor_models").glob("*.sql"))
CONSTANTS = ["mean", "alpha", "risk_free", "residual"]
Answers = dict[str, pd.DataFrame]
Rows = list[dict[str, Any]]


def answers_of(warehouse: Warehouse, **variables: Any) -> Answers:
    """Compile every question at once, and ask each."""
    run = warehouse.declared("compile", "--select", *QUESTIONS, **variables)
    assert run.success, run.log
    folder = warehouse.folder / "target" / "compiled" / "whence" / "analyses" / "factor_models"
    return {name: warehouse.query((folder / f"{name}.sql").read_text()) for name in QUESTIONS}


def plain(value: Any) -> Any:
    """A value of either engine in one form: None, bool, float or text, dates as text."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if hasattr(value, "isoformat"):
        return str(value)[:10]
    return value if isinstance(value, str) else float(value)


def assert_answer(found: pd.DataFrame, expected: Rows, relative: float = 1e-9, absolute: float = 1e-13) -> None:
    """The rows are these, in this order; columns that are not expected are not compared."""
    assert len(found) == len(expected) > 0
    for i, row in enumerate(expected):
        for column, value in row.items():
            got, want = plain(found[column].iloc[i]), plain(value)
            if isinstance(want, float) and not isinstance(want, bool) and got is not None:
                assert got == pytest.approx(want, rel=relative, abs=absolute), (i, column, row)
            else:
                assert got == want, (i, column, row)


@dataclass
class Case:
    """One model and method, worked out by hand from the input."""

    model: str
    method: str
    n_recent: int
    returns: pd.DataFrame
    weights: pd.Series
    portfolio: pd.Series
    factors: pd.DataFrame
    correlations: pd.DataFrame
    sensitivities: pd.DataFrame
    parts: pd.DataFrame

    @property
    def key(self) -> dict[str, str]:
        return {"model": self.model, "method": self.method}

    @property
    def attributed(self) -> pd.Series:
        """Portfolio returns of the dates that the method attributes."""
        return self.portfolio[self.parts.index]

    def ranked(self, values: pd.Series, rank: str, ascending: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names in the order of their values, with the start of their row."""
        for i, name in enumerate(values.sort_values(ascending=ascending).index, 1):
            yield str(name), {**self.key, rank: i}


def worked_out(
    model: str, n_recent: int, returns: pd.DataFrame, weights: pd.Series, known: pd.DataFrame, n_factors: int | None
) -> list[Case]:
    """Principal components of standardized returns, and least squares on known factors."""
    portfolio = returns @ weights
    mean, volatility = returns.mean(), returns.std()
    values, vectors = np.linalg.eigh(returns.corr().to_numpy())
    values, vectors = values[::-1], vectors[:, ::-1]
    edge = (1 + np.sqrt(returns.shape[1] / len(returns))) ** 2
    kept = n_factors or int((values > edge).sum())
    vectors = (vectors * np.sign(vectors.sum(axis=0)))[:, :kept]
    names = [f"PC{i + 1}" for i in range(kept)]
    scores = pd.DataFrame(((returns - mean) / volatility).to_numpy() @ vectors, returns.index, names)
    loadings = pd.DataFrame(vectors, returns.columns, names)
    sensitivities = loadings.mul(volatility, axis=0)
    parts = scores * (weights @ sensitivities)
    parts["mean"] = weights @ mean
    parts["residual"] = portfolio - parts.sum(axis=1)
    correlations = loadings * np.sqrt(values[:kept])
    first = Case(model, "pca", n_recent, returns, weights, portfolio, scores, correlations, sensitivities, parts)

    dates = known.dropna().index.intersection(returns.index)
    design = sm.add_constant(known.loc[dates])
    lags = {"cov_type": "HAC", "cov_kwds": {"maxlags": max(int(4 * (len(dates) / 100) ** (2 / 9)), 1)}, "use_t": True}
    fits = {asset: sm.OLS(returns.loc[dates, asset], design).fit(**lags) for asset in returns}
    whole = sm.OLS(portfolio[dates], design).fit()
    parts = known.loc[dates] * whole.params[known.columns]
    parts["alpha"] = whole.params["const"]
    parts["residual"] = portfolio[dates] - parts.sum(axis=1)
    second = Case(
        model, "regression", n_recent, returns, weights, portfolio, known.loc[dates],
        pd.DataFrame({asset: fit.tvalues for asset, fit in fits.items()}).T,
        pd.DataFrame({asset: fit.params for asset, fit in fits.items()}).T, parts,
    )  # fmt: skip
    return [first, second]


def by_date(frame: pd.DataFrame, date: str) -> pd.DataFrame:
    return frame.assign(date=pd.to_datetime(frame[date])).set_index("date").sort_index()


@pytest.fixture(scope="module")
def cases(demo: Warehouse) -> list[Case]:
    """The demo's models from what they were declared on."""
    monthly = demo.query("select * from stg_demo__asset_prices").assign(
        date=lambda rows: pd.to_datetime(rows["month_end"])
    )
    held = demo.query("select * from stg_demo__portfolio").set_index("asset")["market_value"].astype(float)
    returns = monthly.pivot(index="date", columns="asset", values="price").astype(float).pct_change().iloc[1:]
    weights = (held / held.sum()).reindex(returns.columns).fillna(0.0)
    rates = by_date(demo.query("select * from stg_demo__monthly_rate_changes"), "month_end").astype(
        float, errors="ignore"
    )
    columns = ["level_change", "slope_change"]
    cases = worked_out("rates_and_commodities", 12, returns, weights, rates[columns].astype(float), None)

    daily = by_date(demo.query("select * from stg_demo__treasury_prices"), "date")
    levels = daily.pivot(columns="asset", values="price").astype(float)
    returns = levels[levels.index.day_of_week < 5].pct_change()
    returns = returns[returns.index > returns.index[-1] - pd.DateOffset(years=3)]
    weights = pd.Series(0.25, returns.columns)
    rates = by_date(demo.query("select * from stg_demo__daily_rate_changes"), "date")[columns].astype(float)
    for name in ("treasury_curve", "treasury_curve_all_days"):
        cases += worked_out(name, 63, returns, weights, rates, 3)
    return cases


@pytest.fixture(scope="module")
def answers(demo: Warehouse) -> Answers:
    return answers_of(demo)


def test_a_question_is_shown(demo: Warehouse) -> None:
    run = demo.dbt("show", "--select", "one_factor_or_diversified")
    assert run.success, run.log
    assert "led_by_one_factor" in run.log


def test_worst_drawdown(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        value = np.concatenate([[1.0], np.cumprod(1 + case.portfolio.to_numpy())])
        below = value / np.maximum.accumulate(value) - 1
        trough = int(below.argmin())
        start = int(value[:trough].argmax())
        span = case.portfolio.index[start:trough]
        depth = below[trough]
        link = np.log1p(case.portfolio[span]) / case.portfolio[span] / (np.log1p(depth) / depth)
        taken = case.parts.loc[span].mul(link, axis=0).sum()
        assert taken.sum() == pytest.approx(depth)
        after = [i for i in range(trough, len(value)) if value[i] >= value[start]]
        dates = {"peak_date": start, "trough_date": trough, "recovery_date": after[0] if after else None}
        said = {name: None if i is None else case.portfolio.index[i - 1] for name, i in dates.items()}
        for component, row in case.ranked(taken, "driver_rank"):
            share = taken[component] / depth
            row |= {"component": component, "contribution": taken[component], "share_of_depth": share, "depth": depth}
            expected.append(row | said)
    assert_answer(answers["worst_drawdown_and_its_drivers"], expected)


def test_worst_day(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        worst = case.portfolio.idxmin()
        for component, row in case.ranked(case.parts.loc[worst], "contribution_rank"):
            part = case.parts.loc[worst, component]
            row |= {"component": component, "contribution": part, "share_of_return": part / case.portfolio[worst]}
            expected.append(row | {"date": worst, "portfolio_return": case.portfolio[worst]})
    found = answers["factor_shares_on_the_worst_day"]
    assert_answer(found, expected)
    assert found.loc[(found["model"] == "treasury_curve") & (found["component"] == "PC1"), "label"].item() == "level"
    np.testing.assert_allclose(found.groupby(["model", "method"])["share_of_return"].sum(), 1)


def test_average_downside(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        losses = case.parts[case.attributed < 0]
        average = losses.mean()
        for component, row in case.ranked(average, "downside_rank"):
            row |= {"component": component, "average_contribution": average[component], "n_loss_days": len(losses)}
            expected.append(row | {"share_of_loss": average[component] / average.sum(), "average_loss": average.sum()})
    assert_answer(answers["largest_average_downside_contributor"], expected)


def test_factor_driven_gains(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        factors = case.parts.drop(columns=CONSTANTS, errors="ignore")
        gains = factors.sum(axis=1).nlargest(5)
        for i, (date, gain) in enumerate(gains.items(), 1):
            row = {
                **case.key,
                "gain_rank": i,
                "date": date,
                "factor_gain": gain,
                "portfolio_return": case.portfolio[date],
            }
            largest = factors.loc[date]
            expected.append(row | {"largest_factor": largest.idxmax(), "largest_contribution": largest.max()})
    assert_answer(answers["largest_factor_driven_gains"], expected)


def test_residuals(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        residual = case.parts["residual"]
        distance = (residual - residual.median()).abs()
        for i, date in enumerate(distance.nlargest(5).index, 1):
            z = (residual[date] - residual.median()) / (1.482602218505602 * distance.median())
            row = {**case.key, "residual_rank": i, "date": date, "residual": residual[date], "robust_z": z}
            expected.append(row | {"is_outlier": abs(z) > 3.5, "portfolio_return": case.portfolio[date]})
    assert_answer(answers["five_largest_residuals"], expected, relative=1e-8)


def concentration(parts: pd.DataFrame) -> tuple[pd.Series, float]:
    """Shares of the sizes of variance contributions, and the effective number of bets."""
    whole = parts.sum(axis=1)
    sizes = parts.drop(columns=["mean", "alpha"], errors="ignore").apply(lambda part: abs(part.cov(whole)))
    shares = sizes / sizes.sum()
    return shares, float(np.exp(-(shares * np.log(shares)).sum()))


def test_concentration_of_late(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        dates = case.parts.index
        recent = (dates > dates[-1] - pd.DateOffset(months=1)) | (np.arange(len(dates)) >= len(dates) - 12)
        assert recent.sum() == (12 if case.n_recent == 12 else pytest.approx(21, abs=2))
        (now, bets_now), (before, bets_before) = (concentration(case.parts[rows]) for rows in (recent, ~recent))
        rises = [now.max() > before.max(), bets_now < bets_before]
        expected.append({
            **case.key, "verdict": "risen" if all(rises) else "mixed" if any(rises) else "fallen",
            "largest_component_before": before.idxmax(), "largest_component_recent": now.idxmax(),
            "largest_share_before": before.max(), "largest_share_recent": now.max(),
            "effective_bets_before": bets_before, "effective_bets_recent": bets_now,
            "n_dates_before": (~recent).sum(), "n_dates_recent": recent.sum(), "recent_start": dates[recent][0],
        })  # fmt: skip
    assert_answer(answers["has_concentration_risen_in_the_last_month"], expected)


def test_one_factor_or_diversified(answers: Answers, cases: list[Case]) -> None:
    verdicts = ["led_by_one_factor", "outside_the_factors", *["one_factor"] * 4]
    expected: Rows = []
    for case, verdict in zip(cases, verdicts, strict=True):
        shares, bets = concentration(case.parts)
        largest = shares.idxmax()
        share = case.parts[largest].cov(case.attributed) / case.attributed.var()
        row = {**case.key, "verdict": verdict, "effective_bets": bets, "largest_component": largest}
        expected.append(row | {"size_share": shares.max(), "variance_share": share, "n_obs": len(case.parts)})
    assert_answer(answers["one_factor_or_diversified"], expected)


def rolling(case: Case) -> pd.DataFrame:
    """Exposures by least squares over 36 months or 252 days."""
    window = 36 if case.n_recent == 12 else 252
    y, x = case.attributed.to_numpy(), sm.add_constant(case.factors.loc[case.parts.index]).to_numpy()
    ends = range(window, len(y) + 1)
    fits = [np.linalg.lstsq(x[end - window : end], y[end - window : end], rcond=None)[0][1:] for end in ends]
    return pd.DataFrame(fits, case.parts.index[window - 1 :], case.factors.columns)


def test_stability(demo: Warehouse, answers: Answers, cases: list[Case]) -> None:
    errors = (
        demo.query("select * from factor_exposures").set_index(["model", "method", "factor", "window_end"]).sort_index()
    )
    expected: Rows = []
    for case in cases:
        exposures = rolling(case)
        relative = exposures.std() / exposures.mean().abs()
        for factor, row in case.ranked(relative, "instability_rank", ascending=False):
            series = exposures[factor]
            error = errors.loc[(*case.key.values(), factor, series.index[-1]), "standard_error"]
            expected.append(row | {
                "factor": factor, "n_windows": len(series), "mean_exposure": series.mean(), "standard_deviation": series.std(),
                "lowest": series.min(), "highest": series.max(), "exposure_range": series.max() - series.min(),
                "n_sign_changes": (np.diff(np.sign(series)) != 0).sum(), "latest_exposure": series.iloc[-1],
                "relative_deviation": relative[factor], "latest_less_mean_in_errors": (series.iloc[-1] - series.mean()) / error,
            })  # fmt: skip
    assert_answer(answers["stability_of_exposures"], expected, relative=1e-8)


def test_changes_of_direction(demo: Warehouse, answers: Answers, cases: list[Case]) -> None:
    errors = (
        demo.query("select * from factor_exposures").set_index(["model", "method", "factor", "window_end"]).sort_index()
    )
    expected: Rows = []
    for case in cases:
        exposures = rolling(case)
        changes = (np.sign(exposures).diff().iloc[1:] != 0).sum()
        for factor in sorted(changes.index, key=lambda name: (-changes[name], name)):
            series = exposures[factor]
            bounds = errors.loc[(*case.key.values(), factor), "standard_error"].to_numpy() * 2
            clear = np.sign(series[series.abs() > bounds])
            turns = series.index[1:][np.diff(np.sign(series)) != 0]
            expected.append({
                **case.key, "turn_rank": (changes > changes[factor]).sum() + 1 if changes[factor] else None, "factor": factor,
                "n_sign_changes": changes[factor], "n_clear_sign_changes": (np.diff(clear) != 0).sum(),
                "last_sign_change": turns[-1] if len(turns) else None, "n_windows": len(series),
            })  # fmt: skip
    assert max(row["n_sign_changes"] for row in expected) > 10
    assert_answer(answers["factor_that_changed_direction_most"], expected)


def test_volatility(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        whole = case.attributed
        assets = case.returns.loc[whole.index].apply(lambda asset, whole=whole: asset.cov(whole)) * case.weights
        components = case.parts.apply(lambda part, whole=whole: part.cov(whole))
        components[components.index.isin(["mean", "alpha"])] = 0.0
        for kind, parts in (("asset", assets), ("component", components)):
            for name, row in case.ranked(parts, "contribution_rank", ascending=False):
                row |= {"contributor_kind": kind, "contributor": name, "share_of_volatility": parts[name] / whole.var()}
                expected.append(row | {"volatility_contribution": parts[name] / whole.std(), "volatility": whole.std()})
    assert_answer(answers["contribution_to_volatility"], expected)


def test_downside_without_factor_1(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        factor = case.factors.columns[0]
        modelled = case.parts.drop(columns="residual").sum(axis=1)
        without = case.parts.drop(columns=["residual", factor]).sum(axis=1)
        deviation, rest = (np.sqrt((series.clip(upper=0) ** 2).mean()) for series in (modelled, without))
        expected.append({
            **case.key, "factor_1": factor, "n_dates": len(modelled), "average_loss": modelled[modelled < 0].mean(),
            "average_loss_without": without[without < 0].mean(), "downside_deviation": deviation,
            "downside_deviation_without": rest, "worst_return": modelled.min(), "worst_return_without": without.min(),
            "share_removed": 1 - rest / deviation,
        })  # fmt: skip
    assert_answer(answers["modelled_downside_without_factor_1"], expected)


def test_two_factors(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        names = list(case.factors.columns[:2])
        two, full, whole = (
            case.parts[names].sum(axis=1),
            case.parts.drop(columns="residual").sum(axis=1),
            case.attributed,
        )
        row = {**case.key, "factor_1": names[0], "factor_2": names[1], "n_dates": len(whole)}
        for name, series in (("two_factor", two), ("full", full), ("portfolio", whole)):
            row |= {f"{name}_volatility": series.std(), f"{name}_mean_return": series.mean()}
        r_squared = {"two_factor_r_squared": two, "full_r_squared": full}
        expected.append(row | {name: 1 - (whole - series).var() / whole.var() for name, series in r_squared.items()})
    assert_answer(answers["using_only_factors_1_and_2"], expected)
    third = {
        row["model"]: row["full_r_squared"] - row["two_factor_r_squared"] for row in expected if row["method"] == "pca"
    }
    assert third["treasury_curve"] > 1e-4


def test_alignment(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        factor = case.factors.columns[0]
        alignment = case.correlations[factor]
        for asset, row in case.ranked(alignment.abs(), "alignment_rank", ascending=False):
            row |= {"asset": asset, "factor": factor, "alignment": alignment[asset]}
            row["measure"] = "correlation" if case.method == "pca" else "t_stat"
            expected.append(row | {"return_per_unit": case.sensitivities.loc[asset, factor]})
    assert_answer(answers["assets_most_aligned_with_factor_1"], expected)


def test_downside_exposure(answers: Answers, cases: list[Case]) -> None:
    expected: Rows = []
    for case in cases:
        losses = case.attributed < 0
        recent = np.arange(len(losses)) >= len(losses) - case.n_recent
        found: Rows = []
        for factor in case.factors:
            if case.parts.loc[losses, factor].mean() >= 0:
                continue
            f, mean = case.factors.loc[losses.index, factor], case.factors.loc[losses[losses].index, factor].mean()
            for asset in case.returns:
                r = case.returns.loc[losses.index, asset]
                before, now = (r[rows].cov(f[rows]) / f[rows].var() for rows in (~recent, recent))
                added = case.weights[asset] * (before - now) * mean
                row = {**case.key, "asset": asset, "factor": factor, "beta_before": before, "beta_recent": now}
                found.append(row | {"loss_day_factor_return": mean, "weight": case.weights[asset], "added_loss": added})
        found = sorted((row for row in found if row["added_loss"] > 0), key=lambda row: -row["added_loss"])
        expected += [row | {"added_rank": i} for i, row in enumerate(found, 1)]
    assert {row["model"] for row in expected} == {case.model for case in cases}
    assert_answer(answers["assets_that_raised_downside_exposure"], expected)


def test_weekends_of_the_demo(answers: Answers, cases: list[Case]) -> None:
    """Bonds have none."""
    found = answers["with_and_without_weekends"]
    assert set(found["model"]) == {"treasury_curve"}
    assert found["difference"].tolist() == [0.0] * 5
    returns = next(case.portfolio for case in cases if case.model == "treasury_curve")
    values = [len(returns), 0, returns.mean(), returns.std(), returns.min()]
    np.testing.assert_allclose(found["without_weekends"].astype(float), values, rtol=1e-9)


def test_factors_and_betas(demo: Warehouse, answers: Answers, cases: list[Case]) -> None:
    """Eigenvalues of the correlations; betas are those of factor_betas with a q up to 0.05."""
    found = answers["how_many_factors_are_there"]
    for case in cases[::2]:
        rows = found[found["model"] == case.model]
        values = np.linalg.eigvalsh(case.returns.corr().to_numpy())[::-1]
        np.testing.assert_allclose(rows["eigenvalue"].astype(float), values, rtol=1e-7)
        np.testing.assert_allclose(rows["cumulative_ratio"].astype(float), np.cumsum(values) / values.sum(), rtol=1e-9)
        edge = (1 + np.sqrt(case.returns.shape[1] / len(case.returns))) ** 2
        assert rows["is_beyond_noise"].astype(bool).tolist() == (values > edge).tolist()
        assert rows["is_retained"].sum() == case.factors.shape[1]
    betas = demo.query("select * from factor_betas where q_value <= 0.05")
    betas["order"] = betas["asset"] != "PORTFOLIO"
    expected = betas.sort_values(["model", "order", "asset", "factor"])[["model", "asset", "factor", "beta", "q_value"]]
    assert_answer(answers["which_betas_are_beyond_chance"], expected.to_dict("records"))
    left_out = answers["which_assets_and_dates_were_left_out"]
    assert left_out["n_assets"].tolist() == [9, 4, 4] and not left_out["n_assets_left_out"].any()
    assert left_out["n_dates"].tolist() == [len(case.returns) for case in cases[::2]]


def test_postgres_gives_the_same(
    answers: Answers, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    postgres = PostgresWarehouse(tmp_path_factory.mktemp("questions"), server=server)
    run = postgres.dbt("run", "--select", "factor_models")
    assert run.success, run.log
    for name, found in answers_of(postgres).items():
        assert list(found.columns) == list(answers[name].columns)
        assert_answer(found, answers[name].to_dict("records"), relative=1e-6, absolute=1e-12)


# Data that the demo does not have: weekends, values that are missing, nothing that varies, exposures that turn.
COINS = ["bit", "ether", "flat"]
DAYS = pd.date_range("2023-01-02", periods=120)


@dataclass
class Planted:
    """Answers on planted data, and the data."""

    answers: Answers
    levels: pd.DataFrame
    market: pd.Series


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted")
    warehouse = Warehouse(folder)
    if request.param == "postgres":
        warehouse = PostgresWarehouse(folder, server=request.getfixturevalue("server"))
    random = np.random.default_rng(3)
    market = pd.Series(random.standard_normal(119) * 0.02, DAYS[1:])
    # weekends rise, but for one Saturday
    moves = market.to_numpy()[:, None] * [1.0, 1.5, 0.0] + random.standard_normal((119, 3)) * [0.01, 0.02, 0.0]
    moves += np.where(DAYS[1:].day_of_week.to_numpy() >= 5, 0.01, 0)[:, None] * [1, 2, 0]
    moves[DAYS[1:] == pd.Timestamp("2023-02-18")] = [-0.2, -0.3, 0]
    levels = pd.DataFrame(100 * np.vstack([np.ones(3), np.cumprod(1 + moves, axis=0)]), DAYS, COINS)
    long = levels.rename_axis("date").reset_index().melt("date", var_name="asset", value_name="price")
    long["date"] = long["date"].dt.date
    known = pd.DataFrame({"date": DAYS[1:].date, "market": market.to_numpy()})
    worst = (levels.pct_change().mean(axis=1)).idxmin()
    holes = known[known["date"] != worst.date()]

    def file(name: str, data: pd.DataFrame) -> dict[str, str]:
        return {"file": warehouse.frame(f"{name}.parquet", data)}

    prices, factors = file("coins", long), file("market", known)
    one = file("one", long[long["asset"] == "bit"])
    still = file("still", long.assign(price=100.0))
    few = file("few", long[long["date"] < DAYS[4].date()])
    everything: dict[str, Any] = {"prices": prices, "factors": factors, "include_weekends": True, "rolling_window": 40}
    models: Rows = [
        {"name": "coins", "prices": prices, "factors": factors, "rolling_window": 40},
        {"name": "coins_all_days", **everything},
        {"name": "holes", **everything, "factors": file("holes", holes)},
        {"name": "one_asset", **everything, "prices": one},
        {"name": "still", **everything, "prices": still},
        {"name": "few_dates", **everything, "prices": few},
        {"name": "no_factors", "prices": prices},
    ]
    run = warehouse.build_factors(models)
    assert run.success, run.log
    schema = warehouse.schema if isinstance(warehouse, PostgresWarehouse) else "main"
    turning: dict[str, list[float | None]] = {
        "a": [1, 0, -1, None, -2, 1e-17, 3, 0, 4],
        "b": [1, 0, 2, 0, 5, 0, 0, 3, 1],
        "c": [-3, 0, 0, 3, 3, 0.5, -0.5, -3, -3],
        "d": [0] * 9,
    }
    rows = [
        f"('turning', 'pca', date '2024-01-0{day}', '{factor}', {'null' if value is None else value}, 0.6, 40)"
        for factor, values in turning.items()
        for day, value in enumerate(values, 1)
    ]
    warehouse.execute(
        f"insert into {schema}.factor_exposures (model, method, window_end, factor, exposure, standard_error, n_obs) values {', '.join(rows)}"
    )
    shares = {"even": [0.4, 0.3, 0.3], "split": [0.9, 0.7, -0.6]}
    rows = [
        f"('{model}', 'pca', '{component}', {share}, {share}, {share}, 3.0, 40)"
        for model, values in shares.items()
        for component, share in zip(["PC1", "PC2", "residual"], values, strict=True)
    ]
    warehouse.execute(
        f"insert into {schema}.factor_risk (model, method, component, variance_contribution, variance_share, volatility_contribution, effective_bets, n_obs) values {', '.join(rows)}"
    )
    loaded = warehouse.loaded(models) if isinstance(warehouse, PostgresWarehouse) else models
    return Planted(answers_of(warehouse, whence_factor_models=loaded), levels, market)


def test_weekends_make_a_difference(planted: Planted) -> None:
    found = planted.answers["with_and_without_weekends"]
    expected: Rows = []
    sides: list[list[float]] = []
    for levels in (planted.levels[planted.levels.index.day_of_week < 5], planted.levels):
        returns = levels.pct_change().iloc[1:].mean(axis=1)
        weekends = (returns.index.day_of_week >= 5).sum()
        sides.append([len(returns), weekends, returns.mean(), returns.std(), returns.min()])
    assert sides[0][1] == 0
    assert sides[1][1] == 34
    for measure, without, with_them in zip(
        ["n_dates", "n_weekend_dates", "mean_return", "volatility", "worst_return"], *sides, strict=True
    ):
        row = {"model": "coins", "model_with_weekends": "coins_all_days", "measure": measure}
        expected.append(
            row | {"without_weekends": without, "with_weekends": with_them, "difference": with_them - without}
        )
    assert_answer(found, expected)
    assert (found["difference"].astype(float) != 0).all()


def test_a_worst_day_that_is_not_attributed(planted: Planted) -> None:
    found = planted.answers["factor_shares_on_the_worst_day"]
    found = found[(found["model"] == "holes") & (found["method"] == "regression")]
    returns = planted.levels.pct_change().mean(axis=1)
    row = {"component": "unattributed", "contribution": returns.min(), "share_of_return": 1.0, "date": returns.idxmin()}
    assert_answer(found, [row])


def test_zeros_ties_and_gaps_in_direction(planted: Planted) -> None:
    found = planted.answers["factor_that_changed_direction_most"]
    found = found[found["model"] == "turning"].reset_index(drop=True)
    expected = [
        ("a", 1, 2, 1, "2024-01-07", 8),
        ("c", 1, 2, 2, "2024-01-07", 9),
        ("b", None, 0, 0, None, 9),
        ("d", None, 0, 0, None, 9),
    ]
    names = ["factor", "turn_rank", "n_sign_changes", "n_clear_sign_changes", "last_sign_change", "n_windows"]
    assert_answer(found, [dict(zip(names, row, strict=True)) for row in expected])
    stability = planted.answers["stability_of_exposures"]
    stability = stability[stability["model"] == "turning"].set_index("factor")
    assert stability["n_sign_changes"].astype(int).to_dict() == {"a": 2, "b": 0, "c": 2, "d": 0}
    assert plain(stability.loc["d", "relative_deviation"]) is None
    assert list(stability.index)[-1] == "d"


def test_what_models_left_out(planted: Planted) -> None:
    found = planted.answers["which_assets_and_dates_were_left_out"].set_index("model")
    assert found.loc["coins", "assets_left_out"].startswith("flat (") and found.loc["coins", "n_assets_left_out"] == 1
    assert (
        found.loc["one_asset", "assets_left_out"].startswith("bit (") and found.loc["one_asset", "pca_status"] != "ok"
    )
    few = found.loc["few_dates"]
    assert few["n_assets"] == 3 and few["assets_left_out"].startswith("flat (")


def test_verdicts(planted: Planted) -> None:
    found = planted.answers["one_factor_or_diversified"].set_index(["model", "method"])
    assert found.loc[("even", "pca"), "verdict"] == "diversified"
    # PC1 carries 0.9 of 2.2 in size
    assert found.loc[("split", "pca"), "verdict"] == "diversified"
    assert found.loc[("split", "pca"), "size_share"] == pytest.approx(0.9 / 2.2)
    # one asset has no principal components
    assert ("one_asset", "pca") not in found.index
    assert found.loc[("one_asset", "regression"), "largest_component"] in ("market", "residual")
    late = planted.answers["has_concentration_risen_in_the_last_month"].set_index(["model", "method"])
    assert set(late["verdict"]) <= {"risen", "fallen", "mixed", "unknown"}


def test_no_answer_holds_what_is_no_number(planted: Planted) -> None:
    for name, found in planted.answers.items():
        for column in found.select_dtypes("number"):
            assert not np.isinf(found[column].to_numpy(float, na_value=np.nan)).any(), (name, column)
        assert {"coins", "coins_all_days"} & set(found["model"]), name


def test_without_models_there_are_no_rows(warehouse: Warehouse) -> None:
    run = warehouse.declared("run", *selection("factor_models"), whence_factor_models=[])
    assert run.success, run.log
    assert all(found.empty for found in answers_of(warehouse, whence_factor_models=[]).values())
