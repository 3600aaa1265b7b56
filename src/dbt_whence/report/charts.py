"""Charts as plain SVG: no script, no style of their own, every label escaped.

Each is drawn twice, for a wide page and for a phone, because text that shrinks with a picture cannot be read. Colours
are classes of the page's style sheet. A label that is a number is the text of a cell of a table beside the chart, and
carries the place of that cell.
"""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from dbt_whence.numbers import shortened, shown, visible
from dbt_whence.report.content import Chart, Table

WIDE = 720
NARROW = 348
SERIES = 8
"""Colours of series; a ninth would look like the first."""
LONGEST_LABEL = 200
LINE = 13
"""Height of a line of text."""


@dataclass
class Canvas:
    """What is drawn so far."""

    width: float
    parts: list[str] = field(default_factory=list)

    @property
    def is_wide(self) -> bool:
        """Whether there is room for labels beside bars."""
        return self.width > 500

    def rectangle(self, x: float, y: float, width: float, height: float, look: str, title: str = "") -> None:
        """Draw a rectangle; of no width it is still a line."""
        inner = f"<title>{escape(shortened(title, LONGEST_LABEL))}</title>" if title else ""
        opening = (
            f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(width, 0.75))}" height="{n(max(height, 0.75))}" class="{look}"'
        )
        self.parts.append(f"{opening}>{inner}</rect>" if inner else f"{opening}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> None:
        """Draw a line."""
        self.parts.append(f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" class="{look}"/>')

    def shape(self, points: Sequence[tuple[float, float]], look: str, is_closed: bool = False) -> None:
        """Draw a line through points, or what it encloses."""
        if points:
            tag = "polygon" if is_closed else "polyline"
            self.parts.append(f'<{tag} points="{" ".join(f"{n(x)},{n(y)}" for x, y in points)}" class="{look}"/>')

    def dot(self, x: float, y: float, radius: float, look: str) -> None:
        """Draw a dot."""
        self.parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" class="{look}"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        look: str = "",
        room: float | None = None,
        cell: tuple[Table, int, str] | None = None,
    ) -> None:
        """Write text; what has no room is cut, and whole in its title."""
        fitted = text if room is None else fit(text, room)
        title = f"<title>{escape(shortened(text, LONGEST_LABEL))}</title>" if fitted != text else ""
        place = ""
        if cell is not None:
            table, row, column = cell
            place = f' data-table="{table.id}" data-row="{row}" data-column="{table.position(column)}"'
        attributes = (f' text-anchor="{anchor}"' if anchor != "start" else "") + (f' class="{look}"' if look else "")
        self.parts.append(f'<text x="{n(x)}" y="{n(y)}"{attributes}{place}>{title}{escape(fitted)}</text>')


@dataclass(frozen=True)
class Scale:
    """Where values are on an axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Round values inside, four or so."""
        room = abs(self.end - self.start)
        wanted = max(2, min(6, int(room / 75)))
        found = (ticks(self.low, self.high, number) for number in range(wanted, wanted + 4))
        return next((marks for marks in found if len(marks) > 1), [0.0])


def draw(chart: Chart, width: int) -> Markup:
    """Draw a chart for a page of some width."""
    canvas = Canvas(width)
    height = KINDS[chart.kind](canvas, chart)
    prefix = f"{chart.id}-{'w' if canvas.is_wide else 'n'}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {n(height)}" width="{width}"'
        f' height="{n(height)}" role="img" aria-labelledby="{prefix}-t {prefix}-d">'
        f'<title id="{prefix}-t">{escape(shortened(chart.title, LONGEST_LABEL))}</title>'
        f'<desc id="{prefix}-d">Its numbers are in the table: '
        f"{escape(shortened(chart.tables[-1].caption, LONGEST_LABEL))}.</desc>"
    )
    return Markup(head + "".join(canvas.parts) + "</svg>")


