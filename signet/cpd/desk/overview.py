"""What the desk's pages show: the year's figures, lists, one member, what is due.

Every list comes from an index, a page at a time; no page's number of reads grows with the register.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from pynamodb.expressions.condition import Condition

from signet.cpd import conflicts, rules, store
from signet.cpd.desk.context import log_view, of_member
from signet.cpd.model import AuditCase, AuditState, NotPractising, Standing, Year, YearView
from signet.cpd.tables import CpdRow
from signet.cpd.year_view import year_view
from signet.errors import Invalid, NotFound
from signet.letters.service import Clock
from signet.policy import CpdPolicy, Policy
from signet.register import reading as register
from signet.register.model import MemberRecord
from signet.tables import reachable
from signet.transactions.context import Context

A_PAGE = 50
DUE_MOST = 200
LAPSED_MOST = 200
LETTERS = 40  # on a page; recording each writes two of a transaction's hundred rows
ASKED = (AuditState.ASKED, AuditState.MORE_ASKED)


class Figure(NamedTuple):
    """How many members have a standing, and their share of all in thousandths."""

    standing: Standing
    members: int
    share: int


class Figures(NamedTuple):
    """The figures of a year. `members` counts all of them, `subject` those not exempt."""

    by_standing: tuple[Figure, ...]
    members: int
    subject: int
    under_audit: int


class MemberList(NamedTuple):
    """A page of members of one standing; `after` is the cursor of the next page, "" at the end."""

    members: tuple[tuple[str, Year], ...]
    after: str


class CaseList(NamedTuple):
    """A page of audits in one state; `after` is the cursor of the next page, "" at the end."""

    cases: tuple[AuditCase, ...]
    after: str


class AbsenceList(NamedTuple):
    """A page of declarations of not practising, with their members; `after` as in CaseList."""

    absences: tuple[tuple[str, NotPractising], ...]
    after: str


class DueCase(NamedTuple):
    """An audit whose time to answer ends today or has ended, with its dates."""

    case: AuditCase
    clock: Clock


class MemberPage(NamedTuple):
    """One member's year as an officer sees it; `record` is the register's as at today."""

    view: YearView
    record: MemberRecord | None
    clocks: tuple[Clock, ...]


def figures(year: int) -> Figures:
    """Return the figures of a year, in one read."""
    counts = store.figures(year)
    members = sum(counts[one] for one in Standing)
    by_standing = tuple(
        Figure(one, counts[one], round(counts[one] * 1000 / members) if members else 0)
        for one in (Standing.DECLARED, Standing.SATISFIED, Standing.SHORT, Standing.EXEMPT)
    )
    subject = members - counts[Standing.EXEMPT]
    return Figures(by_standing, members, subject, counts["under_audit"])


def members(year: int, standing: Standing, cursor: str = "") -> MemberList:
    """Return a page of the members of one standing, in the order of their numbers.

    Raises Invalid for a cursor of another list.
    """
    rows, after = _page(f"{year:04d}#{standing}", cursor)
    listed = tuple((_number(row), Year.model_validate_json(row.body)) for row in rows)
    return MemberList(listed, after)


def cases(year: int, state: AuditState | None, cursor: str = "") -> CaseList:
    """Return a page of the audits in one state, by the day they are due; of all open ones for None.

    Raises Invalid as `members`.
    """
    if state is None:
        return _open_cases(year, cursor)
    rows, after = _page(_audits(year, state), cursor)
    return CaseList(tuple(AuditCase.model_validate_json(row.body) for row in rows), after)


def _audits(year: int, state: AuditState) -> str:
    return f"{year:04d}#audit#{state}"


def _open_cases(year: int, cursor: str) -> CaseList:
    """Return a page of the open audits, one state after the other; four reads at most."""
    states = [state for state in AuditState if state.open]
    begun = next((s for s in states if cursor and _is_of(_audits(year, s), cursor)), states[0])
    rows: list[CpdRow] = []
    for state in states[states.index(begun) :]:
        name = _audits(year, state)
        after = _position(name, cursor) if state is begun else ""
        rows += store.list_rows(name, after=after, limit=A_PAGE + 1 - len(rows))
        if len(rows) > A_PAGE:
            last = rows[A_PAGE - 1]
            page = rows[:A_PAGE]
            return CaseList(tuple(map(_case, page)), _cursor(str(last.listed), last.place))
    return CaseList(tuple(map(_case, rows)), "")


def _case(row: CpdRow) -> AuditCase:
    return AuditCase.model_validate_json(row.body)


def _is_of(name: str, cursor: str) -> bool:
    try:
        return bool(_position(name, cursor))
    except Invalid:
        return False


def absences(today: date, cursor: str = "") -> AbsenceList:
    """Return a page of the declarations of not practising that haven't ended, by their last day.

    Raises Invalid as `members`.
    """
    rows, after = _page(store.NOT_PRACTISING, cursor, today.isoformat())
    held = tuple((_number(row), NotPractising.model_validate_json(row.body)) for row in rows)
    return AbsenceList(held, after)


@reachable
def lapsed(today: date) -> list[tuple[str, NotPractising]]:
    """Return the latest declarations of not practising whose year is over, last to end first.

    Of each member, only the last one in the list is returned. One read.
    """
    over = CpdRow.place < today.isoformat()
    rows = CpdRow.by_standing.query(
        store.NOT_PRACTISING, over, scan_index_forward=False, limit=LAPSED_MOST
    )
    by_member: dict[str, NotPractising] = {}
    for row in rows:
        by_member.setdefault(_number(row), NotPractising.model_validate_json(row.body))
    return list(by_member.items())


def unserved(year: int, barred: Collection[str] = ()) -> list[AuditCase]:
    """Return the first audits without a served notice; as many as a page of letters holds.

    Audits of the members `barred`, whom the officer may not deal with, are left out. Two reads:
    such audits are listed after all that have a due day.
    """
    rows = [
        row
        for state in ASKED
        for row in store.list_rows(_audits(year, state), after=store.LAST, limit=A_PAGE)
    ]
    waiting = (case for case in map(_case, rows) if case.notices and case.member not in barred)
    return list(islice(waiting, LETTERS))


def _page(name: str, cursor: str, first: str = "") -> tuple[list[CpdRow], str]:
    rows = store.list_rows(name, after=_position(name, cursor) or first, limit=A_PAGE + 1)
    more = len(rows) > A_PAGE
    return rows[:A_PAGE], _cursor(name, rows[A_PAGE - 1].place) if more else ""


def _cursor(name: str, place: str) -> str:
    return urlsafe_b64encode(f"{name}\n{place}".encode()).decode().rstrip("=")


def _position(name: str, cursor: str) -> str:
    """Return where a page begins. A cursor names its list, so that it is valid for no other."""
    if not cursor:
        return ""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        listed, _, place = urlsafe_b64decode(padded).decode().partition("\n")
    except (binascii.Error, ValueError):
        listed, place = "", ""
    if listed != name or not place:
        raise Invalid(message="This address belongs to another list. Begin at its first page.")
    return place


def _number(row: CpdRow) -> str:
    return str(row.owner).partition("#")[2]


def due(today: date, policy: Policy) -> list[DueCase]:
    """Return the audits of this year and last year whose time ends today or has ended (NOT-2).

    The longest ended come first; four reads.
    """
    due_cases = []
    for year in (today.year, today.year - 1):
        cpd = rules.of_year(year, policy)
        for state in ASKED:
            due_cases += [DueCase(one, clock_of(one, cpd)) for one in _due(year, state, today)]
    return sorted(due_cases, key=lambda one: (one.clock.last_day or today, one.case.member))


@reachable
def _due(year: int, state: AuditState, today: date) -> Sequence[AuditCase]:
    rows = CpdRow.by_standing.query(_audits(year, state), _by(today), limit=DUE_MOST)
    return [AuditCase.model_validate_json(row.body) for row in rows]


def _by(today: date) -> Condition:
    return CpdRow.place < (today + timedelta(days=1)).isoformat()


@reachable
def count_due(today: date, most: int) -> int:
    """Return how many audits `due` would return, up to `most`."""
    names = [_audits(today.year - back, state) for back in (0, 1) for state in ASKED]
    return _count([(name, _by(today)) for name in names], most)


@reachable
def count_answered(today: date, most: int) -> int:
    """Return how many audits of this year and last year were answered, up to `most`."""
    names = [_audits(today.year - back, AuditState.ANSWERED) for back in (0, 1)]
    return _count([(name, None) for name in names], most)


def _count(lists: Iterable[tuple[str, Condition | None]], most: int) -> int:
    total = 0
    for name, condition in lists:
        if total < most:
            total += CpdRow.by_standing.count(name, condition, limit=most - total)
    return total


def clock_of(case: AuditCase, cpd: CpdPolicy) -> Clock:
    """Return the dates of service and deadline of what an audit asks now."""
    return rules.audit_clock(case, cpd)


def find(context: Context, year: int, number: str) -> MemberPage:
    """Return a member's year for an officer, after noting in the audit log that it is seen.

    Raises NotAllowed for the member's own account and for an officer who is recused, NotFound when
    no one of that number is on the register or has a log.
    """
    conflicts.check(context.account, context.member, [number])
    view = year_view(number, year, context.today, context.policy)
    record = register.standing_on(number, context.today)
    if record is None and view.stored is None:
        raise NotFound("There is no member of that number.")
    log_view(context, of_member(number), "cpd.desk.seen", year=year)
    noted = view.audit.notices if view.audit else ()
    return MemberPage(view, record, tuple(rules.clock(notice, view.cpd) for notice in noted))


def name_of(record: MemberRecord | None) -> str:
    """Return a member's name as a letter shows it, "" when there is no record."""
    return (
        " ".join(sort_key for sort_key in (record.given, record.family) if sort_key)
        if record
        else ""
    )
