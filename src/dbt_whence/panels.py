"""Panels with a planted truth: what a study must find is known, as the demo and the tests need it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from dbt_whence.panel import Array

START = date(2015, 1, 1)


def business_days(n_dates: int) -> Array:
    """Return that many weekdays from the first of 2015 on."""
    return np.asarray(pd.bdate_range(START, periods=n_dates).date)


def cross_section_panel(
    n_assets: int = 100, n_dates: int = 500, target_ic: float = 0.05, volatility: float = 0.02, seed: int = 0
) -> pd.DataFrame:
    """Return prices and a signal whose rank correlation with the next entered return has a given mean.

    The return that a signal of date t meets is that of date t + 2, entered at t + 1: ``volatility * (rho * signal +
    sqrt(1 - rho^2) * noise)``, both standard normal and independent over assets and dates. Of two normal variables with
    correlation rho, Spearman's is ``6 / pi * asin(rho / 2)``; rho is chosen so that it is the target.

    Args:
        n_assets: N, at least 1.
        n_dates: T, at least 3.
        target_ic: expected information coefficient at horizon 1, from -1 to 1.
        volatility: of returns, decimals per date.
        seed: the same seed gives the same panel.

    Returns:
        One row per asset and date: ``date``, ``asset``, ``price``, ``signal`` (as planted), ``noise`` (without effect).

    Raises:
        ValueError: a number is outside its range.
    """
    if n_assets < 1 or n_dates < 3 or not -1 <= target_ic <= 1 or volatility <= 0:
        raise ValueError(
            "cross_section_panel: expected n_assets >= 1, n_dates >= 3, -1 <= target_ic <= 1, volatility > 0"
        )
    random = np.random.default_rng(seed)
    rho = 2 * np.sin(np.pi * target_ic / 6)
    signal, noise, other = random.standard_normal((3, n_dates, n_assets))
    returns = noise.copy()
    returns[2:] = rho * signal[:-2] + np.sqrt(1 - rho**2) * noise[2:]
    return stacked(returns * volatility, {"signal": signal, "noise": other})


def event_panel(
    n_assets: int = 50,
    n_dates: int = 500,
    event_rate: float = 0.01,
    drift: float = 0.01,
    volatility: float = 0.02,
    seed: int = 0,
) -> pd.DataFrame:
    """Return prices and events of single assets that are followed by a drift in the first return one can enter.

    Args:
        n_assets: N, at least 1.
        n_dates: T, at least 3.
        event_rate: chance of an event per asset and date, from 0 to 1.
        drift: mean return of the date after entry, decimals; what an event study at horizon 1 must find.
        volatility: of returns, decimals per date.
        seed: the same seed gives the same panel.

    Returns:
        One row per asset and date: ``date``, ``asset``, ``price``, ``event`` (1 or 0), ``placebo`` (without
        drift).

    Raises:
        ValueError: a number is outside its range.
    """
    if n_assets < 1 or n_dates < 3 or not 0 <= event_rate <= 1 or volatility <= 0:
        raise ValueError("event_panel: expected n_assets >= 1, n_dates >= 3, 0 <= event_rate <= 1, volatility > 0")
    random = np.random.default_rng(seed)
    event, placebo = (random.random((2, n_dates, n_assets)) < event_rate).astype(float)
    returns = volatility * random.standard_normal((n_dates, n_assets))
    returns[2:] += drift * event[:-2]
    return stacked(returns, {"event": event, "placebo": placebo})


def stacked(returns: Array, columns: dict[str, Array]) -> pd.DataFrame:
    """Return prices from 100 and columns (T, N) as one row per asset and date."""
    n_dates, n_assets = returns.shape
    width = len(str(n_assets))
    return pd.DataFrame(
        {
            "date": np.repeat(business_days(n_dates), n_assets),
            "asset": np.tile([f"asset_{i + 1:0{width}d}" for i in range(n_assets)], n_dates),
            "price": (100 * np.cumprod(1 + np.maximum(returns, -0.9), axis=0)).ravel(),
        }
        | {name: values.ravel() for name, values in columns.items()}
    )