def waterfall(canvas: Canvas, chart: Chart) -> float:
    """Draw the steps from a baseline to a current value, one below the other."""
    totals, steps = chart.tables
    columns = chart.columns
    start = totals.values(columns["start"])[0]
    end = totals.values(columns["end"])[0]
    rows = [
        Bar("baseline", "total", 0.0, start or 0.0, totals.texts(columns["start"])[0], (totals, 0, columns["start"]))
    ]
    level = start or 0.0
    for place, (label, value, text) in enumerate(
        zip(names_of(chart, steps), steps.values(columns["value"]), steps.texts(columns["value"]), strict=True)
    ):
        rows.append(Bar(label, sign(value), level, level + (value or 0.0), text, (steps, place, columns["value"])))
        level += value or 0.0
    rows.append(Bar("current", "total", 0.0, end or 0.0, totals.texts(columns["end"])[0], (totals, 0, columns["end"])))
    return draw_bars(canvas, rows, connect=True)


def bars(canvas: Canvas, chart: Chart) -> float:
    """Draw a bar for each row, made of parts where there are any, with whiskers, marks and a note beside it."""
    (table,) = chart.tables
    columns = chart.columns
    values = table.values(columns["value"])
    texts = table.texts(columns["value"])
    parts = {
        name.removeprefix("part "): table.values(column) for name, column in columns.items() if name.startswith("part ")
    }
    errors = table.values(columns["error"]) if "error" in columns else [None] * len(values)
    notes = table.texts(columns["note"]) if "note" in columns else [""] * len(values)
    known = table.values(columns["note"]) if "note" in columns else [None] * len(values)
    depths = table.values(columns["depth"]) if "depth" in columns else [0] * len(values)
    references = table.values(columns["reference"]) if "reference" in columns else [None] * len(values)
    strong = table.values(columns["strong"]) if "strong" in columns else [True] * len(values)
    labels = names_of(chart, table)
    if "depth" in columns:
        dimensions = table.texts("dimension")
        labels = [
            f"{dimension} = {label}" if depth else "total"
            for label, dimension, depth in zip(labels, dimensions, depths, strict=True)
        ]
    rows = [
        Bar(
            labels[place],
            sign(value) + ("" if strong[place] else " weak"),
            0.0,
            value or 0.0,
            texts[place],
            (table, place, columns["value"]),
            {name: column[place] or 0.0 for name, column in parts.items()},
            errors[place],
            (notes[place], (table, place, columns["note"])) if known[place] is not None else None,
            int(depths[place] or 0),
            references[place],
        )
        for place, value in enumerate(values)
        if labels[place] not in chart.left_out
    ]
    percent = table.columns[table.position(columns["value"])].style == "percent"
    entries = []
    if "strong" in columns:
        name = columns["strong"].removeprefix("is_").replace("_", " ")
        entries = [(name, "up"), (f"not {name}", "up weak")]
    if "reference" in columns:
        entries.append((columns["reference"].replace("_", " "), "limit"))
    return draw_bars(canvas, rows, percent=percent, unit=columns["value"], entries=entries)


@dataclass(frozen=True)
class Bar:
    """A bar of a chart, with its label and the cell whose text stands beside it."""

    label: str
    look: str
    low: float
    high: float
    text: str
    cell: tuple[Table, int, str]
    parts: dict[str, float] = field(default_factory=dict)
    error: float | None = None
    note: tuple[str, tuple[Table, int, str]] | None = None
    depth: int = 0
    reference: float | None = None

    @property
    def ends(self) -> list[float]:
        """Every value that must be inside the chart."""
        ups = sum(value for value in self.parts.values() if value > 0)
        downs = sum(value for value in self.parts.values() if value < 0)
        spread = 2 * self.error if self.error is not None else 0.0
        reach = [] if self.reference is None else [self.reference]
        return [self.low, self.high, ups, downs, self.high - spread, self.high + spread, *reach]


