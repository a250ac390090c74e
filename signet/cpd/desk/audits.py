"""The audits of a year, of members drawn and of members who haven't declared (CPD-7).

An officer changes the audit that a page showed: a change that someone else made since is never
lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from signet.cpd import draw, rules, store, tables, year_view
from signet.cpd.desk import audit_draw
from signet.cpd.desk.context import of_member, of_year, perform_at_desk, put_model
from signet.cpd.desk.year_model import DrawRecord, DrawState
from signet.cpd.model import (
    AuditCase,
    AuditState,
    Notice,
    Standing,
    Year,
)
from signet.cpd.standings import stored_standings
from signet.cpd.standings.stored_standings import StandingChange
from signet.cpd.tables import CpdRow
from signet.errors import Conflict, NotFound, Refused
from signet.policy import CpdPolicy
from signet.tables import reachable
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan, retry

A_TRANSACTION = 30  # audits; each writes three of the hundred rows that a transaction allows


class AuditVersion(NamedTuple):
    """The audit that an officer is looking at, in the version that the page showed."""

    year: int
    number: str
    version: int


def case_of(year: int, number: str) -> AuditCase:
    """Return a member's audit. Raises NotFound when there is none."""
    audit = store.audit(number, year)
    if audit is None:
        raise NotFound("There is no audit of this member for that year.", rule=draw.RULE)
    return audit


def begin_opening(context: Context, year: int) -> None:
    """Begin to open the audits of all members drawn, each with its notice.

    The scheduler carries it on. Raises Refused before the outcome and when it was begun already,
    NotAllowed for an officer who is concerned, NotFound without a draw.
    """

    def plan() -> Plan:
        stored = drawn(year)
        if stored.asked_at is not None:
            raise Refused("The audits of this draw are open, or being opened.", rule=draw.RULE)
        audit_draw.check_unconcerned(context, (one for one, _ in audit_draw.drawn_of(stored)))
        begun = {
            "asked_at": context.now,
            "asked_by": context.account,
            "asked_act": context.operation,
            "version": stored.version + 1,
        }
        new = stored.model_copy(update=begun)
        change = put_model(
            new, year, audit_draw.DRAW, version=new.version, stored_version=stored.version
        )
        return Plan("", [change], {"draw": stored.ordinal, "audits": stored.size})

    perform_at_desk(context, of_year(year), "cpd.desk.audits.begun", [year], plan)


def open_drawn(context: Context, year: int) -> DrawRecord:
    """Open the audits of the next members drawn, and make their notices (NOT-2).

    Returns the draw, with how many are open by now. Safe to repeat at any time: no member's audit
    is opened twice. Raises Refused before the outcome, NotFound without a draw.
    """

    def go() -> str:
        draw = drawn(year)
        some = audit_draw.drawn_of(draw)[draw.opened : draw.opened + A_TRANSACTION]
        if not some:
            return ""
        # Named for what it changes, so that a run at the same time does the same operation.
        one = context.next(f"open {draw.ordinal} {draw.opened} {draw.version}")
        plan = _opening(one, draw, some)
        return perform_at_desk(one, of_year(year), "cpd.desk.audits.opened", [], lambda: plan)

    retry(go)
    return drawn(year)


def drawn(year: int) -> DrawRecord:
    """Return the year's draw with its outcome.

    Raises Refused before the outcome, NotFound without a draw.
    """
    stored = audit_draw.of(year)
    if stored is None or stored.given_up:
        raise NotFound("No list has been fixed for this year's audit.", rule=draw.RULE)
    if stored.state is not DrawState.DRAWN:
        raise Refused("Nobody has been drawn yet.", rule=draw.RULE)
    return stored


def _opening(context: Context, draw: DrawRecord, some: Sequence[tuple[str, int]]) -> Plan:
    numbers = [number for number, _ in some]
    there, stored = cases(draw.year, numbers), stored_standings.summaries(draw.year, numbers)
    cpd = rules.of_year(draw.year, context.policy)
    changes, stood, mail = [_counted(draw, len(some))], list[StandingChange](), list[Mail]()
    for number, place in some:
        before = there.get(number)
        if before is not None and before.state is not AuditState.SELECTED:
            continue  # asked already, for not having declared
        new = with_notice(context, before or _new_case(context, draw.year, number, place))
        changes.append(put(new, before, cpd))
        mail.append(courtesy(new, "audit_notice"))
        if before is None:
            stood.append(_under_audit(draw.year, number, stored.get(number), under=True))
    changes += stored_standings.put_years(stood)
    detail = {"draw": draw.ordinal, "from": draw.opened, "audits": len(some), "notices": len(mail)}
    return Plan("", changes, detail, mail)


