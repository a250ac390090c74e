"""The audits of a year: those drawn and those who haven't declared; and how one is changed (CPD-7).

An officer changes the audit that a page showed: what somebody else wrote since is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from signet.acts.outbox import Mail
from signet.acts.write import Change
from signet.cpd import desk_draw, desk_roll, draw, rules, store, tables
from signet.cpd.desk_model import DrawRecord, DrawState
from signet.cpd.desk_office import (
    Officer,
    Plan,
    keep,
    of_member,
    of_year,
    perform,
    persist,
)
from signet.cpd.desk_roll import Stood
from signet.cpd.model import (
    AuditCase,
    AuditState,
    Standing,
    Year,
)
from signet.cpd.tables import CpdRow
from signet.errors import Conflict, NotFound, Refused
from signet.policy import CpdPolicy

A_TRANSACTION = 40  # audits; each is two rows, of the hundred that a transaction takes


@dataclass(frozen=True, slots=True)
class Seen:
    """The audit that an officer is looking at, in the version that the page showed."""

    year: int
    number: str
    version: int


def case_of(year: int, number: str) -> AuditCase:
    """A member's audit. Raises NotFound when there is none."""
    found = store.audit(number, year)
    if found is None:
        raise NotFound("There is no audit of this member for that year.", rule=draw.RULE)
    return found


def open_drawn(officer: Officer, year: int) -> DrawRecord:
    """Open the audits of the next members drawn; gives the draw, with how many are open by now.

    Can be done again at any time: nobody's audit is opened twice. Raises Refused before the
    outcome, NotFound without a draw.
    """

    def go() -> str:
        held = drawn(year)
        some = desk_draw.drawn_of(held)[held.opened : held.opened + A_TRANSACTION]
        if not some:
            return ""
        cases = [(number, place) for number, place in some]
        changes = _opening(officer, held, cases)
        plan = Plan("", changes, {"draw": held.ordinal, "from": held.opened, "audits": len(some)})
        one = officer.again(f"open {held.ordinal} {held.opened} {held.version}")
        return perform(one, of_year(year), "cpd.desk.audits.opened", [], lambda: plan)

    persist(go)
    return drawn(year)


def drawn(year: int) -> DrawRecord:
    """The year's draw with its outcome. Raises Refused before, NotFound without a draw."""
    held = desk_draw.of(year)
    if held is None or held.given_up:
        raise NotFound("No list has been fixed for this year's audit.", rule=draw.RULE)
    if held.state is not DrawState.DRAWN:
        raise Refused("Nobody has been drawn yet.", rule=draw.RULE)
    return held


def _opening(
    officer: Officer, held: DrawRecord, some: Sequence[tuple[str, int]]
) -> Sequence[Change]:
    there = cases(held.year, [number for number, _ in some])
    stored = desk_roll.summaries(held.year, [number for number, _ in some])
    changes: list[Change] = []
    stood = []
    for number, place in some:
        if number in there:
            continue  # asked already, for not having declared
        changes.append(store.put_audit(_new_case(officer, held.year, number, place), None))
        stood.append(_under_audit(held.year, number, stored.get(number), under=True))
    opened = held.model_copy(
        update={"opened": held.opened + len(some), "version": held.version + 1}
    )
    changes.append(
        keep(opened, held.year, desk_draw.DRAW, version=opened.version, held=held.version)
    )
    return [*changes, *desk_roll.put_years(stood)] if stood else changes


@store.reachable
def cases(year: int, numbers: Sequence[str]) -> dict[str, AuditCase]:
    """The audits of several members, as they are now; those without one are left out."""
    keys = [(tables.owner(number), tables.audit_part(year)) for number in numbers]
    found = [
        AuditCase.model_validate_json(row.body)
        for row in CpdRow.batch_get(keys, consistent_read=True)
    ]
    return {case.member: case for case in found}


def _new_case(officer: Officer, year: int, number: str, place: int) -> AuditCase:
    return AuditCase(
        year=year,
        member=number,
        state=AuditState.SELECTED,
        selected_on=officer.today,
        place=place,
    )


def _under_audit(year: int, number: str, before: Year | None, *, under: bool) -> Stood:
    was = before or Year(year=year, standing=Standing.SHORT)
    new = was.model_copy(update={"under_audit": under, "version": was.version + 1})
    return Stood(number, new, before)


def ask(officer: Officer, year: int, number: str) -> None:
    """Open the audit of a member who hasn't declared in time (CPD-7).

    Raises Refused before the day on which declarations are due, for one who declared or is exempt,
    and where there is an audit already.
    """

    def plan() -> Plan:
        cpd = rules.of_year(year, officer.policy)
        if officer.today <= cpd.declaration_due(year):
            raise Refused("The time to declare this year isn't over yet.", rule="CPD-6")
        if store.audit(number, year) is not None:
            raise Refused("This member is being audited for the year already.", rule=draw.RULE)
        stored = store.summary(number, year)
        if stored is None or stored.standing not in (Standing.SHORT, Standing.SATISFIED):
            raise Refused("This member has declared, or isn't subject.", rule=draw.RULE)
        changes = [
            store.put_audit(_new_case(officer, year, number, 0), None),
            *desk_roll.put_years([_under_audit(year, number, stored, under=True)]),
        ]
        return Plan("", changes, {"year": year})

    perform(officer, of_member(number), "cpd.desk.audit.opened", [year, number], plan)


def check_open(case: AuditCase) -> None:
    """Raise Refused when the audit is over."""
    if not case.state.open:
        raise Refused("This audit is over: there is nothing to ask for.", rule=draw.RULE)


def following(case: AuditCase, **changes: object) -> AuditCase:
    """The audit as the next version, with these changes."""
    return case.model_copy(update={**changes, "version": case.version + 1})


def put(new: AuditCase, before: AuditCase, cpd: CpdPolicy) -> Change:
    """Write an audit over the one it was; the desk lists it by the day it is due."""
    due = rules.audit_due(new, cpd) if new.state.open else None
    return store.put_audit(new, before, due.isoformat() if due else "")


def courtesy(case: AuditCase, template: str) -> Mail:
    """A copy by e-mail, which is a courtesy and starts no clock (NOT-3)."""
    return Mail(f"member#{case.member}", template, {"year": case.year})


def change_seen(
    officer: Officer,
    seen: Seen,
    what: str,
    said: Sequence[Any],
    change: Callable[[AuditCase], AuditCase],
    mail: str = "",
) -> None:
    """Change an audit as it was seen; somebody else's change since raises Conflict."""

    def plan() -> Plan:
        case = case_of(seen.year, seen.number)
        if case.version != seen.version:
            raise Conflict
        new = change(case)
        changes = [put(new, case, rules.of_year(seen.year, officer.policy))]
        if case.state.open and not new.state.open:
            stored = store.summary(seen.number, seen.year)
            over = _under_audit(seen.year, seen.number, stored, under=False)
            changes += desk_roll.put_years([over])
        detail = {"year": seen.year, "version": new.version, "state": new.state}
        return Plan("", changes, detail, [courtesy(new, mail)] if mail else ())

    whole = [seen.year, seen.number, seen.version, *said]
    perform(officer, of_member(seen.number), what, whole, plan)
