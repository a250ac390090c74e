"""Reading the register's members in pages, for work that is done in several runs."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from signet.errors import Unavailable
from signet.register import fold, store
from signet.register.act import RawActs, decoded
from signet.register.model import MemberRecord
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


@store.explained
def _members(after: str, limit: int, on: date) -> Portion:
    condition = RegisterRow.part.startswith(ACT) & RegisterRow.record.startswith("member#")
    rows = RegisterRow.scan(
        condition, last_evaluated_key=_key(after), page_size=_PAGE, consistent_read=True
    )
    records: list[tuple[str, MemberRecord | None]] = []
    place = ""
    for record, group in groupby(rows, key=lambda row: row.record):
        if len(records) == limit:
            return Portion(tuple(records), place)
        stored = list(group)
        place = f"{record}{_BETWEEN}{stored[-1].part}"
        number = record.partition("#")[2]
        raw = RawActs("member", number, tuple(row.body for row in stored))
        records.append((number, fold.member(decoded(raw), on)))
    return Portion(tuple(records), "")


def _key(after: str) -> dict[str, Any] | None:
    if not after:
        return None
    record, _, part = after.partition(_BETWEEN)
    return {"record": {"S": record}, "part": {"S": part}}
