"""Which rows of the tables a question is about.

Chosen without a model, and the same for the same question and data: names of analyses, metrics, segments, models,
signals and series that stand in the question, read from the tables; words that ask for a table; the insights of all
domains where neither is found. Every query has a limit, and what it leaves out is counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dbt_whence.explain.sentences import MOVED, RECIPES, Recipe, sentence, words
from dbt_whence.results import Connection, Results, Row, Table, WhenceError, quoted, source

MAX_QUESTION = 1000  # characters
MAX_ROWS = 60
MAX_TEXT = 200  # characters of a text value
MAX_SUBJECTS = 3  # analyses, models, studies or portfolios of a domain
MAX_NAME_WORDS = 6  # words of a name that are looked for in a question

# Texts for machines, of no use in a sentence.
LONG_COLUMNS = frozenset(
    {"spec_json", "segment_json", "top_values", "evidence", "thresholds", "markdown", "data_hash", "spec_hash"}
)

# Where names are read, by domain; the column of the first is the subject: what the other tables are about.
NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "metric_change": (
        ("metric_analyses", "analysis"),
        ("metric_analyses", "analysis_group"),
        ("metric_totals", "metric"),
        ("metric_movers", "segment"),
        ("metric_movers", "dimensions"),
        ("metric_drivers", "driver"),
    ),
    "factor_models": (
        ("factor_models", "model"),
        ("factor_assets", "asset"),
        ("factor_risk", "component"),
        ("factor_betas", "factor"),
    ),
    "signal_research": (
        ("signal_detection", "study"),
        ("signal_detection", "signal"),
        ("signal_slices", "slice"),
    ),
    "factor_proxies": (
        ("proxy_exposures", "portfolio"),
        ("proxy_exposures", "factor"),
        ("proxy_performance", "series"),
        ("proxy_offsets", "candidate"),
        ("proxy_offsets", "exposed"),
    ),
}

# Words that ask for a domain, beside those that ask for one of its tables.
DOMAIN_WORDS: dict[str, frozenset[str]] = {
    "metric_change": words("metric metrics driver drivers mover movers segment segments revenue sales orders alerts"),
    "factor_models": words("portfolio portfolios factor factors drawdown drawdowns pca attribution residuals variance"),
    "signal_research": words("signal signals study studies backtest ic edge survive survives quantiles turnover"),
    "factor_proxies": words("proxy proxies offset offsets hedge hedges hedging basket baskets correlation correlations")
    | words("correlated sharpe etf etfs regime stress stressed"),
}
COMMON = words("what which where when who why lost loss year month months time data")  # in questions on anything
ASKED_IN_ALL = {
    domain: DOMAIN_WORDS[domain].union(*(recipe.words for recipe in RECIPES[domain])) - COMMON for domain in RECIPES
}

# Words that ask for a kind of insight; the kinds in the order in which they answer.
INSIGHT_WORDS: dict[str, dict[str, frozenset[str]]] = {
    "metric_change": {
        "summary": words("much change changed rise rose fell total"),
        "mover": MOVED,
        "driver": words("why driver drivers drove drive driven cause caused causes because explain explains reason"),
        "residual": words("residual residuals unexplained"),
        "opportunity": words("opportunity opportunities ahead grow growing"),
        "risk": words("risk risks depend depends dominant"),
        "concentration": words("concentration concentrated concentrate share largest biggest"),
        "data_quality": words("quality missing blank excluded left trust data filtered"),
    },
    "signal_research": {
        "summary": words("strongest best test tests"),
        "survivor": words("survive survives survivor survivors real edge works"),
        "warning": words("warning warnings caveat trust"),
        "decay": words("decay decays horizon horizons"),
        "slice": words("slice slices sector sectors"),
        "twin": words("twin twins same twice redundant"),
        "cost": words("cost costs turnover"),
    },
}
INSIGHT_TABLES = {"metric_change": ("metric_insights", "analysis"), "signal_research": ("signal_insights", "study")}

# Words that ask, and name nothing.
GRAMMAR = COMMON | words(
    "and are any about between but can could did does for from gave give had happen happened happens has have her his"
    " how into its like make many may more most much not now off one our out over please say says see shall should show"
    " such tell than that the their them then there these they this those too under was way were will with would you"
    " your due all between behind been best big did get got going just last latest made mean means my same than today"
)
# Words that are verbs and grammar in a question even where a segment, such as a season, has the name.
NOT_NAMES = words(
    "fall rise drop change up down the a an of in on for by to from all any other total main what why how"
)
EDGES = "\"'\u201c\u201d\u2018\u2019.,;:!?()"  # quotation marks and punctuation around a name
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class EvidenceRow:
    """A row of a table that an answer may cite.

    Attributes:
        id: table and position among its rows here, e.g. metric_movers#3.
        domain: one of `results.DOMAINS`.
        table: its public table.
        key: the columns that identify it.
        values: all columns but long texts; texts without control characters, cut to `MAX_TEXT`.
    """

    id: str
    domain: str
    table: str
    key: Row
    values: Row


@dataclass(frozen=True)
class Statement:
    """A sentence of the tables, and the rows it rests on."""

    text: str
    rows: tuple[EvidenceRow, ...]


@dataclass
class Evidence:
    """What the tables have on a question.

    Attributes:
        question: as asked.
        statements: sentences with their rows, what was asked for first.
        left_out: by table, how many rows that match were not taken.
        notes: what the reader should know about the choice.
    """

    question: str
    statements: list[Statement] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[EvidenceRow]:
        """The rows of all statements, each once, in their order."""
        return list({row.id: row for statement in self.statements for row in statement.rows}.values())


@dataclass
class _Chosen:
    """What a question names in one domain.

    Attributes:
        names: by column.
        subjects: those that the names belong to, with what they are found by.
        by_word: names of which only a word is in the question; they stand in names too.
        asked: the other words of the question.
        score: how much of the question is of this domain.
    """

    names: dict[str, set[str]] = field(default_factory=dict)
    subjects: dict[str, set[str]] = field(default_factory=dict)
    by_word: set[str] = field(default_factory=set)
    asked: frozenset[str] = frozenset()
    score: int = 0


def gather(results: Results, question: str, select: Sequence[str] = ()) -> Evidence:
    """Choose the rows that a question is about.

    Args:
        results: where the tables are.
        question: in plain words.
        select: domains, or names of analyses, models, studies or portfolios, to look in; all unless given.

    Raises:
        WhenceError: nothing is built, `select` names nothing, or the tables hold no row for it.
    """
    question = plain(question).strip()
    if not question:
        raise WhenceError('the question is empty; ask e.g. whence explain "Why did revenue rise?"')
    if len(question) > MAX_QUESTION:
        raise WhenceError(f"the question has {len(question)} characters; at most {MAX_QUESTION} are read")
    with results.connection() as connection:
        reader = _Reader(connection)
        domains = {name: _subjects(reader, name) for name in NAMES if NAMES[name][0][0] in reader.built}
        if not domains:
            raise WhenceError("none of the tables is built in this target; run dbt build")
        domains = _selected(domains, select)
        evidence = Evidence(question)
        found = {name: _look_up(reader, name, domains[name], question) for name in domains}
        best = max(chosen.score for chosen in found.values())
        taken = {name: chosen for name, chosen in found.items() if chosen.score == best}
        evidence.notes += _notes_on_names(taken, question, bool(select))
        groups = []
        for name, chosen in taken.items():
            relevant = _relevant(domains[name], chosen)
            relevant, notes = _windows(reader, name, relevant, domains[name], _months(question))
            evidence.notes += notes
            groups.append(_statements(reader, evidence, name, chosen, relevant))
        evidence.statements = _in_turn(groups, max(2, 8 // len(groups)))
    _bound(evidence)
    evidence.left_out = reader.left_out(Counter(row.table for row in evidence.rows))
    if not evidence.statements:
        raise WhenceError(f"the tables hold no rows on {', '.join(select) or 'anything'}; is an analysis declared?")
    return evidence


def plain(text: str) -> str:
    """Return a text in one line without control, format and private characters."""
    kept = (character if character.isprintable() else " " for character in text)
    return re.sub(r" +", " ", "".join(kept))


def phrases(question: str) -> set[str]:
    """Return what may be a name: runs of words of a question, lower and as written, also joined by underscores."""
    tokens = question.split()
    runs = set()
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + MAX_NAME_WORDS) + 1):
            run = " ".join(tokens[start:end])
            bare = run.strip(EDGES)
            for text in (run, bare, re.sub("['\u2019]s$", "", bare)):
                runs |= {text, text.lower(), text.lower().replace(" ", "_"), text.lower().replace("-", "_")}
    return {run for run in runs if run and run.lower() not in NOT_NAMES}


def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text in lower case; underscores part them."""
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