def draw_bars(
    canvas: Canvas,
    rows: Sequence[Bar],
    connect: bool = False,
    percent: bool = False,
    unit: str = "",
    entries: Sequence[tuple[str, str]] = (),
) -> float:
    """Draw bars below each other: label, bar, number and q; on a narrow page the label stands above its bar."""
    names = list(dict.fromkeys(name for row in rows for name in row.parts))
    parts = [(name, f"s{place}") for place, name in enumerate(names)] + ([("change", "marker")] if names else [])
    top = legend(canvas, [*parts, *entries])
    notes = [row.note[0] for row in rows if row.note]
    number_room = max((width_of(row.text) for row in rows), default=0) + 8
    note_room = max((width_of(f"q {note}") for note in notes), default=0) + 14 if notes else 0
    indent = max((row.depth for row in rows), default=0) * 14
    label_room = min(max((width_of(row.label) for row in rows), default=0) + indent + 10, 0.34 * canvas.width)
    left = label_room if canvas.is_wide else 2
    right = canvas.width - number_room - note_room - 6
    step, thick = (26, 15) if canvas.is_wide else (40, 13)
    low, high = span([end for row in rows for end in row.ends])
    scale = Scale(low, high, left + 6, max(right - 8, left + 60))
    bottom = top + step * len(rows) + 6
    for tick in scale.ticks:
        for place in range(len(rows)):  # on a narrow page a line would run through labels
            start = top + step * place + (0 if canvas.is_wide else 19)
            canvas.line(scale(tick), start, scale(tick), top + step * (place + 1), "axis" if tick == 0 else "grid")
        text = tick_text(tick, scale.ticks, percent)
        half = width_of(text) / 2
        canvas.text(min(max(scale(tick), half), canvas.width - half), bottom + 15, text, "middle", "tick")
    for place, row in enumerate(rows):
        middle = top + step * place + step / 2 + (0 if canvas.is_wide else 8)
        shift = row.depth * 14
        if canvas.is_wide:
            canvas.text(shift, middle + 4, row.label, room=label_room - shift - 8)
        else:
            canvas.text(shift, middle - 13, row.label, room=canvas.width - shift - 4)
        ups = downs = 0.0
        for number, name in enumerate(names):
            value = row.parts.get(name, 0.0)
            if value:
                base = ups if value > 0 else downs
                x1, x2 = sorted((scale(base), scale(base + value)))
                canvas.rectangle(x1, middle - thick / 2, x2 - x1, thick, f"s{number}", f"{row.label}: {name}")
                ups, downs = (ups + value, downs) if value > 0 else (ups, downs + value)
        x1, x2 = sorted((scale(row.low), scale(row.high)))
        if names:
            canvas.rectangle(scale(row.high) - 1.5, middle - thick / 2 - 3, 3, thick + 6, "marker", row.label)
        else:
            canvas.rectangle(x1, middle - thick / 2, x2 - x1, thick, row.look, row.label)
        if connect and place + 1 < len(rows):
            canvas.line(scale(row.high), middle + thick / 2, scale(row.high), middle + step - thick / 2, "join")
        if row.error is not None:
            whisker(canvas, scale, row.high, row.error, middle)
        if row.reference is not None:
            canvas.line(
                scale(row.reference), middle - thick / 2 - 3, scale(row.reference), middle + thick / 2 + 3, "limit"
            )
        canvas.text(canvas.width - note_room - 2, middle + 4, row.text, "end", "value", cell=row.cell)
        if row.note is not None:
            canvas.text(canvas.width - 2 - width_of(row.note[0]) - 5, middle + 4, "q", "end", "tick")
            canvas.text(canvas.width - 2, middle + 4, row.note[0], "end", "q", cell=row.note[1])
    if unit:
        canvas.text(scale.start, bottom + 31, unit.replace("_", " "), look="tick")
    return bottom + (38 if unit else 22)


def whisker(canvas: Canvas, scale: Scale, value: float, error: float, middle: float) -> None:
    """Draw two standard errors to each side of the end of a bar."""
    low, high = scale(value - 2 * error), scale(value + 2 * error)
    canvas.line(low, middle, high, middle, "whisker")
    for end in (low, high):
        canvas.line(end, middle - 4, end, middle + 4, "whisker")


