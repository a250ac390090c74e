"""Identifying whom on the register a case is about, and correcting it (T21).

The consequences follow in the same write: the person identified no longer sees any case of the
filing, manages none and sits on no panel; decisions about another person are reset; and the codes
given to respondents stop working.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from signet import sealing
from signet.accounts import store as accounts
from signet.complaints import access, numbers, receipt_codes, store
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Recusal
from signet.complaints.desk.conflicts import named_in
from signet.complaints.desk.context import CaseChange, CaseVersion, Officer, change_case
from signet.complaints.desk.opened_case import complaint_of
from signet.complaints.desk.people import officers
from signet.complaints.desk.stages import UNDECIDED
from signet.complaints.model import About, Case, Label
from signet.complaints.tables import CASE, CaseRow, recusal_key
from signet.errors import FieldError, Invalid, Refused
from signet.transactions.commit import Change, Save

NOBODY = Label()  # a respondent who isn't on the register
REGISTERED = (About.MEMBER, About.PERMIT)


class _Right(NamedTuple):
    """The correct respondent of a case: the kind, the label, and the keyed hash of the number."""

    about: About
    label: Label
    stands_for: str


def look_up(officer: Officer, about: About, typed: str) -> Label:
    """Return the holder of a register number, however it was typed.

    Raises Invalid for what can't be a number, and for a number that nobody on the register has;
    Unavailable.
    """
    if not numbers.is_number(typed):
        raise Invalid(FieldError("number", "Enter a number such as 100001 or P-1001"))
    for spelled in numbers.spellings(typed):
        if label := _registered(officer, about, spelled):
            return label
    kind = "member" if about is About.MEMBER else "permit holder"
    raise Invalid(FieldError("number", f"No {kind} on the register has this number"))


def _registered(officer: Officer, about: About, number: str) -> Label | None:
    # Imported here: the register is slow to import, and few requests need it.
    from signet.register import reading as register

    if about is About.MEMBER:
        member = register.standing_on(number, officer.today)
        name = " ".join(filter(None, (member.given, member.family))) if member else ""
        return Label(number=number, name=name, city=member.city) if member else None
    permit = register.permit_on(number, officer.today, officer.policy)
    return Label(number=number, name=permit.legal_name, city=permit.city) if permit else None


def identify(officer: Officer, seen: CaseVersion, about: About, label: Label, words: str) -> None:
    """Record whom a case is about, replacing what its complaint says; `words` say why.

    NOBODY stands for a person who isn't on the register. Raises Refused where this is recorded
    already, once the case is closed, or while an entry waits for approval; NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        mark = receipt_codes.respondent_hash(label.number, officer.key) if label.number else ""
        right = _Right(about, label, mark)
        _check(case, right)
        new = _put_right(case, case, right)
        linked = [
            case_store.put_case(_next(_put_right(one, case, right)), one) for one in _linked(case)
        ]
        changes = [*linked, *_label(case, label), *_recusals(officer, case, new)]
        changes += access.revoke(case.id, access.active(case.id), officer.today)
        return CaseChange(new, {"about": about}, f"{_line(label)}\n{words}", changes)

    change_case(officer, seen, "complaint-identified", [about, label, words], change)


def _check(case: Case, right: _Right) -> None:
    if case.closed_on:
        raise Refused("This case is closed. To go on with it, move it back to a stage first.")
    if case.entering:
        raise Refused("An entry in the register is on its way: finish it first.", rule="COM-5")
    now = case.respondents[0] if case.known else ""
    settled = case.id not in (case.unsettled or ()) and case.settled
    if settled and (now, case.about) == (right.stands_for, right.about):
        raise Refused("That is who the case is about already.")


def _line(label: Label) -> str:
    message = ", ".join(filter(None, (label.name, label.city)))
    return f"{label.number}: {message}" if label.number else "Nobody on the register"


def _linked(case: Case) -> list[Case]:
    return [
        *map(case_store.read, case_store.rows_without_content((id_, CASE) for id_ in case.with_))
    ]


def _next(case: Case) -> Case:
    return case.model_copy(update={"version": case.version + 1})


def _put_right(one: Case, case: Case, right: _Right) -> Case:
    """Return a case of a filing, updated for the respondent now recorded for `case`.

    `one` is `case` itself or a case linked to it.
    """
    before = case.respondents[0] if case.own and case.respondents else ""
    others = tuple(mark for mark in one.respondents if mark != before)
    changes: dict[str, Any] = {"unsettled": _still(one, case), **_without(one, right.label.number)}
    if one is case:
        own = (right.stands_for,) if right.stands_for else ()
        changes |= {"about": right.about, "own": bool(own), "respondents": (*own, *others)}
        if before != right.stands_for:
            changes |= {**UNDECIDED, "told_on": None}
    else:
        respondent = (right.stands_for,) if right.stands_for else ()
        changes |= {"respondents": tuple(dict.fromkeys((*others, *respondent)))}
    return one.model_copy(update=changes)


def _still(one: Case, case: Case) -> tuple[str, ...]:
    """Return the cases of a filing in which it still isn't settled whom they are about."""
    waiting = one.unsettled
    if waiting is None:  # in older cases: those without a number
        waiting = () if one.respondents else (one.id, *one.with_)
    return tuple(id_ for id_ in waiting if id_ != case.id)


def _without(case: Case, number: str) -> dict[str, Any]:
    """Return the changes that remove a person as manager and from the panel of a case."""
    like = numbers.key(number)
    if not like:
        return {}
    changes: dict[str, Any] = {}
    manager = accounts.account(case.manager) if case.manager else None
    if manager and numbers.key(manager.member or "") == like:
        changes["manager"] = ""
    if like in map(numbers.key, case.panel):
        changes |= {"panel": (), **UNDECIDED}
    return changes


def _label(case: Case, label: Label) -> list[Change]:
    row, key = store.label_rows(case.id, label, sealing.set_as(sealing.OFFICE))
    return [Save(row), Save(key)]


def _recusals(officer: Officer, before: Case, new: Case) -> list[Change]:
    """Return recusals of the officers named in the text, once other officers may open the case."""
    if before.settled or new.unsettled:
        return []
    named = named_in(officer, complaint_of(officer, before), officers())
    recusal = Recusal(by=officer.account, on=officer.today).model_dump_json()
    return [
        Save(CaseRow(id_, recusal_key(one.id), body=recusal))
        for one in named
        if one.id != officer.account
        for id_ in (before.id, *before.with_)
    ]
