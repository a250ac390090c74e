"""Validation of exchange format values: vocabularies, lengths, characters, order of dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import get_args

from signet.policy import Policy
from signet.register import payloads
from signet.register.days import EARLIEST, out_of_bounds
from signet.register.exchange.schema import Column, Table
from signet.register.importing.rows import SourceRow
from signet.register.payload_text import field_of
from signet.text import ACCEPTABLE, Field, problems

# Yields what was expected, with the kind that a person may accept; nothing if the value is valid.
Check = Callable[[str], Iterator[tuple[str, str]]]

LINE_LENGTH: int = get_args(payloads.Line)[1].max_length
TEXT_LENGTH: int = get_args(payloads.Text)[1].max_length
LONG_COLUMNS = frozenset({"limits", "text", "conditions", "address"})
NUMBER_COLUMNS = frozenset({"number", "permit", "member"})
NUMBER_EXPECTED = "a number of letters, digits and inner hyphens, 32 at most"

# Kinds of problem with rows, besides those of texts; a person may accept each of them.
ODD_NUMBER = "odd-number"
NO_RECORD = "no-record"
ODD_DAY = "odd-day"

IN_ORDER = {
    "members": (("status_since", "status_until"),),
    "permits": (("issued_on", "expires_on"), ("status_since", "status_until")),
    "responsible_members": (("from", "to"),),
}


def private(table: str, column: str) -> bool:
    """Tell whether a value may not be shown, not even in an error message."""
    return table == "contacts" and column != "number"


def one_of(known: Collection[str], text: str) -> str:
    """Return the error message for an unknown word: the likely word, then all of them."""
    return _one_of(tuple(known), text)


@lru_cache(maxsize=1_000)  # one wrong word in a mapping is repeated in every row
def _one_of(known: tuple[str, ...], text: str) -> str:
    folded = {word.casefold(): word for word in known}
    near = get_close_matches(text.casefold(), folded, n=1)
    likely = f"{folded[near[0]]!r} perhaps; " if near else ""
    return f"{likely}one of {', '.join(known)}"


def vocabulary(table: str, column: str, policy: Policy) -> Collection[str] | None:
    """Return the words that a column may hold, in the policy's order; None where any will do."""
    statuses = policy.permit_statuses if table == "permits" else policy.statuses
    words: dict[str, Collection[str]] = {
        "category": policy.categories,
        "status": statuses,
        "status_reason": {reason: 0 for status in statuses.values() for reason in status.reasons},
        "designations": policy.designations,
        "designation": policy.designations,
        "disciplines": policy.disciplines,
        "discipline": policy.disciplines,
        "activities": policy.activities,
        "subject": ("member", "permit"),
        "type": ("former", "known_as"),
    }
    return words.get(column)


def _known(words: Collection[str], quick: frozenset[str], text: str) -> Iterator[tuple[str, str]]:
    if text not in quick:
        yield one_of(words, text), ""


_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAMAGED = re.compile(
    rf"\d{{1,2}}-(?:{_MONTH})[a-z]*(?:-\d+)?|(?:{_MONTH})[a-z]*-\d{{1,4}}|\d{{4}}-\d\d-\d\d|\d+E\d+",
    re.IGNORECASE,
)
_FLOATED = re.compile(r"\d+\.0+|\d+[.,]\d+E[+-]?\d+|\d+E[+-]\d+", re.IGNORECASE)
_NO_NUMBER = frozenset(
    ("tbd", "tbc", "tba", "na", "none", "null", "nan", "nil", "test", "unknown", "pending", "total",
     "totals", "subtotal", "sum", "count", "end", "xxx", "new", "number", "no", "nr", "id")
)  # fmt: skip


def _number(text: str) -> Iterator[tuple[str, str]]:
    if _FLOATED.fullmatch(text):
        yield f"{NUMBER_EXPECTED}; a spreadsheet wrote it so: make its column one of text", ""
    elif not payloads.NUMBER.fullmatch(text):
        yield NUMBER_EXPECTED, ""
    elif _DAMAGED.fullmatch(text):
        yield "a number; a spreadsheet may have made a date or a power of it", ODD_NUMBER
    elif text.casefold() in _NO_NUMBER or re.fullmatch("00[0-]*", text):
        yield "a number; this usually stands for none", ODD_NUMBER