def stack(canvas: Canvas, chart: Chart) -> float:
    """Draw stacked columns over dates, gains above zero and losses below, and a line for their sum."""
    (table,) = chart.tables
    columns = chart.columns
    series = list(dict.fromkeys(table.values(columns["series"])))
    by_date: dict[str, dict[str, float]] = {}
    for date, name, value in zip(
        table.values(columns["date"]), table.values(columns["series"]), table.values(columns["value"]), strict=True
    ):
        by_date.setdefault(date, {})[name] = value or 0.0
    dates = sorted(by_date)
    top = legend(
        canvas, [(visible(name), f"s{place % SERIES}") for place, name in enumerate(series)] + [("sum", "total-line")]
    )
    ends = [0.0]
    for values in by_date.values():
        ends += [sum(v for v in values.values() if v > 0), sum(v for v in values.values() if v < 0)]
    plot = vertical(canvas, top, ends, is_percent(table, columns["value"]))
    slot = (canvas.width - plot.left - 6) / len(dates)
    wide = min(slot * (0.92 if len(dates) < 120 else 1), 60)
    line = []
    for place, date in enumerate(dates):
        x = plot.left + slot * place + (slot - wide) / 2
        ups = downs = 0.0
        for number, name in enumerate(series):
            value = by_date[date].get(name, 0.0)
            if value:
                base = ups if value > 0 else downs
                y1, y2 = sorted((plot.scale(base), plot.scale(base + value)))
                canvas.rectangle(x, y1, wide, y2 - y1, f"s{number % SERIES}")
                ups, downs = (ups + value, downs) if value > 0 else (ups, downs + value)
        line.append((x + wide / 2, plot.scale(ups + downs)))
    canvas.shape(line, "total-line")
    if len(line) == 1:
        canvas.dot(*line[0], 4, "total-dot")
    return date_axis(canvas, plot.bottom, [(x, date) for (x, _), date in zip(line, dates, strict=True)])


def scree(canvas: Canvas, chart: Chart) -> float:
    """Draw a column for each eigenvalue and a line where noise ends."""
    (table,) = chart.tables
    columns = chart.columns
    values = [value or 0.0 for value in table.values(columns["value"])]
    texts = table.texts(columns["value"])
    edges = [edge for edge in table.values(columns["edge"]) if edge is not None]
    strong = table.values(columns["strong"])
    labels = table.texts(columns["label"])
    top = legend(
        canvas, [("retained", "up"), ("within noise", "up weak")] + ([("noise edge", "limit")] if edges else [])
    )
    plot = vertical(canvas, top + 10, [0.0, *values, *edges[:1]], False)
    slot = (canvas.width - plot.left - 6) / len(values)
    wide = min(slot * 0.7, 56)
    edge = plot.scale(edges[0]) if edges else -math.inf
    taken: list[tuple[float, float]] = []
    for place, value in enumerate(values):
        x = plot.left + slot * place + slot / 2
        y1, y2 = sorted((plot.scale(value), plot.scale(0.0)))
        canvas.rectangle(x - wide / 2, y1, wide, y2 - y1, "up" if strong[place] else "up weak", labels[place])
        half = width_of(texts[place]) / 2 + 2
        if 2 * half <= slot or place == 0:
            y = edge - 4 if -2 < y1 - edge < LINE + 5 else y1 - 5  # the line would run through it
            x = max(x, plot.left + half)
            if not taken or x - half >= taken[-1][0] or abs(y - taken[-1][1]) > LINE:
                canvas.text(x, y, texts[place], "middle", "value", cell=(table, place, columns["value"]))
                taken.append((x + half, y))
        if slot > width_of(labels[place]) or place % 2 == 0:
            canvas.text(x, plot.bottom + 15, labels[place], "middle", "tick", room=2 * slot)
    if edges:
        canvas.line(plot.left, edge, canvas.width - 4, edge, "limit")
        text = table.texts(columns["edge"])[0]
        start = canvas.width - 4 - width_of(text)
        is_free = all(end < start or abs(y - (edge - 4)) > LINE for end, y in taken)
        cell = (table, 0, columns["edge"])
        canvas.text(canvas.width - 4, edge - 4 if is_free else edge + LINE, text, "end", "value", cell=cell)
    return plot.bottom + 24


