"""Keeping career profiles in line with the register, by its stream and by the scheduler.

A register entry may take effect on a later day. Nothing is written on that day, so the stream
doesn't report it.
"""

from __future__ import annotations

from signet.jobs import store
from signet.jobs.applicants import profiles
from signet.register import reading as register
from signet.transactions.context import Context


def refresh(context: Context, member: str) -> None:
    """Update a member's profile, if there is one, from the register. Raises Unavailable."""
    record = register.standing_on(member, context.today)
    again = register.next_day(member, context.today)
    profiles.refresh(context, member, record, again)


def refresh_changed(context: Context, limit: int = 100) -> int:
    """Refresh the profiles whose register record may change by today; return how many.

    The scheduler calls it until it returns 0. Raises Unavailable.
    """
    owners = store.partitions_listed(profiles.STANDINGS, f"{context.today}", limit)
    for owner in owners:
        refresh(context.next(f"{owner} {context.today}"), owner.removeprefix("member#"))
    return len(owners)
