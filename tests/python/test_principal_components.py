"""Principal components against scikit-learn, planted factors, published rules and simulated noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from dbt_whence.principal_components import Components, correlation_of, eigen, principal_components, signs

AUTO = {"rule": "auto", "value": None}


def number(n: int) -> dict[str, Any]:
    return {"rule": "number", "value": n}


def planted(n_dates: int, n_assets: int, strengths: tuple[float, ...], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Returns driven by factors of the given strengths, and those factors; noise of volatility 1 %."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((n_dates, len(strengths)))
    loadings = random.standard_normal((n_assets, len(strengths))) * strengths
    return 0.0005 + 0.01 * (factors @ loadings.T + random.standard_normal((n_dates, n_assets))), factors


@pytest.mark.parametrize("standardize", [True, False])
def test_against_scikit_learn(standardize: bool) -> None:
    returns, _ = planted(300, 12, (3.0, 2.0, 1.0))
    found = principal_components(returns, number(5), standardize)
    scaled = (returns - returns.mean(axis=0)) / (returns.std(axis=0, ddof=1) if standardize else 1)
    oracle = PCA(svd_solver="full").fit(scaled)
    np.testing.assert_allclose(found.eigenvalues, oracle.explained_variance_, rtol=1e-10)
    flips = np.sign((found.loadings * oracle.components_[:5].T).sum(axis=0))
    np.testing.assert_allclose(found.loadings, oracle.components_[:5].T * flips, atol=1e-9)
    np.testing.assert_allclose(found.factor_returns, oracle.transform(scaled)[:, :5] * flips, atol=1e-9)


@pytest.mark.parametrize("standardize", [True, False])
def test_back_in_return_units(standardize: bool) -> None:
    """All factors together give the returns; correlations are those of asset and factor."""
    returns, _ = planted(120, 7, (2.0, 1.0), seed=3)
    found = principal_components(returns, number(7), standardize)
    np.testing.assert_allclose(found.mean + found.factor_returns @ found.return_loadings.T, returns, atol=1e-14)
    oracle = np.corrcoef(np.column_stack([returns, found.factor_returns]).T)[:7, 7:]
    np.testing.assert_allclose(found.correlations, oracle, atol=1e-10)
    np.testing.assert_allclose(found.factor_returns.var(axis=0, ddof=1), found.eigenvalues, rtol=1e-9)
    np.testing.assert_allclose(found.loadings.T @ found.loadings, np.eye(7), atol=1e-12)
    total = 7 if standardize else returns.var(axis=0, ddof=1).sum()
    assert found.eigenvalues.sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("rule", ["auto", "parallel", "bai_ng"])
def test_three_planted_factors_are_found(rule: str) -> None:
    returns, factors = planted(500, 60, (2.0, 1.5, 1.2), seed=7)
    found = principal_components(returns, {"rule": rule, "value": None})
    if rule == "bai_ng":
        # equal noise in every asset, as Bai and Ng's consistency has it: loadings of like size
        random = np.random.default_rng(1)
        even = factors @ (random.choice([-1, 1], (3, 60)) * [[2.0], [1.5], [1.2]]) + random.standard_normal((500, 60))
        found = principal_components(even, {"rule": rule, "value": None})
    assert found.loadings.shape[1] == 3
    # they span the space of the planted ones
    fitted = found.factor_returns @ np.linalg.lstsq(found.factor_returns, factors, rcond=None)[0]
    assert ((fitted - factors) ** 2).sum() / (factors**2).sum() < 0.05


def test_noise_stays_below_the_edge() -> None:
    """The largest eigenvalue of noise lies below Marchenko and Pastur's edge, where Johnstone (2001) has it."""
    random = np.random.default_rng(5)
    largest = []
    for _ in range(60):
        found = principal_components(random.standard_normal((200, 50)), AUTO)
        assert found.noise_edge[0] == pytest.approx((1 + np.sqrt(50 / 200)) ** 2)
        largest.append(found.eigenvalues[0])
    center, scale = np.sqrt(199) + np.sqrt(50), (1 / np.sqrt(199) + 1 / np.sqrt(50)) ** (1 / 3)
    expected = (center**2 - 1.2065 * center * scale) / 200
    assert np.mean(largest) == pytest.approx(expected, rel=0.03)
    assert expected < found.noise_edge[0] < 1.05 * expected


def test_parallel_analysis_edges_are_those_of_noise() -> None:
    """At the first rank 5 % of noise exceeds the simulated quantile; the simulation is the same every time."""
    random = np.random.default_rng(9)
    rule = {"rule": "parallel", "value": None}
    edge = principal_components(random.standard_normal((100, 10)), rule).noise_edge
    above = [principal_components(random.standard_normal((100, 10)), AUTO).eigenvalues[0] > edge[0] for _ in range(400)]
    assert 0.02 < np.mean(above) < 0.09
    again = principal_components(random.standard_normal((100, 10)), rule).noise_edge
    np.testing.assert_array_equal(edge, again)
    assert (np.diff(edge) < 0).all()


def test_share_of_variance() -> None:
    returns, _ = planted(300, 10, (3.0, 2.0), seed=2)
    values = principal_components(returns, AUTO).eigenvalues
    for share in (0.0, 0.5, 0.9, 1.0):
        found = principal_components(returns, {"rule": "variance", "value": share})
        k = found.loadings.shape[1]
        assert values[:k].sum() / values.sum() >= share - 1e-12
        assert k == 1 or values[: k - 1].sum() / values.sum() < share


