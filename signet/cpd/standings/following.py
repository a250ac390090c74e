"""Updates of a member's stored standings when the register changes and nobody writes to the log.

The register's stream names the member. What changes as days pass is left to the nightly run
(`nightly`).
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from signet.cpd import rules, store, tables, year_view
from signet.cpd.model import Year
from signet.policy import Policy
from signet.transactions.commit import Operation, commit, digest_of
from signet.transactions.perform import retry


def follow(member: str, today: date, policy: Policy) -> int:
    """Update the stored standings of a member's years (CPD-1, CPD-5); return how many changed.

    Raises Conflict when others keep writing to them.
    """
    cpd = policy.cpd(today)
    years = store.summaries(member, rules.open_years(today, cpd))
    return sum(_restand(member, year, today, policy) for year in years)


def _restand(member: str, year: int, today: date, policy: Policy) -> bool:
    def go() -> bool:
        view = year_view.year_view(member, year, today, policy)
        new = year_view.summary(view)
        if view.stored is not None and _same(view.stored, new):
            return False
        _write(member, new, view.stored)
        return True

    return retry(go)


def _same(stored: Year, new: Year) -> bool:
    """Tell whether a summary equals the stored one, whenever each was worked out."""
    aside = {"version": 0, "as_at": None}
    return stored.model_copy(update=aside) == new.model_copy(update=aside)


def _write(member: str, new: Year, before: Year | None) -> None:
    """Write a summary in an operation named for its content, so that a repeat does it once."""
    digest = digest_of(new.model_dump(exclude={"as_at"}))
    id_ = sha256(f"{member}#{digest}".encode()).hexdigest()[:32]
    operation = Operation(id_, tables.partition_key(member), digest)
    commit(operation, store.put_year(member, new, before))