def _counted(draw: DrawRecord, more: int) -> Change:
    new = draw.model_copy(update={"opened": draw.opened + more, "version": draw.version + 1})
    return put_model(
        new, draw.year, audit_draw.DRAW, version=new.version, stored_version=draw.version
    )


def with_notice(context: Context, case: AuditCase) -> AuditCase:
    """Return the audit with one more notice to produce the record, made now (NOT-2)."""
    notice = Notice(id=context.operation, made_on=context.today)
    selected = case.state is AuditState.SELECTED
    return next_version(
        case,
        notices=(*case.notices, notice),
        state=AuditState.ASKED if selected else case.state,
    )


@reachable
def cases(year: int, numbers: Sequence[str]) -> dict[str, AuditCase]:
    """Return the current audits of several members, by number, without members who have none."""
    keys = [(tables.partition_key(number), tables.audit_key(year)) for number in numbers]
    audits = [
        AuditCase.model_validate_json(row.body)
        for row in CpdRow.batch_get(keys, consistent_read=True)
    ]
    return {case.member: case for case in audits}


def _new_case(context: Context, year: int, number: str, place: int) -> AuditCase:
    return AuditCase(
        year=year,
        member=number,
        state=AuditState.SELECTED,
        selected_on=context.today,
        place=place,
        version=0,
    )


def _under_audit(year: int, number: str, before: Year | None, *, under: bool) -> StandingChange:
    was = before or Year(year=year, standing=Standing.SHORT)
    new = was.model_copy(update={"under_audit": under, "version": was.version + 1})
    return StandingChange(number, new, before)


def ask(context: Context, year: int, number: str) -> None:
    """Open the audit of a member who hasn't declared in time (CPD-7).

    It makes no difference whether the member ever opened their log, or whether the year's roll was
    worked out. Raises Refused before the deadline for declarations, for a member who declared or is
    exempt, and where there is an audit already; NotAllowed; NotFound for an unknown member.
    """

    def plan() -> Plan:
        cpd = rules.of_year(year, context.policy)
        if context.today <= cpd.declaration_due(year):
            raise Refused("The time to declare this year isn't over yet.", rule="CPD-6")
        view = year_view.year_view(number, year, context.today, context.policy)
        if view.audit is not None:
            raise Refused(
                "This member is already being audited for the year, or was.", rule=draw.RULE
            )
        if view.subject.code == "unknown":
            raise NotFound("There is no member of that number.", rule=draw.RULE)
        if view.standing not in (Standing.SHORT, Standing.SATISFIED):
            raise Refused("This member has declared, or isn't subject.", rule=draw.RULE)
        case = next_version(_new_case(context, year, number, 0))
        new = year_view.summary(view._replace(audit=case))
        stood = [StandingChange(number, new, view.stored)]
        changes = [put(case, None, cpd), *stored_standings.put_years(stood)]
        return Plan("", changes, {"year": year})

    perform_at_desk(
        context, of_member(number), "cpd.desk.audit.opened", [year, number], plan, [number]
    )


def check_open(case: AuditCase) -> None:
    """Raise Refused when the audit is over."""
    if not case.state.open:
        raise Refused("This audit is closed: there is nothing to ask for.", rule=draw.RULE)


def next_version(case: AuditCase, **changes: object) -> AuditCase:
    """Return the audit's next version, with these changes."""
    return case.model_copy(update={**changes, "version": case.version + 1})


def put(new: AuditCase, before: AuditCase | None, cpd: CpdPolicy) -> Change:
    """Return the change that stores an audit; the desk lists it by the day on which it is due."""
    due = rules.audit_due(new, cpd) if new.state.open else None
    return store.put_audit(new, before, due.isoformat() if due else "")


def courtesy(case: AuditCase, template: str) -> Mail:
    """Return the e-mail copy, which is a courtesy and starts no time limit (NOT-3)."""
    return Mail(f"member#{case.member}", template, {"year": case.year})


def change_audit(
    context: Context,
    seen: AuditVersion,
    what: str,
    submitted: Sequence[Any],
    change: Callable[[AuditCase], AuditCase],
    mail: str = "",
) -> None:
    """Change an audit as it was seen. Raises Conflict when someone else changed it since."""

    def plan() -> Plan:
        case = case_of(seen.year, seen.number)
        if case.version != seen.version:
            raise Conflict
        new = change(case)
        changes = [put(new, case, rules.of_year(seen.year, context.policy))]
        if case.state.open != new.state.open:
            stored = store.summary(seen.number, seen.year)
            now = _under_audit(seen.year, seen.number, stored, under=new.state.open)
            changes += stored_standings.put_years([now])
        detail = {"year": seen.year, "version": new.version, "state": new.state}
        return Plan("", changes, detail, [courtesy(new, mail)] if mail else ())

    whole = [seen.year, seen.number, seen.version, *submitted]
    perform_at_desk(context, of_member(seen.number), what, whole, plan, [seen.number])
