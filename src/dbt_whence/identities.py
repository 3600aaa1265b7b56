"""Arithmetic identities of a metric, found in a bounded sample of rows.

An identity is a product, quotient, sum or difference of two or three columns, times one constant, that gives the
metric row by row: ``revenue = price * quantity``. Those found for the columns of an identity make it a driver tree.
"""

from __future__ import annotations

import json
import re
from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array

CONSTANTS = np.array([1.0, 100.0, 0.01, 1000.0, 0.001])
MAX_MAPE = 0.15
"""An identity may be off by 15 % of the metric in the mean."""
MAX_ADDITIVE_DRIVER_MAPE = 0.01
"""For a driver, a sum or difference may be off by 1 %: of many columns some add up to about another one."""
TIE = 0.001
"""Identities whose mean error differs by less are as good as each other: the simpler one is preferred."""
KEPT = 20
"""Identities reported per metric, and those that tie with the last of them."""
MIN_ROWS = 3
RATE_RANK = 3
"""A driver of this rank or above is a rate; see the macro metric_driver_rank."""
COPY_MAPE = 0.001
FORMS = ("product", "quotient", "sum", "difference")
SCREENS = (128, 512, 4096)
"""Rows on which candidates are screened before all rows are looked at."""
MIN_SCREENED = 64
"""With fewer complete rows than this among those of a screen, a candidate is not judged there."""
STANDARD_ERRORS = 6.0
ROUNDING = 1e-9
"""Logarithms make the errors of a screen differ from those of the whole by less."""
BLOCK = 500_000
"""Numbers held per array while candidates are evaluated, 4 MB."""
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("analysis", "metric", "parent_metric", "identity", "form")]
    + [("constant", pa.float64()), ("terms", pa.string()), ("terms_label", pa.string()), ("is_given", pa.bool_())]
    + [(name, pa.int64()) for name in ("n_terms", "candidate_rank", "sample_rows")]
    + [(name, pa.float64()) for name in ("sample_mape", "sample_r_squared")]
)

Terms = tuple[tuple[int, int], ...]
"""Terms by number of the column, with their power."""
Key = tuple[str, str]
"""``("column", its name)`` or ``("metric", its name)`` for a metric that is no column."""


@dataclass(frozen=True)
class Term:
    """A column of an identity; ``power`` is 1 or -1, of sums and differences it is the sign."""

    name: str
    power: int


@dataclass(frozen=True)
class Identity:
    """An identity as it is reported. A fit that cannot be worked out is None."""

    expression: str
    form: str
    constant: float
    terms: tuple[Term, ...]
    rows: int | None
    mape: float | None
    r_squared: float | None


@dataclass(frozen=True)
class Metric:
    """What identities are looked for: a metric of the analysis, or a column that drives one.

    ``values`` has one number per row of the sample, NaN where there is none; ``column`` is the relation's column that
    the metric is, if it is one. ``siblings`` are the keys of what stands beside it in its parent's identity.
    ``is_summed`` tells a driver that is summed from one that is a rate; None for a metric of the analysis.
    """

    name: str
    parent: str | None
    values: Array
    column: str | None
    given: Identity | None = None
    search: bool = True
    siblings: frozenset[Key] = frozenset()
    is_summed: bool | None = None

    @property
    def key(self) -> Key:
        """What it is apart from its name: a metric and a column of the same name may differ."""
        return ("metric", self.name) if self.column is None else ("column", self.column)


@dataclass(frozen=True)
class Candidates:
    """Candidates of one kind: additive or not, with the same number of terms.

    ``columns`` and ``powers`` have shape (candidates, terms).
    """

    additive: bool
    columns: Array
    powers: Array

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.columns)

    def __getitem__(self, chosen: Any) -> Candidates:
        """Return some of the candidates."""
        return Candidates(self.additive, self.columns[chosen], self.powers[chosen])


