"""The ledger of credits as pure functions: the credits after each entry (JOB-1, JOB-2).

The balance and the entry are written in one transaction, which depends on the version of the
balance that was read. So the sum of a ledger is the balance, and of any number of simultaneous
spends of one credit only one succeeds. Nothing else changes credits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from signet.errors import Refused
from signet.jobs import store, tables
from signet.jobs.model import Credits, Entry, EntryKind, Lot, Taken
from signet.jobs.store import NOWHERE, Listing, Row
from signet.transactions.commit import Change

EXPIRING = "expiring"


class NoCredit(Refused):
    """There aren't enough credits (JOB-1)."""

    code = "no-credit"

    def __init__(self, needed: int, usable: int) -> None:
        super().__init__(f"This takes {_named(needed)}, and there are {usable}.", rule="JOB-1")
        self.needed, self.usable = needed, usable


class CostsMore(Refused):
    """It takes more credits than the user was shown (JOB-1)."""

    code = "costs-more"

    def __init__(self, cost: int) -> None:
        super().__init__(f"This takes {_named(cost)}. Nothing has been spent yet.", rule="JOB-1")
        self.cost = cost


def _named(number: int) -> str:
    return "1 job credit" if number == 1 else f"{number} job credits"


class Cause(NamedTuple):
    """Why credits are added or taken: who did it, when, and what it is about."""

    kind: EntryKind
    on: date
    at: datetime
    by: str
    about: str = ""
    reason: str = ""
    cents: int = 0
    tax: int = 0


class Moved(NamedTuple):
    """Credits before and after an entry, with the entry."""

    before: Credits
    after: Credits
    entry: Entry


def add(stored: Credits, lot: Lot, cause: Cause) -> Moved:
    """Add a lot."""
    return _moved(stored, [Taken(lot=lot.id, credits=lot.left, expires_on=lot.expires_on)], cause)


def spend_credits(stored: Credits, needed: int, cause: Cause) -> Moved:
    """Spend credits, those that expire first. Raises NoCredit."""
    if needed > (usable := stored.usable(cause.on)):
        raise NoCredit(needed, usable)
    lots = [lot for lot in stored.lots if lot.expires_on >= cause.on]
    return _moved(stored, _from(lots, needed), cause)


def returned(stored: Credits, spends: Sequence[Taken], least_days: int, cause: Cause) -> Moved:
    """Return spent credits to their lots, with at least `least_days` days until they expire."""
    until = cause.on + timedelta(days=least_days)
    back = [
        Taken(lot=one.lot, credits=-one.credits, expires_on=max(one.expires_on, until))
        for one in spends
    ]
    return _moved(stored, back, cause)


def remove(stored: Credits, lot: str, limit: int, cause: Cause) -> Moved | None:
    """Take back up to `limit` of a lot's credits; return None if none are left."""
    return _less(stored, [one for one in stored.lots if one.id == lot], limit, cause)


def refund_credits(stored: Credits, lot: str, limit: int, cause: Cause) -> Moved:
    """Record that money was refunded, taking up to `limit` of the lot's credits that are left."""
    return _moved(stored, _from([one for one in stored.lots if one.id == lot], limit), cause)


def expire_lots(stored: Credits, cause: Cause) -> Moved | None:
    """Remove the credits that expired before the day of `cause`; return None if there are none."""
    lots = [lot for lot in stored.lots if lot.expires_on < cause.on]
    return _less(stored, lots, stored.balance, cause)


def _less(stored: Credits, lots: Sequence[Lot], limit: int, cause: Cause) -> Moved | None:
    taken = _from(lots, limit)
    return _moved(stored, taken, cause) if taken else None


def _from(lots: Sequence[Lot], limit: int) -> list[Taken]:
    """Take `limit` credits from the lots, in order, or as many as there are."""
    taken = []
    for lot in lots:
        if some := min(limit, lot.left):
            taken.append(Taken(lot=lot.id, credits=-some, expires_on=lot.expires_on))
            limit -= some
    return taken


def _moved(stored: Credits, taken: Sequence[Taken], cause: Cause) -> Moved:
    entry = Entry(
        number=stored.entries + 1,
        credits=sum(one.credits for one in taken),
        lots=tuple(taken),
        **cause._asdict(),
    )
    lots = {(lot.id, lot.expires_on): lot.left for lot in stored.lots}
    for one in taken:
        key = (one.lot, one.expires_on)
        lots[key] = lots.get(key, 0) + one.credits
    left = [Lot(id=id_, left=n, expires_on=day) for (id_, day), n in lots.items() if n]
    left.sort(key=lambda lot: (lot.expires_on, lot.id))
    after = Credits(entries=entry.number, lots=tuple(left), version=stored.version + 1)
    return Moved(stored, after, entry)


def put(company: str, first: Moved, *others: Moved) -> list[Change]:
    """Return the changes that write the new credits over the old, and the entries in sequence."""
    owner = tables.company(company)
    moves = [first, *others]
    after = moves[-1].after
    due = after.lots[0].expires_on if after.lots else None
    listing = Listing(EXPIRING, f"{due}#{company}") if due else NOWHERE
    row = Row(owner, tables.CREDITS, listing)
    return [
        store.put(after, row, version=after.version, stored_version=first.before.version),
        *(store.put(one.entry, Row(owner, tables.entry_key(one.entry.number))) for one in moves),
    ]


def proved(entries: Sequence[Entry], stored: Credits) -> list[str]:
    """Return the discrepancies between a ledger and the credits; none if they agree."""
    problems = [*_wrong(entries)]
    lots = _lots(entries)
    if {key: left for key, left in lots.items() if left} != {
        (lot.id, lot.expires_on): lot.left for lot in stored.lots
    }:
        problems.append("the lots aren't what the entries come to")
    if sum(entry.credits for entry in entries) != stored.balance:
        problems.append("the sum of the ledger isn't the balance")
    if len(entries) != stored.entries:
        problems.append("the number of entries isn't what the credits say")
    return problems


def _wrong(entries: Sequence[Entry]) -> Iterator[str]:
    left: Counter[tuple[str, date]] = Counter()
    for at, entry in enumerate(entries, 1):
        if entry.number != at:
            yield f"entry {at} is missing"
        if entry.credits != sum(one.credits for one in entry.lots):
            yield f"entry {entry.number} isn't the sum of its lots"
        _count(entry, left)
        if any(left[one.lot, one.expires_on] < 0 for one in entry.lots):
            yield f"entry {entry.number} takes more of a lot than there was"


def _lots(entries: Sequence[Entry]) -> Counter[tuple[str, date]]:
    lots: Counter[tuple[str, date]] = Counter()
    for entry in entries:
        _count(entry, lots)
    return lots


def _count(entry: Entry, lots: Counter[tuple[str, date]]) -> None:
    for one in entry.lots:
        lots[one.lot, one.expires_on] += one.credits
