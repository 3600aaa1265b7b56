"""Principal components of asset returns: eigenvalues, loadings and factor returns.

Returns are ``r = mean + scale * (V F) + e``: eigenvectors V of the correlations (scale the volatilities) or of the
covariances (scale 1), F the factor returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, read_asset_returns, specs_of, table_of_parts

MIN_DATES = 3
MIN_ASSETS = 2
CONSTANT = 1e-12
"""An asset whose returns differ by less than this is constant: prices in double precision show no more."""
ZERO = 1e-12
"""An eigenvalue this small a part of the largest is zero."""
SIGN = 1e-8
SEED = 20_080_915
N_SIMULATIONS = 200
QUANTILE = 0.95
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("model", "item", "factor", "asset")]
    + [("factor_rank", pa.int32()), ("date", pa.date32())]
    + [(name, pa.float64()) for name in ("eigenvalue", "noise_edge")]
    + [("is_retained", pa.bool_())]
    + [(name, pa.float64()) for name in ("loading", "return_loading", "correlation", "factor_return")]
    + [(name, pa.float64()) for name in ("mean_return", "volatility")]
    + [("n_used", pa.int64()), ("status", pa.string()), ("reason", pa.string())]
)


@dataclass(frozen=True)
class Components:
    """Principal components of N assets, K of them retained.

    ``status`` is ok, too_few_dates or too_few_assets; then there are no factors. ``used`` (N,) says which assets
    vary in the sample: the others have no loadings. ``in_sample`` (T,) are the dates with factor returns, S of them.
    ``mean``, ``volatility`` and ``n_used`` (N,) are of the sample, decimals per period. ``eigenvalues`` descend, one
    for each asset that varies; ``noise_edge`` beside each is the largest eigenvalue that noise gives. ``loadings``
    (N, K) are unit eigenvectors, ``return_loadings`` returns per unit of factor, ``correlations`` of asset and factor;
    ``factor_returns`` is (S, K).
    """

    status: str
    reason: str | None
    used: Array
    in_sample: Array
    n_used: Array
    mean: Array
    volatility: Array
    eigenvalues: Array
    noise_edge: Array
    loadings: Array
    return_loadings: Array
    correlations: Array
    factor_returns: Array


def principal_components(
    returns: Array,
    n_factors: Mapping[str, Any],
    standardize: bool = True,
    histories: str = "common",
) -> Components:
    """Find the principal components of returns.

    Args:
        returns: (T, N), decimals, NaN where missing; assets in the order of their names, by which ties of signs break.
        n_factors: ``rule`` and ``value``: ``number`` keeps that many; ``auto`` the eigenvalues above the edge of
            Marchenko and Pastur (1967); ``parallel`` those above what noise gives at the same rank in 95 % of
            simulations (Horn 1965, Glorfeld 1995), up to the first that is not; ``bai_ng`` as many as minimise IC_p2
            (Bai and Ng 2002) up to ``8 * (min(N, T) / 100) ** 0.25``; ``variance`` the fewest whose eigenvalues add to
            that share. At least one, at most as many as there are eigenvalues above zero.
        standardize: components of correlations; else of covariances.
        histories: ``common`` takes the dates on which no asset is missing; ``pairwise`` correlates each two assets on
            their common dates, sets negative eigenvalues to zero and scales the diagonal back (Rebonato and Jäckel
            1999). Factor returns are then least squares over the assets of the date, half of them at least.

    The sign of a factor makes its loadings sum to more than zero; where that sum is below 1e-8 of the sum of their
    sizes, the first asset among those with the largest is positive.
    """
    present = np.isfinite(returns)
    complete = np.asarray(present.all(axis=1))
    sample = returns[complete] if histories == "common" else returns
    n_used = np.isfinite(sample).sum(axis=0)
    mean, volatility, varies = moments_of(sample)
    used = varies & (n_used >= MIN_DATES)
    nothing = np.empty(0)
    n, t = int(used.sum()), int(complete.sum()) if histories == "common" else int(present.any(axis=1).sum())
    status, reason = "ok", None
    if t < MIN_DATES:
        dates = "dates on which no asset is missing" if histories == "common" else "dates with returns"
        status, reason = "too_few_dates", f"principal components take {MIN_DATES} {dates}; there are {t}"
    elif n < MIN_ASSETS:
        status, reason = (
            "too_few_assets",
            f"principal components take {MIN_ASSETS} assets whose returns vary; there are {n}",
        )
    if status != "ok":
        none = np.zeros((len(used), 0))
        return Components(
            status, reason, used & False, complete & False, n_used, mean, volatility, nothing, nothing, none, none,
            none, np.zeros((0, 0)),
        )  # fmt: skip
    scale = volatility[used] if standardize else np.ones(n)
    matrix = correlation_of((sample[:, used] - mean[used]) / volatility[used], histories)
    if not standardize:
        matrix = matrix * volatility[used] * volatility[used][:, None]
    values, vectors = eigen(matrix)
    edge = noise_edges(values, n, t, n_factors["rule"], standardize)
    k = retained(values, edge, t, n_factors)
    if n_factors["rule"] == "number" and k < n_factors["value"]:
        reason = f"n_factors: {n_factors['value']} were asked for; {n} assets on {t} dates have {k}"
    vectors = vectors[:, :k] * signs(vectors[:, :k])
    centred = (returns[:, used] - mean[used]) / scale
    in_sample, factor_returns = scores(centred, vectors, complete, histories)
    loadings = np.full((len(used), k), np.nan)
    loadings[used] = vectors
    return_loadings = np.full_like(loadings, np.nan)
    return_loadings[used] = vectors * scale[:, None]
    correlations = np.full_like(loadings, np.nan)
    correlations[used] = (return_loadings[used] * np.sqrt(values[:k]) / volatility[used][:, None]).clip(-1, 1)
    return Components(
        status, reason, used, in_sample, n_used, mean, volatility, values, edge, loadings, return_loadings,
        correlations, factor_returns,
    )  # fmt: skip


def moments_of(sample: Array) -> tuple[Array, Array, Array]:
    """Return mean, volatility (n - 1 in the denominator) and whether it varies, for each column; NaN without rows."""
    present = np.isfinite(sample)
    counts = present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(present, sample, 0.0).sum(axis=0) / counts
        deviations = np.where(present, sample - mean, 0.0)
        volatility = np.sqrt(np.einsum("ij,ij->j", deviations, deviations) / (counts - 1))
    size = np.abs(deviations).max(axis=0, initial=0.0)
    return (
        mean,
        np.where(counts > 1, volatility, np.nan),
        np.asarray(size > CONSTANT * np.fmax(np.abs(mean) + size, 1.0)),
    )


def correlation_of(z: Array, histories: str) -> Array:
    """Return the correlations of standardised columns; pairwise ones are brought to a positive semidefinite matrix."""
    if histories == "common":
        matrix = z.T @ z
        root = np.sqrt(np.diag(matrix))
        result: Array = matrix / root / root[:, None]
        np.fill_diagonal(result, 1.0)
        return result
    present = np.isfinite(z)
    z = np.where(present, z, 0.0)
    weight = present.astype(float)
    counts = weight.T @ weight
    sums, squares = z.T @ weight, (z * z).T @ weight  # of the row's asset, over the dates of the column's
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = squares - sums * sums / counts
        spread = np.where(spread > ZERO * squares, spread, 0.0)
        pairs = (z.T @ z - sums * sums.T / counts) / np.sqrt(spread * spread.T)
    pairs = np.where((counts >= MIN_DATES) & np.isfinite(pairs), pairs, 0.0).clip(-1, 1)
    np.fill_diagonal(pairs, 1.0)
    values, vectors = eigen(pairs)
    repaired = (vectors * values.clip(min=0)) @ vectors.T if values.min() < 0 else pairs
    root = np.sqrt(np.diag(repaired))
    result = repaired / root / root[:, None]
    return (result + result.T) / 2


def eigen(matrix: Array) -> tuple[Array, Array]:
    """Return eigenvalues, descending, and eigenvectors as columns; LAPACK's syevd, without the imports of scipy."""
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1].copy(), np.ascontiguousarray(vectors[:, ::-1])


