"""What officers and members write about audits, absences and conflicts in CPD, for the matrix.

The log is `cpd_log_writes`, the year as a whole with its draw `cpd_year_writes`.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

from signet.cpd import actions, not_practising, practice_entries, store
from signet.cpd.desk import audits, conditions, notices, recusals, reviews
from signet.cpd.desk.audits import AuditVersion
from signet.cpd.forms import AuditAnswerDraft, NotPractisingDraft, ResumptionDraft
from signet.cpd.model import AuditState, Ground
from signet.cpd.standings.nightly import NIGHT
from signet.cpd.tables import CpdRow
from signet.letters.service import Way
from signet.proposals.tables import ProposalRow
from signet.register import reading as register
from signet.register.tables import RegisterRow
from signet.transactions.tables import AuditRow, OperationRow, OutboxRow
from signet.uploads.tables import FILE, UploadRow
from tests.cpd_members import MODELS, NUMBER, TODAY, YEAR, context, empty, join
from tests.cpd_office import every, officer
from tests.entries import day
from tests.faults.matrix import Write

Form = dict[str, Any]
AWAY = NotPractisingDraft(reason="illness", understood="yes")
LATER = day("2027-01-05")
REASON = "Everything is there."
CONDITION = ("Two weeks under supervision.", "Practice Review Board, motion 4")


def _declare(form: Form) -> None:
    not_practising.file_not_practising(_member(form), AWAY)


def _renew(form: Form) -> None:
    on = day("2027-10-20")  # within the days in which it may be renewed
    not_practising.file_not_practising(context(act=form["act"], today=on), AWAY)


def _notice(form: Form) -> None:
    said = ResumptionDraft(resumes_on=TODAY, version=form["version"])
    not_practising.resume(_member(form), form["absence"], said)


def _propose(form: Form) -> None:
    seen = (form["absence"], form["version"])
    practice_entries.propose_resumption(_officer(form), NUMBER, seen, LATER, "", salt="0" * 32)


def _withdraw(form: Form) -> None:
    by, salt = _officer(form), "0" * 32
    practice_entries.withdraw_resumption(by, NUMBER, form["absence"], form["proposal"], salt=salt)


def _recuse(form: Form) -> None:
    recusals.recuse(_officer(form), NUMBER, "officer-a", "We share an office")


def _open(form: Form) -> None:
    audits.ask(_officer(form), YEAR, NUMBER)


def _make_notice(form: Form) -> None:
    notices.notify(_officer(form), _seen(form))


def _serve(form: Form) -> None:
    notices.record_service(
        _officer(form), _seen(form), Way.MAIL, LATER, within=True, notice=form["notice"]
    )


def _review(form: Form) -> None:
    satisfied, ground = AuditState.SATISFIED, Ground.OTHER
    reviews.review(_officer(form), _seen(form), satisfied, REASON, ground)


def _reopen(form: Form) -> None:
    reviews.reopen(_officer(form, "officer-b"), _seen(form), "A certificate is another's.")


def _ask_more(form: Form) -> None:
    reviews.review(_officer(form), _seen(form), AuditState.MORE_ASKED, "Send the certificate.")


def _not_satisfied(form: Form) -> None:
    reviews.review(_officer(form), _seen(form), AuditState.NOT_SATISFIED, "It shows nothing.")


def _refer(form: Form) -> None:
    to, words = AuditState.PRACTICE_REVIEW, "It shows nothing."
    reviews.refer(_officer(form), _seen(form), to, words)


def _arrived(form: Form) -> None:
    notices.record_arrival(_officer(form), _seen(form), LATER, form["notice"])


def _came_back(form: Form) -> None:
    notices.record_return(_officer(form), _seen(form), form["notice"])


def _post(form: Form) -> None:
    seen = dict.fromkeys(form["numbers"], 2)
    notices.record_posting(_officer(form), YEAR, seen, LATER, within=True)


def _set_condition(form: Form) -> None:
    seen = (form["absence"], form["version"])
    conditions.set_condition(_officer(form), NUMBER, seen, *CONDITION, TODAY)


def _meet_condition(form: Form) -> None:
    seen = (form["absence"], form["version"])
    conditions.record_met(_officer(form), NUMBER, seen, form["condition"], LATER)


WRITES: dict[str, Callable[[Form], None]] = {
    "A declaration of not practising": _declare,
    "Such a declaration renewed": _renew,
    "Notice of practising again": _notice,
    "A condition set": _set_condition,
    "A condition met": _meet_condition,
    "Practising again proposed": _propose,
    "The proposal of practising again withdrawn": _withdraw,
    "An officer recused": _recuse,
    "An audit opened": _open,
    "Letters of two audits posted": _post,
    "A second notice": _make_notice,
    "The first of two notices served": _serve,
    "A notice served that arrived": _arrived,
    "A notice served that came back": _came_back,
    "More asked for in an audit": _ask_more,
    "An audit found satisfied": _review,
    "An audit found not satisfied": _not_satisfied,
    "An audit referred": _refer,
    "An outcome reopened": _reopen,
}
AUDITED = tuple(WRITES)[10:]
GIVEN_NOTICE = tuple(WRITES)[3:7]


def writes() -> list[Write]:
    """Every one of these writes."""
    return [write_of(name, do, _office) for name, do in WRITES.items()]


def write_of(name: str, do: Callable[[Form], None], office: Callable[[str], Form]) -> Write:
    """Return a write of CPD's: `office` fills empty tables with its needs; returns its form."""

    def prepare() -> Form:
        empty()
        return {"act": secrets.token_hex(16), **office(name)}

    def sent(form: Form) -> str:
        do(form)
        return "done"

    return Write(name, MODELS, prepare, sent, lambda *_: left())


