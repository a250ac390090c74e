"""One submission of each service, through its deployed route, as its users make it.

A service that is deployed has its line in SUBMISSIONS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.aws.rehearsal.visiting import Visitor

Submit = Callable[[Visitor, date], str]


class NotTaken(Exception):
    """A service didn't take what was sent; the message says what it answered."""


def cpd_activity(member: Visitor, today: date) -> str:
    """A member logs an activity; gives what shows that it was taken."""
    path = f"/services/cpd/{today.year}/add/"
    form = member.get(path)
    said = {
        "title": "Course on pressure vessel codes",
        "category": "formal",
        "started_on": today.isoformat(),
        "better_practitioner": "yes",
        "advances_profession": "no",
    }
    done = member.post(path, {**form.hidden, **said})
    if done.status != 200 or "/activities/" not in done.url or said["title"] not in done.text:
        raise NotTaken(f"CPD answered {done.status} at {done.url}")
    return "an activity in the CPD log"


SUBMISSIONS: tuple[Submit, ...] = (cpd_activity,)
