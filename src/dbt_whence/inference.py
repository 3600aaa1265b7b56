"""From test statistics to p-values, and from p-values to those adjusted for the family they were picked from.

The one place in the project that makes a p or a q.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

DISTRIBUTIONS = ("normal", "t", "chi2", "f", "given")
ADJUSTED = ("bh_q", "bhy_q", "holm_p")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("family", "key")]
    + [("statistic", pa.float64()), ("distribution", pa.string())]
    + [(name, pa.float64()) for name in ("df", "df_2", "p_value", *ADJUSTED)]
)


def hypothesis_tests(tests: pd.DataFrame) -> pd.DataFrame:
    """Give each test its p-value, and its adjusted p-values within its family.

    ``tests`` has one row per test: ``family`` and ``key`` (together unique), ``statistic``, ``distribution``, ``df``
    and ``df_2``. By distribution, p is

    - ``normal``: two-sided, the standard normal;
    - ``t``: two-sided, Student's t with ``df`` degrees of freedom, whole or not;
    - ``chi2``: upper tail, ``df`` degrees of freedom;
    - ``f``: upper tail, ``df`` and ``df_2`` degrees of freedom;
    - ``given``: the statistic is itself the p-value of a named routine (an exact test, a bootstrap), in [0, 1].

    Returns the same rows in the same order with ``p_value``, ``bh_q`` (Benjamini and Hochberg 1995), ``bhy_q``
    (Benjamini and Yekutieli 2001, valid under any dependence) and ``holm_p`` (Holm 1979), all in [0, 1]. A test without
    a finite statistic, or without the degrees of freedom that its distribution takes, has none of them and does not
    count as a member of its family.

    Raises ``ValueError`` for an unknown distribution, a given p outside [0, 1], or a family and key used twice.
    """
    if tests.duplicated(["family", "key"]).any():
        twice = tests.loc[tests.duplicated(["family", "key"]), ["family", "key"]].iloc[0]
        raise ValueError(f"hypothesis_tests: key {twice['key']!r} is used twice in family {twice['family']!r}")
    result = tests[["family", "key", "statistic", "distribution", "df", "df_2"]].copy()
    for column in ("statistic", "df", "df_2"):
        result[column] = pd.to_numeric(result[column]).astype(float)
    if result.empty:  # nothing to import scipy for
        return result.assign(**dict.fromkeys(("p_value", *ADJUSTED), np.empty(0)))
    result["p_value"] = p_values(result)
    return result.assign(**adjusted(result["family"], result["p_value"]))


def p_values(tests: pd.DataFrame) -> np.ndarray:
    """Return the p-value of each row; see `hypothesis_tests`."""
    from scipy import special  # whose tails are those of scipy.stats, which takes half a second to import

    unknown = set(tests["distribution"]) - set(DISTRIBUTIONS)
    if unknown:
        raise ValueError(
            f"hypothesis_tests: distribution {sorted(map(str, unknown))[0]!r} is not one of {', '.join(DISTRIBUTIONS)}"
        )
    distribution = tests["distribution"].to_numpy()
    statistic, df, df_2 = (tests[name].to_numpy(float) for name in ("statistic", "df", "df_2"))
    statistic = np.where(np.isfinite(statistic), statistic, np.nan)
    given = statistic[distribution == "given"]
    if ((given < 0) | (given > 1)).any():
        raise ValueError("hypothesis_tests: a given p-value lies outside 0 to 1")
    tails: dict[str, Callable[[np.ndarray], Any]] = {
        "normal": lambda rows: 2 * special.ndtr(-np.abs(statistic[rows])),
        "t": lambda rows: 2 * special.stdtr(df[rows], -np.abs(statistic[rows])),
        "chi2": lambda rows: special.chdtrc(df[rows], statistic[rows]),
        "f": lambda rows: special.fdtrc(df[rows], df_2[rows], statistic[rows]),
        "given": lambda rows: statistic[rows],
    }
    result = np.full(len(tests), np.nan)
    for name, tail in tails.items():
        rows = distribution == name
        if rows.any():
            result[rows] = tail(rows)
    return result


def adjusted(families: pd.Series, p_value: pd.Series) -> dict[str, np.ndarray]:
    """Return the adjusted p-values by name, each adjusted among the p-values of its family."""
    p = p_value.to_numpy(float)
    columns = {name: p.copy() for name in ADJUSTED}
    known = np.flatnonzero(~np.isnan(p))
    for rows in pd.Series(known).groupby(families.to_numpy()[known], sort=False).indices.values():
        family = known[rows]
        columns["bh_q"][family] = step_up(p[family])
        columns["bhy_q"][family] = step_up(p[family], harmonic(len(family)))
        columns["holm_p"][family] = holm(p[family])
    return columns


def step_up(p: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Return p-values adjusted by Benjamini and Hochberg's step-up procedure, times a penalty.

    This and `holm` are written out: statsmodels takes half a second to import, and up to 60 ms for each of thousands of
    families.
    """
    order = np.argsort(p)[::-1]
    stepped = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1) * penalty).clip(max=1)
    result = np.empty_like(p)
    result[order] = stepped
    return result


def harmonic(n: int) -> float:
    """Return ``1 + 1/2 + ... + 1/n``, Benjamini and Yekutieli's penalty for n tests of any dependence."""
    return float((1 / np.arange(1, n + 1)).sum())


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values adjusted by Holm's step-down procedure."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    result = np.empty_like(p)
    result[order] = stepped
    return result


def hypothesis_test_table(tests: Any) -> pa.Table:
    """Return `hypothesis_tests` of a DuckDB relation as an Arrow table whose types hold without rows too."""
    return pa.Table.from_pandas(hypothesis_tests(tests.df()), schema=SCHEMA, preserve_index=False)