def noise_edges(values: Array, n: int, t: int, rule: str, standardize: bool) -> Array:
    """Return for each eigenvalue what noise of n assets and t dates reaches.

    By default the upper edge of Marchenko and Pastur, ``s2 * (1 + sqrt(n / t)) ** 2``, s2 the mean eigenvalue (1 for
    correlations); for ``parallel`` the 95 % quantile at the same rank over simulations with a fixed seed.
    """
    level = 1.0 if standardize else float(values.mean())
    if rule != "parallel":
        return np.full(n, level * (1 + np.sqrt(n / t)) ** 2)
    random = np.random.default_rng(SEED)
    simulated = np.zeros((N_SIMULATIONS, n))
    for row in simulated:
        noise = random.standard_normal((t, n))
        noise -= noise.mean(axis=0)
        noise /= np.sqrt((noise**2).sum(axis=0))
        # the smaller of the two matrices that have the same eigenvalues
        product = noise.T @ noise if n <= t else noise @ noise.T
        found = np.linalg.eigvalsh(product)[::-1]
        row[: len(found)] = found[:n]
    edges: Array = level * np.quantile(simulated, QUANTILE, axis=0)
    return edges


def retained(values: Array, edge: Array, t: int, n_factors: Mapping[str, Any]) -> int:
    """Return how many factors are kept; see `principal_components`."""
    positive = values.clip(min=0)
    rank = int((values > ZERO * values[0]).sum())
    rule, n = n_factors["rule"], len(values)
    if rule == "number":
        wanted = int(n_factors["value"])
    elif rule == "variance":
        share = np.cumsum(positive) / positive.sum()
        wanted = int(np.argmax(share >= min(float(n_factors["value"]), share[-1]) - 1e-12)) + 1
    elif rule == "bai_ng":
        smaller = min(n, t)
        most = max(1, min(int(8 * (smaller / 100) ** 0.25), smaller - 1, rank))
        rest = np.array([positive[k:].sum() / n for k in range(most + 1)])
        penalty = (n + t) / (n * t) * np.log(smaller) * np.arange(most + 1)
        wanted = int(np.argmin(np.log(np.maximum(rest, ZERO * positive.sum() / n)) + penalty))
    else:
        above = values > edge
        wanted = int(above.sum()) if rule == "auto" else int(np.argmin(np.append(above, False)))
    return max(1, min(wanted, rank))


