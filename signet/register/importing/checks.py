"""What a value of the exchange format must be: known words, lengths, characters, dates in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import get_args

from signet.policy import Policy
from signet.register import payloads
from signet.register.exchange.schema import Column, Table
from signet.register.importing.rows import SourceRow

# What was expected instead, or None when the text is as it should be.
Check = Callable[[str], str | None]

LINE_LENGTH: int = get_args(payloads.Line)[1].max_length
TEXT_LENGTH: int = get_args(payloads.Text)[1].max_length
LONG_COLUMNS = frozenset({"limits", "text", "conditions", "address"})
NUMBER_COLUMNS = frozenset({"number", "permit", "member"})
NUMBER_EXPECTED = "a number of letters, digits and inner hyphens, 32 at most"

# Controls, marks that make text read in another order than it is stored (a name could pose as
# another one), halves of characters, and the sign that an earlier program couldn't read a letter.
_LINE_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]")
_TEXT_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]"
)

IN_ORDER = {
    "members": (("status_since", "status_until"),),
    "permits": (("issued_on", "expires_on"), ("status_since", "status_until")),
    "responsible_members": (("from", "to"),),
}


def private(table: str, column: str) -> bool:
    """Whether a value may not be shown, not even in a problem."""
    return table == "contacts" and column != "number"


def one_of(known: Collection[str], text: str) -> str:
    """What to say to a word that isn't known: the likely one, then all of them."""
    return _one_of(tuple(known), text)


@lru_cache(maxsize=1_000)  # one wrong word in a mapping stands in every row
def _one_of(known: tuple[str, ...], text: str) -> str:
    folded = {word.casefold(): word for word in known}
    near = get_close_matches(text.casefold(), folded, n=1)
    likely = f"{folded[near[0]]!r} perhaps; " if near else ""
    return f"{likely}one of {', '.join(known)}"


def vocabulary(table: str, column: str, policy: Policy) -> Collection[str] | None:
    """The words that a column may hold, in the policy's order; None where any will do."""
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


def _known(words: Collection[str], quick: frozenset[str], text: str) -> str | None:
    return None if text in quick else one_of(words, text)


def _number(text: str) -> str | None:
    return None if payloads.NUMBER.fullmatch(text) else NUMBER_EXPECTED


def _written(limit: int, forbidden: re.Pattern[str], text: str) -> str | None:
    if len(text) > limit:
        return f"at most {limit} characters, not {len(text)}"
    if found := forbidden.search(text):
        return f"no such character as U+{ord(found[0]):04X}"
    return None


def check(table: Table, column: Column, policy: Policy) -> Check:
    """The check of one text of a column, or of one part of a list."""
    if column.name in NUMBER_COLUMNS:
        return _number
    words = vocabulary(table.name, column.name, policy)
    if words is not None:
        return partial(_known, words, frozenset(words))
    if column.name in LONG_COLUMNS:
        return partial(_written, TEXT_LENGTH, _TEXT_FORBIDDEN)
    return partial(_written, LINE_LENGTH, _LINE_FORBIDDEN)


def disagreements(row: SourceRow, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Columns of one row that can't both be right: (column, value, what was expected)."""
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
