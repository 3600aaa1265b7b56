"""Does an answer say what its rows say? Refuses every sentence that states more than the rows that it cites.

The rules are in docs/explain.md. They are strict on purpose: what is refused costs the reader a worse wording, what
slips through costs the truth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dbt_whence.explain.evidence import EvidenceRow, month_number, tokens_of
from dbt_whence.explain.sentences import words
from dbt_whence.explain.vocabulary import (
    ADJUSTED,
    AGAINST,
    CHANGES,
    DIGITS,
    DISTINCT,
    DOMAIN_NAME,
    DOWN,
    EDGES_OF_CLAUSES,
    EXCEPTIONS,
    FLAT,
    HIDDEN,
    JOINT,
    KNOWN,
    LABELS,
    LEVELS,
    MARKUP,
    MASK,
    MONTH,
    MOVING,
    NEEDS,
    NEGATIVE,
    NEGATORS,
    NOT_A_NUMBER,
    NOT_LARGEST,
    NOUN,
    NOUNS,
    NUMBER,
    NUMBER_WORDS,
    ORDINALS,
    ORDINARY,
    PARTS,
    PHRASES,
    POSITIVE,
    RETURN_COLUMNS,
    RISKY,
    ROMAN,
    SAMPLES,
    SCALES,
    SIGNIFICANT,
    SUFFIX,
    SUPERLATIVES,
    TYPOGRAPHY,
    UP,
    VERDICTS,
    WHOLES,
)
from dbt_whence.units import FRACTIONS, unit_of

MAX_SENTENCES = 12
MAX_CITATIONS = 6  # of a sentence: who cites every row finds every number
MAX_LENGTH = 600  # characters of a sentence


class Refused(Exception):
    """The answer is not given, and why."""


@dataclass(frozen=True)
class Said:
    """A sentence of an answer, and the ids of the rows that it cites."""

    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A number of a sentence, and where it was found."""

    said: str
    row: str
    column: str
    value: Any


def parse_answer(text: str) -> list[Said]:
    """Read the JSON that a model was asked for; a code fence or words around it are passed over.

    Raises:
        Refused: it is not of that form.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        answer = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        answer = None
    sentences = answer.get("sentences") if isinstance(answer, dict) else None
    if not isinstance(sentences, list):
        raise Refused("the answer is not the JSON that was asked for")
    if not 0 < len(sentences) <= MAX_SENTENCES:
        raise Refused(f"the answer has {len(sentences)} sentences; 1 to {MAX_SENTENCES} were asked for")
    said = []
    for sentence in sentences:
        fields = sentence if isinstance(sentence, dict) else {}
        citations = fields.get("citations")
        if not isinstance(fields.get("text"), str) or not fields["text"].strip():
            raise Refused("a sentence of the answer has no text")
        if not isinstance(citations, list) or not all(isinstance(citation, str) for citation in citations):
            raise Refused("a sentence of the answer has no list of citations")
        said.append(Said(" ".join(fields["text"].split()), tuple(dict.fromkeys(citations))))
    return said


def check(said: Sequence[Said], rows: Mapping[str, EvidenceRow], vocabulary: Iterable[str] = ()) -> list[list[Found]]:
    """Check every sentence against the rows it cites.

    Args:
        said: the sentences.
        rows: the rows that may be cited, by id.
        vocabulary: words in lower case that may be written with a capital beside those of the rows.

    Returns:
        For each sentence its numbers and where each was found.

    Raises:
        Refused: a sentence states what its rows do not; names the first.
    """
    names = {name for row in rows.values() for name in _names(row)}
    known = frozenset(vocabulary) | KNOWN
    return [_Sentence(sentence, rows, names, known).check() for sentence in said]


def _names(row: EvidenceRow) -> set[str]:
    """Return the names that a row is told apart by."""
    return {str(value) for column, value in row.values.items() if column in DISTINCT and isinstance(value, str)}


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def is_identifier(name: str) -> bool:
    """Say whether a name reads as one even with digits in it: PC1, treasury_10y, bike_rides@2012-10-31; not USD99."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    currencies = words("usd eur gbp jpy chf us pct percent pp bp bps x e")
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_@-]*", name)) and letters not in {*SCALES, *currencies}


def needs_quotes(name: str) -> bool:
    """Say whether a name, put bare into a sentence, could be taken for a claim: it holds numbers or says what moved."""
    spoken = {word for word in _tokens(name) if len(word) > 1}
    if name in ("up_beta", "down_beta", "up beta", "down beta"):
        return False
    if HIDDEN.search(name.replace("_", " ")):
        return True
    if spoken & RISKY and (not is_identifier(name) or name.isalpha() or re.search(r"\d", name)):
        return True
    return not is_identifier(name) and re.search(r"[\d%$€£<>]", name) is not None


