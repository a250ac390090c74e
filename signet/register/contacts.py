"""Private contact data. The build has no right to read it, and imports nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from signet.register import store
from signet.register.exchange.schema import CONTACTS
from signet.register.tables import ContactRow


@store.explained
def put(rows: Iterable[Mapping[str, str]]) -> int:
    """Write contacts, one a member, replacing what was held; gives how many."""
    count = 0
    with ContactRow.batch_write() as batch:
        for row in rows:
            kept = {name: row[name] for name in CONTACTS.names if row.get(name)}
            contact = ContactRow()
            contact.attribute_values.update(kept)
            batch.save(contact)
            count += 1
    return count


@store.explained
def every() -> Iterator[dict[str, str]]:
    """All contacts in number order, for a full export."""
    rows = [
        {name: getattr(row, name) or "" for name in CONTACTS.names} for row in ContactRow.scan()
    ]
    rows.sort(key=lambda row: row["number"])
    return iter(rows)
