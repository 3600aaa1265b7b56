"""The factor tables against the same arithmetic in numpy and pandas, on DuckDB and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import SHARED_DATA, Warehouse, on_both_engines

DATES = pd.bdate_range("2022-01-03", periods=130)
ASSETS = [f"asset_{i:02d}" for i in range(8)]


def planted_returns(seed: int = 0, n_assets: int = 8, n_dates: int = 129) -> tuple[np.ndarray, np.ndarray]:
    """Returns driven by three factors, and these factors as returns."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((n_dates, 3)) * [0.02, 0.01, 0.006]
    loadings = random.uniform(0.3, 1.5, (n_assets, 3)) * random.choice([-1, 1], (n_assets, 3))
    loadings[:, 0] = np.abs(loadings[:, 0])
    return 0.0003 + factors @ loadings.T + random.standard_normal((n_dates, n_assets)) * 0.003, factors


def prices_of(returns: np.ndarray, dates: pd.DatetimeIndex = DATES, assets: list[str] = ASSETS) -> pd.DataFrame:
    """Long prices from 100 with these simple returns."""
    levels = 100 * np.vstack([np.ones(returns.shape[1]), np.cumprod(1 + returns, axis=0)])
    wide = pd.DataFrame(levels, index=dates.date, columns=assets).rename_axis("date").reset_index()
    long = wide.melt(id_vars="date", var_name="asset", value_name="price")
    # the order of rows must not matter
    return long.sample(frac=1, random_state=1).reset_index(drop=True)


def portfolio_of(weights: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"asset": ASSETS, "market_value": weights * 1000})


def factor_frame(factors: np.ndarray, dates: pd.DatetimeIndex = DATES) -> pd.DataFrame:
    frame = pd.DataFrame(factors, columns=["market", "size", "value_style"])
    frame.insert(0, "date", dates.date[1:])
    return frame


def table(warehouse: Warehouse, name: str, where: str = "true") -> pd.DataFrame:
    return warehouse.query(f"select * from {name} where {where}")