_EMAIL = re.compile(r"[^@\s<>;,()\"\[\]:]+@[^@\s<>;,()\"\[\]:]+\.[^@\s<>;,()\"\[\]:.]{2,}")


def _email(text: str) -> Iterator[tuple[str, str]]:
    if not _EMAIL.fullmatch(text):
        yield "an e-mail address, one, as ada@example.org", ""
    yield from _written(LINE_LENGTH, "line", text)


def _phone(text: str) -> Iterator[tuple[str, str]]:
    if re.fullmatch(r"\d+(?:[.,]\d+)?E[+-]?\d+", text, re.IGNORECASE):
        yield "a telephone number; a spreadsheet rounded it: make its column one of text", ""
    elif not re.search(r"\d.*\d.*\d", text):
        yield "a telephone number", ""
    yield from _written(LINE_LENGTH, "line", text)


def _written(limit: int, field: Field, text: str) -> Iterator[tuple[str, str]]:
    if len(text) > limit:
        yield f"at most {limit} characters, not {len(text)}", ""
    if field == "lines":
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    yield from _text(text, field)


@lru_cache(maxsize=50_000)  # towns and given names are repeated in many rows
def _text(text: str, field: Field) -> tuple[tuple[str, str], ...]:
    text_problems = problems(text, field)
    return tuple((one.message, one.kind if one.kind in ACCEPTABLE else "") for one in text_problems)


def check(table: Table, column: Column, policy: Policy) -> Check:
    """Return the check for a text of a column, or for one part of a list."""
    if column.name in NUMBER_COLUMNS:
        return _number
    words = vocabulary(table.name, column.name, policy)
    if words is not None:
        return partial(_known, words, frozenset(words))
    if table.name == "contacts" and column.name in _OF_CONTACTS:
        return _OF_CONTACTS[column.name]
    if column.name in LONG_COLUMNS:
        return partial(_written, TEXT_LENGTH, "lines")
    # It isn't known here whether another name is a person's or a company's.
    return partial(_written, LINE_LENGTH, field_of(column.name, "permit"))


_OF_CONTACTS: dict[str, Check] = {"email": _email, "phone": _phone}
BEGINNINGS = frozenset({"registered_on", "issued_on", "status_since", "since", "from"})


def wrong_day(column: str, day: date, today: date | None) -> str:
    """Return what would be valid instead of a day in a column; "" where the day is valid.

    An end may be far off, as 9999-12-31 for none.
    """
    if day < EARLIEST:
        return f"a day from {EARLIEST} on, its year in four digits"
    if today is None:
        return ""
    if column == "birth_date" and day > today:
        return "a day that has been; a year of two digits may have become one to come"
    if column in BEGINNINGS and (expected := out_of_bounds(day, today)):
        return expected
    return ""


def odd_day(column: str, day: date, today: date | None) -> str:
    """Return what would be likely instead of a valid but unusual day; "" if it isn't unusual."""
    if day == EARLIEST:
        return "a day; this is a spreadsheet's first, and usually stands for none"
    if today is not None and column in _HAVE_BEEN and day > today:
        return "a day that has been; until it comes nobody would find the record"
    return ""


_HAVE_BEEN = frozenset({"registered_on", "issued_on"})


def disagreements(row: SourceRow, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield columns of one row that contradict each other: (column, value, what was expected)."""
    values = row.values
    for first, last in IN_ORDER.get(row.table, ()):
        start, end = values.get(first), values.get(last)
        if start and end and str(end) < str(start):
            yield last, str(end), f"a day not before {first}, {start}"
    status, reason = row.text("status"), row.text("status_reason")
    statuses = policy.permit_statuses if row.table == "permits" else policy.statuses
    if status and reason and reason not in statuses[status].reasons:
        words = ", ".join(statuses[status].reasons)
        yield "status_reason", reason, f"a reason of {status}: {words or 'none'}"
