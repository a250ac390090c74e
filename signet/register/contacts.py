"""Private contact data. The site build has no right to read it, and imports nothing from here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from itertools import islice
from typing import Any, NamedTuple

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from signet import bulk
from signet.register import store
from signet.register.exchange.schema import CONTACTS
from signet.register.tables import ContactRow
from signet.transactions.commit import Save

AT_ONCE = 1000  # rows compared and written together
FIELDS = tuple(name for name in CONTACTS.names if name != "number")

# Is told of changes of e-mail addresses before they are written: (number, old, new), "" for none.
Follow = Callable[[Iterable[tuple[str, str, str]]], None]


class Counted(NamedTuple):
    """Counts of contacts: new, changed by an import, or unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def plus(self, other: Counted) -> Counted:
        """Return the sum of both counts."""
        return Counted(*(one + more for one, more in zip(self, other, strict=True)))


@store.explained
def compare(rows: Iterable[Mapping[str, str]]) -> Counted:
    """Count what writing these rows would change."""
    count, waiting = Counted(), iter(rows)
    while chunk := list(islice(waiting, AT_ONCE)):
        count = count.plus(_counted(chunk, _held(chunk)))
    return count


@store.explained
def put(
    rows: Iterable[Mapping[str, str]],
    follow: Follow | None = None,
    now: datetime | None = None,
) -> Counted:
    """Write contacts, one a member; return how many are new, changed and unchanged.

    Only the fields that a row names are changed: a field that isn't in it stays, "" clears it. The
    former value is stored beside the new one, with `now` as its end. `follow` is told of changed
    e-mail addresses before they are written, so that after a failure, writing the same contacts
    again repairs what it stores.
    """
    count, waiting = Counted(), iter(rows)
    while chunk := list(islice(waiting, AT_ONCE)):
        held = _held(chunk)
        if follow is not None:
            follow(_changed(chunk, held))
        changed = [row for row in chunk if _differs(row, held.get(row["number"]))]
        bulk.write([bulk.Put(_row(row, held.get(row["number"]), now))] for row in changed)
        count = count.plus(_counted(chunk, held))
    return count


class Held(NamedTuple):
    """A value that is on record, or was (`former`), and when.

    `since` and `until` are the days from and to which it holds, None where that isn't on record;
    `replaced_at` is when it was replaced.
    """

    name: str
    value: str
    former: bool
    since: date | None
    until: date | None = None
    replaced_at: datetime | None = None


HeldRows = Mapping[str, ContactRow]


def _held(rows: Iterable[Mapping[str, str]]) -> HeldRows:
    numbers = {row["number"] for row in rows}
    return {row.number: row for row in ContactRow.batch_get(numbers, consistent_read=True)}


def _counted(rows: Iterable[Mapping[str, str]], held: HeldRows) -> Counted:
    new = changed = unchanged = 0
    for row in rows:
        before = held.get(row["number"])
        if not _differs(row, before):
            unchanged += 1
        elif before is None:
            new += 1
        else:
            changed += 1
    return Counted(new, changed, unchanged)


def _value(row: ContactRow | None, name: str) -> str:
    return (getattr(row, name) or "") if row is not None else ""


def _differs(row: Mapping[str, str], before: ContactRow | None) -> bool:
    return any(row[name] != _value(before, name) for name in FIELDS if name in row)


def _row(
    row: Mapping[str, str],
    before: ContactRow | None,
    now: datetime | None,
    since: date | None = None,
) -> ContactRow:
    """Return the new row, with the values it replaces at the end of its history.

    `until` in the history is when they were replaced, `held_until` the day from which the new ones
    hold, where the member said that; `given` names the fields that had no value before.
    """
    new_row = ContactRow()
    kept = {name: row.get(name, _value(before, name)) for name in FIELDS}
    new_row.attribute_values.update(
        {"number": row["number"], **{n: v for n, v in kept.items() if v}}
    )
    replaced = {n: was for n in FIELDS if (was := _value(before, n)) and was != kept[n]}
    history = json.loads(before.history) if before is not None and before.history else []
    told = before is not None or since is not None
    filled = [n for n in FIELDS if told and kept[n] and not _value(before, n)]
    if replaced or filled:
        ends: dict[str, Any] = {"until": now.isoformat() if now else ""}
        if since is not None:
            ends["held_until"] = since.isoformat()
        if filled:
            ends["given"] = filled
        history.append({**replaced, **ends})
    if history:
        new_row.attribute_values["history"] = json.dumps(history, ensure_ascii=False)
    return new_row


