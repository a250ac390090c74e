"""Résumés: files of accounts, used by applications and profiles, and erased when unused."""

from __future__ import annotations

from signet.transactions.commit import Update
from signet.transactions.context import Context
from signet.uploads import evidence, removal
from signet.uploads.model import Unused
from signet.uploads.objects import connect

PURPOSE = "resume"


def used(owner: str, resume: str) -> list[Update]:
    """Return the change that records the use of an owner's résumé, none if there is no résumé."""
    return evidence.used(owner, [resume] if resume else [])


def released(context: Context, owner: str, resume: str) -> list[Update]:
    """Return the change that records the end of a use: the time until erasure starts again."""
    unused = Unused(PURPOSE, context.now)
    return evidence.released(owner, [resume] if resume else [], unused)


def erase(context: Context, limit: int = 25) -> int:
    """Erase résumés that have been unused for as long as the policy says; return how many.

    The scheduler calls it until it returns 0. Raises Unavailable.
    """
    purpose = evidence.purpose(context.policy, PURPOSE)
    return removal.erase_unused(context, purpose, connect, limit=limit)
