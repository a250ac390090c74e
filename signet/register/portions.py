"""Reading the register in pages, for work that is done in several runs."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from pynamodb.expressions.condition import Condition

from signet.errors import Unavailable
from signet.register import fold, store
from signet.register.act import RawActs, decoded
from signet.register.model import MemberRecord, Subject
from signet.register.tables import ACT, RegisterRow

_PAGE = 1000  # rows per read
_BETWEEN = "\n"  # occurs in neither key


class Portion(NamedTuple):
    """Some members as at a day; None for one who isn't on the register by then.

    `after` is where the next page begins, "" when there is none.
    """

    members: tuple[tuple[str, MemberRecord | None], ...]
    after: str


def members(after: str, limit: int, on: date) -> Portion:
    """Return at most `limit` members as at a day, in the database's own order.

    `after` comes from the page before, "" for the first. Raises signet.errors.Unavailable when the
    register can't be read.
    """
    try:
        return _members(after, limit, on)
    except store.StoreUnavailable as error:
        raise Unavailable from error


def _members(after: str, limit: int, on: date) -> Portion:
    condition = RegisterRow.part.startswith(ACT) & RegisterRow.record.startswith("member#")
    read = _acts(after, limit, condition)
    folded = tuple((raw.number, fold.member(decoded(raw), on)) for raw in read.records)
    return Portion(folded, read.after)


class Records(NamedTuple):
    """Some records' entries as stored; `after` as in Portion."""

    records: tuple[RawActs, ...]
    after: str


def records(after: str, limit: int) -> Records:
    """Return at most `limit` records, members and permits, as `members` does."""
    try:
        return _acts(after, limit, RegisterRow.part.startswith(ACT))
    except store.StoreUnavailable as error:
        raise Unavailable from error


@store.explained
def _acts(after: str, limit: int, condition: Condition) -> Records:
    rows = RegisterRow.scan(
        condition, last_evaluated_key=_key(after), page_size=_PAGE, consistent_read=True
    )
    read: list[RawActs] = []
    place = ""
    for record, group in groupby(rows, key=lambda row: row.record):
        if len(read) == limit:
            return Records(tuple(read), place)
        stored = list(group)
        place = f"{record}{_BETWEEN}{stored[-1].part}"
        subject, _, number = record.partition("#")
        kind: Subject = "member" if subject == "member" else "permit"
        read.append(RawActs(kind, number, tuple(row.body for row in stored)))
    return Records(tuple(read), "")


def _key(after: str) -> dict[str, Any] | None:
    if not after:
        return None
    record, _, part = after.partition(_BETWEEN)
    return {"record": {"S": record}, "part": {"S": part}}
