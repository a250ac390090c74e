"""What officers write at the complaints desk, to be put under the crash matrix."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from signet.accounts.model import Account, Role
from signet.complaints import store
from signet.complaints.desk import (
    access,
    alerts,
    case_files,
    case_store,
    context,
    entries,
    letters,
    messages,
    notes,
    paper,
    people,
    respondents,
    retention,
    stages,
)
from signet.complaints.desk.access import Opening
from signet.complaints.desk.case_model import Proposed, To, Written
from signet.complaints.desk.context import CaseVersion, Officer
from signet.complaints.files import checking
from signet.complaints.files.checking import Means
from signet.complaints.forms import ComplaintDraft
from signet.complaints.model import About, Case
from signet.complaints.tables import CASE, CaseRow
from signet.letters.service import Way
from tests import uploaded
from tests.complaint_desk import DIRECTION, first, join, noon, officer
from tests.complaint_desk import standing as standing_as
from tests.complaint_evidence import arrive
from tests.complaint_office import MODELS, TODAY, file, said
from tests.faults.complaint_writes import MORE, THREE, Form, clear, left, means_of
from tests.faults.matrix import Write
from tests.people import person

ENTRY = Proposed(
    number=THREE[0],
    kind="condition_imposed",
    data={"condition": "Supervision", "text": "Works under supervision", "published": False},
    effective_on=TODAY,
    authority="Discipline Committee, G 46",
)
LETTER, ACCESS = "5" * 32, "6" * 32
ONE, OTHER = b"one form's random", b"another's random "  # submissions
OPENING = Opening("Ana Lee", TODAY, MORE, TODAY)
WRITTEN = Written(name="Ana Lee", address="1 First Street", about="A complaint", text=MORE)
PANEL = ("100004", "100005", "100006")


def _open(by: Form, how: Means) -> None:
    context.record_opening(_officer(by), by["case"])


def _see(by: Form, how: Means) -> None:
    notes.mark_seen(_officer(by), by["case"], [by["file"]])


def _assign(by: Form, how: Means) -> None:
    people.assign(_officer(by), _seen(by), by["other"])


def _recuse(by: Form, how: Means) -> None:
    people.recuse(_officer(by), _seen(by), by["other"], MORE)


def _name_panel(by: Form, how: Means) -> None:
    people.name_panel(_officer(by), _seen(by), PANEL)


def _identify(by: Form, how: Means) -> None:
    who = respondents.look_up(_officer(by), About.MEMBER, THREE[0])
    respondents.identify(_officer(by), _seen(by), About.MEMBER, who, MORE)


def _note(by: Form, how: Means) -> None:
    notes.note(_officer(by), _seen(by), MORE)


def _ask(by: Form, how: Means) -> None:
    notes.ask(_officer(by), _seen(by), "Which drawings?")


def _tell(by: Form, how: Means) -> None:
    notes.send_message(_officer(by), _seen(by), "We have looked at it.")


def _write(by: Form, how: Means) -> None:
    letters.write(_officer(by), _seen(by), To.RESPONDENT, 30, WRITTEN)


def _serve(by: Form, how: Means) -> None:
    letters.record_service(_officer(by), _seen(by), LETTER, Way.MAIL, TODAY, within=True)


def _prove(by: Form, how: Means) -> None:
    letters.record_arrival(_officer(by), _seen(by), LETTER, TODAY)


def _return(by: Form, how: Means) -> None:
    letters.record_return(_officer(by), _seen(by), LETTER)


def _original(by: Form, how: Means) -> None:
    file = by["file"].partition("#")[2]
    case_files.original(_officer(by), means_of(how).objects, _seen(by), file, MORE)


def _move(by: Form, how: Means) -> None:
    stages.move(_officer(by), _seen(by), by["to"], MORE, MORE)


def _adjourn(by: Form, how: Means) -> None:
    stages.adjourn(_officer(by), _seen(by), MORE)


def _resume(by: Form, how: Means) -> None:
    stages.resume(_officer(by), _seen(by), MORE)


def _hold(by: Form, how: Means) -> None:
    stages.hold(_officer(by), _seen(by), MORE, held=True)


def _lift(by: Form, how: Means) -> None:
    stages.hold(_officer(by), _seen(by), MORE, held=False)


def _decide(by: Form, how: Means) -> None:
    stages.decide(_officer(by), _seen(by), "conditions", MORE, DIRECTION)


def _publish(by: Form, how: Means) -> None:
    stages.direct_publication(_officer(by), _seen(by), DIRECTION, "Number 12")


def _propose(by: Form, how: Means) -> None:
    entries.propose(_officer(by), _seen(by), ENTRY)


def _approve(by: Form, how: Means) -> None:
    entries.approve(_officer(by), _seen(by), by["hash"])


def _refuse(by: Form, how: Means) -> None:
    entries.refuse(_officer(by), _seen(by), MORE)


def _withdraw(by: Form, how: Means) -> None:
    entries.withdraw(_officer(by), _seen(by))


def _open_access(by: Form, how: Means) -> None:
    access.open_(_officer(by), _seen(by), OPENING, OTHER)


def _replace_code(by: Form, how: Means) -> None:
    access.replace(_officer(by), _seen(by), ACCESS, OTHER, "It was lost")


def _revoke_code(by: Form, how: Means) -> None:
    access.revoke(_officer(by), _seen(by), ACCESS, "Counsel")


def _ask_respondent(by: Form, how: Means) -> None:
    access.write(_officer(by), _seen(by), ACCESS, MORE, TODAY, asks=True)


def _write_respondent(by: Form, how: Means) -> None:
    access.write(_officer(by), _seen(by), ACCESS, MORE, None, asks=False)


def _respondent_told(by: Form, how: Means) -> None:
    messages.record_respondent_told(_officer(by), _seen(by), TODAY, MORE)


def _on_paper(by: Form, how: Means) -> None:
    draft = ComplaintDraft.model_validate(said(numbers=(), described="The one", happened=MORE))
    paper.enter(_officer(by), draft, None, TODAY)


def _alert(by: Form, how: Means) -> None:
    def as_(account: Account) -> Officer:
        return replace(officer(account.id, *account.roles), roles=account.roles)

    alerts.send(noon(), TODAY, as_)


def _erase(by: Form, how: Means) -> None:
    retention.erase(_officer(by), means_of(how).objects, _seen(by), "Old")


DESK: dict[str, Callable[[Form, Means], None]] = {
    "A case opened": _open,
    "News seen": _see,
    "A case assigned": _assign,
    "Somebody recused": _recuse,
    "A panel named": _name_panel,
    "Somebody found on the register": _identify,
    "A note": _note,
    "A question of staff": _ask,
    "A message of staff": _tell,
    "A letter made": _write,
    "A letter served": _serve,
    "A letter proved to have arrived": _prove,
    "A letter that came back": _return,
    "An original opened": _original,
    "A case moved": _move,
    "A case adjourned": _adjourn,
    "A case resumed": _resume,
    "A legal hold": _hold,
    "A legal hold lifted": _lift,
    "An outcome recorded": _decide,
    "Publication directed": _publish,
    "An entry in the register proposed": _propose,
    "An entry in the register approved": _approve,
    "An entry in the register refused": _refuse,
    "An entry in the register withdrawn": _withdraw,
    "A case closed": _move,
    "The respondent told": _respondent_told,
    "A respondent given access": _open_access,
    "A respondent given a new code": _replace_code,
    "A respondent's code revoked": _revoke_code,
    "A respondent asked": _ask_respondent,
    "A respondent written to": _write_respondent,
    "A complaint on paper": _on_paper,
    "The mails of an hour": _alert,
    "A case erased": _erase,
}
HEARD: dict[str, object] = {
    "stage": "discipline",
    "manager": "officer-m",
    "managed": ("officer-m",),
    "panel": PANEL,
}
DECIDED: dict[str, object] = {
    **HEARD,
    "outcome": "conditions",
    "directed_by": DIRECTION.by,
    "directed_on": DIRECTION.on,
    "decided": ("officer-m",),
}
# How the case stands before, where it isn't as it was filed.
STANDING: dict[str, dict[str, object]] = {
    "A case resumed": {"adjourned_on": TODAY - timedelta(days=30)},
    "A legal hold lifted": {"hold": True},
    "An outcome recorded": HEARD,
    "Publication directed": DECIDED,
    **{name: DECIDED for name in DESK if name.startswith("An entry in the register")},
    "A case closed": {"stage": "outside", "outcome": "dismissed"},
    "A respondent given access": {"stage": "within", "told_on": TODAY},
    "A case erased": {
        "closed_on": TODAY - timedelta(days=4000),
        "keep_until": TODAY - timedelta(days=1),
        "due": None,
    },
}
JOINED = {
    "A panel named": PANEL,
    **{name: THREE[:1] for name in DESK if name.startswith("An entry in the register")},
}
# Where a respondent has access already; with the case's other writes, what they see follows.
ACCESSED = (
    "A respondent given a new code",
    "A respondent's code revoked",
    "A respondent asked",
    "A respondent written to",
    "A case adjourned",
    "A case erased",
)
# Who proposed what is approved, refused or withdrawn: only withdrawing is of one's own.
PROPOSERS = {
    "An entry in the register approved": "officer-p",
    "An entry in the register refused": "officer-p",
    "An entry in the register withdrawn": "officer-a",
}


def writes(how: Means) -> list[Write]:
    """Every write of the desk."""
    return [_write_of(how, name, act) for name, act in DESK.items()]


def _write_of(how: Means, name: str, act: Callable[[Form, Means], None]) -> Write:
    def prepare() -> Form:
        clear(how)
        return _case(name, how)

    def do(form: Form) -> str:
        act(form, how)
        return "done"

    return Write(name, MODELS, prepare, do, lambda form, _: _finished(how, form))


def _officer(by: Form) -> Any:
    return officer("officer-a", act=by["act"])


def _seen(by: Form) -> CaseVersion:
    return CaseVersion(by["case"], by["version"])


def _case(name: str, how: Means) -> Form:
    """Return a case about two people, far enough for what is to be done with it."""
    about: dict[str, Any] = {"numbers": THREE[:1] if name == "A case erased" else THREE[:2]}
    if name == "Somebody found on the register":
        about = {"numbers": (), "described": "The one with the blue van"}
    for number in (*JOINED.get(name, ()), *(THREE[:1] if "described" in about else ())):
        join(number)
    receipt = file(email="a@example.com", **about)
    checking.process(arrive(how, receipt.files[0], uploaded.png()), how, TODAY)
    if name in ACCESSED:
        let_answer(first(receipt))
    row = CaseRow.get(first(receipt).id, CASE)
    case = case_store.read(row)
    standing = case.model_copy(update=STANDING.get(name, {}))
    store.case_row(standing, row.sealed).save()
    _show_stage(standing)
    if "letter" in name.lower() and "made" not in name:
        _written(standing, served="served" not in name)
    hash_ = _proposed(standing, PROPOSERS[name]) if name in PROPOSERS else ""
    return {
        "hash": hash_,
        "case": case.id,
        "version": case_store.read(CaseRow.get(case.id, CASE)).version,
        "act": secrets.token_hex(16),
        "other": person(Role.COMPLAINTS_OFFICER, Role.REGISTRAR).account,
        "file": store.file_key(receipt.files[0]),
        "to": officer().rules.stages[standing.stage].to[-1 if "closed" in name else 0],
    }


def let_answer(case: Case) -> str:
    """Give a respondent of a case access; gives their code."""
    told = standing_as(case, stage="within", told_on=TODAY)
    seen = CaseVersion(told.id, told.version)
    return access.open_(officer("officer-a", act=ACCESS), seen, OPENING, ONE)


def _proposed(case: Case, account: str) -> str:
    """Let an entry wait for approval; gives the hash that approving it names."""
    entries.propose(officer(account), CaseVersion(case.id, case.version), ENTRY)
    held = case_store.case(case.id)
    assert held is not None
    waiting = entries.waiting(officer(account), held)
    assert waiting is not None
    return waiting.proposal.head.hash


def _show_stage(case: Case) -> None:
    """Let its complainant read the stage that it is in."""
    filed = case_store.filed(case.filing)
    assert filed is not None
    now = filed.cases[case.id].model_copy(update={"stage": case.stage})
    store.filing_row(
        case.filing, filed.model_copy(update={"cases": {**filed.cases, case.id: now}})
    ).save()


def _written(case: Case, *, served: bool) -> None:
    """Let there be a letter, posted today if it was served."""
    by = officer("officer-a", act=LETTER)
    letters.write(by, CaseVersion(case.id, case.version), To.RESPONDENT, 30, WRITTEN)
    if served:
        seen = CaseVersion(case.id, case.version + 1)
        posted = by.next("posted")
        letters.record_service(posted, seen, LETTER, Way.MAIL, TODAY, within=True)


def _finished(how: Means, form: Form) -> object:
    """Return what is left of the case, once somebody finished what was broken off of it."""
    held = case_store.case(form["case"])
    if held is not None and held.erasing:
        retention.finish(officer("officer-a"), how.objects, form["case"])
    return left(how)
