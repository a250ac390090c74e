"""Sequence numbers of receipts and credit notes: consecutive within a year, without gaps.

The counter is written in the same transaction as the numbered row, on condition that its value is
still the one that was read. Of two simultaneous writes the second reads again, and a failed write
uses up no number.
"""

from __future__ import annotations

from typing import Literal

from signet.jobs import store, tables
from signet.jobs.model import Counter
from signet.jobs.store import Row
from signet.transactions.commit import Change

Letter = Literal["R", "C"]
RECEIPT: Letter = "R"
CREDIT_NOTE: Letter = "C"


def following(letter: Letter, year: int) -> tuple[str, Change]:
    """Return the next number of a year, like "R-2026-00017", and the change that takes it."""
    owner, sort_key = tables.numbers(letter), f"{year}"
    counter = store.get(Counter, owner, sort_key) or Counter()
    new = Counter(last=counter.last + 1, version=counter.version + 1)
    change = store.put(
        new, Row(owner, sort_key), version=new.version, stored_version=counter.version
    )
    return f"{letter}-{year}-{new.last:05}", change
