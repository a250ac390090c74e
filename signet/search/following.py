"""Keep the index up to date with its tables: after a change, the record is read again.

So events may come in any order, more than once, or after one was missed: the index gets what the
record says now.
"""

from __future__ import annotations

from signet.errors import Conflict
from signet.search import store
from signet.search.model import NOTHING, Source
from signet.search.sources import When, now_held

TRIES = 5  # while others write the same record's rows


def follow(record: str, source: Source, when: When, *, whole: bool = False) -> bool:
    """Bring what the index holds of a record from a table up to date; tell whether it wasn't.

    `whole` writes all of it, also where it seems right: rows of it may be missing.
    The index is read before the record, so a concurrent writer has read a later record.
    Raises Conflict when others keep writing, Unavailable.
    """
    for tried in range(TRIES):
        before = store.kept(record, source)
        after = now_held(record, source, when)
        rewrite = whole or tried > 0
        if after == before.holding and (before.version or after == NOTHING) and not rewrite:
            return False
        if store.write(record, source, before, after, whole=rewrite):
            return True
    raise Conflict(f"what the search holds of {record} keeps being changed")