def test_signs() -> None:
    """Loadings sum to more than zero; where they balance, the first of the largest is positive."""
    vectors = np.array([[-0.9, -0.5, 0.0], [0.3, 0.5, -(0.5**0.5)], [0.3, -0.5, 0.5**0.5], [0.1, 0.5, 0.0]])
    np.testing.assert_array_equal(signs(vectors), [-1, -1, -1])
    returns, _ = planted(100, 5, (2.0,), seed=4)
    assert (principal_components(returns, number(5)).loadings.sum(axis=0) > 0).all()


def test_more_factors_than_there_are() -> None:
    returns, _ = planted(50, 4, (1.0,))
    found = principal_components(returns, number(9))
    assert found.loadings.shape == (4, 4)
    assert found.reason == "n_factors: 9 were asked for; 4 assets on 50 dates have 4"
    few = principal_components(returns[:4, :], number(4))
    assert few.loadings.shape == (4, 3), "four dates have three directions"


def empty(found: Components) -> bool:
    return found.loadings.shape[1] == 0 and found.factor_returns.shape == (0, 0) and len(found.eigenvalues) == 0


@pytest.mark.parametrize(
    ("returns", "status"),
    [
        (np.zeros((0, 0)), "too_few_dates"),
        (np.zeros((0, 3)), "too_few_dates"),
        (np.array([[0.1, 0.2], [0.2, 0.1]]), "too_few_dates"),
        (np.array([[0.1], [0.2], [0.4], [0.1]]), "too_few_assets"),
        (np.array([[0.1, 0.5], [0.2, 0.5], [0.4, 0.5], [0.1, 0.5]]), "too_few_assets"),
        (np.full((5, 4), np.nan), "too_few_dates"),
        (np.array([[0.1, np.nan], [0.2, np.nan], [np.nan, 0.1], [np.nan, 0.2]]), "too_few_dates"),
    ],
)
def test_samples_too_small(returns: np.ndarray, status: str) -> None:
    for histories in ("common", "pairwise"):
        found = principal_components(returns, AUTO, histories=histories)
        if histories == "common" or status == "too_few_assets":
            assert found.status == status
        assert found.status == "ok" or (empty(found) and found.reason)


def test_constant_asset_has_no_part() -> None:
    returns, _ = planted(60, 4, (2.0,))
    found = principal_components(np.column_stack([returns, np.full(60, 0.01)]), AUTO)
    alone = principal_components(returns, AUTO)
    np.testing.assert_array_equal(found.used, [True] * 4 + [False])
    np.testing.assert_array_equal(found.loadings[:4], alone.loadings)
    assert np.isnan(found.loadings[4]).all()
    assert found.mean[4] == pytest.approx(0.01)


def test_common_dates_are_those_without_gaps() -> None:
    returns, _ = planted(200, 6, (2.0, 1.0))
    gaps = returns.copy()
    gaps[:50, 0] = np.nan
    gaps[120, 3] = np.nan
    found = principal_components(gaps, number(2))
    complete = np.isfinite(gaps).all(axis=1)
    np.testing.assert_array_equal(found.in_sample, complete)
    np.testing.assert_array_equal(found.loadings, principal_components(returns[complete], number(2)).loadings)
    np.testing.assert_array_equal(found.n_used, [149] * 6)


def test_pairwise_correlations_are_those_of_pandas_made_semidefinite() -> None:
    returns, _ = planted(200, 6, (2.0, 1.0))
    returns[:50, 0] = np.nan
    returns[120, 3] = np.nan
    np.testing.assert_allclose(correlation_of(returns, "pairwise"), pd.DataFrame(returns).corr().to_numpy(), atol=1e-12)
    # three assets that contradict each other: a and b agree, b and c agree, a and c are opposed
    ups = np.array([0.01, -0.01, 0.02, -0.02, 0.015, -0.016])
    none = np.full(6, np.nan)
    odd = np.column_stack([np.r_[ups, none, ups], np.r_[ups, ups, none], np.r_[none, ups, -ups]])
    raw = pd.DataFrame(odd).corr().to_numpy()
    assert np.linalg.eigvalsh(raw)[0] < -0.5
    repaired = correlation_of(odd, "pairwise")
    assert eigen(repaired)[0].min() > -1e-12
    np.testing.assert_allclose(np.diag(repaired), 1, atol=1e-12)
    np.testing.assert_array_equal(repaired, repaired.T)


def test_pairwise_keeps_the_dates_of_short_histories() -> None:
    returns, _ = planted(400, 20, (2.0, 1.5), seed=8)
    short = returns.copy()
    short[:250, :4] = np.nan
    found = principal_components(short, number(2), histories="pairwise")
    assert found.in_sample.all()
    whole = principal_components(returns, number(2))
    for f in range(2):
        assert abs(np.corrcoef(found.factor_returns[:, f], whole.factor_returns[:, f])[0, 1]) > 0.97
    # on dates with every asset, factor returns are plain projections
    z = (short - np.nanmean(short, axis=0)) / np.nanstd(short, axis=0, ddof=1)
    np.testing.assert_allclose(found.factor_returns[250:], z[250:] @ found.loadings, atol=1e-10)
    # a date with less than half of the assets has none
    short[10, 4:16] = np.nan
    assert not principal_components(short, number(2), histories="pairwise").in_sample[10]


def test_row_order_and_scale_do_not_matter() -> None:
    returns, _ = planted(150, 5, (2.0, 1.0))
    found = principal_components(returns, number(2))
    shuffled = principal_components(returns[np.random.default_rng(0).permutation(150)], number(2))
    np.testing.assert_allclose(found.loadings, shuffled.loadings, atol=1e-12)
    for factor in (1e-6, 1e20):
        np.testing.assert_allclose(
            principal_components(returns * factor, number(2)).loadings, found.loadings, atol=1e-9
        )