@dataclass
class _Reader:
    """Reads rows as evidence; gives each its id."""

    connection: Connection
    built: set[str] = field(init=False)
    rows: dict[tuple[str, str], EvidenceRow] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    matching: dict[str, list[tuple[dict[str, Any], int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.built = self.connection.built()

    def read(
        self, table: str, where: Mapping[str, Any], order_by: Sequence[str] = (), limit: int = 1
    ) -> list[EvidenceRow]:
        """Read up to `limit` rows as evidence, and count the rows beyond."""
        described = self.connection.results.table(table)
        found = self.connection.read(table, where, order_by, limit=limit)
        if len(found) == limit and not set(described.key) <= where.keys():
            self.matching.setdefault(table, []).append((dict(where), self.connection.count(table, where)))
        return [self._row(described, row) for row in found]

    def _row(self, described: Table, values: Row) -> EvidenceRow:
        table, key = described.name, described.key
        cleaned = {name: _cleaned(value) for name, value in values.items() if name not in LONG_COLUMNS}
        identity = (table, json.dumps([str(values[name]) for name in key]))
        if identity not in self.rows:
            self.counts[table] += 1
            self.rows[identity] = EvidenceRow(
                f"{table}#{self.counts[table]}", described.domain, table, {name: cleaned[name] for name in key}, cleaned
            )
        return self.rows[identity]

    def left_out(self, taken: Counter[str]) -> Counter[str]:
        """Count by table the rows that match and are not among those taken; what is read twice counts once."""
        left: Counter[str] = Counter()
        for table in {*self.matching, *self.counts}:
            reads = self.matching.get(table, [])
            of_all = [n for where, n in reads if any(isinstance(v, list) and len(v) > 1 for v in where.values())]
            of_one = [n for where, n in reads if not any(isinstance(v, list) and len(v) > 1 for v in where.values())]
            left[table] = max([*of_all, sum(of_one), self.counts[table]]) - taken[table]
        return +left

    def distinct(self, table: str, columns: Sequence[str], limit: int, among: Sequence[str] = ()) -> list[Row]:
        """Read distinct values; with `among`, of rows whose last column is one of these, whatever the case."""
        listed = ", ".join(map(quoted, columns))
        marks = ", ".join(["{}"] * len(among))
        last = quoted(columns[-1])
        condition = f" where lower({last}) in ({marks}) or {last} in ({marks})" if among else ""
        relation = source(self.connection.results.table(table))
        sql = f"select distinct {listed} from {relation}{condition} order by {listed} limit {int(limit)}"
        return self.connection.rows(sql, [*among, *among])


def _cleaned(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = plain(value)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _subjects(reader: _Reader, domain: str) -> list[str]:
    table, column = NAMES[domain][0]
    return [str(value) for value in reader.connection.values(table, column)]


def _selected(domains: dict[str, list[str]], select: Sequence[str]) -> dict[str, list[str]]:
    """Keep the domains and subjects that `select` names; an analysis stands for the windows of its history too."""
    if not select:
        return domains
    kept: dict[str, list[str]] = {}
    for wanted in select:
        hits = {
            name: subjects if name == wanted else [s for s in subjects if wanted in (s, s.partition("@")[0])]
            for name, subjects in domains.items()
        }
        if not any(name == wanted or subjects for name, subjects in hits.items()):
            there = [*domains, *(s for subjects in domains.values() for s in subjects if "@" not in s)]
            raise WhenceError(f"--select {plain(wanted)}: there is none; there are {plain(', '.join(there[:40]))}")
        for name, subjects in hits.items():
            if subjects or name == wanted:
                kept[name] = sorted({*kept.get(name, []), *subjects})
    return kept


def _look_up(reader: _Reader, domain: str, subjects: Sequence[str], question: str) -> _Chosen:
    """Find names of a domain in the question: whole ones, else words of the names of its subjects."""
    chosen = _Chosen()
    sought = sorted(phrases(question))
    subject_column = NAMES[domain][0][1]
    for table, column in NAMES[domain]:
        if table not in reader.built:
            continue
        has_subject = subject_column in {c.name for c in reader.connection.results.table(table).columns}
        columns = (subject_column, column) if has_subject and column != subject_column else (column,)
        for row in reader.distinct(table, columns, 500, sought):
            subject = str(row.get(subject_column, ""))
            if not has_subject or subject in subjects:
                _note(chosen, column, str(row[column]), subject)
    asked = tokens_of(question)
    if not chosen.names:
        topics = NOT_NAMES.union(*ASKED_IN_ALL.values())
        for subject in subjects:
            if any(len(word) > 3 for word in (tokens_of(subject.partition("@")[0]) & asked) - topics):
                _note(chosen, subject_column, subject, subject)
                chosen.by_word.add(subject.partition("@")[0])
        for table, column in NAMES[domain]:
            if column in ("signal", "metric", "driver") and table in reader.built:
                for row in reader.distinct(table, (subject_column, column), 500):
                    if any(len(word) > 3 for word in (tokens_of(row[column]) & asked) - topics):
                        _note(chosen, column, str(row[column]), str(row[subject_column]))
                        chosen.by_word.add(str(row[column]))
    named = {name for names in chosen.names.values() for name in names if "@" not in name}
    chosen.asked = asked.difference(*map(tokens_of, named))
    chosen.score = 4 * len(named) + 3 * len(chosen.asked & DOMAIN_WORDS[domain])
    chosen.score += len(chosen.asked & ASKED_IN_ALL[domain])
    return chosen


def _note(chosen: _Chosen, column: str, name: str, subject: str) -> None:
    chosen.names.setdefault(column, set()).add(name)
    if subject:
        chosen.subjects.setdefault(subject, set()).add(f"{column}={name}")


def _notes_on_names(taken: Mapping[str, _Chosen], question: str, is_selected: bool) -> list[str]:
    """Say what the rows were chosen by where no name stands whole in the question, and which words say nothing."""
    known = GRAMMAR.union(
        NOT_NAMES, MONTHS, (month[:3] for month in MONTHS), *ASKED_IN_ALL.values(), *DOMAIN_WORDS.values()
    )
    known = known.union(*(kinds for insights in INSIGHT_WORDS.values() for kinds in insights.values()))
    named = [name for chosen in taken.values() for names in chosen.names.values() for name in names]
    known = known.union(*map(tokens_of, named))
    unknown = sorted(word for word in tokens_of(question) - known if len(word) > 2 and not word.isdigit())
    topics = {word for domain, chosen in taken.items() for word in chosen.asked & ASKED_IN_ALL[domain]}
    by_word = sorted({name for chosen in taken.values() for name in chosen.by_word})
    notes = []
    if by_word:
        shown = ", ".join(map(plain, by_word[:10]))
        notes.append(f"no name of the tables stands whole in the question; by a word of theirs it finds {shown}")
    elif not named and topics:
        notes.append(f"the question names nothing that is in the tables; the rows are on {', '.join(sorted(topics))}")
    elif not named and not is_selected:
        notes.append("the question names nothing that is in the tables; these are first lines of all")
    if unknown:
        notes.append(f"not in the tables: {', '.join(unknown[:10])}")
    return notes


def _relevant(subjects: Sequence[str], chosen: _Chosen) -> list[str]:
    """Choose the subjects that the question is about, the one that most of it names first."""
    named = [s for s in subjects if any(f"{c}={n}" in chosen.subjects.get(s, ()) for c, n in _own_names(chosen, s))]
    most = max((len(found) for found in chosen.subjects.values()), default=0)
    holders = [s for s in subjects if len(chosen.subjects.get(s, ())) == most] if most else list(subjects)
    return [s for s in named if s in holders] or named or holders


def _own_names(chosen: _Chosen, subject: str) -> Iterable[tuple[str, str]]:
    return [
        (column, name)
        for column in ("analysis", "analysis_group", "model", "study", "portfolio")
        for name in chosen.names.get(column, ())
        if subject.partition("@")[0] == name or subject == name
    ]


def _windows(
    reader: _Reader, domain: str, chosen: Sequence[str], subjects: Sequence[str], asked: set[tuple[int, int]]
) -> tuple[list[str], list[str]]:
    """Of analyses with a history take the windows of the months asked for, else the latest; note months not found."""
    spoken = ", ".join(_spoken_month(year, month) for year, month in sorted(asked))
    if domain != "metric_change":
        return list(chosen), [f"{domain} has no windows by month; the rows are not of {spoken} alone"] if asked else []
    if asked:
        groups = {analysis.partition("@")[0] for analysis in chosen}
        windows = [subject for subject in subjects if subject.partition("@")[0] in groups]
        rows = reader.connection.read(
            "metric_analyses", {"analysis": windows}, ("-period_end",), ("analysis", "period_end")
        )
        hits = {str(row["analysis"]): row["period_end"] for row in rows if row["period_end"]}
        hits = {analysis: day for analysis, day in hits.items() if _is_in(day, asked)}
        if any(
            year == 0 for year, _ in asked
        ):  # a month without a year is the last of that name, and the latest is first
            last = {analysis.partition("@")[0]: day.year for analysis, day in reversed(hits.items())}
            hits = {analysis: day for analysis, day in hits.items() if day.year == last[analysis.partition("@")[0]]}
        if hits:
            return list(hits), []
    latest = [analysis for analysis in chosen if "@" not in analysis] or list(chosen)
    return latest, [f"no window ends in {spoken}; the rows are of the latest"] if asked else []


def _months(question: str) -> set[tuple[int, int]]:
    """Return (year, month) of dates in a question; month 0 for a year alone, year 0 for a month alone."""
    found = {(int(y), int(m)) for y, m in re.findall(r"\b((?:19|20)\d\d)-(\d\d)\b", question)}
    names = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS)
    for month, year in re.findall(rf"\b({names})\.?,? ((?:19|20)\d\d)\b", question.lower()):
        found.add((int(year), month_number(month)))
    found = found or {(int(year), 0) for year in re.findall(r"\b((?:19|20)\d\d)\b", question)}
    alone = re.findall(rf"\b(?:in|of|for|during|since|last) ({names})\b", question.lower())
    return found or {(0, month_number(month)) for month in alone}


def month_number(name: str) -> int:
    """Return 1 to 12 of the name of a month, or of its first three letters, in any case."""
    return [month[:3] for month in MONTHS].index(name[:3].lower()) + 1


def _spoken_month(year: int, month: int) -> str:
    """Return 2012-03, 2012 where there is no month, March where there is no year."""
    if not year:
        return MONTHS[month - 1].title()
    return f"{year}-{month:02d}" if month else str(year)


def _is_in(day: date, months: set[tuple[int, int]]) -> bool:
    return not months.isdisjoint({(day.year, day.month), (day.year, 0), (0, day.month)})


def _statements(
    reader: _Reader, evidence: Evidence, domain: str, chosen: _Chosen, subjects: Sequence[str]
) -> list[Statement]:
    """Return the statements of a domain: by subject, what was asked for before what is there anyhow."""
    if len(subjects) > MAX_SUBJECTS:
        evidence.notes.append(f"also to select: {', '.join(map(plain, subjects[MAX_SUBJECTS:][:10]))}")
    groups: list[list[Statement]] = []
    subject_column = NAMES[domain][0][1]
    if not chosen.subjects and len(subjects) > 1:
        # nothing is named: what is asked for, over all of them
        asked = [recipe for recipe in RECIPES[domain] if recipe.words & chosen.asked]
        for recipe in asked:
            if recipe.table in reader.built and recipe.subject:
                groups.append([item for _, item in _by_recipe(reader, recipe, list(subjects), chosen, set())])
    for subject in subjects[:MAX_SUBJECTS] or [""]:
        ranked: list[tuple[int, Statement]] = []
        metrics = set(chosen.names.get("metric", ()))
        if subject and domain in INSIGHT_TABLES:
            found = _insights(reader, domain, subject, chosen)
            metrics = metrics or _first_metric(found)
            ranked += found
        for recipe in RECIPES[domain]:
            # tables without a subject are of all; they go with the first
            if recipe.table in reader.built and (subject if recipe.subject else subject in (*subjects[:1], "")):
                ranked += _by_recipe(reader, recipe, [subject], chosen, metrics)
        groups.append([statement for _, statement in sorted(ranked, key=lambda item: item[0])])
    return [_about(item, subject_column) for item in _in_turn(groups, max(3, 8 // len(groups)))]


def _in_turn(groups: Sequence[Sequence[Statement]], share: int) -> list[Statement]:
    """Take a few statements of each group before many of one."""
    longest = max(map(len, groups))
    return [item for start in range(0, longest, share) for group in groups for item in group[start : start + share]]


def _once(statements: Sequence[Statement]) -> list[Statement]:
    """Leave out statements on rows that an earlier one is on."""
    kept: list[tuple[set[str], Statement]] = []
    for statement in statements:
        rows = {row.id for row in statement.rows if not row.table.endswith("_insights")}
        # what is left out of a window is told by the row of the analysis, which another sentence is on too
        is_new = statement.rows[-1].values.get("kind") == "data_quality"
        if is_new or not any(rows <= earlier for earlier, _ in kept):
            kept.append((rows, statement))
    return [statement for _, statement in kept]


def _about(statement: Statement, subject_column: str) -> Statement:
    """Say which analysis, model or study a statement is of."""
    subject = str(statement.rows[0].values.get(subject_column) or "")
    is_said = subject in statement.text
    return statement if is_said else Statement(f"{subject}: {statement.text}", statement.rows)


def _insights(reader: _Reader, domain: str, subject: str, chosen: _Chosen) -> list[tuple[int, Statement]]:
    """Read the insights of a subject with the rows that they restate; rank those asked for first."""
    table, column = INSIGHT_TABLES[domain]
    if table not in reader.built:
        return []
    kinds = list(INSIGHT_WORDS[domain])
    raw = reader.connection.read(table, {column: subject}, limit=MAX_ROWS)
    ranked = []
    for row in raw:
        kind = row["kind"]
        about = {row.get("metric"), row.get("signal")} - {None}
        is_named = not about or bool(about & (chosen.names.get("metric", set()) | chosen.names.get("signal", set())))
        is_asked = bool(INSIGHT_WORDS[domain].get(kind, frozenset()) & chosen.asked)
        rank = 20 * (not is_named) if ({"metric", "signal"} & chosen.names.keys()) else 0
        rank += 0 if kind == "summary" and row["insight_rank"] == 1 else 2 if is_asked else 10
        ranked.append((rank, kinds.index(kind) if kind in kinds else len(kinds), row["insight_rank"], row))
    ranked.sort(key=lambda item: item[:3])
    statements = []
    for rank, _, _, row in ranked:
        restated = [
            found
            for item in json.loads(row["evidence"])
            if item["table"] in reader.built
            for found in reader.read(item["table"], item["key"])
        ]
        own = reader.read(table, {name: row[name] for name in reader.connection.results.table(table).key})
        statements.append((rank, Statement(plain(row["headline"]), (*restated, *own))))
    return statements


def _first_metric(found: Sequence[tuple[int, Statement]]) -> set[str]:
    """Return the metric that the first sentence is about: the one that the analysis ranks by."""
    for _, statement in found:
        metric = statement.rows[-1].values.get("metric")
        if metric:
            return {str(metric)}
    return set()


def _by_recipe(
    reader: _Reader, recipe: Recipe, subjects: Sequence[str], chosen: _Chosen, metrics: set[str]
) -> list[tuple[int, Statement]]:
    """Read the rows of a recipe and word them; nothing where the question does not ask for it."""
    where: dict[str, Any] = dict(recipe.where)
    if recipe.subject:
        where[recipe.subject] = list(subjects)
    columns = {column.name for column in reader.connection.results.table(recipe.table).columns}
    own = {"analysis", "analysis_group", "model", "study", "portfolio", "metric"}
    names = {column: found for column, found in chosen.names.items() if column not in own}
    any_name = sorted({name for found in names.values() for name in found})
    is_named = False
    for column in recipe.named:
        # a metric that is also a driver of another is asked for as a metric
        values = sorted(names.get(column, set()) - chosen.names.get("metric", set())) or (
            any_name if column in _SERIES else []
        )
        if values and not (is_named and len(any_name) < 2):
            hits = reader.connection.read(recipe.table, {**where, column: values}, limit=1)
            if hits:
                where[column] = values
                is_named = True
    is_asked = bool(recipe.words & chosen.asked)
    if recipe.table in ("metric_movers", "metric_drivers") and not is_named:
        return []  # the insights hold the largest
    if not (is_asked or is_named or recipe.is_basic):
        return []
    if "metric" in columns and metrics and recipe.table in ("metric_movers", "metric_drilldown"):
        where["metric"] = sorted(metrics)
    rank = -1 if is_named and is_asked else 0 if is_named else 1 if is_asked else 12
    if recipe.table == "metric_analyses":
        rank = -2  # what is compared comes first
    statements = []
    pairs: set[tuple[str, ...]] = set()
    for row in reader.read(recipe.table, where, recipe.order_by, max(recipe.limit, len(subjects))):
        if "series_b" in columns:  # each pair once, whatever the scope and the order
            pair = tuple(sorted((row.values["series_a"], row.values["series_b"])))
            pair_in = (*pair, str(row.values.get("regime")), str(row.values.get("regime_rule")))
            if pair[0] == pair[1] or pair_in in pairs:
                continue
            pairs.add(pair_in)
        text = sentence(recipe.parts, row.values)
        if text:
            statements.append((rank, Statement(text, (row,))))
    return statements


_SERIES = frozenset({"series", "series_a", "series_b", "exposed", "candidate", "asset", "factor", "component"})


def _bound(evidence: Evidence) -> None:
    """Keep the statements that `MAX_ROWS` rows hold, each once."""
    kept: dict[str, EvidenceRow] = {}
    statements = []
    for statement in _once(evidence.statements):
        more = {row.id: row for row in statement.rows}
        if len(kept | more) <= MAX_ROWS:
            kept |= more
            statements.append(statement)
    evidence.statements = statements