def _changed(rows: Iterable[Mapping[str, str]], held: HeldRows) -> list[tuple[str, str, str]]:
    """Return the e-mail addresses that these rows would change, as `Follow` takes them."""
    addresses = [
        (row["number"], _value(held.get(row["number"]), "email"), row["email"])
        for row in rows
        if "email" in row
    ]
    return [one for one in addresses if one[1] != one[2]]


@store.explained
def get(number: str) -> dict[str, str]:
    """Return a member's contact data; without the fields that aren't known."""
    try:
        row = ContactRow.get(number, consistent_read=True)
    except DoesNotExist:
        return {}
    return {name: value for name in FIELDS if (value := _value(row, name))}


def history(number: str, names: Iterable[str], zone: tzinfo) -> list[Held]:
    """Return what these fields of a member hold and held, the latest of each first: one read."""
    row = _current(number)
    return [one for name in names for one in _periods(row, name, zone)] if row is not None else []


def _periods(row: ContactRow, name: str, zone: tzinfo) -> list[Held]:
    """Return a field's values, the latest first. Filling an empty field replaces nothing."""
    periods: list[Held] = []
    since: date | None = None
    for former in json.loads(row.history or "[]"):
        if name not in former and name not in former.get("given", ()):
            continue
        at = datetime.fromisoformat(former["until"]) if former["until"] else None
        ended = former.get("held_until", "")
        until = date.fromisoformat(ended) if ended else at.astimezone(zone).date() if at else None
        if name in former:
            periods.append(
                Held(name, former[name], former=True, since=since, until=until, replaced_at=at)
            )
        since = until
    if now := _value(row, name):
        periods.append(Held(name, now, former=False, since=since))
    return periods[::-1]


def change(
    number: str, given: Mapping[str, str], before: Mapping[str, str], now: datetime, since: date
) -> Save:
    """Return the change of one member's contacts, for a larger transaction; it fails on another's.

    `given` holds the fields that change, "" to clear one; `before` is what was read (`get`).
    `since` is the day from which the new data hold, which may be past. What they replace joins the
    row's history.
    """
    row = _current(number)
    new_row = _row({"number": number, **given}, row, now, since)
    unchanged: Condition = ContactRow.number.does_not_exist()
    if row is not None:
        unchanged = ContactRow.number.exists()
        for name in FIELDS:
            attribute = getattr(ContactRow, name)
            held = before.get(name, "")
            unchanged &= (attribute == held) if held else attribute.does_not_exist()
        history = ContactRow.history
        unchanged &= (history == row.history) if row.history else history.does_not_exist()
    return Save(new_row, unchanged)


@store.explained
def _current(number: str) -> ContactRow | None:
    try:
        return ContactRow.get(number, consistent_read=True)
    except DoesNotExist:
        return None


@store.explained
def email_of(number: str, at: datetime) -> str | None:
    """Return the e-mail address that was on record at a moment, or None, for a member's mail.

    None too where the member gave one later and there was none before.
    """
    row = _current(number)
    if row is None:
        return None
    for former in json.loads(row.history or "[]"):
        later = former["until"] and datetime.fromisoformat(former["until"]) > at
        if later and "email" in former:
            return str(former["email"])
        if later and "held_until" in former and "email" in former.get("given", ()):
            return None
    return row.email


class Emails(NamedTuple):
    """A member's e-mail address, "" where none is known, and those that they gave before."""

    number: str
    now: str
    before: tuple[str, ...]


def emails_of(number: str) -> Emails:
    """Return a member's e-mail addresses. Raises StoreUnavailable."""
    return _emails(number, _current(number))


def _emails(number: str, row: ContactRow | None) -> Emails:
    former = json.loads(row.history or "[]") if row is not None else ()
    before = dict.fromkeys(one["email"] for one in former if one.get("email"))
    now = (row.email or "") if row is not None else ""
    return Emails(number, now, tuple(one for one in before if one != now))


@store.explained
def emails_after(number: str, limit: int) -> list[Emails]:
    """Return the addresses of some members, in the database's own order after a number.

    "" begins at the first; fewer than `limit` are the last.
    """
    after = {"number": {"S": number}} if number else None
    rows = ContactRow.scan(last_evaluated_key=after, limit=limit, consistent_read=True)
    return [_emails(row.number, row) for row in rows]


@store.explained
def numbers() -> set[str]:
    """Return the numbers of all members whose contact data are on record, without the data."""
    return {str(row.number) for row in ContactRow.scan(attributes_to_get=["number"])}


@store.explained
def every() -> Iterator[dict[str, str]]:
    """Return an iterator over all contacts in number order, for a full export."""
    rows = [
        {name: getattr(row, name) or "" for name in CONTACTS.names} for row in ContactRow.scan()
    ]
    rows.sort(key=lambda row: row["number"])
    return iter(rows)