@dataclass
class _Number:
    """A number of a sentence: where it stands, its value and its precision in the unit of a column times factor."""

    start: int
    end: int
    text: str
    value: Decimal
    step: Decimal
    digits: int
    sign: str
    unit: str


class _Sentence:
    """One sentence on its way through the rules; what is accounted for is masked, what is left must be plain words."""

    def __init__(
        self, said: Said, rows: Mapping[str, EvidenceRow], names: Iterable[str], vocabulary: frozenset[str]
    ) -> None:
        self.said = said
        self.names = names
        text = said.text
        self.text = text.translate(TYPOGRAPHY)
        self.rest = self.text
        if not said.citations:
            raise Refused(f"no row is cited for {self.quote()}")
        unknown = [citation for citation in said.citations if citation not in rows]
        if unknown:
            raise Refused(f"there is no row {unknown[0][:60]!r}, cited for {self.quote()}")
        if len(said.citations) > MAX_CITATIONS:
            raise Refused(f"{len(said.citations)} rows are cited, more than {MAX_CITATIONS}, for {self.quote()}")
        if len(self.text) > MAX_LENGTH:
            raise Refused(f"a sentence has {len(self.text)} characters, more than {MAX_LENGTH}: {self.quote()}")
        self.rows = [rows[citation] for citation in said.citations]
        self.vocabulary = vocabulary.union(
            *(tokens_of(value) for row in self.rows for value in row.values.values() if isinstance(value, str))
        )
        # the texts of insights are told apart by the rows that they restate
        self.rows = [row for row in self.rows if not row.table.endswith("_insights")] or self.rows
        self.groups = self.find_groups()
        shared = set.intersection(*(_parts_of(row) for row in self.rows))
        self.shared = {name for name in shared if _is_stated({name}, self.names_in(0, len(self.text)))}
        self.found: list[Found] = []

    def quote(self) -> str:
        """Return the beginning of the sentence, for a reason."""
        return f'"{self.said.text[:80]}{"…" if len(self.said.text) > 80 else ""}"'

    def refuse(self, what: str) -> Refused:
        return Refused(f"{what}: {self.quote()}")

    def check(self) -> list[Found]:
        """Apply the rules in turn."""
        if not all(character.isprintable() for character in self.text) or {MASK, DIGITS} & {*self.text}:
            raise self.refuse("it holds characters that cannot be seen")
        if MARKUP.search(self.text):
            raise self.refuse("it holds a link, an image or markup")
        self.mask_names()
        if DOMAIN_NAME.search(self.rest):
            raise self.refuse("it holds an address")
        odd = re.search(rf"[^A-Za-z0-9 .,;:()'\"%/+=?!\-{MASK}]", self.rest)
        if odd:
            raise self.refuse(f"{odd[0]!r} is not in a name of the rows cited")
        self.check_other_names()
        exception = EXCEPTIONS.search(self.rest)
        if exception:
            raise self.refuse(f"{exception[0]!r} is an exception, which no column says")
        self.mask_dates()
        self.mask_column_names()
        self.mask_labels()
        numbers = [*self.numbers(), *self.number_words()]
        self.check_leftovers()
        for number in numbers:
            self.find(number)
        if len(re.findall(r"[A-Za-z]{2,}", self.rest)) < 2:
            raise self.refuse("it is no sentence")
        self.check_directions(numbers)
        self.check_verdicts()
        return self.found

    def mask(self, start: int, end: int, mask: str = MASK) -> None:
        self.rest = self.rest[:start] + mask * (end - start) + self.rest[end:]

    def mask_names(self) -> None:
        """Mask whole texts of the cited rows; what could be taken for a claim only in quotes, with its column."""
        for row_id in self.said.citations:
            for match in re.finditer(rf"[\[(]?{re.escape(row_id)}(?!\d)[\])]?", self.rest):
                self.mask(*match.span())
        contexts: dict[str, set[str]] = {}
        for row in self.rows:
            for column, value in row.values.items():
                if isinstance(value, str) and value.strip():
                    around = {column, column.replace("_", " "), "segment", "series"}
                    around |= {part for of in ("dimensions", "dimension") for part in _parts(row.values.get(of))}
                    for name in (value, *_parts(value)):
                        contexts.setdefault(name, set()).update(around)
                if "_" in column:  # others are plain words
                    contexts.setdefault(column, set())
                    if column in ("up_beta", "down_beta"):
                        contexts.setdefault(column.replace("_", " "), set())
        for name in sorted(contexts, key=lambda name: (not needs_quotes(name), -len(name), name)):
            bare, column = re.escape(name), "|".join(re.escape(word) for word in sorted(contexts[name]))
            forms = [rf"(?<!\w){bare}(?!\w)"]
            if needs_quotes(name):
                forms = [rf'(?<!\w)(?:{column}):? "{bare}"', rf'"{bare}" \((?:{column})\)']
                if name.isalpha() and not {name.lower()} & {*NUMBER_WORDS, *SCALES, *ORDINALS}:
                    forms.append(rf"(?<!\w){bare} \((?:{column})\)")
            for form in forms:
                for match in re.finditer(form, self.rest, re.IGNORECASE):
                    self.mask(*match.span())
        for match in re.finditer(r"\bR(?:²|2|-squared)(?!\w)", self.rest):
            self.mask(*match.span())

    def check_other_names(self) -> None:
        """Refuse names of other rows, and names that nobody knows."""
        own = " | ".join(str(v) for row in self.rows for v in (*row.values.values(), *row.values) if v is not None)
        for name in self.names:
            is_word = name.isalpha() and name.lower() in ORDINARY | RISKY
            if len(name) < 3 or (is_word and name.islower()):
                continue
            whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", 0 if is_word else re.IGNORECASE)
            if whole.search(self.rest) and not whole.search(own):
                raise self.refuse(f"{name[:60]!r} is not in the rows cited")
        for match in re.finditer(r"(?<![\w'])[A-Z][A-Za-z]*", self.rest):
            before = self.rest[: match.start()].rstrip()
            is_start = not before or before[-1] in ".:!?"
            word = match[0].lower()
            is_month = re.fullmatch(MONTH, match[0]) is not None
            if not is_start and not is_month and word not in self.vocabulary and not re.fullmatch(r"[QHP]", match[0]):
                raise self.refuse(f"{match[0]!r} is not in the rows cited")

    # Dates

    def mask_dates(self) -> None:
        """Mask dates, months, quarters and years that are of a date of the cited rows; refuse others."""
        days = {
            value.date() if isinstance(value, datetime) else value
            for row in self.rows
            for value in row.values.values()
            if isinstance(value, date)
        }
        months = {(day.year, day.month) for day in days}
        quarters = {(day.year, (day.month + 2) // 3) for day in days}
        years = {day.year for day in days}

        def is_day(year: str, month: int, day: str) -> bool:
            return (int(year), month, int(day)) in {(d.year, d.month, d.day) for d in days}

        rules: list[tuple[str, Any]] = [
            (r"(?<![\w.-])(\d{4})-(\d\d)-(\d\d)(?![\w-])", lambda m: is_day(m[1], int(m[2]), m[3])),
            (r"(?<![\w.-])(\d{4})-(\d\d)(?![\w-])", lambda m: (int(m[1]), int(m[2])) in months),
            (
                rf"(?<!\w)(\d\d?)(?:st|nd|rd|th)? ({MONTH}),? (\d{{4}})(?!\w)",
                lambda m: is_day(m[3], month_number(m[2]), m[1]),
            ),
            (
                rf"(?<!\w)({MONTH}) (\d\d?)(?:st|nd|rd|th)?,? (\d{{4}})(?!\w)",
                lambda m: is_day(m[3], month_number(m[1]), m[2]),
            ),
            (rf"(?<!\w)({MONTH}),?(?: of)? (\d{{4}})(?!\w)", lambda m: (int(m[2]), month_number(m[1])) in months),
            (r"(?<!\w)Q([1-4])(?:,? of)?,? (\d{4})(?!\w)", lambda m: (int(m[2]), int(m[1])) in quarters),
            (r"(?<!\w)(\d{4})[- ]?Q([1-4])(?!\w)", lambda m: (int(m[1]), int(m[2])) in quarters),
            (
                rf"(?<!\w)(?!May\b|March\b)({MONTH})(?!\w)",
                lambda m: month_number(m[1]) in {month for _, month in months},
            ),
            (r"(?<!^)(?<!\w)(May|March)(?!\w)", lambda m: month_number(m[1]) in {month for _, month in months}),
            (
                rf"\b(?:between|from) ((?:19|20)\d\d) (?:and|to) ((?:19|20)\d\d){NOT_A_NUMBER}",
                lambda m: {int(m[1]), int(m[2])} <= years,
            ),
            (
                rf"\b(?:in|during|since|until|through|year|early|late|mid)[ -]((?:19|20)\d\d){NOT_A_NUMBER}",
                lambda m: int(m[1]) in years,
            ),
        ]
        for pattern, is_true in rules:
            for match in re.finditer(pattern, self.rest):
                if not is_true(match):
                    raise self.refuse(f"{match[0]!r} is not a date of the rows cited")
                self.mask(*match.span())

    # Numbers that belong to the name of a column

    def mask_column_names(self) -> None:
        """Mask numbers of column names that have a value: the top five, the 90th percentile, windows of 36 months."""
        columns = {column for row in self.rows for column, value in row.values.items() if value is not None}
        forms = []
        if columns & {"top5_record_share", "top5_value_share"}:
            forms.append(r"\b(?:top|largest|biggest)[ -](?:5|five)\b|\b(?:5|five) (?:largest|biggest|top|with most)\b")
        for percentile in (10, 25, 50, 75, 90, 95, 99):
            if f"p{percentile}" in columns:
                forms.append(rf"\b[pP]{percentile}\b|\b{percentile}th percentile\b")
        if columns & {"rolling_std_36m", "rolling_sign_consistency_36m"}:
            forms.append(r"\b36[ -]months?\b")
        for form in forms:
            for match in re.finditer(form, self.rest):
                self.mask(*match.span())

    def mask_labels(self) -> None:
        """Mask numbers that tell rows apart, said after the name of their column, and ordinals of ranks."""
        labels: dict[str, set[int]] = {}
        ranks: set[int] = set()
        for row in self.rows:
            for column, value in row.values.items():
                if _is_label(column) and isinstance(value, int):
                    labels.setdefault("rank" if column.endswith("_rank") else column, set()).add(value)
                    if column.endswith("_rank") or column in ("drawdown", "quantile"):
                        ranks.add(value)
        for column, values in labels.items():
            spoken = "(?:rank|ranked|ranks)" if column == "rank" else re.escape(column.replace("_", " "))
            spelled = rf"\b{spoken}(?: of| number)? (-?\d+)(?![\w.,]*\d)(?!\s?%)"
            for match in re.finditer(spelled, self.rest, re.IGNORECASE):
                if int(match[1]) in values:
                    self.mask(*match.span())
        for match in re.finditer(rf"\b(?:(\d+)(?:st|nd|rd|th)|({'|'.join(ORDINALS)}))\b", self.rest, re.IGNORECASE):
            rank = int(match[1]) if match[1] else ORDINALS.index(match[2].lower()) + 1
            if rank not in ranks:
                raise self.refuse(f"{match[0]!r} is not a rank of the rows cited")
            self.mask(*match.span())

    # Numbers

    def numbers(self) -> list[_Number]:
        """Read all numbers in digits; refuse those that are not written as numbers are."""
        numbers = []
        for match in re.finditer(NUMBER, self.rest):
            start, end = match.span()
            before, digits = self.rest[:start], match["digits"]
            sign = before[-1] if before[-1:] in ("+", "-") and (before[:-1] == "" or before[-2] in " (\"'") else ""
            suffix = SUFFIX.match(self.rest, end)
            after = self.rest[suffix.end() if suffix else end :]
            is_plain = re.fullmatch(r"(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?", digits)
            is_alone = not re.search(r"\d\s*[+-]$" if sign else rf"[\w.,/^*:+]$|[^\w){MASK}]-$", before)
            is_ended = not re.match(r"\w|\s+\d|\s?[/^*=:+]\s?\d|[.,]\d|\s?(?:x|times|fold)\b|-fold", after)
            if not (is_plain and is_alone and is_ended):
                raise self.refuse(f"{self.text[max(0, start - 1) : end + 8].strip()!r} cannot be read as one number")
            scale = Decimal(10) ** (
                (SCALES[suffix["scale"].strip().lower()] if suffix and suffix["scale"] else 0)
                + int((match["exponent"] or "e0")[1:])
            )
            bare = digits.replace(",", "")
            decimals = len(bare.partition(".")[2])
            whole_end = suffix.end() if suffix else end
            numbers.append(
                _Number(
                    start - len(sign),
                    whole_end,
                    self.text[start - len(sign) : whole_end],
                    Decimal(bare) * scale,
                    scale / Decimal(10) ** decimals,
                    len(bare.replace(".", "").lstrip("0")),
                    sign or self.accounting(start, whole_end),
                    _unit(suffix),
                )
            )
        for number in numbers:
            self.mask(number.start, number.end, DIGITS)
        return numbers

    def accounting(self, start: int, end: int) -> str:
        """Return a minus for a number alone in parentheses where a number is due: moved by (391,052)."""
        is_due = re.search(r"\b(?:by|of|to|from|at|is|was|were|contributed|change|a|an)\s\($", self.rest[:start])
        return "-" if is_due and self.rest[end : end + 1] == ")" else ""

    def number_words(self) -> list[_Number]:
        """Read numbers in words: cardinals up to a scale, such as three or two million."""
        spoken = "|".join([*NUMBER_WORDS, "hundred", "thousand", "million", "billion", "trillion"])
        numbers = []
        for match in re.finditer(rf"\b(?:(?:{spoken})(?:[ -](?:and[ -])?(?={spoken}))?)+\b", self.rest, re.IGNORECASE):
            run = [word for word in _tokens(match[0]) if word != "and"]
            around = self.rest[max(0, match.start() - 12) : match.end() + 8].lower()
            if run == ["one"] and re.search(
                r"\bone( of|[ -]way|-sided| another| or )|\b(no|each|every|any) one\b", around
            ):
                self.mask(*match.span())
                continue
            if run == ["zero"] and re.search(r"differ(s|ent|ence)? from zero", self.rest.lower()):
                self.mask(*match.span())
                continue
            value, step = _spoken(run)
            if value is None or re.search(r"\bpoint\b", around):
                raise self.refuse(f"{match[0]!r} cannot be read as one number")
            suffix = SUFFIX.match(self.rest, match.end())
            end = suffix.end() if suffix and not suffix["scale"] else match.end()
            digits = len(str(int(value / step)))
            numbers.append(
                _Number(match.start(), end, self.text[match.start() : end], value, step, digits, "", _unit(suffix))
            )
        for number in numbers:
            self.mask(number.start, number.end, DIGITS)
        return numbers

    def check_leftovers(self) -> None:
        """Refuse digits, percent signs and words of number that no rule has read."""
        hidden = re.search(r"\d\S*|%|/", self.rest) or HIDDEN.search(self.rest)
        if hidden:
            raise self.refuse(f"{hidden[0]!r} is a number that no column holds")
        roman = ROMAN.search(self.rest)
        if roman and roman[0].lower() not in self.vocabulary:
            raise self.refuse(f"{roman[0]!r} is a number that no column holds")

    # Meaning

    def find_groups(self) -> list[tuple[int, int, frozenset[str]]]:
        """Find the names of parts in the sentence: start, end, and names; those joined by and are one group."""
        free, spans = self.text, []
        for name in sorted(
            {name for row in self.rows for name in _spoken_names(row)}, key=lambda name: (-len(name), name)
        ):
            for match in re.finditer(_pattern(name), free, re.IGNORECASE):
                spans.append((*match.span(), frozenset({name})))
                free = free[: match.start()] + MASK * len(match[0]) + free[match.end() :]
        groups: list[tuple[int, int, frozenset[str]]] = []
        for start, end, names in sorted(spans):
            if groups and re.fullmatch(JOINT, self.text[groups[-1][1] : start]):
                start, names = groups[-1][0], groups[-1][2] | names
                groups.pop()
            groups.append((start, end, names))
        return groups

    def names_in(self, start: int, end: int) -> set[str]:
        """Return the names of parts between two positions."""
        return {name for low, high, names in self.groups if start <= low and high <= end for name in names}

    def clause(self, position: int) -> tuple[int, int]:
        """Return where the clause around a position starts and ends; an and between two names does not end it."""
        edges = [
            match
            for match in re.finditer(EDGES_OF_CLAUSES, self.rest)
            if not any(start < match.start() < end for start, end, _ in self.groups)
        ]
        start = max((edge.end() for edge in edges if edge.end() <= position), default=0)
        end = min((edge.start() for edge in edges if edge.start() >= position), default=len(self.rest))
        return start, end

    def subjects(self, position: int) -> list[list[EvidenceRow]]:
        """Return what a position is about: for each thing that is named for it, the rows on it.

        The name is the nearest before it between commas, in its clause, or in an earlier one, else the first after it.
        A clause that speaks of a metric, model or portfolio and names no part of it is about the whole.
        """
        start, end = self.clause(position)
        commas = [match.end() for match in re.finditer(", ", self.rest[start:end])]
        low = max((start + comma for comma in commas if start + comma <= position), default=start)
        high = min((start + comma for comma in commas if start + comma > position), default=end)
        near = [g for g in self.groups if low <= g[0] and g[1] <= high]
        near = near or [g for g in self.groups if start <= g[0] and g[1] <= end]
        before = [g for g in near if g[1] <= position]
        chosen = before[-1:] or near[:1]
        wholes = {str(row.values[column]) for row in self.rows for column in WHOLES if row.values.get(column)}
        is_whole = any(re.search(_pattern(name), self.text[start:end], re.IGNORECASE) for name in wholes)
        if not chosen and not (is_whole or re.search(r"\b(portfolio|overall)\b", self.rest[start:end])):
            chosen = [g for g in self.groups if g[1] <= start][-1:]
            if not chosen and self.shared:
                chosen = self.groups[:1]
        if not chosen:
            return [self.narrowed([row for row in self.rows if not _parts_of(row)], start, end)]
        first, last = self.clause(chosen[0][0])
        stated = self.names_in(first, last) | self.shared
        rows = [row for row in self.rows if _parts_of(row) and _is_stated(_parts_of(row), stated)]
        names = chosen[0][2]
        of_all = [row for row in rows if names <= _spoken_names(row)]
        things = [of_all] if of_all else [[row for row in rows if name in _spoken_names(row)] for name in sorted(names)]
        return [self.narrowed(thing, min(start, first), max(end, last)) for thing in things]

    def narrowed(self, rows: list[EvidenceRow], start: int, end: int) -> list[EvidenceRow]:
        """Keep, of rows that differ in a name or a label, those whose own stands between two positions."""
        spoken = self.text[start:end]
        for column in sorted(DISTINCT | LABELS):
            values = {row.values[column] for row in rows if row.values.get(column) is not None}
            forms = {
                value: value if isinstance(value, str) else f"{column.replace('_', ' ')} {value}" for value in values
            }
            said = {value for value, form in forms.items() if re.search(_pattern(form), spoken, re.IGNORECASE)}
            if said:
                rows = [row for row in rows if row.values.get(column) is None or row.values[column] in said]
        return rows

    def find(self, number: _Number) -> None:
        """Find a number in the rows of each thing that it is said of."""
        start, end = self.clause(number.start)
        polarity = self.polarity(number, start, end)
        before = _tokens(self.rest[start : number.start].replace(MASK, " "))
        last = (
            before[-1]
            if before and re.search(rf"\b{before[-1]}\s+\(?$", self.rest[start : number.start].lower())
            else ""
        )
        has_moved = any(word in UP | DOWN for word in before)
        role = last if has_moved and last in ("by", "from", "to") else "by" if last in MOVING else ""
        wanted = self.columns_of_noun(number)
        wanted += [columns for phrase, columns in PHRASES if phrase.match(self.rest, number.end)]
        sample = self.sample(number, start, end)
        for rows in self.subjects(number.start):
            contradicted = False
            for row, column, value in _numbers_of(rows):
                factor = _factor(row, column, value, number.unit)
                if factor is None or not _is_rounded(number, Decimal(str(value)) * factor):
                    continue
                if not _has_role(row, column, role) or not all(re.search(name, column) for name in wanted):
                    continue
                if not _has_words(column, self.text[start:end]) or sample not in ("", _sample_of(column)):
                    continue
                if _has_sign(number.sign, polarity, value, column):
                    self.found.append(Found(number.text.strip(), row.id, column, value))
                    break
                contradicted = True
            else:
                why = "has another sign" if contradicted else "is not a number"
                raise self.refuse(f"{number.text.strip()!r} {why} in the rows cited")

    def sample(self, number: _Number, start: int, end: int) -> str:
        """Return later, in or nothing: the sample that the words around a percentage say it is of."""
        if number.unit != "percent":
            return ""
        after = SAMPLES.search(self.rest, number.end, end)
        before = [*SAMPLES.finditer(self.rest, start, number.start)]
        comma = self.rest.find(", ", number.end, end)
        found = before[-1] if before and (not after or -1 < comma < after.start()) else after
        return "" if not found else "later" if found["later"] else "in"

    def columns_of_noun(self, number: _Number) -> list[str]:
        """Return patterns of the columns that the words before a number say it is of."""
        before = self.rest[: number.start]
        noun = NOUN.search(before)
        wanted = [list(NOUNS.values())[int(str(noun.lastgroup)[1:])]] if noun else []
        if any(row.values.get("ci_low") is not None for row in self.rows):
            between = re.search(rf"\bbetween ({DIGITS}+ and )?$", before)
            wanted += ["^ci_high$" if between[1] else "^ci_low$"] if between else []
        return wanted

    def polarity(self, number: _Number, start: int, end: int) -> int:
        """Return 1, -1 or 0: the sign that the words around a number give it."""
        before = _tokens(self.rest[start : number.start].replace(MASK, " "))
        for word in reversed(before):
            if word in UP | POSITIVE:
                return 1
            if word in DOWN | NEGATIVE:
                return -1
        after = _tokens(self.rest[number.end : end].replace(MASK, " "))[:3]
        for word in after:
            if word in UP | POSITIVE:
                return 1
            if word in DOWN | NEGATIVE:
                return -1
        return 0

    def check_directions(self, numbers: Sequence[_Number]) -> None:
        """Refuse a rise or a fall that the change of the cited rows does not show."""
        for match in re.finditer(r"[A-Za-z]+", self.rest):
            word = match[0].lower()
            sign = 1 if word in UP | {"positive"} else -1 if word in DOWN | {"negative"} else 0
            if not sign and word not in FLAT:
                if word in SUPERLATIVES:
                    self.check_superlative(match)
                if word in NOT_LARGEST:
                    raise self.refuse(f"{match[0]!r} is not what a rank says")
                continue
            before = _tokens(self.rest[max(0, match.start() - 40) : match.start()])[-3:]
            if word in ("up", "down") and (
                re.match(r" to\b", self.rest[match.end() :]) or before[-1:] in (["break"], ["broken"], ["drill"])
            ):
                continue
            if self.n_denials(match.start(), 3):
                raise self.refuse(f"{match[0]!r} is denied, which no column says")
            start, end = self.clause(match.start())
            inside = [n for n in numbers if start <= n.start < end]
            pair = [[n for n in inside if re.search(rf"\b{prep}\s*$", self.rest[: n.start])] for prep in ("from", "to")]
            if all(len(side) == 1 for side in pair) and sign:
                low, high = (Decimal(-1 if side[0].sign == "-" else 1) * side[0].value for side in pair)
                if (high - low) * sign <= 0:
                    raise self.refuse(f"{match[0]!r} is not what {pair[0][0].text!r} to {pair[1][0].text!r} is")
            spoken = set(_tokens(self.text[start:end]))
            if not all(sign in _shown(rows, spoken) for rows in self.subjects(match.start())):
                raise self.refuse(f"the rows cited do not show that something {match[0]}")

    def n_denials(self, position: int, n_words: int) -> int:
        """Count those of so many words before a position that deny."""
        before = self.rest[max(0, position - 40) : position].replace("n't", " not")
        return sum(word in NEGATORS for word in _tokens(before)[-n_words:])

    def check_superlative(self, match: re.Match[str]) -> None:
        """Refuse a largest where the rows have ranks and none is 1; a largest effect or drawdown is of its row."""
        if re.match(" (effect|drawdown)", self.rest[match.end() :]):
            return
        for rows in self.subjects(match.start()):
            ranks = {value for _, column, value in _numbers_of(rows, labels=True) if _is_rank(column)}
            if ranks and 1 not in ranks:
                raise self.refuse(f"{match[0]!r} is not what the rank in the rows cited says")

    def check_verdicts(self) -> None:
        """Refuse a verdict that not all the rows give that its clause names."""
        for match in re.finditer(r"[A-Za-z]+", self.rest):
            word = match[0].lower()
            columns = [column for column, verdicts in VERDICTS.items() if word in verdicts]
            if not columns and word not in SIGNIFICANT:
                continue
            n_denials = self.n_denials(match.start(), 4) + (word == "insignificant")
            if n_denials > 1:
                raise self.refuse(f"{match[0]!r} is denied more than once")
            is_denied = n_denials == 1
            start, end = self.clause(match.start())
            named = [
                row for row in self.rows if _parts_of(row) and _is_stated(_parts_of(row), self.names_in(start, end))
            ]
            rows = self.narrowed(named, start, end) or [row for rows in self.subjects(match.start()) for row in rows]
            if columns == ["is_survivor"] and re.match(r" alone\b", self.rest[match.end() :]):
                given = [{"pass": True, "fail": False}.get(str(row.values.get("verdict"))) for row in rows]
            else:
                given = [_is_significant(row) if word in SIGNIFICANT else row.values.get(columns[0]) for row in rows]
            judged = [_parts_of(row) for row, each in zip(rows, given, strict=True) if each is not None]
            is_judged = judged and all(_parts_of(row) in judged for row in rows)
            if not is_judged or any(each is is_denied for each in given):
                raise self.refuse(f"{match[0]!r} is not what the rows cited say")


def _parts(label: Any) -> list[str]:
    """Return the parts of a label that joins several."""
    return [part.strip() for part in re.split(r" \| | = ", label) if part.strip()] if isinstance(label, str) else []


def _parts_of(row: EvidenceRow) -> set[str]:
    """Return the names, in lower case, of the parts that a row is of; none where it is of a whole."""
    values = {column: row.values.get(column) for column in PARTS}
    if values["path"]:
        values["segment"] = None  # the last of the path
    return {str(value).lower() for value in values.values() if value not in (None, "(total)")}


def _values_of(name: str) -> set[str]:
    """Return the values of a label that joins several: of country = germany > size | 10 inch both."""
    return {part.rpartition(" = ")[2].strip() for part in re.split(r" \| | > ", name)}


def _spoken_names(row: EvidenceRow) -> set[str]:
    """Return the names that a sentence can name a row by: its parts, what they are set against, values of labels."""
    names = _parts_of(row) | {str(row.values[column]).lower() for column in AGAINST if row.values.get(column)}
    return names.union(*map(_values_of, names))


def _is_stated(parts: set[str], names: Iterable[str]) -> bool:
    """Say whether all parts are among names, whole or by all their values."""
    return all(part in names or _values_of(part) <= {*names} for part in parts)


def _pattern(name: str) -> str:
    """Return a pattern of a name as it stands in a sentence; underscores may be spaces."""
    return rf"(?<!\w){re.escape(name).replace('_', '[_ ]')}(?!\w)"


def _numbers_of(rows: Iterable[EvidenceRow], labels: bool = False) -> Iterable[tuple[EvidenceRow, str, Any]]:
    """Return the numbers of rows: row, column and value; those that tell rows apart, or the others."""
    for row in rows:
        for column, value in row.values.items():
            if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and _is_label(column) == labels:
                yield row, column, value


def _is_rank(column: str) -> bool:
    return column == "drawdown" or (column.endswith("_rank") and column != "insight_rank")


def _has_words(column: str, spoken: str) -> bool:
    """Say whether the words that a column needs stand in a clause."""
    return all(re.search(needed, spoken, re.IGNORECASE) for name, needed in NEEDS.items() if re.search(name, column))


def _sample_of(column: str) -> str:
    """Return later for what is measured out of the sample."""
    return "later" if column.startswith("oos_") else "in"


def _is_significant(row: EvidenceRow) -> bool | None:
    """Say whether a row's adjusted p-value is at most 0.05, its p-value where it has no adjusted one; None without."""
    column = next((column for column in (*ADJUSTED, "p_value") if column in row.values), "")
    value = row.values.get(column)
    return None if value is None else float(value) <= 0.05


def _is_label(column: str) -> bool:
    return column.endswith("_rank") or column in LABELS


def _unit(suffix: re.Match[str] | None) -> str:
    found = {name for name in ("points", "percent", "bp") if suffix and suffix[name]}
    return found.pop() if found else ""


def _factor(row: EvidenceRow, column: str, value: Any, unit: str) -> Decimal | None:
    """Return what a value is multiplied by in a unit; None where it cannot be said in it."""
    if not unit:
        return Decimal(1)
    if unit == "bp" and column.endswith("_bps"):
        return Decimal(1)
    is_fraction = unit_of(row.domain, row.table, column) in FRACTIONS
    is_share = abs(value) <= 1 and not isinstance(value, int)
    if unit == "percent":
        return Decimal(100) if is_fraction or (column in LEVELS and is_share) else None
    is_difference = column in CHANGES - {"change_pct", "contribution_pct"} and is_share
    return Decimal(10000 if unit == "bp" else 100) if is_difference or (unit == "bp" and is_fraction) else None


def _is_rounded(number: _Number, target: Decimal) -> bool:
    """Say whether a number is the target, rounded correctly to the digits shown: two that count, or within 0.5 %."""
    target = abs(target)
    error = abs(number.value - target)
    return error <= number.step / 2 and (number.digits >= 2 or error <= target * Decimal("0.005"))


def _has_sign(sign: str, polarity: int, value: float | Decimal, column: str) -> bool:
    """Say whether the sign written, or the word that carries it, is that of the value."""
    if value == 0:
        return not sign
    if sign:
        return (value < 0) == (sign == "-")
    if value < 0:
        return polarity < 0
    return not (polarity < 0 and column in CHANGES)


def _has_role(row: EvidenceRow, column: str, role: str) -> bool:
    """Say whether a number after by, from or to is a change, a baseline or a current value."""
    if role == "by":
        is_part = any(re.search(name, column) for name in NEEDS if "drawdown" not in name)
        return column in CHANGES and not is_part and row.values[column] != 0
    side = row.values.get("side")
    is_baseline = column.startswith("baseline") or side == "baseline"
    is_current = column.startswith("current") or side == "current"
    is_level = column in LEVELS or column.endswith("records")
    if role == "from":
        return is_level and not is_current
    if role == "to":
        return is_level and not is_baseline
    return True


def _shown(rows: Sequence[EvidenceRow], spoken: set[str]) -> set[int]:
    """Return the signs of what moved in rows: their change, or from baseline to current."""
    moves: list[Any] = []
    sides: dict[tuple[Any, Any], dict[Any, Any]] = {}
    for row in rows:
        values = row.values
        if values.get("change") is not None:
            moves.append(values["change"])
        elif values.get("baseline_value") is not None and values.get("current_value") is not None:
            moves.append(values["current_value"] - values["baseline_value"])
        else:
            moves.append(next((values[c] for c in RETURN_COLUMNS if isinstance(values.get(c), float)), None))
        if "side" in values and values.get("value") is not None:
            sides.setdefault((values["analysis"], values["metric"]), {})[values["side"]] = values["value"]
        for effect in ("volume", "mix", "rate"):
            if {effect, "effect"} <= spoken:
                moves.append(values.get(f"{effect}_effect"))
    moves += [s["current"] - s["baseline"] for s in sides.values() if {"current", "baseline"} <= s.keys()]
    return {(move > 0) - (move < 0) for move in moves if move is not None}


def _spoken(run: Sequence[str]) -> tuple[Decimal | None, Decimal]:
    """Read words of number, e.g. two hundred and five thousand; the second is the unit of the last word.

    None where they are not one number, such as two three.
    """
    total, current, last, step = Decimal(0), Decimal(0), Decimal("Infinity"), Decimal(1)
    for word in run:
        if word == "hundred":
            if not 0 <= current < 10:
                return None, step
            current, last = (current or Decimal(1)) * 100, Decimal(100)
        elif word in SCALES:
            step = Decimal(10) ** SCALES[word]
            total, current, last = total + (current or Decimal(1)) * step, Decimal(0), Decimal("Infinity")
        else:
            value = NUMBER_WORDS[word]
            is_after_tens = last >= 20 and last < 100 and last % 10 == 0 and value < 10
            if not (last == Decimal("Infinity") or last == 100 or is_after_tens):
                return None, step
            current, last, step = current + value, value, Decimal(1)
    return total + current, step