def lines(canvas: Canvas, chart: Chart) -> float:
    """Draw lines over dates, with a band around one where it has one."""
    (table,) = chart.tables
    columns = chart.columns
    has_band = "low" in columns
    names = table.values(columns["series"]) if "series" in columns else [columns["value"]] * len(table.rows)
    series = list(dict.fromkeys(names))
    entries = [(visible(str(name).replace("_", " ")), f"line{place % SERIES}") for place, name in enumerate(series)]
    top = legend(canvas, entries + ([("two standard errors", "band")] if has_band else []))
    dates = table.values(columns["date"])
    values = table.values(columns["value"])
    lows = table.values(columns["low"]) if has_band else []
    highs = table.values(columns["high"]) if has_band else []
    inside = [value for value in [*values, *lows, *highs] if value is not None]
    plot = vertical(canvas, top, [0.0, *inside], is_percent(table, columns["value"]))
    places = {date: x for x, date in spread(sorted({date for date in dates if date}), plot.left + 6, canvas.width - 12)}
    if has_band:
        known = [(places[d], low, high) for d, low, high in zip(dates, lows, highs, strict=True) if low is not None]
        outline = [(x, plot.scale(high)) for x, _, high in known] + [(x, plot.scale(low)) for x, low, _ in known[::-1]]
        canvas.shape(outline, "band", is_closed=True)
    for number, name in enumerate(series):
        points = [
            (places[date], plot.scale(value))
            for date, value, found in zip(dates, values, names, strict=True)
            if found == name and value is not None and date
        ]
        canvas.shape(points, f"line{number % SERIES}")
        if len(points) <= 30:
            for x, y in points:
                canvas.dot(x, y, 3, f"dot{number % SERIES}")
    return date_axis(canvas, plot.bottom, [(x, date) for date, x in places.items()])


def drawdowns(canvas: Canvas, chart: Chart) -> float:
    """Draw each drawdown as a line down to its trough and up to its recovery."""
    (table,) = chart.tables
    columns = chart.columns
    starts, middles, ends = (table.values(columns[name]) for name in ("start", "middle", "end"))
    depths, texts = table.values(columns["value"]), table.texts(columns["value"])
    dates = sorted({date for column in (starts, middles, ends) for date in column if date})
    plot = vertical(
        canvas, 14, [0.0, *(depth for depth in depths if depth is not None)], is_percent(table, columns["value"])
    )
    places = {date: x for x, date in spread(dates, plot.left + 6, canvas.width - 12)}
    taken: list[tuple[float, float]] = []
    for place, (start, middle, end, depth) in enumerate(zip(starts, middles, ends, depths, strict=True)):
        if depth is None or not middle:
            continue
        trough = (places[middle], plot.scale(depth))
        begin = places[start] if start else plot.left
        finish = places[end] if end else canvas.width - 6
        shape = [(begin, plot.scale(0.0)), trough] + ([(finish, plot.scale(0.0))] if end else [])
        canvas.shape([*shape, *([(trough[0], plot.scale(0.0))] if not end else [])], "fall", is_closed=True)
        canvas.shape(shape, "fall-line")
        half = width_of(texts[place]) / 2 + 4
        x = min(max(trough[0], plot.left + half), canvas.width - half)
        if place < 6 and all(
            abs(x - other) > half + reach or abs(trough[1] - y) > 15
            for other, y, reach in ((t[0], t[1], half) for t in taken)
        ):
            canvas.text(x, trough[1] + 14, texts[place], "middle", "value", cell=(table, place, columns["value"]))
            taken.append((x, trough[1]))
    return date_axis(canvas, plot.bottom + 8, [(x, date) for date, x in places.items()])


