"""Regressions of a signal on what it is to be neutral to, one per date, from sums that the warehouse makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, doubles, starts_of

MIN_FREEDOM = 2
"""Fewest degrees of freedom of a date's residuals: with fewer they say little but that they add to zero."""
COLLINEAR = 1e-10
"""Eigenvalue of the controls' correlations, as a share of the largest, below which a direction of them is left out."""
NOTHING_LEFT = 1e-12
"""Share of the signal's squared deviations below which residuals count as rounding."""
STEP = 1e-10
"""Residuals are rounded to this part of their root mean square, so that equal ones are equal on every engine."""


def residual_slopes(
    n_rows: Array, n_groups: Array, with_signal: Array, between: Array, total: Array
) -> tuple[Array, Array]:
    """Return the slopes of a signal on K controls and the step of its residuals, for each of T dates.

    Least squares within groups: by Frisch, Waugh and Lovell the same as with a dummy for each group.

    Args:
        n_rows: (T,) assets with the signal and all controls.
        n_groups: (T,) groups of the category among them, 1 without one.
        with_signal: (T, K) sums of products of control and signal, about the groups' means.
        between: (T, K, K) of controls.
        total: (T,) squared deviations of the signal about the groups' means.

    Returns:
        Slopes (T, K); step (T,), NaN on dates that have fewer than two degrees of freedom, or nothing left over.
        Of collinear controls the combination that varies is taken out, with the shortest slopes.
    """
    scale = np.sqrt(np.einsum("tkk->tk", between))
    scale = np.where(scale > 0, scale, 1.0)
    vectors, projected, used = spectrum(between / (scale[:, :, None] * scale[:, None, :]), with_signal / scale)
    slopes = np.einsum("tkj,tj->tk", vectors, projected) / scale
    explained = np.einsum("tk,tk->t", slopes, with_signal)
    left = total - explained
    freedom = n_rows - n_groups - used
    is_usable = (freedom >= MIN_FREEDOM) & (left > NOTHING_LEFT * total)
    step = np.full(len(n_rows), np.nan)
    step[is_usable] = STEP * np.sqrt(left[is_usable] / n_rows[is_usable])
    return slopes, step


def spectrum(correlations: Array, right: Array) -> tuple[Array, Array, Array]:
    """Return eigenvectors (T, K, K), the right side in them over the eigenvalues, and how many these are.

    Eigenvalues that are rounding count as none.
    """
    if correlations.shape[1] == 0:
        return correlations, right, np.zeros(len(right))
    values, vectors = np.linalg.eigh(correlations)
    is_used = values > COLLINEAR * np.maximum(values[:, -1:], COLLINEAR)
    inverse = np.where(is_used, 1 / np.where(is_used, values, 1.0), 0.0)
    return vectors, np.einsum("tkj,tk->tj", vectors, right) * inverse, is_used.sum(axis=1)


def control_slope_table(moments: Any) -> pa.Table:
    """Return what turns a signal into its residual, an Arrow table whose types hold without rows too.

    Args:
        moments: DuckDB relation, one row per study, signal (``slot``), date and group of the category: ``n``,
            ``mean_0`` of the signal, ``mean_1`` ... of controls, ``s_0_0`` ... sums of products about these means,
            null beyond the study's controls.

    Returns:
        One row per row of ``moments``: ``study``, ``slot``, ``date_position``, ``control_group``, ``mean_0`` ...,
        ``slope_1`` ..., the same in all groups of the date, and ``step``, null on dates that have no residuals.
    """
    n_controls = sum(name.startswith("mean_") for name in moments.columns) - 1
    rows = moments.order("study, slot, date_position, control_group").fetchnumpy()
    columns: dict[str, Any] = {name: pa.array(rows[name].tolist(), kind) for name, kind in KEYS.items()}
    means = [np.nan_to_num(doubles(rows[f"mean_{i}"])) for i in range(n_controls + 1)]
    starts = starts_of(rows["study"], rows["slot"], rows["date_position"])
    n_groups = np.diff([*starts, len(rows["study"])])

    def by_date(name: str) -> Array:
        return np.asarray(np.add.reduceat(np.nan_to_num(doubles(rows[name])), starts)) if len(starts) else np.zeros(0)

    between = np.zeros((len(starts), n_controls, n_controls))
    with_signal = np.zeros((len(starts), n_controls))
    for i in range(n_controls):
        with_signal[:, i] = by_date(f"s_0_{i + 1}")
        for j in range(i, n_controls):
            between[:, i, j] = between[:, j, i] = by_date(f"s_{i + 1}_{j + 1}")
    slopes, step = residual_slopes(by_date("n"), n_groups, with_signal, between, by_date("s_0_0"))
    for i, mean in enumerate(means):
        columns[f"mean_{i}"] = pa.array(mean)
    for i in range(n_controls):
        columns[f"slope_{i + 1}"] = pa.array(np.repeat(slopes[:, i], n_groups))
    steps = np.repeat(step, n_groups)
    columns["step"] = pa.array(steps, mask=np.isnan(steps))
    return pa.table(columns)


KEYS = {"study": pa.string(), "slot": pa.int32(), "date_position": pa.int32(), "control_group": pa.string()}
