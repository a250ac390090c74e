"""Professional development for the demonstration's members: a few activities, and one audit.

The first member has begun this year's log and not finished it. The second logged too little last
year and is being audited for it: the notice is made, and no service of it recorded yet.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.cpd import actions
from signet.cpd.desk import audits, notices
from signet.cpd.desk.audits import AuditVersion
from signet.cpd.forms import ActivityDraft
from signet.policy import Policy
from signet.transactions.context import Context

BY = "demonstration"
# The year, relative to this one; the month and the day; the activity, and the reflection on it.
LOGGED = (
    (0, 1, 9, "Course on the new edition of the building code", "Snow loads rose in the north."),
    (-1, 2, 12, "Seminar on lifting plans for confined sites", "Look at the ground first."),
)


def add(members: Sequence[str]) -> None:
    """Add the sample for members, by their numbers."""
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    for member, (years, month, day, title, reflection) in zip(members, LOGGED, strict=False):
        on = min(date(today.year + years, month, day), today)
        context = Context(BY, secrets.token_hex(16), now, today, policy, member)
        actions.add_activity(context, on.year, _draft(policy, on, title, reflection))
    for member in members[1:2]:
        _audit(member, today.year - 1, Context(BY, secrets.token_hex(16), now, today, policy))


def _draft(policy: Policy, on: date, title: str, reflection: str) -> ActivityDraft:
    return ActivityDraft(
        title=title,
        category=next(iter(policy.cpd(on).categories)),
        started_on=on,
        ended_on=on,
        better_practitioner=True,
        advances_profession=False,
        reflection=reflection,
    )


def _audit(member: str, year: int, officer: Context) -> None:
    audits.ask(officer, year, member)
    case = audits.case_of(year, member)
    notices.notify(officer.next("notice"), AuditVersion(year, member, case.version))
