"""The course of a case: stages, outcome, adjournment, legal holds, and publication.

The policy says which stage may follow which, and who may move a case there; an error for a wrong
move lists the right ones. What the complainant reads changes in the same write.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from signet.complaints import access
from signet.complaints.desk import case_store
from signet.complaints.desk.context import CaseChange, CaseVersion, Officer, change_case
from signet.complaints.desk.gates import Direction, bodies, may_decide, may_publish
from signet.complaints.desk.messages import to_complainant, with_copy
from signet.complaints.model import Case, Progress
from signet.complaints.store import message_key
from signet.errors import FieldError, Invalid, Refused
from signet.policy.complaints import Stage
from signet.register.term import years_later
from signet.transactions.commit import Change
from signet.transactions.outbox import Mail

# Resets the outcome and what was decided with it, as none of it applies to another outcome.
UNDECIDED: Mapping[str, Any] = MappingProxyType(
    {"outcome": "", "directed_by": "", "directed_on": None, "published": False, "decided": ()}
)


def moves(officer: Officer, case: Case) -> list[Stage]:
    """Return the stages into which this officer may move a case."""
    known = officer.rules.stages
    return [known[code] for code in known[case.stage].to if officer.roles & {*known[code].by}]


def move(officer: Officer, seen: CaseVersion, to: str, words: str, message: str = "") -> None:
    """Move a case to another stage. `words` are the sealed reason; the complainant reads `message`.

    Raises Invalid for a stage that doesn't follow or that the officer may not move it to, without a
    panel in a panel's stage (COM-6), when closing without an outcome (COM-5), and without a message
    where the stage requires one; Refused while the case is adjourned or an entry waits; NotFound,
    Conflict.
    """

    def change(case: Case) -> CaseChange:
        stage = _allowed(officer, case, to)
        _check_still(case)
        if stage.panel and len(case.panel) < officer.rules.panel_least:
            sentence = (
                f"Name the panel first: at least {officer.rules.panel_least} members sit on it"
            )
            raise Invalid(FieldError("to", sentence), rule="COM-6")
        if stage.ends and not case.outcome:
            raise Invalid(
                FieldError("to", "Record the outcome first, then close the case"), rule="COM-5"
            )
        if stage.ends and case.entering:
            raise Refused("An entry in the register is on its way: finish it first.", rule="COM-5")
        if stage.message and not message:
            sentence = "Write to the complainant why, and what happens next: we ask them to read it"
            raise Invalid(FieldError("message", sentence))
        new = moved(officer, case, stage)
        detail, changes, mail = {"from": case.stage, "to": to}, progress(new), list[Mail]()
        if message:
            sort_key = message_key(officer.today, officer.operation)
            written, mail = to_complainant(officer, case, sort_key, message)
            changes, detail = [*changes, *written], {**detail, "message": officer.operation}
        return CaseChange(new, detail, with_copy(words, message), changes, mail)

    change_case(officer, seen, "complaint-moved", [to, words, message], change)


def _allowed(officer: Officer, case: Case, to: str) -> Stage:
    """Return the stage to move to. Raises Invalid, listing the stages that are allowed."""
    known = officer.rules.stages
    here = known[case.stage]
    if to not in here.to:
        names = " or ".join(known[code].name for code in here.to)
        message = f"From “{here.name}” a case goes to {names}"
        raise Invalid(FieldError("to", message), rule=here.cites)
    if not officer.roles & {*known[to].by}:
        who = " or ".join(role.replace("-", " ") for role in known[to].by)
        raise Invalid(FieldError("to", f"Only a {who} moves a case to “{known[to].name}”"))
    return known[to]


def moved(officer: Officer, case: Case, stage: Stage) -> Case:
    """Return the case in another stage: its due day restarts, and it closes or reopens."""
    changes: dict[str, object] = {
        "stage": stage.code,
        "since": officer.today,
        "due": officer.today + timedelta(days=stage.due_days) if stage.due_days else None,
        "closed_on": None,
        "keep_until": None,
    }
    if stage.ends:
        day = years_later(officer.today, officer.rules.retention_years)
        changes |= {"due": None, "closed_on": officer.today, "keep_until": day}
    elif case.closed_on:
        # Reopened: the steps keep what was decided before.
        changes |= UNDECIDED
    return case.model_copy(update=changes)


def progress(case: Case) -> list[Change]:
    """Return the updates of what its complainant and respondents read of the case.

    There is none for the complainant where the filing is deleted.
    """
    filed = case_store.filed(case.filing)
    if filed is None:
        return access.follow_case(case)
    now = Progress(reference=case.reference, stage=case.stage, since=case.since)
    new = filed.model_copy(update={"cases": {**filed.cases, case.id: now}})
    return [case_store.put_filed(case.filing, new), *access.follow_case(case)]


def _check_still(case: Case) -> None:
    if case.adjourned_on:
        message = "This case is adjourned while it is before a court. Resume it first."
        raise Refused(message, rule="COM-6")


def adjourn(officer: Officer, seen: CaseVersion, words: str) -> None:
    """Adjourn a case, and what is due in it, while the matter is before a court (COM-6).

    Raises Refused for a case that is adjourned already or closed, NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        _check_still(case)
        _check_open(case)
        new = case.model_copy(update={"adjourned_on": officer.today})
        return CaseChange(new, note=words, changes=access.follow_case(new))

    change_case(officer, seen, "complaint-adjourned", [words], change)


