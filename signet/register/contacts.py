"""Private contact data. The build has no right to read it, and imports nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from pynamodb.exceptions import DoesNotExist

from signet import bulk
from signet.register import store
from signet.register.exchange.schema import CONTACTS
from signet.register.tables import ContactRow

AT_ONCE = 100  # rows that one read takes

# Told of e-mail addresses before they change: (number, the one before, the one after), "" for none.
Follow = Callable[[Iterable[tuple[str, str, str]]], None]


@store.explained
def put(rows: Iterable[Mapping[str, str]], follow: Follow | None = None) -> int:
    """Write contacts, one a member, replacing what was held; gives how many.

    `follow` hears of changed e-mail addresses before they are written, so that what it keeps is
    mended by writing the same contacts again.
    """
    count, waiting = 0, iter(rows)
    while chunk := list(islice(waiting, AT_ONCE)):
        if follow is not None:
            follow(_changed(chunk))
        bulk.write([bulk.Put(_row(contact))] for contact in chunk)
        count += len(chunk)
    return count


def _row(contact: Mapping[str, str]) -> ContactRow:
    row = ContactRow()
    row.attribute_values.update({n: contact[n] for n in CONTACTS.names if contact.get(n)})
    return row


def _changed(rows: list[Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """The e-mail addresses that these rows would change."""
    numbers = {row["number"] for row in rows}
    held = {
        row.number: row.email or "" for row in ContactRow.batch_get(numbers, consistent_read=True)
    }
    told = [(row["number"], held.get(row["number"], ""), row.get("email") or "") for row in rows]
    return [one for one in told if one[1] != one[2]]


@store.explained
def email_of(number: str) -> str | None:
    """The e-mail address on record, or None: for whoever sends a member's mail."""
    try:
        return ContactRow.get(number, consistent_read=True).email
    except DoesNotExist:
        return None


@store.explained
def every() -> Iterator[dict[str, str]]:
    """All contacts in number order, for a full export."""
    rows = [
        {name: getattr(row, name) or "" for name in CONTACTS.names} for row in ContactRow.scan()
    ]
    rows.sort(key=lambda row: row["number"])
    return iter(rows)
