"""Keeps the index by its tables: whatever changed there, the record is read again.

So it doesn't matter in which order changes are heard of, how often, or whether one was missed
before: what is written is what holds now.
"""

from __future__ import annotations

from signet.errors import Conflict
from signet.search import store
from signet.search.model import NOTHING, Source
from signet.search.sources import When, now_held

TRIES = 5  # against others who write what is held of the same record


def follow(record: str, source: Source, when: When, *, whole: bool = False) -> bool:
    """Bring what the index holds of a record from a table up to date; tell whether it wasn't.

    `whole` writes all of it, also where it seems right: rows of it may be missing.
    What is held is read before the record is: whoever writes meanwhile has read it later than we.
    Raises Conflict when others keep writing, Unavailable.
    """
    for tried in range(TRIES):
        before = store.kept(record, source)
        after = now_held(record, source, when)
        anew = whole or tried > 0
        if after == before.holding and (before.version or after == NOTHING) and not anew:
            return False
        if store.write(record, source, before, after, whole=anew):
            return True
    raise Conflict(f"what the search holds of {record} keeps being changed")