def resume(officer: Officer, seen: CaseVersion, words: str) -> None:
    """Resume an adjourned case: its due days move by the length of the adjournment (COM-6).

    Raises Refused for a case that isn't adjourned, NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        if case.adjourned_on is None:
            raise Refused("This case isn't adjourned.", rule="COM-6")
        days = (officer.today - case.adjourned_on).days
        new = case.model_copy(update={"adjourned_on": None, "due": _later(case.due, days)})
        changes = [*access.follow_case(new), *access.postpone(case.id, case.adjourned_on, days)]
        return CaseChange(new, note=words, changes=changes)

    change_case(officer, seen, "complaint-resumed", [words], change)


def _later(due: date | None, days: int) -> date | None:
    return due + timedelta(days=days) if due else None


def decide(
    officer: Officer,
    seen: CaseVersion,
    outcome: str,
    words: str,
    direction: Direction | None = None,
) -> None:
    """Record the outcome of a case, if stage, manager, panel and direction allow it (COM-5).

    Recording an outcome again replaces the previous one and what was directed for it. Raises
    Invalid with everything that is missing; Refused once the case is closed, or while it is
    adjourned or an entry waits; NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        rule = officer.rules.outcomes.get(outcome)
        if rule is None:
            raise Invalid(FieldError("outcome", "Choose one of the outcomes"), rule="COM-5")
        _check_open(case)
        _check_still(case)
        if case.entering:
            raise Refused("An entry in the register is on its way: finish it first.", rule="COM-5")
        if direction:
            _check_day(officer, direction)
        direction_cited = direction if rule.direction else None
        if reasons := may_decide(officer.rules, case, rule, direction_cited):
            raise Invalid(*(FieldError("outcome", one) for one in reasons), rule="COM-5")
        new = case.model_copy(
            update={
                **UNDECIDED,
                "outcome": outcome,
                "directed_by": direction_cited.by if direction_cited else "",
                "directed_on": direction_cited.on if direction_cited else None,
                "decided": (officer.account,),
            }
        )
        return CaseChange(new, {"outcome": outcome, **_detail(direction_cited)}, words)

    submitted = [outcome, words, *(map(str, direction) if direction else ())]
    change_case(officer, seen, "complaint-decided", submitted, change)


def _check_day(officer: Officer, direction: Direction) -> None:
    if direction.on > officer.today:
        raise Invalid(FieldError("directed_on", "That day is still to come"), rule="STA-6")


def _detail(direction: Direction | None) -> dict[str, str]:
    return {"by": direction.by, "on": direction.on.isoformat()} if direction else {}


def _check_open(case: Case) -> None:
    if case.closed_on:
        raise Refused("This case is closed. To go on with it, move it back to a stage first.")


def hold(officer: Officer, seen: CaseVersion, words: str, *, held: bool) -> None:
    """Set or lift a legal hold, which prevents erasure. Raises Refused if nothing would change."""

    def change(case: Case) -> CaseChange:
        if case.hold is held:
            raise Refused(f"There is {'a' if held else 'no'} legal hold on this case.")
        return CaseChange(case.model_copy(update={"hold": held}), note=words)

    what = "complaint-held" if held else "complaint-hold-lifted"
    change_case(officer, seen, what, [words], change)


def direct_publication(
    officer: Officer, seen: CaseVersion, direction: Direction, words: str = ""
) -> None:
    """Record that a decision is to be published, and which body directed it (STA-6).

    Raises Invalid for a body that can't direct this; Refused before a panel has decided, and where
    it is recorded already; NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        if reasons := may_publish(officer.rules, case):
            raise Refused(" ".join(reasons), rule="STA-6")
        if case.published:
            raise Refused("It is recorded already who directed publication.", rule="STA-6")
        _check_day(officer, direction)
        if direction.by not in {one.code for one in bodies(officer.rules, case)}:
            raise Invalid(FieldError("by", "Choose who directed it"), rule="STA-6")
        decided = tuple(dict.fromkeys((*case.decided, officer.account)))
        new = case.model_copy(update={"published": True, "decided": decided})
        return CaseChange(new, _detail(direction), words)

    submitted = [*map(str, direction), words]
    change_case(officer, seen, "complaint-publication-directed", submitted, change)
