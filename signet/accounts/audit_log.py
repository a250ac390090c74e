"""Reading the audit log by subject, by officer or by day; each reading is logged too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.accounts.model import Principal
from signet.policy import Policy
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Audit, Line, Span

MOST = 100
# The log's subjects that concern one member.
OF_A_MEMBER = ("member#{}", "cpd#{}", "files#member#{}", "jobs#member#{}")
KINDS = (
    ("member#100001", "everything about a member: CPD, files, profile, and what staff viewed"),
    ("cpd#100001", "a member’s CPD: what they logged, and what officers viewed and decided"),
    ("cpd-desk#2026", "a CPD year as a whole: lists, roll, draw, letters"),
    ("files#member#100001", "a member’s files: sent, checked, opened by staff"),
    ("account#…", "an account: signing in, roles, joining a record, and who viewed it"),
    ("proposal#…", "a proposal for the register: proposed, viewed, approved, refused"),
    ("complaint#…", "a complaint’s case: who opened it and what they did"),
    ("complaint-search#2026", "searches of complaints by name, and how many cases each opened"),
    ("jobs#company#…, jobs#posting#…, jobs#member#…", "the career centre"),
    ("mail#…", "a mail that couldn’t be sent"),
)


class Search(NamedTuple):
    """The search criteria for the audit log; a criterion that is "" or None isn't applied."""

    subject: str = ""
    officer: str = ""
    day: date | None = None
    before: str = ""


@reachable
def read_log(
    by: Principal, wanted: Search, policy: Policy, *, now: datetime, operation_id: str
) -> list[Line]:
    """Return the newest lines that match a search, newest first, after logging the search."""
    audit.note(
        Audit(_noted_with(wanted), "trail-seen", by.account, now, _asked(wanted)), operation_id
    )
    first, until = _bounds(wanted.day, policy) if wanted.day else (None, None)
    span = Span(first, until, wanted.before)
    if wanted.subject:
        return audit.of_subjects(subjects_of(wanted.subject), span, MOST, wanted.officer)
    if wanted.officer or first is None or until is None:
        return audit.of_officer(wanted.officer, span, MOST)
    return audit.of_days(first, until, wanted.before, MOST)


def subjects_of(text: str) -> list[str]:
    """Return the subjects to search for: several when the text names a member."""
    kind, _, id_ = text.rpartition("#")
    if kind in ("", "member"):
        return [one.format(id_) for one in OF_A_MEMBER]
    return [text]


def _noted_with(wanted: Search) -> str:
    """Return the subject of the line that records this search."""
    if wanted.subject:
        return subjects_of(wanted.subject)[0]
    return f"account#{wanted.officer}" if wanted.officer else f"audit-log#{wanted.day}"


def _asked(wanted: Search) -> dict[str, str]:
    return {"day": wanted.day.isoformat()} if wanted.day else {}


def _bounds(day: date, policy: Policy) -> tuple[datetime, datetime]:
    """Return the midnights at which a day begins and ends in the regulator's time zone."""
    zone, after = ZoneInfo(policy.regulator.time_zone), day + timedelta(days=1)
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    return first, datetime(after.year, after.month, after.day, tzinfo=zone)
