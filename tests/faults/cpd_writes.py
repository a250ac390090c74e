"""What members and officers write in CPD on which a decision or the register hangs."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

from signet.acts.tables import AuditRow, OutboxRow
from signet.cpd import (
    absence,
    actions,
    conflicts,
    desk_cases,
    desk_notices,
    desk_recusals,
    desk_reviews,
    practice,
    store,
)
from signet.cpd.desk_cases import Seen
from signet.cpd.drafts import AuditAnswerDraft, NotPractisingDraft, ResumptionDraft
from signet.cpd.model import AuditState, Ground
from signet.cpd.notices import Way
from signet.cpd.tables import CpdRow
from signet.proposals.tables import ProposalRow
from signet.register import reading as register
from signet.register.tables import RegisterRow
from tests.cpd_members import MODELS, NUMBER, TODAY, YEAR, empty, join, occasion
from tests.cpd_office import officer
from tests.entries import day
from tests.faults.matrix import Write

Form = dict[str, Any]
AWAY = NotPractisingDraft(reason="illness", understood="yes")
LATER = day("2027-01-05")
REASON = "Everything is there."


def _declare(form: Form) -> None:
    absence.file_not_practising(_member(form), AWAY)


def _notice(form: Form) -> None:
    said = ResumptionDraft(resumes_on=TODAY, version=form["version"])
    absence.resume(_member(form), form["absence"], said)


def _propose(form: Form) -> None:
    seen = (form["absence"], form["version"])
    practice.propose_resumption(_officer(form), NUMBER, seen, LATER, "", salt="0" * 32)


def _withdraw(form: Form) -> None:
    by, salt = _officer(form), "0" * 32
    practice.withdraw_resumption(by, NUMBER, form["absence"], form["proposal"], salt=salt)


def _recuse(form: Form) -> None:
    desk_recusals.recuse(_officer(form), NUMBER, "officer-a", "We share an office")


def _open(form: Form) -> None:
    desk_cases.ask(_officer(form), YEAR, NUMBER)


def _make_notice(form: Form) -> None:
    desk_notices.notify(_officer(form), _seen(form))


def _serve(form: Form) -> None:
    desk_notices.record_service(
        _officer(form), _seen(form), Way.MAIL, LATER, within=True, notice=form["notice"]
    )


def _review(form: Form) -> None:
    satisfied, ground = AuditState.SATISFIED, Ground.OTHER
    desk_reviews.review(_officer(form), _seen(form), satisfied, REASON, ground)


def _reopen(form: Form) -> None:
    desk_reviews.reopen(_officer(form, "officer-b"), _seen(form), "A certificate is another's.")


WRITES: dict[str, Callable[[Form], None]] = {
    "A declaration of not practising": _declare,
    "Notice of practising again": _notice,
    "Practising again proposed": _propose,
    "The proposal of practising again withdrawn": _withdraw,
    "An officer recused": _recuse,
    "An audit opened": _open,
    "A second notice": _make_notice,
    "The first of two notices served": _serve,
    "An audit found satisfied": _review,
    "An outcome reopened": _reopen,
}
AUDITED = tuple(WRITES)[6:]
NOTICED = ("Practising again proposed", "The proposal of practising again withdrawn")


def writes() -> list[Write]:
    """Every one of these writes."""
    return [_write(name, do) for name, do in WRITES.items()]


def _write(name: str, do: Callable[[Form], None]) -> Write:
    def prepare() -> Form:
        empty()
        return _office(name)

    def sent(form: Form) -> str:
        do(form)
        return "done"

    return Write(name, MODELS, prepare, sent, lambda *_: _left())


def _member(form: Form) -> Any:
    return occasion(act=form["act"])


def _officer(form: Form, account: str = "officer-a") -> Any:
    return officer(account, act=form["act"], today=LATER)


def _seen(form: Form) -> Seen:
    return Seen(YEAR, NUMBER, form["version"])


def _office(name: str) -> Form:
    """A member, and a declaration or an audit as far as the write needs it."""
    join()
    form: Form = {"act": secrets.token_hex(16), "version": 1, "notice": "", "absence": ""}
    if name in ("Notice of practising again", *NOTICED):
        form["absence"] = actions.file_not_practising(occasion(), AWAY)
    if name in NOTICED:
        said = ResumptionDraft(resumes_on=TODAY, version=1)
        actions.resume(occasion(), form["absence"], said)
        form["version"] = 2
    if name == "The proposal of practising again withdrawn":
        _propose({**form, "act": secrets.token_hex(16)})
        (made,) = practice.proposals_of(NUMBER, form["absence"])
        form["proposal"] = made.id
    if name in AUDITED:
        form |= _audited(name)
    return form


def _audited(name: str) -> Form:
    by = officer(today=LATER)
    desk_cases.ask(by, YEAR, NUMBER)
    for at in range(2 if "two" in name else 1):
        seen = Seen(YEAR, NUMBER, desk_cases.case_of(YEAR, NUMBER).version)
        desk_notices.notify(by.again(f"notice {at}"), seen)
    actions.answer_audit(occasion(today=LATER), YEAR, AuditAnswerDraft(remarks="Here it is"))
    if "reopened" in name:
        seen = Seen(YEAR, NUMBER, desk_cases.case_of(YEAR, NUMBER).version)
        done = by.again("review")
        desk_reviews.review(done, seen, AuditState.SATISFIED, REASON, Ground.OTHER)
    case = desk_cases.case_of(YEAR, NUMBER)
    return {"version": case.version, "notice": case.notices[0].id}


def _left() -> object:
    """What the log, the register and the desk say, and how many rows there are."""
    rows: Counter[str] = Counter()
    for model in (CpdRow, RegisterRow, ProposalRow, AuditRow, OutboxRow):
        rows[model.Meta.table_name] = sum(1 for _ in model.scan())
    case = store.audit(NUMBER, YEAR)
    record = register.standing_on(NUMBER, LATER)
    assert record is not None
    return (
        rows,
        [entry.kind for entry in record.entries],
        [(h.since, h.until, h.resumed_on, h.version) for h in store.not_practising(NUMBER)],
        (case.state, case.version, len(case.notices), len(case.reopenings)) if case else None,
        [one.account for one in conflicts.of_account("officer-a")],
        [
            one.state
            for h in store.not_practising(NUMBER)
            for one in practice.proposals_of(NUMBER, h.id)
        ],
        store.figures(YEAR),
    )