def identity_table(specs: Any, sample: Any) -> pa.Table:
    """Return the identities of every analysis as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per analysis: ``analysis``, ``spec_json``, whose key ``drivers`` is null or
            holds ``nodes``, the metrics to start from in the order of the columns ``metric_1``, ``metric_2`` ... of the
            sample, and ``columns``, each with ``name``, ``slot``, its column in the sample, and ``rank``, see the
            macro metric_driver_rank.
        sample: DuckDB relation: ``analysis``, ``metric_1`` ..., ``column_1`` ...; null where there is no value.
            Neither the order of its rows nor that of its columns matters.

    Returns:
        One row per analysis, metric and identity, ordered by analysis, then metrics from the root down, then rank.
    """
    found: list[dict[str, Any]] = []
    if not sample.limit(1).fetchall():
        return pa.Table.from_pylist(found, schema=SCHEMA)
    for analysis, spec_json in sorted(specs.select("analysis", "spec_json").fetchall()):
        drivers = json.loads(spec_json).get("drivers") or {}
        nodes, slots = drivers.get("nodes") or [], drivers.get("columns") or []
        if not any(node.get("search") or node.get("given") for node in nodes):
            continue
        metrics, columns = read_sample(sample, analysis, len(nodes), {slot["name"]: slot["slot"] for slot in slots})
        roots = [metric_of(node, values) for node, values in zip(nodes, metrics, strict=True)]
        rates = {slot["name"] for slot in slots if slot.get("rank", 0) >= RATE_RANK}
        for metric, identities in driver_tree(roots, columns, drivers.get("reserved") or [], rates):
            found += [table_row(analysis, metric, identity, i) for i, identity in enumerate(identities, 1)]
    return pa.Table.from_pylist(found, schema=SCHEMA)


def read_sample(
    sample: Any, analysis: str, n_metrics: int, slots: Mapping[str, str]
) -> tuple[list[Array], dict[str, Array]]:
    """Return an analysis' metrics in their order and its columns by name, in order of their names.

    One analysis is read at a time, and of it only the columns it has: the sample of all is wide and mostly null.
    Rows are put into an order that depends on their values alone, so that sums are the same to the last digit.
    """
    import duckdb

    names = sorted(slots)
    read = [f"metric_{i}" for i in range(1, n_metrics + 1)] + [slots[name] for name in names]
    missing = [name for name in read if name not in sample.columns]
    if missing:
        raise ValueError(f"identity_table: the sample has no column {missing[0]!r}, which analysis {analysis!r} names")
    chosen = sample.filter(duckdb.ColumnExpression("analysis") == duckdb.ConstantExpression(analysis))
    fetched = chosen.select(
        *(duckdb.ColumnExpression(name).cast("DOUBLE").alias(f"v{i}") for i, name in enumerate(read))
    ).fetchnumpy()
    values = [finite(np.ma.filled(fetched[f"v{i}"].astype(float), np.nan)) for i in range(len(read))]
    order = np.lexsort(values[::-1])
    values = [value[order] for value in values]
    return values[:n_metrics], dict(zip(names, values[n_metrics:], strict=True))


def metric_of(node: Mapping[str, Any], values: Array) -> Metric:
    """Return the metric that a node of a spec describes."""
    given = node.get("given")
    return Metric(
        node["metric"],
        node.get("parent"),
        values,
        node.get("column"),
        given and given_identity(given),
        bool(node.get("search", True)),
    )


def given_identity(given: Mapping[str, Any]) -> Identity:
    """Return an identity that the user gave, without its fit."""
    terms = tuple(Term(term["name"], int(term["power"])) for term in given["terms"])
    return Identity(given["identity"], given["form"], float(given["constant"]), terms, None, None, None)


def table_row(analysis: str, metric: Metric, identity: Identity, rank: int) -> dict[str, Any]:
    """Return an identity as a row of the table."""
    return {
        "analysis": analysis,
        "metric": metric.name,
        "parent_metric": metric.parent,
        "identity": identity.expression,
        "form": identity.form,
        "constant": identity.constant,
        "terms": json.dumps([vars(term) for term in identity.terms], ensure_ascii=False),
        "terms_label": " | ".join(escaped(term.name) for term in identity.terms),
        "is_given": metric.given is not None,
        "n_terms": len(identity.terms),
        "candidate_rank": rank,
        "sample_rows": identity.rows,
        "sample_mape": identity.mape,
        "sample_r_squared": identity.r_squared,
    }


def escaped(name: str) -> str:
    """Return a name as it stands in a label that joins several: bars that may mislead get a backslash."""
    return name.replace("|", "\\|") if " | " in f" {name} " or "\\|" in name else name