def heat_map(canvas: Canvas, chart: Chart) -> float:
    """Draw a square for each pair, filled by the size of its value; of a symmetric table the lower triangle."""
    (table,) = chart.tables
    columns = chart.columns
    is_triangle = "symmetric" in columns
    firsts, seconds = table.values(columns["row"]), table.values(columns["column"])
    rows = sorted(dict.fromkeys([*firsts, *seconds])) if is_triangle else list(dict.fromkeys(firsts))
    across = rows[:-1] if is_triangle else in_maturity_order(dict.fromkeys(seconds))
    down = rows[1:] if is_triangle else rows
    cells = {
        ((second, first) if is_triangle else (first, second)): place
        for place, (first, second) in enumerate(zip(firsts, seconds, strict=True))
    }
    values, texts = table.values(columns["value"]), table.texts(columns["value"])
    q_values = table.values(columns["note"]) if "note" in columns else [None] * len(values)
    largest = 1.0 if is_triangle else max((abs(value) for value in values if value is not None), default=0.0) or 1.0
    numbers = {name: str(place + 1) for place, name in enumerate(rows)}
    label_room = min(max(width_of(visible(name)) for name in rows) + 36, 0.34 * canvas.width)
    size = min((canvas.width - label_room - 4) / max(len(across), 1), 64)
    height = min(max(size, 18), 34)
    text_fits = size >= max((width_of(text) for text in texts), default=0) + 2
    top = 22
    for place, name in enumerate(across):
        text = numbers[name] if is_triangle else visible(name)
        canvas.text(label_room + size * (place + 0.5), top - 8, text, "middle", "tick", room=size + 4)
    for line, name in enumerate(down):
        y = top + height * line
        if is_triangle:
            canvas.text(18, y + height / 2 + 4, numbers[name], "end", "tick")
        left = 24 if is_triangle else 0
        canvas.text(left, y + height / 2 + 4, visible(name), room=label_room - left - 6)
        for place, other in enumerate(across):
            found = cells.get((name, other))
            if found is None:
                continue
            value = values[found]
            title = f"{visible(name)} and {visible(other)}: {texts[found]}"
            box = (label_room + size * place + 1, y + 1, size - 2, height - 2)
            canvas.rectangle(*box, "nothing", title)
            if value is None:
                continue
            strength = min(abs(value) / largest, 1.0)
            canvas.parts.append(
                f'<rect x="{n(box[0])}" y="{n(box[1])}" width="{n(box[2])}" height="{n(box[3])}" '
                f'class="{sign(value)}" fill-opacity="{0.06 + 0.49 * strength:.2f}">'
                f"<title>{escape(shortened(title, LONGEST_LABEL))}</title></rect>"
            )
            if text_fits:
                canvas.text(
                    box[0] + box[2] / 2,
                    y + height / 2 + 4,
                    texts[found],
                    "middle",
                    "value",
                    cell=(table, found, columns["value"]),
                )
            if q_values[found] is not None and q_values[found] < 0.05:
                canvas.dot(box[0] + box[2] - 4, box[1] + 4, 1.8, "mark")
    bottom = top + height * len(down)
    if is_triangle:
        canvas.text(18, top - 8, numbers[rows[0]], "end", "tick")
        canvas.text(24, top - 8, visible(rows[0]), room=label_room - 30)
    return legend(canvas, [("positive", "up"), ("negative", "down"), ("q below 0.05", "mark")], bottom + 8)


