"""Résumés: files of accounts, named by applications and profiles, erased when none names them."""

from __future__ import annotations

from signet.jobs.context import Occasion
from signet.transactions.commit import Update
from signet.uploads import evidence, removal
from signet.uploads.model import Unused
from signet.uploads.objects import connect

PURPOSE = "resume"


def used(owner: str, resume: str) -> list[Update]:
    """Return the change by which something names a résumé of an owner, none where it has none."""
    return evidence.used(owner, [resume] if resume else [])


def released(occasion: Occasion, owner: str, resume: str) -> list[Update]:
    """Return the change by which something no longer does: its time begins again then."""
    unused = Unused(PURPOSE, occasion.now)
    return evidence.released(owner, [resume] if resume else [], unused)


def erase(occasion: Occasion, most: int = 25) -> int:
    """Erase résumés that nothing has named for as long as the policy says; return how many.

    For the clock, to be asked until it is 0. Raises Unavailable.
    """
    purpose = evidence.purpose(occasion.policy, PURPOSE)
    return removal.erase_unused(purpose, connect, by=occasion.account, now=occasion.now, most=most)
