"""Nobody decides on themself or on somebody they know: every write of the CPD desk (CPD-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from signet.accounts.model import Role
from signet.cpd import actions, conflicts, draw
from signet.cpd.conflicts import OwnRecord, Recused
from signet.cpd.desk import audit_draw, audits, conditions, notices, overview, recusals, reviews
from signet.cpd.desk.audits import AuditVersion
from signet.cpd.forms import AuditAnswerDraft, NotPractisingDraft, ResumptionDraft
from signet.cpd.model import AuditCase, AuditState, Ground
from signet.cpd.not_practising import file_not_practising, resume
from signet.errors import Conflict, Invalid, NotAllowed, Refused
from signet.letters.service import Way
from signet.transactions import audit
from signet.transactions.context import Context
from tests.cpd_members import TODAY, YEAR, context, log_two, steps
from tests.cpd_office import (
    FIRST,
    MEMBERS,
    SECOND,
    drawn,
    fixed,
    held,
    join_all,
    noticed,
    officer,
    rolled,
    seal,
    signed,
)
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.people import shell as shell

pytestmark = pytest.mark.usefixtures("office")

NEXT_YEAR = date(YEAR + 1, 1, 5)
ANSWER = AuditAnswerDraft(remarks="Both certificates are in my files.")
AWAY = NotPractisingDraft.model_validate({"reason": "illness", "understood": "yes"})
WHY = "We share an office"
Act = Callable[[Context, str], object]


def case_of(number: str) -> AuditCase:
    return audits.case_of(YEAR, number)


def seen(number: str) -> AuditVersion:
    return AuditVersion(YEAR, number, case_of(number).version)


def posted(by: Context, number: str) -> None:
    versions = {number: case_of(number).version}
    notices.record_posting(by, YEAR, versions, TODAY, within=True)


ON_AN_AUDIT: dict[str, Act] = {
    "see": lambda by, n: overview.find(by, YEAR, n),
    "notify": lambda by, n: notices.notify(by, seen(n)),
    "serve": lambda by, n: notices.record_service(by, seen(n), Way.PERSONAL, TODAY, within=True),
    "post": posted,
    "satisfied": lambda by, n: reviews.review(
        by, seen(n), AuditState.SATISFIED, "It is all there.", Ground.OTHER
    ),
    "more": lambda by, n: reviews.review(
        by, seen(n), AuditState.MORE_ASKED, "Please add the dates."
    ),
    "not satisfied": lambda by, n: reviews.review(
        by, seen(n), AuditState.NOT_SATISFIED, "Nothing shows it."
    ),
}


@steps.step
def answered(*, logged: bool = False) -> str:
    """Let a member who was drawn answer; gives the number."""
    join_all()
    (number,) = noticed("10")
    if logged:
        log_two(number)
    actions.answer_audit(context(number), YEAR, ANSWER)
    return number


def own(number: str) -> Context:
    return officer(member=number)


@steps.step
def recused(number: str) -> Context:
    recusals.recuse(officer(), number, "officer-a", WHY)
    return officer()


@steps.step
def recused_by_the_registrar(number: str) -> Context:
    other = signed(Role.CPD_OFFICER).account
    recusals.recuse(officer("registrar", registrar=True), number, other, WHY)
    return officer(other)


CONCERNED = pytest.mark.parametrize(
    ("concerned", "error"),
    [(own, OwnRecord), (recused, Recused), (recused_by_the_registrar, Recused)],
)


@CONCERNED
def test_who_is_concerned_does_nothing_with_an_audit(
    concerned: Callable[[str], Context], error: type[NotAllowed]
) -> None:
    number = answered()
    by, before = concerned(number), case_of(number)
    for act in ON_AN_AUDIT.values():
        with pytest.raises(error):
            act(by.next("tried"), number)
    assert case_of(number) == before


@pytest.mark.parametrize("what", ON_AN_AUDIT)
def test_another_officer_does_what_who_is_concerned_may_not(what: str) -> None:
    number = answered()
    recused(number)
    ON_AN_AUDIT[what](officer("officer-b"), number)


@CONCERNED
def test_who_is_concerned_opens_refers_and_reopens_no_audit(
    concerned: Callable[[str], Context], error: type[NotAllowed]
) -> None:
    join_all()
    rolled()
    number, other = MEMBERS[0], officer("officer-b", today=NEXT_YEAR)
    by = replace(concerned(number), today=NEXT_YEAR)
    with pytest.raises(error):
        audits.ask(by, YEAR, number)
    audits.ask(other, YEAR, number)
    notices.notify(other.next("1"), seen(number))
    actions.answer_audit(context(number, today=NEXT_YEAR), YEAR, ANSWER)
    one = other.next("2")
    reviews.review(one, seen(number), AuditState.NOT_SATISFIED, "Nothing shows it.")
    with pytest.raises(error):
        reviews.refer(by, seen(number), AuditState.PRACTICE_REVIEW, "It shows nothing.")
    with pytest.raises(error):
        reviews.reopen(by, seen(number), "I know better.")


@CONCERNED
def test_who_is_concerned_sets_no_condition_and_records_none_as_met(
    concerned: Callable[[str], Context], error: type[NotAllowed]
) -> None:
    join_all()
    number = MEMBERS[0]
    id_ = file_not_practising(context(number), AWAY)
    resume(context(number), id_, ResumptionDraft(version=1, resumes_on=TODAY))
    by, said = concerned(number), ("A course", "The board", TODAY)
    with pytest.raises(error):
        conditions.set_condition(by, number, (id_, 2), *said)
    conditions.set_condition(officer("officer-b"), number, (id_, 2), *said)
    condition = conditions.declaration_of(number, id_).conditions[0].id
    with pytest.raises(error):
        conditions.record_met(by, number, (id_, 3), condition, TODAY)


@CONCERNED
def test_who_can_be_drawn_has_no_part_in_the_draw(
    concerned: Callable[[str], Context], error: type[NotAllowed]
) -> None:
    """Whoever opens the second seed could know the outcome first, and give the draw up."""
    join_all()
    rolled()
    by = concerned(MEMBERS[0])
    with pytest.raises(NotAllowed):
        audit_draw.fix_list(by, YEAR, Decimal(25), bytes(32))
    fixed(account="officer-b")
    sealed = draw.commitment(held().terms, SECOND)
    with pytest.raises(NotAllowed):
        audit_draw.seal(by, YEAR, sealed)
    with pytest.raises(NotAllowed):
        audit_draw.give_up(by, YEAR, "I would rather not be drawn")
    seal(FIRST, "officer-b")
    seal(SECOND, "officer-c")
    with pytest.raises(NotAllowed):
        audit_draw.open_seed(by, YEAR, SECOND)


def test_who_is_drawn_doesn_t_have_the_audits_opened() -> None:
    join_all()
    numbers = [number for number, _ in audit_draw.drawn_of(drawn("25"))]
    with pytest.raises(NotAllowed):
        audits.begin_opening(officer("officer-c", member=numbers[0]), YEAR)
    audits.begin_opening(officer("officer-b"), YEAR)


def test_letters_of_those_an_officer_may_not_deal_with_are_not_on_their_list() -> None:
    join_all()
    numbers = noticed("25")
    by = recused(numbers[0])
    barred = conflicts.barred(by.account, by.member)
    assert [case.member for case in overview.unserved(YEAR, barred)] == numbers[1:]


def test_only_the_registrar_recuses_somebody_else_and_nobody_twice() -> None:
    with pytest.raises(NotAllowed):
        recusals.recuse(officer("officer-b"), MEMBERS[0], "officer-a", WHY)
    recused(MEMBERS[0])
    with pytest.raises(Refused):
        recusals.recuse(officer(), MEMBERS[0], "officer-a", WHY)
    with pytest.raises(Invalid):
        recusals.recuse(officer("r", registrar=True), MEMBERS[0], "nobody", WHY)
    (line,) = audit.of_subject(f"cpd#{MEMBERS[0]}")
    assert (line.what, line.by) == ("cpd.desk.recused", "officer-a")
    assert [one.account for one in conflicts.of_member(MEMBERS[0])] == ["officer-a"]


def test_a_conflict_declared_between_look_and_write_stops_the_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join_all()
    (number,) = noticed("10")
    seen_then, by = seen(number), recused(number)
    monkeypatch.setattr(conflicts, "check", lambda *_: None)  # it was looked at before
    with pytest.raises(Conflict):
        notices.record_service(by, seen_then, Way.PERSONAL, TODAY, within=True)


# Outcomes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", reviews.OUTCOMES)
def test_every_outcome_takes_a_reason_in_words(outcome: AuditState) -> None:
    number = answered(logged=True)
    for words in ("", "   ", "ok", "1234567890123"):
        with pytest.raises(Invalid) as wrong:
            reviews.review(officer(), seen(number), outcome, words)
        assert [fault.field for fault in wrong.value.errors] == ["words"], words


def test_what_was_not_logged_or_answered_is_satisfied_only_on_a_ground_that_is_said() -> None:
    join_all()
    (number,) = noticed("10")
    for prepare in (lambda: None, lambda: log_two(number)):
        prepare()
        with pytest.raises(Invalid) as wrong:
            reviews.review(officer(), seen(number), AuditState.SATISFIED, "It looks right.")
        assert [fault.field for fault in wrong.value.errors] == ["ground"]
    why = "Two certificates came on paper."
    ground = Ground.OTHER_RECORD
    reviews.review(officer(), seen(number), AuditState.SATISFIED, why, ground)
    assert case_of(number).reviews[-1].ground is ground


def test_an_incomplete_log_is_no_ground() -> None:
    join_all()
    (number,) = noticed("10")
    with pytest.raises(Invalid):
        reviews.review(
            officer(), seen(number), AuditState.SATISFIED, "The log shows it.", Ground.LOG
        )


def satisfied() -> str:
    number = answered(logged=True)
    reviews.review(officer("officer-a"), seen(number), AuditState.SATISFIED, "All is there.")
    return number


def test_an_outcome_is_reopened_by_another_than_who_recorded_it_with_a_reason() -> None:
    number, why = satisfied(), "A certificate is of another person."
    assert case_of(number).decided_by == "officer-a"
    for by in (officer("officer-a"), officer("officer-a", registrar=True)):
        with pytest.raises(NotAllowed):
            reviews.reopen(by, seen(number), why)
    with pytest.raises(Invalid):
        reviews.reopen(officer("officer-b"), seen(number), "")
    reviews.reopen(officer("officer-b"), seen(number), why)
    case = case_of(number)
    assert (case.state, case.decided_by) == (AuditState.ANSWERED, "")
    assert case.reopenings[0].before is AuditState.SATISFIED
    assert overview.figures(YEAR).under_audit == 1
    with pytest.raises(Refused):
        reviews.reopen(officer("officer-b"), seen(number), why)
    assert "cpd.desk.audit.reopened" in {line.what for line in audit.of_subject(f"cpd#{number}")}
    reviews.review(officer("officer-b"), seen(number), AuditState.NOT_SATISFIED, why)
    assert overview.figures(YEAR).under_audit == 0


# The member who never opened their log; a second notice -------------------------------------------


@pytest.mark.parametrize("roll", [False, True])
def test_an_audit_is_opened_of_a_member_who_never_opened_their_log(roll: bool) -> None:
    join_all(MEMBERS[:2])
    if roll:
        rolled(today=NEXT_YEAR)
    audits.ask(officer(today=NEXT_YEAR), YEAR, MEMBERS[0])
    assert case_of(MEMBERS[0]).state is AuditState.SELECTED
    assert overview.figures(YEAR).under_audit == 1


def test_the_first_of_two_notices_can_still_be_served_and_its_clock_runs() -> None:
    join_all()
    (number,) = noticed("10")
    first = case_of(number).notices[0].id
    notices.notify(officer(), seen(number))
    one = seen(number)
    notices.record_service(officer(), one, Way.PERSONAL, TODAY, within=True, notice=first)
    case = case_of(number)
    assert [bool(notice.service) for notice in case.notices] == [True, False]
    clock = overview.clock_of(case, officer().policy.cpd(TODAY))
    assert clock.served_on == TODAY
    with pytest.raises(Refused):
        reviews.review(officer(), seen(number), AuditState.NOT_SATISFIED, "No answer came.")


def test_not_2_an_earlier_notice_s_time_says_nothing_of_what_is_asked_now() -> None:
    join_all()
    (number,) = noticed("10")
    notices.record_service(officer(), seen(number), Way.PERSONAL, TODAY, within=True)
    actions.answer_audit(context(number), YEAR, ANSWER)
    reviews.review(officer(), seen(number), AuditState.MORE_ASKED, "Please add the dates.")
    late = officer(today=NEXT_YEAR)
    with pytest.raises(Refused) as refused:
        reviews.review(late, seen(number), AuditState.NOT_SATISFIED, "No answer came.")
    assert refused.value.rule == "NOT-2"