def event_path(canvas: Canvas, chart: Chart) -> float:
    """Draw a column for the mean return of each offset, and a line for their sum."""
    (table,) = chart.tables
    columns = chart.columns
    offsets = table.values(columns["offset"])
    values, errors, sums = (table.values(columns[name]) for name in ("value", "error", "sum"))
    top = legend(canvas, [("mean of the row", "up"), ("sum so far", "total-line")])
    ends = [0.0, *(s for s in sums if s is not None)]
    for value, error in zip(values, errors, strict=True):
        if value is not None:
            ends += [value - 2 * (error or 0.0), value + 2 * (error or 0.0)]
    plot = vertical(canvas, top, ends, is_percent(table, columns["value"]))
    slot = (canvas.width - plot.left - 6) / len(offsets)
    line = []
    every = max(1, math.ceil(24 / slot))
    for place, offset in enumerate(offsets):
        x = plot.left + slot * (place + 0.5)
        value = values[place]
        if offset == 0:
            canvas.rectangle(x - slot / 2, top, slot, plot.bottom - top, "today")
        if value is not None:
            y1, y2 = sorted((plot.scale(value), plot.scale(0.0)))
            canvas.rectangle(x - slot * 0.33, y1, slot * 0.66, y2 - y1, sign(value), f"offset {offset}")
            if errors[place] is not None:
                canvas.line(
                    x, plot.scale(value - 2 * errors[place]), x, plot.scale(value + 2 * errors[place]), "whisker"
                )
        if sums[place] is not None:
            line.append((x, plot.scale(sums[place])))
        if offset % every == 0:
            canvas.text(x, plot.bottom + 15, shown(offset, "count"), "middle", "tick")
    canvas.shape(line, "total-line")
    if len(line) == 1:
        canvas.dot(*line[0], 4, "total-dot")
    canvas.text(plot.left, plot.bottom + 31, "rows after the event, whose own row is 0", look="tick")
    return plot.bottom + 38


KINDS: dict[str, Callable[[Canvas, Chart], float]] = {
    "waterfall": waterfall,
    "bars": bars,
    "stack": stack,
    "scree": scree,
    "lines": lines,
    "drawdowns": drawdowns,
    "heat_map": heat_map,
    "event_path": event_path,
}


@dataclass(frozen=True)
class Plot:
    """The area of a chart with a vertical axis."""

    left: float
    bottom: float
    scale: Scale


def vertical(canvas: Canvas, top: float, values: Sequence[float], percent: bool) -> Plot:
    """Draw a vertical axis for values."""
    low, high = span(values)
    bottom = top + (230 if canvas.is_wide else 190)
    scale = Scale(low, high, bottom, top + 8)
    marks = ticks(low, high, 5)
    texts = [tick_text(mark, marks, percent) for mark in marks]
    left = max(width_of(text) for text in texts) + 10
    for mark, text in zip(marks, texts, strict=True):
        canvas.line(left, scale(mark), canvas.width - 4, scale(mark), "axis" if mark == 0 else "grid")
        canvas.text(left - 6, scale(mark) + 4, text, "end", "tick")
    return Plot(left, bottom, scale)


def date_axis(canvas: Canvas, bottom: float, places: Sequence[tuple[float, str]]) -> float:
    """Write a few dates below a chart."""
    if not places:
        return bottom + 24
    places = sorted(places)
    years = int(places[-1][1][:4]) - int(places[0][1][:4])
    length = 7 if years >= 2 else 10
    room = width_of(places[0][1][:length]) + 18
    last_end = -math.inf
    final = places[-1]
    for x, date in places:
        centre = min(max(x, room / 2 - 6), canvas.width - room / 2 + 6)
        is_final = (x, date) == final
        if centre - room / 2 >= last_end and (
            is_final or centre + room / 2 <= min(final[0], canvas.width - room / 2) - room / 2 + 6
        ):
            canvas.line(x, bottom, x, bottom + 4, "axis")
            canvas.text(centre, bottom + 17, date[:length], "middle", "tick")
            last_end = centre + room / 2
    return bottom + 26


def spread(dates: Sequence[str], left: float, right: float) -> list[tuple[float, str]]:
    """Place dates by the days between them."""
    days = [datetime.date.fromisoformat(date[:10]).toordinal() for date in dates]
    if len(set(days)) < 2:
        return [((left + right) / 2, date) for date in dates]
    return [
        (left + (day - days[0]) / (days[-1] - days[0]) * (right - left), date)
        for day, date in zip(days, dates, strict=True)
    ]


