"""Career profiles as the register has their members: told by its stream, and when a day comes.

An entry may hold from a later day. Then nothing is entered on that day, and no stream tells of it.
"""

from __future__ import annotations

from signet.jobs import store
from signet.jobs.applicants import profiles
from signet.jobs.context import Occasion
from signet.register import reading as register


def refresh(occasion: Occasion, member: str) -> None:
    """Make a member's profile, if there is one, what the register says. Raises Unavailable."""
    record = register.standing_on(member, occasion.today)
    again = register.next_day(member, occasion.today)
    profiles.refresh(occasion, member, record, again)


def come(occasion: Occasion, most: int = 100) -> int:
    """Refresh the profiles whose day has come; return how many those were.

    For the clock, to be asked until it is 0. Raises Unavailable.
    """
    owners = store.owners_listed(profiles.STANDINGS, f"{occasion.today}", most)
    for owner in owners:
        refresh(occasion.again(f"{owner} {occasion.today}"), owner.removeprefix("member#"))
    return len(owners)
