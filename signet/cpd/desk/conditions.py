"""Conditions that a member has to meet before practising again, as the desk records them (CPD-5).

The board that reviews practice may set them once the member has given notice (G 18(4), 18(5)). They
don't change the dates of the declaration: what is recorded is what was decided, for the member to
read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from signet.cpd import store
from signet.cpd.desk.context import of_member, perform_at_desk
from signet.cpd.model import Condition, NotPractising
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

RULE = "CPD-5"


def declaration_of(number: str, id_: str) -> NotPractising:
    """Return a member's declaration of not practising.

    Raises NotFound when there is none of that id.
    """
    absence = next((stored for stored in store.not_practising(number) if stored.id == id_), None)
    if absence is None:
        raise NotFound("There is no such declaration.", rule=RULE)
    return absence


def condition_of(absence: NotPractising, id_: str) -> Condition:
    """Return a condition of a declaration. Raises NotFound when there is none of that id."""
    condition = next((one for one in absence.conditions if one.id == id_), None)
    if condition is None:
        raise NotFound("There is no such condition.", rule=RULE)
    return condition


def set_condition(
    context: Context, number: str, seen: tuple[str, int], words: str, authority: str, on: date
) -> None:
    """Record a condition, whose decision it is and when it was made; the member is told.

    `seen` is the declaration's id and the version that the page showed. Raises NotFound, Conflict
    when it changed since, Refused before the member gave notice, Invalid for a future date.
    """

    def change(absence: NotPractising) -> NotPractising:
        if absence.resumption_notified_on is None:
            message = (
                "The member hasn't given notice of practising again: conditions follow on that."
            )
            raise Refused(message, rule=RULE)
        _check_past(context, "decided_on", on)
        condition = Condition(
            id=context.operation,
            words=words,
            authority=authority,
            decided_on=on,
            recorded_on=context.today,
            by=context.account,
        )
        return absence.model_copy(update={"conditions": (*absence.conditions, condition)})

    submitted = [words, authority, on]
    _change(context, number, seen, "cpd.desk.condition.set", submitted, change, "cpd_condition_set")


def record_met(
    context: Context, number: str, seen: tuple[str, int], condition: str, on: date
) -> None:
    """Record that a condition was met on a day; the member is told.

    Raises NotFound and Conflict as `set_condition`, Refused when it is recorded already, Invalid
    for a date before the decision or in the future.
    """

    def change(absence: NotPractising) -> NotPractising:
        condition_set = condition_of(absence, condition)
        if condition_set.met_on is not None:
            raise Refused("This condition is recorded as met already.", rule=RULE)
        _check_past(context, "met_on", on)
        if on < condition_set.decided_on:
            raise Invalid(FieldError("met_on", "Give a day on or after the decision"), rule=RULE)
        met = condition_set.model_copy(update={"met_on": on, "met_recorded_by": context.account})
        after = tuple(met if one is condition_set else one for one in absence.conditions)
        return absence.model_copy(update={"conditions": after})

    submitted = [condition, on]
    _change(context, number, seen, "cpd.desk.condition.met", submitted, change, "cpd_condition_met")


def _check_past(context: Context, field: str, on: date) -> None:
    if on > context.today:
        raise Invalid(FieldError(field, "Give today or an earlier day"), rule=RULE)


def _change(
    context: Context,
    number: str,
    seen: tuple[str, int],
    what: str,
    submitted: Sequence[Any],
    change: Callable[[NotPractising], NotPractising],
    mail: str,
) -> None:
    def plan() -> Plan:
        absence = declaration_of(number, seen[0])
        if absence.version != seen[1]:
            raise Conflict
        new = change(absence).model_copy(update={"version": absence.version + 1})
        changes = [store.put_not_practising(number, new, absence)]
        letter = Mail(f"member#{number}", mail, {"left": len(new.unmet)})
        return Plan("", changes, {"declaration": absence.id, "unmet": len(new.unmet)}, [letter])

    perform_at_desk(context, of_member(number), what, [*seen, *submitted], plan, [number])