def _member(form: Form) -> Any:
    return context(act=form["act"])


def _officer(form: Form, account: str = "officer-a") -> Any:
    return officer(account, act=form["act"], today=LATER)


def _seen(form: Form) -> AuditVersion:
    return AuditVersion(YEAR, NUMBER, form["version"])


def _office(name: str) -> Form:
    """Return a member, and a declaration or an audit as far as the write needs it."""
    join()
    if name in AUDITED:
        return _audited(name)
    if name == "Letters of two audits posted":
        return {"numbers": _two_noticed()}
    form: Form = {"version": 1, "absence": ""}
    if name in ("Such a declaration renewed", "Notice of practising again", *GIVEN_NOTICE):
        form["absence"] = actions.file_not_practising(context(), AWAY)
    if name in GIVEN_NOTICE:
        said = ResumptionDraft(resumes_on=TODAY, version=1)
        actions.resume(context(), form["absence"], said)
        form["version"] = 2
    if name == "A condition met":
        _set_condition(form | {"act": "0" * 32})
        form |= {"version": 3, "condition": "0" * 32}
    if name.endswith("withdrawn"):
        _propose(form | {"act": "0" * 32})
        (made,) = practice_entries.proposals_of(NUMBER, form["absence"])
        form["proposal"] = made.id
    return form


def _two_noticed() -> list[str]:
    """Two members with an audit and a notice that can be posted."""
    numbers = [NUMBER, join("100002")]
    for at, number in enumerate(numbers):
        by = officer(today=LATER)
        audits.ask(by, YEAR, number)
        notices.notify(by.next(f"notice {at}"), AuditVersion(YEAR, number, 1))
    return numbers


def _audited(name: str) -> Form:
    """Return an audit with its notice, answered, and as far as the name of the write says."""
    by = officer(today=LATER)
    audits.ask(by, YEAR, NUMBER)
    for at in range(2 if "two" in name else 1):
        notices.notify(by.next(f"notice {at}"), _now())
    if "that" in name:
        notices.record_service(by.next("served"), _now(), Way.MAIL, LATER, within=True)
    actions.answer_audit(context(today=LATER), YEAR, AuditAnswerDraft(remarks="Here it is"))
    done = by.next("review")
    if "reopened" in name:
        reviews.review(done, _now(), AuditState.SATISFIED, REASON, Ground.OTHER)
    if "referred" in name:
        reviews.review(done, _now(), AuditState.NOT_SATISFIED, REASON)
    case = audits.case_of(YEAR, NUMBER)
    return {"version": case.version, "notice": case.notices[0].id}


def _now() -> AuditVersion:
    return AuditVersion(YEAR, NUMBER, audits.case_of(YEAR, NUMBER).version)


# What is left -------------------------------------------------------------------------------------


def left() -> object:
    """Return what the log, the desk and the register say, what happened, and what is to be sent."""
    rows: Counter[str] = Counter()
    for model in (RegisterRow, ProposalRow, OperationRow, AuditRow):
        rows[model.Meta.table_name] = sum(1 for _ in model.scan())
    record = register.standing_on(NUMBER, LATER)
    assert record is not None
    figures, standings = store.figures(YEAR), Counter(str(one.standing) for _, one in every(YEAR))
    away = store.not_practising(NUMBER)
    assert {k: v for k, v in figures.items() if v and k in standings} == standings
    return (
        rows,
        [entry.kind for entry in record.entries],
        # The shards of the figures that are counted in are by chance.
        sorted(_kept(row) for row in CpdRow.scan() if not row.part.startswith("figures#")),
        Counter(json.loads(row.body)["what"] for row in AuditRow.scan()),
        Counter(row.template for row in OutboxRow.scan()),
        sorted(int(row.used or 0) for row in UploadRow.scan() if row.part.startswith(FILE)),
        [one.state for h in away for one in practice_entries.proposals_of(NUMBER, h.id)],
        figures,
    )


def _kept(row: CpdRow) -> tuple[str, ...]:
    """Return a row by kind, version and what it is listed as: the ids of two runs differ."""
    version = "" if row.part == NIGHT else str(row.version)
    return row.owner, re.sub("[0-9a-f]{32}", "ID", row.part), version, row.listed or ""
