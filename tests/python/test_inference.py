"""p and q against tables and published examples, against statsmodels and scipy, and on bad input."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import special
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from dbt_whence.inference import hypothesis_test_table, hypothesis_tests

# Harvey, Liu and Zhu (2016), section 4: ten p-values, in percent.
PUBLISHED = [4.66, 0.85, 2.71, 0.05, 3.00, 0.84, 0.00, 0.00, 0.60, 1.28]


def family_of(statistics: list[float | None], distribution: str = "given", df: float | None = None, df_2: float | None = None, family: str = "f") -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(
        {
            "family": family, "key": [f"k{i}" for i in range(len(statistics))], "statistic": statistics,
            "distribution": distribution, "df": df, "df_2": df_2,
        }
    )  # fmt: skip


def test_published_example() -> None:
    """Harvey, Liu and Zhu find 10 single tests, 3 by Bonferroni, 4 by Holm and 6 by Benjamini, Hochberg and Yekutieli."""
    found = hypothesis_tests(family_of([p / 100 for p in PUBLISHED]))
    assert (found["p_value"] <= 0.05).sum() == 10
    assert (found["p_value"] * 10 <= 0.05).sum() == 3
    assert (found["holm_p"] <= 0.05).sum() == 4
    assert (found["bhy_q"] <= 0.05).sum() == 6


@pytest.mark.parametrize(
    ("distribution", "statistic", "df", "df_2", "p"),
    [
        ("normal", 1.959963984540054, None, None, 0.05),
        ("normal", -2.5758293035489004, None, None, 0.01),
        ("t", 2.2281388519649385, 10, None, 0.05),
        ("t", -12.706204736432095, 1, None, 0.05),
        ("chi2", 3.841458820694124, 1, None, 0.05),
        ("chi2", 18.307038053275146, 10, None, 0.05),
        ("f", 4.964602743730711, 1, 10, 0.05),
        ("given", 0.37, None, None, 0.37),
    ],
)
def test_textbook_critical_values(distribution: str, statistic: float, df: float | None, df_2: float | None, p: float) -> None:  # fmt: skip
    found = hypothesis_tests(family_of([statistic], distribution, df, df_2))
    assert found["p_value"].item() == pytest.approx(p, rel=1e-9)
    assert found[["bh_q", "bhy_q", "holm_p"]].iloc[0].tolist() == pytest.approx([p, p, p])


def test_tails_keep_their_digits() -> None:
    """Far out, where 1 - cdf is zero: against erfc and the incomplete beta function."""
    z = 30.0
    assert hypothesis_tests(family_of([z], "normal"))["p_value"].item() == pytest.approx(
        special.erfc(z / np.sqrt(2)), rel=1e-9
    )
    df = 4.7
    tail = special.betainc(df / 2, 0.5, df / (df + 40**2))
    assert hypothesis_tests(family_of([-40.0], "t", df))["p_value"].item() == pytest.approx(tail, rel=1e-9)


def test_families_are_adjusted_by_themselves_without_missing_tests() -> None:
    random = np.random.default_rng(5)
    p = random.uniform(0, 0.2, 300)
    frame = family_of(p.tolist()).assign(family=random.choice(["a", "b", "c"], 300))
    frame.loc[::7, "statistic"] = None
    found = hypothesis_tests(frame)
    assert found.loc[::7, ["p_value", "bh_q", "bhy_q", "holm_p"]].isna().all(axis=None)
    for _, family in found.dropna(subset="p_value").groupby("family"):
        for column, method in (("bh_q", "fdr_bh"), ("bhy_q", "fdr_by"), ("holm_p", "holm")):
            assert family[column].to_numpy() == pytest.approx(multipletests(family["p_value"], method=method)[1])
        assert family["bhy_q"].to_numpy() == pytest.approx(false_discovery_control(family["p_value"], method="by"))


def test_what_cannot_be_hypothesis_test_table_has_no_p() -> None:
    found = hypothesis_tests(family_of([np.inf, np.nan, None, 2.0], "t"))
    assert found["p_value"].isna().all()
    assert found["key"].tolist() == ["k0", "k1", "k2", "k3"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (family_of([1.0], "cauchy"), "distribution 'cauchy' is not one of normal, t, chi2, f, given"),
        (family_of([1.5]), "a given p-value lies outside 0 to 1"),
        (pd.concat([family_of([0.5]), family_of([0.4])], ignore_index=True), "key 'k0' is used twice in family 'f'"),
    ],
)
def test_bad_input(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hypothesis_tests(frame)


def test_no_tests_give_a_typed_table() -> None:
    empty = duckdb.sql(
        "select 'f' as family, 'k' as key, 1.0::double as statistic, 't' as distribution, 1 as df, null::double as df_2 limit 0"
    )
    table = hypothesis_test_table(empty)
    assert table.num_rows == 0
    assert [str(kind) for kind in table.schema.types] == ["string", "string", "double", "string", *["double"] * 6]
