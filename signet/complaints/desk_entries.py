"""A decision reaches the register only as an entry, by a registrar, with its authority (COM-5).

Two writes that can't be one: so what is to be entered is first kept with the case, sealed, then
entered under an id that follows from it, and last noted as entered. Whatever comes between, going
on from there enters it once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from signet.acts.write import digest_of
from signet.complaints import codes, desk_store
from signet.complaints.desk_case import unsealed
from signet.complaints.desk_model import Proposed, Step
from signet.complaints.desk_office import Officer, Plan, Seen, case_of, perform
from signet.complaints.gates import may_enter
from signet.complaints.model import About, Case
from signet.complaints.tables import step_part
from signet.errors import Conflict, Fault, Invalid, NotAllowed, Refused, Unavailable

if TYPE_CHECKING:
    from signet.register.model import Subject

TRIES = 3
RULE = "COM-5"


def enter(officer: Officer, seen: Seen, proposed: Proposed) -> None:
    """Enter in the register what a case came to, and note it with the case.

    Raises NotAllowed for others than registrars; Refused for an outcome that no entry follows on,
    or while another is on its way; Invalid for data that doesn't fit, for somebody whom the case
    isn't about, for publication that nobody directed (STA-6), and when the register's rules
    forbid it; NotFound, Conflict, Unavailable. After Unavailable it can be finished.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar makes entries in the register.")

    def change(case: Case) -> Plan:
        subject = "permit" if case.about is About.PERMIT else "member"
        made = proposed.model_copy(update={"subject": subject})
        _check(officer, case, made)
        new = case.model_copy(update={"entering": step_part(case.steps + 1)})
        return Plan(new, {"kind": made.kind}, made.model_dump_json())

    perform(officer, seen, "complaint-entry-begun", [digest_of(proposed)], change)
    finish(officer, seen.case)


def _check(officer: Officer, case: Case, proposed: Proposed) -> None:
    status = str(proposed.data.get("status", ""))
    if reasons := may_enter(officer.rules, case, proposed.kind, status):
        raise Refused(" ".join(reasons), rule=RULE)
    if case.entering:
        raise Refused("Another entry is on its way: finish it first.", rule=RULE)
    stands_for = codes.about(proposed.number.upper(), officer.key)
    if stands_for not in case.respondents[:1]:
        raise Invalid(Fault("number", "Give the number of the one whom this case is about"))
    told = proposed.data.get("published") or proposed.data.get("publication_directed_by")
    if told and not case.published:
        raise Invalid(Fault("published", "Record first who directed publication"), rule="STA-6")
    _canonical(proposed)


def _canonical(proposed: Proposed) -> None:
    # Only here: what checks entries takes a while to import, and few requests need it.
    from signet.register.payloads import PayloadError, canonical

    try:
        canonical(proposed.subject, proposed.kind, dict(proposed.data))
    except PayloadError as error:
        faults = [Fault(field, f"{field}: {expected}") for field, expected in error.problems]
        raise Invalid(*faults) from error


def finish(officer: Officer, id_: str) -> None:
    """Go on with an entry that was begun, wherever that was broken off. Nothing is entered twice.

    Raises Invalid when the register's rules forbid it: then it is noted as refused, and another can
    be begun; NotAllowed, NotFound, Unavailable.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar makes entries in the register.")
    case = case_of(officer, id_)
    if not case.entering:
        return
    step, proposed = _begun(officer, case)
    refused = _entered(officer, case, step, proposed)
    entry = f"{codes.entry(id_, case.entering, officer.key)}-0"
    what = "complaint-entry-refused" if refused else "complaint-entered"
    _conclude(officer, case, what, refused or f"{proposed.number}, entry {entry}")
    if refused:
        raise Invalid(Fault("", refused), rule=RULE)


def _begun(officer: Officer, case: Case) -> tuple[Step, Proposed]:
    row = desk_store.row(case.id, case.entering)
    text = unsealed(officer, row, desk_store.key(case.id, case.entering)) if row else None
    try:
        return Step.model_validate_json((row and row.body) or ""), Proposed.model_validate_json(
            text or ""
        )
    except ValidationError as error:
        raise Unavailable("What was to be entered can’t be opened.") from error


def _entered(officer: Officer, case: Case, step: Step, proposed: Proposed) -> str:
    """Enter it, unless it is there; return why the rules forbid it, "" when they don't."""
    from signet.register import actions as register  # late, as above
    from signet.register.store import Conflict as Overtaken
    from signet.register.store import StoreUnavailable

    subject: Subject = "permit" if proposed.subject == "permit" else "member"
    proposal = register.Proposal(proposed.kind, dict(proposed.data), proposed.effective_on)
    try:
        register.enter(
            subject,
            proposed.number,
            [proposal],
            authority=proposed.authority,
            entered_by=step.by,
            policy=officer.policy,
            now=officer.now,
            act=codes.entry(case.id, case.entering, officer.key),
        )
    except register.Refused as error:
        return "The register’s rules forbid it: " + "; ".join(map(str, error.refusals))
    except (Overtaken, StoreUnavailable) as error:
        raise Unavailable from error
    return ""


def _conclude(officer: Officer, begun: Case, what: str, words: str) -> None:
    """Note what came of it; somebody else's note or assignment meanwhile is no hindrance."""
    one = officer.again(f"{what} {begun.entering}")
    case = begun
    for _ in range(TRIES):
        try:
            return _note(one, case, what, words)
        except Conflict:
            case = case_of(officer, begun.id)
            if case.entering != begun.entering:
                return None  # another registrar finished it
    raise Conflict


def _note(officer: Officer, case: Case, what: str, words: str) -> None:
    def change(held: Case) -> Plan:
        return Plan(held.model_copy(update={"entering": ""}), note=words)

    perform(officer, Seen(case.id, case.version), what, [words], change)
