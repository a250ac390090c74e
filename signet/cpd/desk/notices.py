"""The notices of audits: officers make them and record their service (NOT-1 to NOT-3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from signet.cpd import rules
from signet.cpd.desk.audits import (
    AuditVersion,
    cases,
    change_audit,
    check_open,
    next_version,
    put,
    with_notice,
)
from signet.cpd.desk.context import of_year, perform_at_desk
from signet.cpd.model import AuditCase, Notice
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.letters import service
from signet.letters.service import Service, Way
from signet.transactions.context import Context
from signet.transactions.perform import Plan


def notify(context: Context, seen: AuditVersion) -> None:
    """Make a notice to produce the record (NOT-2); the member gets a courtesy copy (NOT-3).

    Raises Refused once the audit is over, Conflict when it changed since it was seen.
    """

    def change(case: AuditCase) -> AuditCase:
        check_open(case)
        return with_notice(context, case)

    change_audit(context, seen, "cpd.desk.notice.made", [], change, "audit_notice")


def record_service(
    context: Context, seen: AuditVersion, way: Way, on: date, *, within: bool, notice: str = ""
) -> None:
    """Record how and when a notice was served, which starts its time limit (NOT-1, NOT-2).

    `notice` is its id, "" for the latest. Raises Invalid for an impossible date, Refused without a
    notice, Conflict.
    """

    def serve(notice: Notice) -> Service:
        return service.served(way, on, within=within, made_on=notice.made_on, today=context.today)

    _serve(context, seen, "cpd.desk.notice.served", [way, on, within, notice], notice, serve)


def record_arrival(context: Context, seen: AuditVersion, on: date, notice: str = "") -> None:
    """Record proof of the day on which a notice arrived (NOT-1).

    Raises the same errors as `record_service`.
    """

    def serve(one: Notice) -> Service:
        return service.arrived(one.service, on, context.today)

    _serve(context, seen, "cpd.desk.notice.arrived", [on, notice], notice, serve)


def record_return(context: Context, seen: AuditVersion, notice: str = "") -> None:
    """Record that a notice came back, so that it isn't served (NOT-1).

    Raises the same errors as `record_service`.
    """

    def serve(one: Notice) -> Service:
        return service.came_back(one.service)

    _serve(context, seen, "cpd.desk.notice.came_back", [notice], notice, serve)


def _serve(
    context: Context,
    seen: AuditVersion,
    what: str,
    submitted: Sequence[Any],
    notice: str,
    serve: Callable[[Notice], Service],
) -> None:
    def change(case: AuditCase) -> AuditCase:
        check_open(case)
        return _served(context, case, notice, serve)

    change_audit(context, seen, what, submitted, change)


def _served(
    context: Context, case: AuditCase, notice: str, serve: Callable[[Notice], Service]
) -> AuditCase:
    notice_before = notice_of(case, notice)
    new_notice = notice_before.model_copy(
        update={"service": serve(notice_before), "recorded_by": context.account}
    )
    after = tuple(new_notice if one is notice_before else one for one in case.notices)
    return next_version(case, notices=after)


def notice_of(case: AuditCase, id_: str = "") -> Notice:
    """Return a notice of an audit by its id, the latest for "". Raises Refused, NotFound."""
    if not case.notices:
        raise Refused("Make a notice first: there is none that could be served.", rule="NOT-1")
    notice = case.notices[-1] if not id_ else next((n for n in case.notices if n.id == id_), None)
    if notice is None:
        raise NotFound("There is no such notice of this audit.", rule="NOT-1")
    return notice


def record_posting(
    context: Context, year: int, seen: Mapping[str, int], on: date, *, within: bool
) -> int:
    """Record that the latest notices of several audits were mailed on a day (NOT-1).

    `seen` maps the members' numbers to the versions of their audits that the page showed. Returns
    how many were recorded. Raises Conflict when one of them changed since, and Invalid; then none
    is recorded.
    """

    def plan() -> Plan:
        cpd = rules.of_year(year, context.policy)
        held = cases(year, list(seen))
        if any(n not in held or held[n].version != version for n, version in seen.items()):
            raise Conflict
        changes = []
        for case in held.values():
            check_open(case)
            changes.append(put(_served(context, case, "", serve), case, cpd))
        return Plan(str(len(changes)), changes, {"posted": len(changes), "on": on.isoformat()})

    def serve(notice: Notice) -> Service:
        day = notice.made_on
        return service.served(Way.MAIL, on, within=within, made_on=day, today=context.today)

    if not seen:
        raise Invalid(FieldError("posted", "Choose the letters that were posted"))
    submitted = [year, dict(seen), on, within]
    about = of_year(year)
    return int(
        perform_at_desk(context, about, "cpd.desk.notices.posted", submitted, plan, list(seen))
    )