def wide(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Dates by names; dates as Python dates on either engine."""
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    return frame.pivot(index="date", columns=column, values=value).sort_index().astype(float)


WEIGHTS = np.array([0.3, 0.25, -0.2, 0.15, 0.1, 0.2, -0.1, 0.05])


@on_both_engines
def test_everything_against_numpy(warehouse: Warehouse) -> None:
    returns, factors = planted_returns()
    rate = np.full(129, 0.0001)
    files = {
        "prices": warehouse.frame("prices.parquet", prices_of(returns)),
        "portfolio": warehouse.frame("portfolio.parquet", portfolio_of(WEIGHTS)),
        "factors": warehouse.frame("factors.parquet", factor_frame(factors)),
        "risk_free": warehouse.frame("rate.parquet", pd.DataFrame({"date": DATES.date[1:], "rate": rate})),
    }
    model = {"name": "m", "n_factors": 2, "rolling_window": 60} | {name: {"file": path} for name, path in files.items()}
    run = warehouse.build_factors([model])
    assert run.success, run.log

    weights = WEIGHTS / np.abs(WEIGHTS).sum()
    portfolio = returns @ weights
    mean, volatility = returns.mean(axis=0), returns.std(axis=0, ddof=1)
    z = (returns - mean) / volatility
    values, vectors = np.linalg.eigh(np.corrcoef(returns.T))
    values, vectors = values[::-1], vectors[:, ::-1]
    vectors = vectors * np.sign(vectors.sum(axis=0))

    assets = table(warehouse, "factor_assets").sort_values("asset")
    np.testing.assert_allclose(assets["weight"].astype(float), weights, rtol=1e-12)
    np.testing.assert_allclose(assets["mean_return"].astype(float), mean, rtol=1e-9)
    np.testing.assert_allclose(assets["volatility"].astype(float), volatility, rtol=1e-9)
    assert set(assets["status"]) == {"ok"}
    assert assets["reason"].isna().all()
    assert set(assets["n_obs"]) == set(assets["n_used"]) == {129}

    variance = table(warehouse, "factor_variance").sort_values("factor_rank")
    np.testing.assert_allclose(variance["eigenvalue"].astype(float), values, rtol=1e-9)
    np.testing.assert_allclose(variance["cumulative_ratio"].astype(float), values.cumsum() / 8, rtol=1e-9)
    np.testing.assert_allclose(variance["noise_edge"].astype(float), (1 + np.sqrt(8 / 129)) ** 2, rtol=1e-12)
    assert variance["is_retained"].tolist() == [True] * 2 + [False] * 6

    loadings = table(warehouse, "factor_loadings").sort_values(["factor", "asset"])
    np.testing.assert_allclose(loadings["loading"].astype(float), vectors[:, :2].T.ravel(), atol=1e-9)
    expected = (vectors * volatility[:, None])[:, :2].T.ravel()
    np.testing.assert_allclose(loadings["return_loading"].astype(float), expected, atol=1e-11)

    series = table(warehouse, "factor_returns")
    pca = wide(series[series["method"] == "pca"], "factor", "factor_return")
    np.testing.assert_allclose(pca.to_numpy(), z @ vectors[:, :2], atol=1e-8)
    known = wide(series[series["method"] == "regression"], "factor", "factor_return")
    np.testing.assert_allclose(known[["market", "size", "value_style"]].to_numpy(), factors, rtol=1e-12)

    # regressions of returns over the rate
    design = sm.add_constant(factors)
    betas = table(warehouse, "factor_betas").set_index(["asset", "factor"])
    fits = {}
    for asset, y in [*zip(ASSETS, (returns - rate[:, None]).T, strict=True), ("PORTFOLIO", portfolio - rate)]:
        fits[asset] = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": 4}, use_t=True)
        for j, factor in enumerate(("alpha", "market", "size", "value_style")):
            row = betas.loc[(asset, factor)]
            assert row["beta"] == pytest.approx(fits[asset].params[j], rel=1e-8)
            assert row["standard_error"] == pytest.approx(fits[asset].bse[j], rel=1e-7)
            assert row["p_value"] == pytest.approx(fits[asset].pvalues[j], rel=1e-6, abs=1e-300)
    from statsmodels.stats.multitest import multipletests

    market = [fits[asset].pvalues[0] for asset in ASSETS]
    found = [betas.loc[(asset, "alpha"), "q_value"] for asset in ASSETS]
    np.testing.assert_allclose(np.array(found, float), multipletests(market, method="fdr_by")[1], rtol=1e-6)
    own = [betas.loc[("PORTFOLIO", f), "q_value"] for f in ("alpha", "market", "size", "value_style")]
    np.testing.assert_allclose(
        np.array(own, float), multipletests(fits["PORTFOLIO"].pvalues, method="fdr_by")[1], rtol=1e-6, atol=1e-300
    )

    # attribution adds up, and each part is exposure times factor return
    attribution = table(warehouse, "factor_attribution")
    parts = {method: wide(rows, "component", "contribution") for method, rows in attribution.groupby("method")}
    for rows in parts.values():
        np.testing.assert_allclose(rows.sum(axis=1).to_numpy(), portfolio, atol=1e-15)
    exposure = (weights * volatility) @ vectors[:, :2]
    np.testing.assert_allclose(parts["pca"][["PC1", "PC2"]].to_numpy(), exposure * (z @ vectors[:, :2]), atol=1e-10)
    np.testing.assert_allclose(parts["pca"]["mean"], weights @ mean, rtol=1e-9)
    whole = fits["PORTFOLIO"]
    np.testing.assert_allclose(parts["regression"]["residual"], whole.resid, atol=1e-12)
    np.testing.assert_allclose(parts["regression"]["size"], whole.params[2] * factors[:, 1], atol=1e-12)
    np.testing.assert_allclose(parts["regression"]["risk_free"], rate, rtol=1e-12)

    # Euler: components and assets add to the same variance and volatility
    risk, asset_risk = table(warehouse, "factor_risk"), table(warehouse, "factor_asset_risk").sort_values("asset")
    for method, rows in parts.items():
        mine = risk[risk["method"] == method].set_index("component")
        for component in rows:
            covariance = np.cov(rows[component], portfolio)[0, 1]
            assert float(mine.loc[component, "variance_contribution"]) == pytest.approx(covariance, rel=1e-8, abs=1e-18)
        assert mine["variance_contribution"].sum() == pytest.approx(portfolio.var(ddof=1), rel=1e-9)
        assert mine["variance_share"].sum() == pytest.approx(1)
        assert mine["volatility_contribution"].sum() == pytest.approx(portfolio.std(ddof=1), rel=1e-9)
        shares = np.abs(mine["variance_share"].to_numpy(float))
        shares = shares[shares > 0] / shares.sum()
        assert mine["effective_bets"].iloc[0] == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), rel=1e-9)
        held = asset_risk[asset_risk["method"] == method]
        marginal = np.cov(returns.T) @ weights / portfolio.std(ddof=1)
        np.testing.assert_allclose(held["marginal_contribution"].astype(float), marginal, rtol=1e-8)
        assert held["volatility_contribution"].sum() == pytest.approx(portfolio.std(ddof=1), rel=1e-9)
        assert held["variance_share"].sum() == pytest.approx(1)

    # residuals by median and median absolute deviation
    residuals = table(warehouse, "factor_residuals", "method = 'pca'").sort_values("date")
    rest = parts["pca"]["residual"].to_numpy()
    robust = (rest - np.median(rest)) / (np.median(np.abs(rest - np.median(rest))) * 1.482602218505602)
    np.testing.assert_allclose(residuals["robust_z"].astype(float), robust, rtol=1e-6, atol=1e-9)
    assert residuals["is_outlier"].astype(bool).tolist() == (np.abs(robust) > 3.5).tolist()
    assert (
        residuals["date"].iloc[np.argmax(np.abs(rest - np.median(rest)))]
        == (residuals.loc[residuals["residual_rank"] == 1, "date"].iloc[0])
    )

    # rolling exposures
    rolling = table(warehouse, "factor_exposures", "method = 'regression' and factor = 'size'").sort_values(
        "window_end"
    )
    assert len(rolling) == 129 - 60 + 1
    last = sm.OLS((portfolio - rate)[-60:], design[-60:]).fit(cov_type="HAC", cov_kwds={"maxlags": 3})
    assert rolling["exposure"].iloc[-1] == pytest.approx(last.params[2], rel=1e-8)
    assert rolling["standard_error"].iloc[-1] == pytest.approx(last.bse[2], rel=1e-7)

    # drawdowns of the portfolio from 1
    value = np.concatenate([[1.0], np.cumprod(1 + portfolio)])
    peak = np.maximum.accumulate(value)
    drawdowns = table(warehouse, "factor_drawdowns").sort_values("drawdown")
    deepest = drawdowns.iloc[0]
    trough = int(np.argmin(value / peak))
    assert deepest["depth"] == pytest.approx((value / peak).min() - 1, rel=1e-10)
    assert pd.Timestamp(deepest["trough_date"]) == DATES[trough]
    start = int(np.argmax(value[: trough + 1]))
    assert pd.Timestamp(deepest["peak_date"]) == DATES[start]
    below = value < peak * (1 - 1e-12)
    assert len(drawdowns) == int((np.diff(below.astype(int)) == 1).sum())
    after = [i for i in range(trough, 130) if value[i] >= value[start]]
    end = after[0] if after else 129
    assert pd.isna(deepest["recovery_date"]) == (not after)
    assert deepest["days"] == (DATES[end] - DATES[start]).days

    # contributions linked by logarithms, by hand
    linked = table(warehouse, "factor_drawdown_components", "drawdown = 1 and method = 'regression'").set_index(
        "component"
    )
    rows = slice(start, trough)
    link = np.log1p(portfolio[rows]) / portfolio[rows]
    total = np.log1p(deepest["depth"]) / deepest["depth"]
    for component in parts["regression"]:
        by_hand = (parts["regression"][component].to_numpy()[rows] * link).sum() / total
        assert linked.loc[component, "contribution"] == pytest.approx(by_hand, rel=1e-8, abs=1e-12)
    assert linked["contribution"].sum() == pytest.approx(deepest["depth"], rel=1e-10)

    models = table(warehouse, "factor_models").iloc[0]
    assert (models["frequency"], models["n_dates"], models["n_portfolio_dates"]) == ("daily", 129, 129)
    assert (models["n_factors"], models["pca_status"], models["regression_status"]) == (2, "ok", "ok")
    assert models["gross_weight"] == pytest.approx(1)


@on_both_engines
def test_forms_of_input_give_the_same(warehouse: Warehouse) -> None:
    """Prices or ready returns, market values or shares or weights, wide or long factors, columns named or found."""
    returns, factors = planted_returns(5)
    prices = prices_of(returns)
    ready = pd.DataFrame(returns, index=DATES.date[1:], columns=ASSETS).rename_axis("month_end").reset_index()
    ready = ready.melt(id_vars="month_end", var_name="symbol", value_name="total_return")
    last = prices[prices["date"] == DATES[-1].date()].set_index("asset")["price"]
    amounts = WEIGHTS * 1000
    long = factor_frame(factors).melt(id_vars="date", var_name="factor", value_name="value")

    def file(name: str, data: pd.DataFrame, **columns: str) -> dict[str, Any]:
        return {"file": warehouse.frame(f"{name}.parquet", data)} | ({"columns": columns} if columns else {})

    prices_file = file("prices", prices)
    wide_factors = file("wide", factor_frame(factors))
    common: dict[str, Any] = {"n_factors": 3, "rolling_window": 100}
    models = [
        {"name": "plain", "prices": prices_file, "portfolio": file("values", portfolio_of(WEIGHTS)), "factors": wide_factors},
        {
            "name": "ready",
            "prices": file("ready", ready, **{"return": "total_return"}),
            "portfolio": file("weights", pd.DataFrame({"ticker": ASSETS, "weight": WEIGHTS})),
            "factors": file("long", long),
        },
        {
            "name": "shares",
            "prices": file("odd", prices.rename(columns={"date": "trade day", "asset": "NAME", "price": "Px"}), date="trade day", asset="NAME", price="Px"),
            "portfolio": file("shares", pd.DataFrame({"NAME": ASSETS, "shares": amounts / last[ASSETS].to_numpy()})),
            "factors": wide_factors,
            "columns": {"asset": "NAME"},
        },
        {
            "name": "lots",
            "prices": prices_file,
            "portfolio": file("lots", pd.DataFrame({"asset": ASSETS * 2, "shares": np.tile(amounts / 20, 2), "price": 10.0})),
            "factors": wide_factors,
        },
    ]  # fmt: skip
    run = warehouse.build_factors([model | common for model in models])
    assert run.success, run.log
    for name in ("factor_attribution", "factor_betas", "factor_risk", "factor_exposures", "factor_variance"):
        rows = table(warehouse, name)
        keys = [c for c in ("method", "date", "window_end", "asset", "factor", "component") if c in rows]
        value = {"factor_attribution": "contribution", "factor_betas": "beta", "factor_risk": "variance_share"}.get(
            name, "exposure" if name == "factor_exposures" else "eigenvalue"
        )
        spread = rows.pivot(index=keys, columns="model", values=value).astype(float)
        assert spread.shape[1] == 4
        assert spread.notna().all().all()
        for other in ("ready", "shares", "lots"):
            np.testing.assert_allclose(spread[other], spread["plain"], rtol=1e-7, atol=1e-11)


@on_both_engines
def test_weekends(warehouse: Warehouse) -> None:
    """Weekend prices are dropped before returns; factor returns and ready returns go to the next date of the assets."""
    days = pd.date_range("2023-01-02", periods=60)
    random = np.random.default_rng(2)
    returns = random.standard_normal((59, 3)) * 0.01
    factor = random.standard_normal(59) * 0.01
    prices = prices_of(returns, days, ["coin", "metal", "stock"])
    ready = pd.DataFrame(returns, columns=["coin", "metal", "stock"]).assign(date=days.date[1:])
    ready = ready.melt(id_vars="date", var_name="asset", value_name="return")
    market = pd.DataFrame({"date": days.date[1:], "market": factor})
    weekday = days[1:].day_of_week.to_numpy() < 5
    group = np.concatenate([[0], np.cumsum(weekday)[:-1]])
    # the assets rest on a Monday: the weekend before goes to Tuesday, Monday's own value to no date
    monday = days[14].date()
    files = {"factors": {"file": warehouse.frame("factors.parquet", market)}, "n_factors": 1}
    model = files | {"prices": {"file": warehouse.frame("prices.parquet", prices)}}
    rest = prices[prices["date"] != monday]
    run = warehouse.build_factors(
        [
            model | {"name": "weekdays"},
            model | {"name": "all", "include_weekends": True},
            files | {"name": "ready", "prices": {"file": warehouse.frame("ready.parquet", ready)}},
            files | {"name": "holiday", "prices": {"file": warehouse.frame("holiday.parquet", rest)}},
        ]
    )
    assert run.success, run.log
    compounded = pd.Series(np.log1p(factor)).groupby(group).sum().pipe(np.expm1)[: weekday.sum()].to_numpy()
    for name, expected in (("all", factor), ("weekdays", compounded), ("ready", compounded)):
        found = table(warehouse, "factor_returns", f"model = '{name}' and method = 'regression'").sort_values("date")
        np.testing.assert_allclose(found["factor_return"].astype(float), expected, atol=1e-14)
    holiday = wide(
        table(warehouse, "factor_returns", "model = 'holiday' and method = 'regression'"), "factor", "factor_return"
    )
    assert pd.Timestamp(monday) not in holiday.index
    tuesday = np.prod(1 + factor[[11, 12, 14]]) - 1
    assert holiday.loc[pd.Timestamp(days[15]), "market"] == pytest.approx(tuesday, rel=1e-12)
    levels = prices.pivot(index="date", columns="asset", values="price")
    levels = levels[pd.to_datetime(levels.index).day_of_week < 5]
    oracle = levels.pct_change().dropna().mean(axis=1)
    for name in ("weekdays", "ready"):
        summed = table(warehouse, "factor_attribution", f"model = '{name}' and method = 'regression'")
        by_date = summed.assign(date=pd.to_datetime(summed["date"])).groupby("date")["contribution"].sum()
        assert (by_date.index.day_of_week < 5).all()
        np.testing.assert_allclose(by_date.to_numpy(), oracle.to_numpy(), atol=1e-14)


@on_both_engines
def test_portfolios_without_risk_and_factors_without_values(warehouse: Warehouse) -> None:
    """Cash alone, a hedge that leaves rounding, factors that are flat or lie elsewhere: null and a status, no noise."""
    returns, factors = planted_returns(9)
    growth = 100 * 1.0001 ** np.arange(130)
    cash = pd.DataFrame({"date": DATES.date, "asset": "cash", "price": growth})
    frame = pd.concat([prices_of(returns), cash])
    twin = frame[frame["asset"] == "asset_00"].assign(asset="twin", price=lambda rows: rows["price"] * np.pi)
    wild = frame[frame["asset"] == "asset_01"].assign(asset="wild")
    wild.loc[wild["date"] == DATES[50].date(), "price"] = 1e200
    few = frame[(frame["asset"] == "asset_02") & (frame["date"] < DATES[2].date())].assign(asset="few")
    prices = {"file": warehouse.frame("prices.parquet", pd.concat([frame, twin, wild, few]))}
    market = factor_frame(factors)
    flat = market[["date"]].assign(flat=0.01)
    elsewhere = market.assign(date=market["date"] + pd.Timedelta(days=3650))
    labels = pd.DataFrame({"factor": ["PC1", "PC2"], "label": ["level", None]})
    models: list[dict[str, Any]] = [
        {"name": "p", "portfolio": pd.DataFrame({"asset": ["cash"], "weight": [1.0]}), "factors": market},
        {"name": "p | q", "portfolio": pd.DataFrame({"asset": ["asset_00", "twin"], "weight": [1.0, -1.0]}), "factors": market},
        {"name": "flat", "factors": flat, "labels": labels},
        {"name": "elsewhere", "factors": elsewhere},
        {"name": "odd", "factors": market.rename(columns={"market": "q | size"})},
    ]  # fmt: skip
    for i, model in enumerate(models):
        for name in ("portfolio", "factors", "labels"):
            if name in model:
                model[name] = {"file": warehouse.frame(f"{name}_{i}.parquet", model[name])}
        model["prices"] = prices
    run = warehouse.build_factors(models)
    assert run.success, run.log
    for name in ("p", "p | q"):
        risk = table(warehouse, "factor_risk", f"model = '{name}'")
        assert risk["variance_share"].isna().all()
        assert risk["effective_bets"].isna().all()
        assert not table(warehouse, "factor_residuals", f"model = '{name}'")["is_outlier"].astype(bool).any()
        betas = table(warehouse, "factor_betas", f"model = '{name}' and asset = 'PORTFOLIO'")
        assert betas["p_value"].isna().all()
        assert set(betas["status"]) == {"ok"}
    for name, status in (("flat", "constant"), ("elsewhere", "no_values")):
        betas = table(warehouse, "factor_betas", f"model = '{name}' and asset = 'PORTFOLIO'").set_index("factor")[
            "status"
        ]
        assert betas.pop("alpha") == "no_factors"
        assert set(betas) == {status}
        assert table(warehouse, "factor_attribution", f"model = '{name}' and method = 'regression'").empty
        assert not table(warehouse, "factor_attribution", f"model = '{name}' and method = 'pca'").empty
    models_table = table(warehouse, "factor_models").set_index("model")
    assert set(models_table.loc[["flat", "elsewhere"], "regression_status"]) == {"no_factors"}
    assets = table(warehouse, "factor_assets", "model = 'flat'").set_index("asset")
    assert "returns beyond 1e30, which count as missing: 1" in assets.loc["wild", "reason"]
    assert assets.loc["wild", "n_obs"] == 128
    assert set(table(warehouse, "factor_betas", "asset = 'few'")["status"]) <= {"too_few_rows", "no_values"}
    found = table(warehouse, "factor_variance", "model = 'flat'").sort_values("factor_rank")["label"].tolist()
    assert found[0] == "level"
    assert found[1].startswith("PC2")


@on_both_engines
def test_monthly_dates_on_weekends_are_kept(warehouse: Warehouse) -> None:
    """Month ends fall on weekends; only daily data drop them."""
    months = pd.date_range("2015-01-31", periods=50, freq="ME")
    random = np.random.default_rng(2)
    prices = prices_of(random.standard_normal((49, 4)) * 0.03, months, list("abcd"))
    run = warehouse.build_factors([{"name": "m", "prices": {"file": warehouse.frame("p.parquet", prices)}}])
    assert run.success, run.log
    models = table(warehouse, "factor_models").iloc[0]
    assert (models["frequency"], models["n_portfolio_dates"]) == ("monthly", 49)
    exposures = table(warehouse, "factor_exposures")
    assert set(exposures["n_obs"]) == {36}
    assert exposures["window_end"].nunique() == 14


@on_both_engines
def test_histories_and_gaps(warehouse: Warehouse) -> None:
    """A short history, a gap, prices of zero and less, a constant asset, one without prices: said, and nothing filled."""
    returns, _ = planted_returns(3)
    prices = prices_of(returns).set_index(["asset", "date"])["price"].sort_index()
    day = [d.date() for d in DATES]
    prices = prices.drop([("asset_01", d) for d in day[:60]])
    prices = prices.drop([("asset_02", d) for d in day[80:83]])
    prices[("asset_03", day[90])] = 0.0
    prices[("asset_03", day[91])] = -5.0
    prices[("asset_04", day[95])] = np.nan
    flat = pd.DataFrame({"asset": "cash", "date": day, "price": 1.0})
    two = pd.DataFrame({"asset": "listed", "date": day[:2], "price": [1.0, 2.0]})
    frame = pd.concat([prices.reset_index(), flat, two])
    holdings = pd.DataFrame({"asset": [*ASSETS, "cash", "listed", "unknown"], "weight": [1.0] * 8 + [2.0, 5.0, 7.0]})
    files = {
        "prices": {"file": warehouse.frame("prices.parquet", frame)},
        "portfolio": {"file": warehouse.frame("portfolio.parquet", holdings)},
    }
    model = files | {"n_factors": 2}
    run = warehouse.build_factors([model | {"name": "common"}, model | {"name": "pairwise", "histories": "pairwise"}])
    assert run.success, run.log

    levels = frame[frame["price"] > 0].pivot(index="date", columns="asset", values="price")
    # returns from the previous price there is; missing where there is none that date
    oracle = levels.apply(lambda s: s.dropna().pct_change(fill_method=None).reindex(levels.index))
    usable = [*ASSETS, "cash"]
    assets = table(warehouse, "factor_assets", "model = 'common'").set_index("asset")
    for asset in usable:
        assert assets.loc[asset, "n_obs"] == oracle[asset].notna().sum()
        assert assets.loc[asset, "weight"] == pytest.approx(0.2 if asset == "cash" else 0.1)
    assert assets.loc["cash", "status"] == "constant"
    assert (assets.loc["listed", "status"], assets.loc["unknown", "status"]) == ("too_few_returns", "no_prices")
    assert pd.isna(assets.loc["listed", "weight"])
    assert pd.isna(assets.loc["unknown", "weight"])
    assert "the prices do not have it" in assets.loc["unknown", "reason"]
    assert "it has 1 of the 3 returns that are needed" in assets.loc["listed", "reason"]
    assert "which count as missing: 2 of 130" in assets.loc["asset_03", "reason"]
    assert assets.loc["asset_02", "n_gaps"] == assets.loc["asset_03", "n_gaps"] == assets.loc["asset_04", "n_gaps"] == 1
    assert "returns that span a gap: 1" in assets.loc["asset_02", "reason"]
    complete = oracle[ASSETS].dropna()
    assert set(assets.loc[ASSETS, "n_used"]) == {len(complete)}
    assert f"all assets share {len(complete)} dates" in assets.loc["asset_00", "reason"]
    assert "its history is the shortest" in assets.loc["asset_01", "reason"]

    variance = table(warehouse, "factor_variance", "model = 'common'").sort_values("factor_rank")
    np.testing.assert_allclose(
        variance["eigenvalue"].astype(float), np.linalg.eigvalsh(complete.corr())[::-1], rtol=1e-8
    )
    whole = oracle[usable].dropna() @ np.r_[[0.1] * 8, 0.2]
    for name in ("common", "pairwise"):
        summed = table(warehouse, "factor_attribution", f"model = '{name}'").groupby("date")["contribution"].sum()
        np.testing.assert_allclose(summed.sort_index().astype(float), whole, atol=1e-14)
    models = table(warehouse, "factor_models").set_index("model")
    assert models.loc["common", "n_dates_left_out"] == 129 - len(whole)
    assert models.loc["pairwise", "n_pca_dates"] == 129
    pairwise = table(warehouse, "factor_variance", "model = 'pairwise'").sort_values("factor_rank")
    expected = np.linalg.eigvalsh(oracle[ASSETS].corr())[::-1]
    assert expected[-1] > 0
    np.testing.assert_allclose(pairwise["eigenvalue"].astype(float), expected, rtol=1e-8)


@on_both_engines
def test_factors_that_miss_dates_or_repeat_each_other(warehouse: Warehouse) -> None:
    returns, factors = planted_returns(4)
    frame = factor_frame(factors)
    frame["copy"] = 2 * frame["market"]
    frame["flat"] = 0.5
    frame["void"] = np.nan
    frame.loc[10:19, "size"] = np.nan
    frame = frame.drop(index=range(30, 40))
    model = {
        "name": "m",
        "prices": {"file": warehouse.frame("prices.parquet", prices_of(returns))},
        "factors": {"file": warehouse.frame("factors.parquet", frame)},
    }
    run = warehouse.build_factors([model])
    assert run.success, run.log
    betas = table(warehouse, "factor_betas", "asset = 'PORTFOLIO'").set_index("factor")
    assert betas["status"].to_dict() == {
        "alpha": "ok", "market": "ok", "size": "ok", "value_style": "ok", "copy": "collinear", "flat": "constant", "void": "no_values",
    }  # fmt: skip
    assert betas.loc["copy", "reason"] == "market give copy exactly; leave one out"
    assert betas.loc["market", "n_obs"] == 109
    attribution = table(warehouse, "factor_attribution", "method = 'regression'")
    assert attribution["date"].nunique() == 109
    assert set(attribution["component"]) == {"alpha", "market", "size", "value_style", "residual"}
    models = table(warehouse, "factor_models").iloc[0]
    assert models["regression_status"] == "ok"
    assert "copy" in models["regression_reason"]
    # ten dates less than the drawdowns have: what they lost there is a component of its own
    components = table(warehouse, "factor_drawdown_components", "method = 'regression'")
    sums = components.groupby("drawdown")["contribution"].sum()
    depths = table(warehouse, "factor_drawdowns").set_index("drawdown")["depth"]
    np.testing.assert_allclose(sums.sort_index(), depths.sort_index(), rtol=1e-9)
    assert "unattributed" in set(components["component"])


SMALL = {
    "one asset": ("too_few_assets", "select date '2024-01-01' + i::int as date, 'a' as asset, 1.0 + i * i as price from range(40) as r (i)"),
    "two dates": ("too_few_returns", "select date '2024-01-01' + i::int as date, a as asset, 1.0 + i * a as price from range(2) as r (i), range(5) as s (a)"),
    "below zero": ("too_few_returns", "select date '2024-01-01' + i::int as date, a as asset, 0.0 - i as price from range(9) as r (i), range(5) as s (a)"),
    "constant": ("constant", "select date '2024-01-01' + i::int as date, a as asset, 7.5 as price from range(9) as r (i), range(5) as s (a)"),
    "apart": ("too_few_dates", "select date '2024-01-01' + (i + 100 * a)::int as date, a as asset, 7.5 + i * i as price from range(9) as r (i), range(3) as s (a)"),
    "huge": ("constant", "select date '2024-01-01' + i::int as date, a as asset, case when i % 2 = 0 then 1e-200 else 1e200 end as price from range(9) as r (i), range(3) as s (a)"),
}  # fmt: skip


@on_both_engines
def test_samples_too_small_are_a_status(warehouse: Warehouse) -> None:
    factors = "select date '2024-01-01' + i::int as date, i % 3 as f from range(40) as r (i)"
    models = [
        {
            "name": name,
            "prices": {"file": warehouse.file(f"{name.replace(' ', '_')}.parquet", rows)},
            "factors": {"file": warehouse.file("factors.parquet", factors)},
            "include_weekends": True,
        }
        for name, (_, rows) in SMALL.items()
    ]
    run = warehouse.build_factors(models)
    assert run.success, run.log
    assets = table(warehouse, "factor_assets")
    assert {(row.model, row.status) for row in assets.itertuples()} == {(name, case[0]) for name, case in SMALL.items()}
    assert assets["reason"].notna().all()
    assert table(warehouse, "factor_variance").empty
    assert len(table(warehouse, "factor_models")) == len(SMALL)
    betas = table(warehouse, "factor_betas").set_index(["model", "asset", "factor"])
    assert betas.loc[("one asset", "a", "f"), "status"] == "ok"
    assert betas.loc[("two dates", "0", "f"), "status"] == "too_few_rows"
    for name in ("factor_assets", "factor_betas", "factor_attribution", "factor_drawdowns", "factor_exposures"):
        numbers = table(warehouse, name).select_dtypes("number").to_numpy(float)
        assert not np.isinf(numbers).any()


@on_both_engines
def test_loss_of_everything(warehouse: Warehouse) -> None:
    """A portfolio that loses more than all it has: a drawdown of -1 whose parts add up."""
    days = pd.bdate_range("2024-01-01", periods=30)
    random = np.random.default_rng(0)
    returns = random.standard_normal((30, 2)) * 0.1
    returns[12] = [-3.0, -0.5]
    frame = pd.DataFrame(returns, index=days.date, columns=["a", "b"]).rename_axis("date").reset_index()
    frame = frame.melt(id_vars="date", var_name="asset", value_name="return")
    run = warehouse.build_factors([{"name": "m", "prices": {"file": warehouse.frame("r.parquet", frame)}}])
    assert run.success, run.log
    worst = table(warehouse, "factor_drawdowns", "drawdown = 1").iloc[0]
    assert worst["depth"] == -1
    assert pd.isna(worst["recovery_date"])
    parts = table(warehouse, "factor_drawdown_components", "drawdown = 1")["contribution"]
    assert parts.sum() == pytest.approx(-1)


@on_both_engines
def test_logarithmic_returns_and_covariances(warehouse: Warehouse) -> None:
    returns, _ = planted_returns(6)
    model = {
        "name": "m", "returns": "log", "standardize": False, "n_factors": {"variance": 0.9}, "window": "1y",
        "prices": {"file": warehouse.frame("prices.parquet", prices_of(returns))}, "start_date": None,
    }  # fmt: skip
    later = model | {"name": "later", "window": None, "start_date": "2022-03-01", "end_date": "2022-05-31"}
    run = warehouse.build_factors([model, later])
    assert run.success, run.log
    logs = pd.DataFrame(np.log1p(returns), index=DATES[1:])
    for name, sample in (("m", logs), ("later", logs["2022-03-01":"2022-05-31"])):  # type: ignore[misc]
        values = np.linalg.eigvalsh(sample.cov())[::-1]
        variance = table(warehouse, "factor_variance", f"model = '{name}'").sort_values("factor_rank")
        np.testing.assert_allclose(variance["eigenvalue"].astype(float), values, rtol=1e-8)
        edge = values.mean() * (1 + np.sqrt(8 / len(sample))) ** 2
        np.testing.assert_allclose(variance["noise_edge"].astype(float), edge, rtol=1e-9)
        kept = int(np.argmax(values.cumsum() / values.sum() >= 0.9)) + 1
        assert variance["is_retained"].sum() == kept
        depth = table(warehouse, "factor_drawdowns", f"model = '{name}' and drawdown = 1").iloc[0]["depth"]
        level = np.concatenate([[0], sample.mean(axis=1).cumsum()])
        assert depth == pytest.approx(np.expm1((level - np.maximum.accumulate(level)).min()), rel=1e-10)


@on_both_engines
def test_labels(warehouse: Warehouse) -> None:
    returns, _ = planted_returns(1)
    labels = pd.DataFrame({"factor": ["pc1", "2"], "label": ["market", "rotation"]})
    model = {
        "name": "m", "n_factors": 3, "prices": {"file": warehouse.frame("prices.parquet", prices_of(returns))},
        "labels": {"file": warehouse.frame("labels.parquet", labels)},
    }  # fmt: skip
    run = warehouse.build_factors([model])
    assert run.success, run.log
    found = table(warehouse, "factor_variance").sort_values("factor_rank")["label"].tolist()
    assert found[:2] == ["market", "rotation"]
    loadings = (
        table(warehouse, "factor_loadings", "factor = 'PC3'").sort_values("loading", ascending=False)["asset"].tolist()
    )
    assert found[2] == f"PC3 (high: {loadings[0]}, {loadings[1]}; low: {loadings[-1]}, {loadings[-2]})"
    assert found[3] == "PC4"


def test_real_equity_factors(warehouse: Warehouse) -> None:
    """Twelve US industries on the factors of Fama and French, 1949 to 2017, against linearmodels."""
    from linearmodels.iv import IV2SLS

    source = pd.read_csv(SHARED_DATA / "french_factors_monthly.csv")
    date = source.columns[0]
    industries = [
        "NoDur",
        "Durbl",
        "Manuf",
        "Enrgy",
        "Chems",
        "BusEq",
        "Telcm",
        "Utils",
        "Shops",
        "Hlth",
        "Money",
        "Other",
    ]
    days = pd.to_datetime(source[date]).dt.date
    returns = source[industries].assign(date=days).melt(id_vars="date", var_name="asset", value_name="return")
    model = {
        "name": "m", "n_factors": "auto",
        "prices": {"file": warehouse.frame("industries.parquet", returns)},
        "factors": {"file": warehouse.frame("factors.parquet", source[["MktRF", "SMB", "HML", "Mom", "RF"]].assign(date=days))},
        "risk_free": {"file": warehouse.frame("factors.parquet", source[["MktRF", "SMB", "HML", "Mom", "RF"]].assign(date=days))},
    }  # fmt: skip
    run = warehouse.build_factors([model])
    assert run.success, run.log
    design = sm.add_constant(source[["MktRF", "SMB", "HML", "Mom"]])
    betas = table(warehouse, "factor_betas").set_index(["asset", "factor"])
    assert set(betas.index.get_level_values("factor")) == {"alpha", "MktRF", "SMB", "HML", "Mom"}
    for industry in industries:
        fit = IV2SLS(source[industry] - source["RF"], design, None, None).fit(
            cov_type="kernel", kernel="bartlett", bandwidth=int(4 * (len(source) / 100) ** (2 / 9))
        )
        for name, factor in (("const", "alpha"), ("MktRF", "MktRF"), ("HML", "HML"), ("Mom", "Mom")):
            assert betas.loc[(industry, factor), "beta"] == pytest.approx(fit.params[name], rel=1e-8)
            assert betas.loc[(industry, factor), "standard_error"] == pytest.approx(fit.std_errors[name], rel=1e-7)
    variance = table(warehouse, "factor_variance").sort_values("factor_rank")
    values = np.linalg.eigvalsh(source[industries].corr())[::-1]
    np.testing.assert_allclose(variance["eigenvalue"], values, rtol=1e-9)
    assert variance["is_retained"].sum() == (values > (1 + np.sqrt(12 / len(source))) ** 2).sum()