def driver_tree(
    roots: Sequence[Metric], columns: Mapping[str, Array], reserved: Iterable[str] = (), rates: Iterable[str] = ()
) -> Iterator[tuple[Metric, list[Identity]]]:
    """Yield every metric with its identities, best first: the roots, then the columns that drive them, and so on down.

    The columns of the best identity come first, breadth first, down to the last; then those of identities that tie
    with a best one, in the same way. So in ``revenue = orders * price``, ``orders = traffic * conversion``, traffic
    belongs below orders, although ``revenue = traffic * conversion * price`` holds as well. A column is a metric once.

    No identity of a metric holds the metric itself, anything above it, a sibling of its identity, or a copy of these.
    Above a metric is whatever reports it in an identity, selected or not, and what is above that: whichever identities
    are selected in the end, following them never leads back. A column whose name is ``reserved``, because a metric of
    the analysis means something else by it, is no metric. A driver has a quotient only if it is among the ``rates``:
    ``conversion = orders / visits`` explains it, while ``units = cost / unit_cost`` is ``cost`` read backwards.
    """
    rates = set(rates)
    copies = Copies(columns)
    named = {root.name: root.key for root in roots}
    values = {("column", name): column for name, column in columns.items()} | {root.key: root.values for root in roots}
    users: dict[Key, set[Key]] = {}
    """By key: what has it in an identity."""
    for root in roots:
        if root.parent in named:
            users.setdefault(root.key, set()).add(named[root.parent])
    taken = {*named, *reserved} | {root.column for root in roots}
    done: set[str] = set()
    best, tied = deque(with_siblings(roots)), deque[Metric]()
    while best or tied:
        metric = (best or tied).popleft()
        if metric.name in done:
            continue
        done.add(metric.name)
        above = closure(metric.key, users)
        beside = {key: values[key] for key in above | metric.siblings if key in values}
        identities = identities_of(metric, columns, copies, beside)
        if not identities:
            continue
        yield metric, identities
        for name in {term.name for identity in identities for term in identity.terms}:
            for key in {("column", name), named.get(name, ("column", name))}:
                users.setdefault(key, set()).add(metric.key)
        if metric.search:
            expanded = [identity for identity in identities if ties_with(identity, identities)]
            for identity in expanded:
                (best if identity is identities[0] else tied).extend(
                    Metric(
                        term.name,
                        metric.name,
                        columns[term.name],
                        term.name,
                        siblings=others(term, expanded),
                        is_summed=term.name not in rates,
                    )
                    for term in identity.terms
                    if term.name in columns and term.name not in taken and ("column", term.name) not in above
                )


def with_siblings(roots: Sequence[Metric]) -> list[Metric]:
    """Return the roots; those below another one know what is beside them: the other terms of its given identity.

    The parts of a ratio may make each other: of revenue per order, revenue is orders times price.
    """
    named = {root.name: root.key for root in roots}
    result = []
    for root in roots:
        siblings: set[Key] = set()
        for parent in roots:
            if parent.name == root.parent and parent.given:
                siblings |= {named.get(term.name, ("column", term.name)) for term in parent.given.terms}
        result.append(replace(root, siblings=frozenset(siblings - {root.key})))
    return result


def others(term: Term, identities: Iterable[Identity]) -> frozenset[Key]:
    """Return the keys of the columns that stand beside a term in any of the identities."""
    sets = [{other.name for other in identity.terms} for identity in identities]
    return frozenset(("column", name) for names in sets if term.name in names for name in names - {term.name})


def closure(key: Key, users: Mapping[Key, set[Key]]) -> set[Key]:
    """Return all that is above a key."""
    found: set[Key] = set()
    waiting = [key]
    while waiting:
        new = users.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found - {key}


def ties_with(identity: Identity, identities: Sequence[Identity]) -> bool:
    """Whether an identity is as good as the best of those reported."""
    if identity is identities[0]:
        return True
    return identity.mape is not None and identity.mape <= min(i.mape for i in identities if i.mape is not None) + TIE


def identities_of(
    metric: Metric, columns: Mapping[str, Array], copies: Copies, beside: Mapping[Key, Array]
) -> list[Identity]:
    """Return the given identity of a metric, or those that are found; ``beside`` must not appear, nor its copies."""
    if metric.given:
        return [with_fit(metric.given, metric.values, columns)]
    if not metric.search:
        return []
    excluded = {name for kind, name in {metric.key, *beside} if kind == "column"}
    for key, values in {**beside, metric.key: metric.values}.items():
        excluded |= copies.of(key, values)
    return search(
        metric.values,
        {name: column for name, column in columns.items() if name not in excluded},
        has_quotients=not metric.is_summed,
        max_additive_error=MAX_MAPE if metric.is_summed is None else MAX_ADDITIVE_DRIVER_MAPE,
    )


