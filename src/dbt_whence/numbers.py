"""Values as text: numbers as the package's sentences have them, nothing that could act as markup or hide itself."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any, Literal

Format = Literal["text", "count", "number", "percent", "p_value", "date", "flag"]

MISSING = "-"
"""What stands in place of null."""
DIGITS = 12
"""Significant digits of a double; the rest depends on the order of a sum, and so on the engine."""


def clean(value: Any) -> Any:
    """Return a value of the database as JSON has it: doubles to 12 significant digits, dates as text."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def shown(value: Any, style: Format, decimals: int = 2) -> str:
    """Return a cleaned value as text; `decimals` as for `number`."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        if style == "percent":
            return f"{number(100 * value, decimals=1)} %"
        return f"{value:,d}" if style == "count" and isinstance(value, int) else number(value, decimals)
    return visible(str(value))


def number(value: float, decimals: int = 2) -> str:
    """Return a number as the macro `format_number` does: 1,461,756; 422.23; 0.0342; 2.5e-07."""
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-6 or size >= 1e15:
        return re.sub(r"\.?0*e\+?0*", "e", f"{value * (1 - 1e-12):.2e}")
    nudged = value + math.copysign(min(size * 1e-12, 1e-3), value)
    if size >= 1000:
        return f"{nudged:,.0f}"
    places = decimals if size >= 1 else int(2 - math.floor(math.log10(size)))
    return f"{nudged:,.{places}f}".rstrip("0").rstrip(".")


def visible(text: str | None) -> str:
    """Return text in one line, with control characters and marks of direction as escapes that can be seen."""
    parts = [
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or character in JOINERS
        else " "
        if character in "\t\n\r\v\f\u2028\u2029\u0085"
        else f"\\u{ord(character):04x}"
        for character in (MISSING if text is None else text)
    ]
    return re.sub(r"[ ]+", " ", "".join(parts)).strip()


# Without these, emoji of several parts and words of Persian or Hindi fall apart.
JOINERS = "\u200c\u200d"


def shortened(text: str, longest: int) -> str:
    """Cut text to a number of characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
