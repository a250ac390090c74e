"""Keeping career profiles in line with the register, by its stream and by the scheduler.

A register entry may take effect on a later day. Nothing is written on that day, so the stream
doesn't report it.
"""

from __future__ import annotations

from signet.jobs import store
from signet.jobs.applicants import profiles
from signet.jobs.context import Occasion
from signet.register import reading as register


def refresh(occasion: Occasion, member: str) -> None:
    """Update a member's profile, if there is one, from the register. Raises Unavailable."""
    record = register.standing_on(member, occasion.today)
    again = register.next_day(member, occasion.today)
    profiles.refresh(occasion, member, record, again)


def come(occasion: Occasion, most: int = 100) -> int:
    """Refresh the profiles whose register record may change by today; return how many.

    The scheduler calls it until it returns 0. Raises Unavailable.
    """
    owners = store.owners_listed(profiles.STANDINGS, f"{occasion.today}", most)
    for owner in owners:
        refresh(occasion.again(f"{owner} {occasion.today}"), owner.removeprefix("member#"))
    return len(owners)