class Copies:
    """Finds the columns that are a metric over again; keeps what it found, since a tree asks often."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        """Look among these columns, all of the same rows."""
        self.columns = columns
        self.found: dict[Key, set[str]] = {}

    def of(self, key: Key, values: Array) -> set[str]:
        """Return the columns that are the values times one of the constants, of either sign, off by 0.1 % at most.

        With its sign changed a copy is still one: without it, ``y = a - c`` holds for ``c = -y`` and any small ``a``.
        """
        if key not in self.found:
            self.found[key] = {
                name
                for name, column in self.columns.items()
                if any(fit(values, sign * column).mape <= COPY_MAPE for sign in (1.0, -1.0))
            }
        return self.found[key]


@dataclass(frozen=True)
class Fit:
    """How well a term without its constant gives a metric: the best constant, and the error with it."""

    constant: float
    rows: int
    mape: float


def fit(y: Array, values: Array) -> Fit:
    """Return the best constant for ``y = constant * values``, the number of complete rows and the mean error.

    The error is the mean of ``|y - constant * values| / |y|`` over complete rows with ``y != 0``, rounded to 12
    decimals, below which it is rounding noise; it is infinite with fewer than 3 of them. That error is right
    only where it is below 0.4; see `middle_ratios`. That is more than anything is asked for here.
    """
    with np.errstate(all="ignore"):
        values = finite(values)
        used = ~np.isnan(values) & ~np.isnan(y)
        rows = int(used.sum())
        used &= y != 0
        if used.sum() < MIN_ROWS:
            return Fit(1.0, rows, np.inf)
        y, values = y[used], values[used]
        constant = float(constants_near(middle_ratios(finite(values / y)[None])[0])[0])
        return Fit(constant, rows, error_of(y, times(constant, values)))


def error_of(y: Array, fitted: Array) -> float:
    """Return the mean absolute percentage error, rounded to 12 decimals; infinite where it cannot be worked out."""
    with np.errstate(all="ignore"):
        error = float(np.round(np.mean(np.abs(y - fitted) / np.abs(y)), 12))
    return error if np.isfinite(error) else np.inf


def times(constant: float, values: Array) -> Array:
    """Return a constant times values; divided by where it is a fraction, as the expression says: exact more often."""
    return values * constant if constant >= 1 else values / round(1 / constant)


def search(
    y: Array, columns: Mapping[str, Array], has_quotients: bool = True, max_additive_error: float = MAX_MAPE
) -> list[Identity]:
    """Return the identities of a metric among columns, best first.

    Args:
        y: the metric, one number per row, NaN where there is none.
        columns: values by name, ordered by name, rows as in y. What must not appear in an identity is left out of it
            by the caller. Columns that hold one value only are left out here: no sample can tell them from a constant,
            and the five constants of the search are the only ones there are.
        has_quotients: whether quotients are looked for.
        max_additive_error: the greatest error of a sum or difference.

    An identity is complete (every value there, no division by zero, nothing out of range) on at least 3 rows with
    ``y != 0`` and half of the rows that have a y. Its error there is at most 15 % and no greater than that of the best
    constant. Each term earns its place: without one, or without two, with whatever constant is best then, the error is
    greater by more than 0.001, on the rows of the identity and on all that are complete then. So ``a * b * c`` is not
    there beside ``a * b`` where c is nearly always 1, ``a + b`` is not where a is nearly a copy of y and b small, and
    ``a / flag`` is not where a flag of 0 and 1 does nothing but choose rows on which a happens to be near y.

    The time grows with the third power of the number of columns.
    """
    with np.errstate(all="ignore"):
        known = ~np.isnan(y)
        names = [name for name, values in columns.items() if not is_constant(values[known])]
        target = y[known]
        if len(names) < 2 or (target != 0).sum() < MIN_ROWS:
            return []
        data = np.array([columns[name][known] for name in names])
        found = Search(target, data, names, has_quotients, max_additive_error).accepted()
        return [found[i] for i in ranked([(i.mape or 0.0, complexity(i)) for i in found], KEPT)]


def is_constant(values: Array) -> bool:
    """Whether values are all the same, or missing."""
    present = values[~np.isnan(values)]
    return len(present) == 0 or bool((present == present[0]).all())


def complexity(identity: Identity) -> tuple[Any, ...]:
    """Return the key that orders identities of about the same error, simplest first. No two have the same."""
    simple = (len(identity.terms), identity.constant != 1)
    return (*simple, identity.mape, FORMS.index(identity.form), identity.expression)


def ranked(scores: Sequence[tuple[float, tuple[Any, ...]]], kept: int) -> list[int]:
    """Return the positions of the best scores in order, each an error and a complexity.

    Each rank goes to the simplest of those within 0.001 of the smallest error that is left. What ties with the last
    one kept, same number of terms, constant or not, same error, is kept as well.
    """
    left = sorted(range(len(scores)), key=lambda i: scores[i])
    result: list[int] = []
    while left and len(result) < kept:
        limit = scores[left[0]][0] + TIE
        result.append(min((i for i in left if scores[i][0] <= limit), key=lambda i: scores[i][1]))
        left.remove(result[-1])
    if left:
        last = scores[result[-1]][1][:3]
        result += sorted((i for i in left if scores[i][1][:3] == last), key=lambda i: scores[i][1])
    return result


class Search:
    """The search for the identities of one metric; see `search`.

    Candidates are too many to try on every row. They are screened on a few rows first, and what is left on more. A
    screen must not lose an identity:

    - Its mean error is at most 0.15, so at most a quarter of its rows are off by more than 0.6 (Markov). So the middle
      one of the ratios fitted / y lies within 0.4 to 1.6, and, since the constants are further apart than that, tells
      which of them it is. On 128 rows drawn at random a quarter becomes half with probability 1e-9, on 64, the fewest
      complete ones by which a candidate is judged, with 2e-5.
    - An error is counted as 1 where it is greater. The mean of that is at most 0.15 too, its variance at most 0.1275;
      on the rows of the screen it may be greater by 6 standard errors.

    Where the screen has all rows, both hold without any allowance. Rows are not drawn at random but spread evenly over
    y by the golden ratio, whose multiples fall into step with no period that the data may have.
    """

    def __init__(
        self, y: Array, data: Array, names: Sequence[str], has_quotients: bool, max_additive_error: float
    ) -> None:
        """Prepare a search of y, which has no NaN, in data of shape (columns, rows)."""
        self.y, self.data, self.names, self.has_quotients = y, data, names, has_quotients
        self.nonzero = np.flatnonzero(y != 0)
        constant_error = error_of_best_constant(y[self.nonzero])
        self.max_error = {
            False: min(MAX_MAPE, constant_error),
            True: min(max_additive_error, constant_error),
        }
        """By whether candidates are additive."""
        self.parts: dict[tuple[bool, Terms], float] = {}
        self.single = {additive: self.errors_of_single(additive) for additive in (False, True)}
        self.found: list[Identity] = []
        self.best: list[float] = []

    def accepted(self) -> list[Identity]:
        """Return the accepted identities: at least those that `ranked` keeps."""
        ordered = self.nonzero[np.argsort(self.y[self.nonzero], kind="stable")]
        screens = [Screen(self.y, self.data, rows) for rows in spread(ordered, SCREENS)]
        left: list[tuple[Candidates, Array]] = []
        for candidates in all_candidates(len(self.names), self.has_quotients):
            for screen in screens:
                bound, keep = self.lower_bounds(screen, candidates)
                candidates, bound = candidates[keep], bound[keep]
                if not len(candidates):
                    break
            if len(candidates):
                left.append((candidates, bound))
        for candidates, bound in in_order(left):
            self.try_out(candidates, bound)
        return self.found

    def lower_bounds(self, screen: Screen, candidates: Candidates) -> tuple[Array, Array]:
        """Return what the error of each candidate is at least, and whether it may be an identity."""
        size = max(BLOCK // len(screen.rows), 1)
        blocks = [screen.errors(candidates[i : i + size]) for i in range(0, len(candidates), size)]
        errors, deviations, n = (np.concatenate(part) for part in zip(*blocks, strict=True))
        allowed = np.full(len(errors), self.max_error[candidates.additive])
        unjudged = np.zeros(len(errors), dtype=bool)
        if screen.partial:
            n = np.maximum(n, 1)
            allowed += STANDARD_ERRORS * np.sqrt(MAX_MAPE * (1 - MAX_MAPE) / n)
            unjudged = n < MIN_SCREENED
            errors_at_least = np.where(unjudged, 0, errors - STANDARD_ERRORS * deviations / np.sqrt(n))
        else:
            errors_at_least = errors
        bound = errors_at_least - ROUNDING
        alone = self.single[candidates.additive][candidates.columns, (candidates.powers < 0).astype(int)].min(axis=1)
        return bound, unjudged | ((errors <= allowed + ROUNDING) & (bound < alone - TIE))

    def errors_of_single(self, additive: bool) -> Array:
        """Return the error of each column alone, with power 1 and -1, as (columns, 2)."""
        columns = range(len(self.names))
        return np.array([[self.part(additive, ((j, power),)) for power in (1, -1)] for j in columns])

    def part(self, additive: bool, terms: Terms) -> float:
        """Return the error of terms on their own complete rows, with the constant that suits them best."""
        key = (additive, terms)
        if key not in self.parts:
            self.parts[key] = self.part_on(additive, terms, slice(None))
        return self.parts[key]

    def part_on(self, additive: bool, terms: Terms, rows: Any) -> float:
        """Return the error of terms on some rows, with the constant that suits them best there."""
        columns, powers = np.array([[j for j, _ in terms]]), np.array([[power for _, power in terms]])
        return fit(self.y[rows], evaluated(Candidates(additive, columns, powers), self.data[:, rows])[0]).mape

    def try_out(self, candidates: Candidates, bound: Array) -> None:
        """Evaluate candidates on all rows, those that look best first, and keep the identities among them.

        Those that cannot come before the 20 best found so far are passed over.
        """
        size = max(BLOCK // len(self.y), 1)
        for start in range(0, len(candidates), size):
            block = np.arange(start, min(start + size, len(candidates)))
            block = block[bound[block] <= self.cut(candidates.additive)]
            if len(block):
                values = evaluated(candidates[block], self.data)
                for i in range(len(block)):
                    self.keep(candidates[block[i : i + 1]], values[i])

    def cut(self, additive: bool) -> float:
        """Return the error beyond which a candidate cannot be among those that are kept."""
        most = self.max_error[additive]
        return most if len(self.best) < KEPT else min(most, self.best[KEPT - 1] + TIE)

    def keep(self, candidate: Candidates, values: Array) -> None:
        """Keep a candidate if it is an identity."""
        tried = fit(self.y, values)
        if tried.mape > self.cut(candidate.additive) or 2 * tried.rows < len(self.y):
            return
        additive = candidate.additive
        terms = tuple(zip(candidate.columns[0].tolist(), candidate.powers[0].tolist(), strict=True))
        parts = [part for n in range(1, len(terms)) for part in combinations(terms, n)]
        if any(self.part(additive, part) <= tried.mape + TIE for part in parts):
            return
        complete = ~np.isnan(values)
        if not complete.all() and any(self.part_on(additive, part, complete) <= tried.mape + TIE for part in parts):
            return
        named = in_normal_order([Term(self.names[j], power) for j, power in terms])
        form = form_of(additive, named)
        r_squared = explained_variance(self.y, times(tried.constant, values))
        expression = expression_of(form, tried.constant, named)
        self.found.append(Identity(expression, form, tried.constant, named, tried.rows, tried.mape, r_squared))
        insort(self.best, tried.mape)


class Screen:
    """Some rows of a search, by number; all of them have ``y != 0``. ``partial`` says whether others have too."""

    def __init__(self, y: Array, data: Array, rows: Array) -> None:
        """Take the rows, and prepare them: a product is a sum of logarithms, which nothing overflows."""
        self.rows = rows
        self.partial = len(rows) < (y != 0).sum()
        chosen = data[:, rows]
        self.logs = np.log(np.abs(chosen))
        self.log_y = np.log(np.abs(y[rows]))
        self.signs = np.where(chosen < 0, -1.0, 1.0)
        self.sign_y = np.where(y[rows] < 0, -1.0, 1.0)
        self.shares = finite(chosen / y[rows])

    def ratios(self, candidates: Candidates) -> Array:
        """Return candidate / y, constants left out, as (candidates, rows); NaN where a row is not complete."""
        n_terms = candidates.columns.shape[1]
        if candidates.additive:
            return sum_over(
                candidates.powers[:, j, None] * self.shares[candidates.columns[:, j]] for j in range(n_terms)
            )
        powers = candidates.powers
        logs = sum_over(powers[:, j, None] * self.logs[candidates.columns[:, j]] for j in range(n_terms))
        signs = np.prod([self.signs[candidates.columns[:, j]] for j in range(n_terms)], axis=0)
        ratios: Array = np.exp(logs - self.log_y) * (signs * self.sign_y)
        return ratios

    def errors(self, candidates: Candidates) -> tuple[Array, Array, Array]:
        """Return per candidate the mean error with its best constant, its standard deviation and the complete rows.

        Errors count as 1 where they are greater. Without a constant within reach the mean error is 1.
        """
        ratios = finite(self.ratios(candidates))
        middle, n = middle_ratios(ratios)
        constant = constants_near(middle)
        near = np.abs(constant * middle - 1) <= 0.6
        mean, deviation = np.ones(len(ratios)), np.zeros(len(ratios))
        if near.any():
            error = np.minimum(np.abs(ratios[near] * constant[near, None] - 1), 1)
            mean[near] = np.nanmean(error, axis=1)
            deviation[near] = np.nanstd(error, axis=1)
        return mean, deviation, n


def sum_over(arrays: Iterable[Array]) -> Array:
    """Return the sum of arrays, of which there is one at least."""
    total, *rest = arrays
    for array in rest:
        total = total + array
    return total


def finite(values: Array) -> Array:
    """Return values with NaN in place of infinities."""
    return np.where(np.isfinite(values), values, np.nan)


def middle_ratios(ratios: Array) -> tuple[Array, Array]:
    """Return per row of ratios the middle one and how many there are, NaN left out; of an even number the lower one.

    Where ``constant * ratio`` is within 1 - e to 1 + e for more than half of the ratios, it is for the middle one.
    Single precision is enough to tell constants apart, and sorts four times as fast.
    """
    n = (~np.isnan(ratios)).sum(axis=1)
    ordered = np.sort(ratios.astype(np.float32), axis=1)
    return np.take_along_axis(ordered, np.maximum(n - 1, 0)[:, None] // 2, axis=1)[:, 0].astype(float), n


def constants_near(ratios: Array) -> Array:
    """Return for each ratio the constant that brings it nearest to 1; 1 where it is not positive."""
    logs = np.log(np.where(ratios > 0, ratios, 1.0))
    nearest: Array = CONSTANTS[np.argmin(np.abs(logs[:, None] + np.log(CONSTANTS)), axis=1)]
    return nearest


def spread(ordered: Array, sizes: Sequence[int]) -> list[Array]:
    """Return rows spread evenly over those given, for each size; where a size takes all of them, all, and no more."""
    result: list[Array] = []
    for size in sizes:
        if 2 * size >= len(ordered):
            return [*result, np.sort(ordered)]
        golden = (np.arange(1, size + 1) * ((5**0.5 - 1) / 2)) % 1
        result.append(ordered[np.unique((golden * len(ordered)).astype(int))])
    return result


def all_candidates(n_columns: int, has_quotients: bool = True) -> Iterator[Candidates]:
    """Yield all candidates over columns by number: two or three of them, at least one with power 1, in blocks."""
    for additive, n_terms in product((False, True), (2, 3)):
        patterns = [pattern for pattern in product((1, -1), repeat=n_terms) if 1 in pattern]
        if not (additive or has_quotients):
            patterns = [(1,) * n_terms]
        for first in range(n_columns - n_terms + 1):
            after = n_columns - first - 1
            others = np.array(np.triu_indices(after, 1)) if n_terms == 3 else np.arange(after)[None]
            columns = np.vstack([np.full(others.shape[1], first), others + first + 1]).T
            for pattern in patterns:
                yield Candidates(additive, columns, np.broadcast_to(np.array(pattern), columns.shape))


def in_order(left: Sequence[tuple[Candidates, Array]]) -> Iterator[tuple[Candidates, Array]]:
    """Yield candidates with their bounds, put together by kind; fewer terms first, and by bound."""
    kinds = sorted({(candidates.columns.shape[1], candidates.additive) for candidates, _ in left})
    for n_terms, additive in kinds:
        of_kind = [
            (candidates, bound)
            for candidates, bound in left
            if (candidates.columns.shape[1], candidates.additive) == (n_terms, additive)
        ]
        bound = np.concatenate([bound for _, bound in of_kind])
        columns = np.concatenate([candidates.columns for candidates, _ in of_kind])
        powers = np.concatenate([candidates.powers for candidates, _ in of_kind])
        order = np.argsort(bound, kind="stable")
        yield Candidates(additive, columns[order], powers[order]), bound[order]


def evaluated(candidates: Candidates, data: Array) -> Array:
    """Return the values of candidates on all rows without their constants, NaN where a row is not complete.

    They are worked out as the expression says: the numerator, the denominator, then one by the other.
    """
    terms = [
        (data[candidates.columns[:, j]], candidates.powers[:, j, None]) for j in range(candidates.columns.shape[1])
    ]
    with np.errstate(all="ignore"):
        if candidates.additive:
            return finite(sum_over(power * values for values, power in terms))
        above = np.prod([np.where(power > 0, values, 1.0) for values, power in terms], axis=0)
        below = np.prod([np.where(power > 0, 1.0, values) for values, power in terms], axis=0)
        return finite(above / below)


def error_of_best_constant(y: Array) -> float:
    """Return the smallest mean of ``|y - k| / |y|`` over all k: at the median of y, weighted by 1 / |y|.

    An identity that does worse knows less of y than one who knows no row of it. Without that, two columns around 50
    whose sum is around 100 would make an identity of any metric around 100.
    """
    ordered = np.sort(y)
    weights = np.cumsum(np.min(np.abs(ordered)) / np.abs(ordered))
    middle = ordered[np.searchsorted(weights, weights[-1] / 2)]
    return error_of(y, np.full(len(y), middle))


def explained_variance(y: Array, fitted: Array) -> float | None:
    """Return R² over complete rows, 1 - SSE / SST; None where y is constant or it is out of range."""
    used = ~np.isnan(y) & ~np.isnan(fitted)
    if not used.any():
        return None
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(y[used])) or 1.0
        y, fitted = y[used] / scale, fitted[used] / scale
        total = np.sum((y - y.mean()) ** 2) if y.min() < y.max() else 0.0
        result = float(1 - np.sum((y - fitted) ** 2) / total) if total > 0 else np.nan
    return result if np.isfinite(result) else None


def with_fit(given: Identity, y: Array, columns: Mapping[str, Array]) -> Identity:
    """Return a given identity with its fit on the sample, if all of its terms are columns."""
    if not given.terms or any(term.name not in columns for term in given.terms):
        return given
    data = np.array([columns[term.name] for term in given.terms])
    powers = np.array([[term.power for term in given.terms]])
    candidate = Candidates(given.form in ("sum", "difference"), np.arange(len(given.terms))[None], powers)
    with np.errstate(all="ignore"):
        fitted = finite(given.constant * evaluated(candidate, data)[0])
        used = ~np.isnan(y) & ~np.isnan(fitted)
        counted = used & (y != 0)
        mape = error_of(y[counted], fitted[counted]) if counted.any() else np.inf
    return Identity(
        given.expression,
        given.form,
        given.constant,
        given.terms,
        int(used.sum()),
        mape if np.isfinite(mape) else None,
        explained_variance(y, fitted),
    )


def in_normal_order(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return terms in the order of the expression: power 1 first, then by name."""
    return tuple(sorted(terms, key=lambda term: (-term.power, term.name)))


def form_of(additive: bool, terms: Iterable[Term]) -> str:
    """Return the form of an identity."""
    negative = any(term.power < 0 for term in terms)
    return FORMS[2 * additive + negative]


def expression_of(form: str, constant: float, terms: Sequence[Term]) -> str:
    """Return the normalised expression of an identity, terms in normal order.

    ``100 * a / b``, ``a * b / (c * d)``, ``a * b / 100``, ``a / (b * c) / 100``, ``1000 * (a + b - c)``,
    ``(a + b) / 100``: read from left to right it says what it is.
    """
    positive, negative = ([quoted(term.name) for term in terms if term.power == power] for power in (1, -1))
    if form in ("sum", "difference"):
        text = " - ".join([" + ".join(positive), *negative])
        text = text if constant == 1 else f"({text})"
    else:
        below = " * ".join(negative)
        text = " * ".join(positive) + (f" / ({below})" if len(negative) > 1 else f" / {below}" if negative else "")
    if constant == 1:
        return text
    return f"{constant:.0f} * {text}" if constant > 1 else f"{text} / {1 / constant:.0f}"


def quoted(name: str) -> str:
    """Return a name as it stands in an expression: in double quotes unless it is plain."""
    if PLAIN_NAME.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'