def legend(canvas: Canvas, entries: Sequence[tuple[str, str]], top: float = 4) -> float:
    """Write what colours mean, in as many lines as needed; return where the chart begins."""
    if not entries:
        return top
    x, y = 0.0, top
    for text, look in entries:
        wide = min(width_of(text), 180) + 32
        if x and x + wide > canvas.width:
            x, y = 0.0, y + 20
        if look in ("marker", "limit", "total-line") or look.startswith("line"):
            canvas.line(x, y + 8, x + 14, y + 8, look)
        elif look == "mark":
            canvas.dot(x + 7, y + 8, 2.5, look)
        else:
            canvas.rectangle(x + 1, y + 2, 12, 12, look)
        canvas.text(x + 19, y + 12, text, look="tick", room=180)
        x += wide
    return y + 26


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis for values: zero is inside, and it has a length."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        return 0.0, 1.0
    room = 0.04 * (high - low)
    return (low - room if low < 0 else low), (high + room if high > 0 else high)


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """Return round values between two, at most as many as wanted, and zero where it is between."""
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def tick_text(value: float, marks: Sequence[float], percent: bool = False) -> str:
    """Write a round value with as many digits as its neighbours need: 250k, 0.05, 5 %."""
    factor, sign_of_unit = (100.0, " %") if percent else (1.0, "")
    largest = max(abs(mark) for mark in marks) * factor
    step = abs(marks[1] - marks[0]) * factor if len(marks) > 1 else largest or 1.0
    if largest >= 1e15 or (0 < largest < 1e-5):
        return ("0" if value == 0 else f"{factor * value:.3g}") + sign_of_unit
    for unit, name in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if (not percent and largest >= 10 * unit) or (not percent and largest >= unit and unit > 1e3):
            factor, step, sign_of_unit = 1 / unit, step / unit, name
            break
    places = max(0, -math.floor(math.log10(step) + 1e-9) + (1 if f"{step:e}"[:3] == "2.5" else 0))
    text = f"{value * factor:,.{min(places, 12)}f}"
    return "0" + (" %" if percent else "") if value == 0 else text + sign_of_unit


def names_of(chart: Chart, table: Table) -> list[str]:
    """Return what rows are called: the text of one column, or of several."""
    parts = [table.texts(column) for name, column in chart.columns.items() if name.startswith("label")]
    return [", ".join(texts) for texts in zip(*parts, strict=True)]


def in_maturity_order(names: Sequence[str] | dict[str, None]) -> list[str]:
    """Sort maturities by length, y2 before y10; others come after them by name."""
    return sorted(
        names,
        key=lambda name: (not name[1:].isdigit(), name[0] != "m", int(name[1:]) if name[1:].isdigit() else 0, name),
    )


def is_percent(table: Table, column: str) -> bool:
    """Say whether a column is shown in percent."""
    return table.columns[table.position(column)].style == "percent"


def sign(value: float | None) -> str:
    """Return the look of a value."""
    return "down" if value is not None and value < 0 else "up"


def width_of(text: str) -> float:
    """Return about how wide text of 12 pixels is."""
    return sum(
        0.0
        if unicodedata.combining(character)
        else 13.0
        if unicodedata.east_asian_width(character) in "WF"
        else 4.0
        if character in " .,:;'|!ilI()[]jtf"
        else 11.0
        if character in "mwMW%@"
        else 7.6
        if character.isdigit() or character.isupper()
        else 7.0
        for character in text[:400]
    )


def fit(text: str, room: float) -> str:
    """Cut text to a width."""
    if width_of(text) <= room:
        return text
    kept = text[:400]
    while kept and width_of(kept) + 12 > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def n(value: float) -> str:
    """Write a coordinate."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if abs(value) >= 0.05 else "0"
