"""The notices of audits as officers make them and record their service (NOT-1 to NOT-3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from signet.cpd import notices, rules
from signet.cpd.desk_cases import (
    Seen,
    cases,
    change_seen,
    check_open,
    following,
    noted,
    put,
)
from signet.cpd.desk_office import Officer, Plan, of_year, perform
from signet.cpd.model import AuditCase, Notice
from signet.cpd.notices import Service, Way
from signet.errors import Conflict, Fault, Invalid, Refused


def notify(officer: Officer, seen: Seen) -> None:
    """Make a notice to produce the record (NOT-2); the member gets a courtesy copy (NOT-3).

    Raises Refused once the audit is over, Conflict when it changed since it was seen.
    """

    def change(case: AuditCase) -> AuditCase:
        check_open(case)
        return noted(officer, case)

    change_seen(officer, seen, "cpd.desk.notice.made", [], change, "audit_notice")


def record_service(officer: Officer, seen: Seen, way: Way, on: date, *, within: bool) -> None:
    """Record how and when the latest notice was served, which starts its clock (NOT-1, NOT-2).

    Raises Invalid for a day that can't be, Refused without a notice, Conflict.
    """

    def serve(notice: Notice) -> Service:
        return notices.served(way, on, within=within, made_on=notice.made_on, today=officer.today)

    _serve(officer, seen, "cpd.desk.notice.served", [way, on, within], serve)


def record_arrival(officer: Officer, seen: Seen, on: date) -> None:
    """Record proof of the day on which the latest notice arrived (NOT-1); raises as above."""
    _serve(
        officer,
        seen,
        "cpd.desk.notice.arrived",
        [on],
        lambda notice: notices.arrived(notice.service, on, officer.today),
    )


def record_return(officer: Officer, seen: Seen) -> None:
    """Record that the latest notice came back: it isn't served (NOT-1); raises as above."""
    _serve(
        officer,
        seen,
        "cpd.desk.notice.came_back",
        [],
        lambda notice: notices.came_back(notice.service),
    )


def _serve(
    officer: Officer,
    seen: Seen,
    what: str,
    said: Sequence[Any],
    serve: Callable[[Notice], Service],
) -> None:
    def change(case: AuditCase) -> AuditCase:
        check_open(case)
        return _served(officer, case, serve)

    change_seen(officer, seen, what, said, change)


def _served(officer: Officer, case: AuditCase, serve: Callable[[Notice], Service]) -> AuditCase:
    if not case.notices:
        raise Refused("Make a notice first: there is none that could be served.", rule="NOT-1")
    latest = case.notices[-1]
    made = latest.model_copy(update={"service": serve(latest), "recorded_by": officer.account})
    return following(case, notices=(*case.notices[:-1], made))


def record_posting(
    officer: Officer, year: int, seen: Mapping[str, int], on: date, *, within: bool
) -> int:
    """Record that the latest notices of several audits were posted on a day (NOT-1).

    `seen` are the members' audits with the versions that the page showed; gives how many. Raises
    Conflict when one of them changed since, and Invalid; then none is recorded.
    """

    def plan() -> Plan:
        cpd = rules.of_year(year, officer.policy)
        held = cases(year, list(seen))
        if any(n not in held or held[n].version != version for n, version in seen.items()):
            raise Conflict
        changes = []
        for case in held.values():
            check_open(case)
            changes.append(put(_served(officer, case, serve), case, cpd))
        return Plan(str(len(changes)), changes, {"posted": len(changes), "on": on.isoformat()})

    def serve(notice: Notice) -> Service:
        made = notice.made_on
        return notices.served(Way.MAIL, on, within=within, made_on=made, today=officer.today)

    if not seen:
        raise Invalid(Fault("posted", "Choose the letters that were posted"))
    said = [year, dict(seen), on, within]
    return int(perform(officer, of_year(year), "cpd.desk.notices.posted", said, plan))