def signs(vectors: Array) -> Array:
    """Return 1 or -1 for each eigenvector; see `principal_components`."""
    total, size = vectors.sum(axis=0), np.abs(vectors)
    first = (size >= size.max(axis=0) * (1 - SIGN)).argmax(axis=0)
    balanced = np.abs(total) <= SIGN * size.sum(axis=0)
    leading = np.where(balanced, vectors[first, np.arange(vectors.shape[1])], total)
    return np.where(leading < 0, -1.0, 1.0)


def scores(centred: Array, vectors: Array, complete: Array, histories: str) -> tuple[Array, Array]:
    """Return the dates that have factor returns, and these: least squares over the assets of a date."""
    k = vectors.shape[1]
    result = np.full((len(centred), k), np.nan)
    present = np.isfinite(centred)
    whole = complete if histories == "common" else present.all(axis=1)
    result[whole] = centred[whole] @ vectors
    if histories == "pairwise":
        enough = max(k, (centred.shape[1] + 1) // 2)
        for i in np.flatnonzero(~whole & (present.sum(axis=1) >= enough)):
            given = present[i]
            found, _, rank, _ = np.linalg.lstsq(vectors[given], centred[i, given], rcond=1e-8)
            if rank == k:
                result[i] = found
    dates = np.asarray(np.isfinite(result).all(axis=1))
    return dates, result[dates]


def component_parts(model: str, dates: Array, assets: tuple[str, ...], found: Components) -> Iterator[dict[str, Any]]:
    """Yield the parts of `principal_component_table` for one model."""
    names = pa.array(assets, pa.string())
    yield {
        "model": model, "item": "model", "status": pa.array([found.status]), "reason": found.reason,
        "n_used": int(found.in_sample.sum()),
    }  # fmt: skip
    yield {
        "model": model, "item": "asset", "asset": names, "mean_return": found.mean, "volatility": found.volatility,
        "n_used": found.n_used, "status": pa.array(np.where(found.used, "ok", "constant").tolist(), pa.string()),
    }  # fmt: skip
    k = found.loadings.shape[1]
    ranks = np.arange(len(found.eigenvalues), dtype=np.int32)
    yield {
        "model": model, "item": "factor", "factor": pa.array([f"PC{f + 1}" for f in ranks], pa.string()),
        "factor_rank": ranks + 1, "eigenvalue": found.eigenvalues.clip(min=0.0), "noise_edge": found.noise_edge,
        "is_retained": ranks < k,
    }  # fmt: skip
    used = np.flatnonzero(found.used)
    named = names.take(pa.array(used))
    for f in range(k):
        shared = {"model": model, "factor": f"PC{f + 1}", "factor_rank": f + 1}
        yield shared | {
            "item": "loading", "asset": named, "loading": found.loadings[used, f],
            "return_loading": found.return_loadings[used, f], "correlation": found.correlations[used, f],
        }  # fmt: skip
        yield shared | {
            "item": "factor_return", "date": dates[found.in_sample], "factor_return": found.factor_returns[:, f],
        }  # fmt: skip


def principal_component_table(specs: Any, assets: Any, returns: Any) -> pa.Table:
    """Return the principal components of every model, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per model: ``position``, ``spec_json`` with ``name``, ``n_factors``,
            ``standardize`` and ``histories``.
        assets: DuckDB relation, one row per model and asset: ``asset_number``; ``status``, ok for those that take part.
        returns: DuckDB relation, one row per ``asset_number`` and date: ``asset_return``.

    Returns:
        Rows of five items: ``model`` (status, reason, number of dates with factor returns), ``asset`` (mean and
        volatility in the sample; constant where it has no part in the factors), ``factor`` (eigenvalue, noise edge),
        ``loading`` per retained factor and asset, ``factor_return`` per retained factor and date. Columns that an item
        does not have are null.
    """
    parts: list[dict[str, Any]] = []
    for spec in specs_of(specs):
        name = spec["name"]
        panel = read_asset_returns(returns, assets.filter("status = 'ok'"), name)
        found = principal_components(panel.values, spec["n_factors"], spec["standardize"], spec["histories"])
        parts.extend(component_parts(name, panel.dates, panel.names, found))
    return table_of_parts(parts, SCHEMA)
