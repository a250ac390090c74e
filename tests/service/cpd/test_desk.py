"""The CPD desk on the real database: roll, draw, notices, reviews, each act once and whole."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from signet.cpd import actions, draw, practice_entries
from signet.cpd.desk import audit_draw, audits, notices, overview, reviews, year_roll
from signet.cpd.desk.audit_draw import ListChanged
from signet.cpd.desk.audits import AuditVersion
from signet.cpd.desk.year_model import DrawRecord, DrawState
from signet.cpd.draw import Seed
from signet.cpd.forms import AuditAnswerDraft, NotPractisingDraft
from signet.cpd.model import AuditCase, AuditState, Standing
from signet.cpd.not_practising import file_not_practising
from signet.cpd.tables import CpdRow
from signet.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from signet.letters.service import Way
from signet.transactions import audit
from signet.transactions.tables import AuditRow, OutboxRow
from tests.cpd_members import (
    NUMBER,
    POLICY,
    TODAY,
    YEAR,
    context,
    enter,
    join,
    log_two,
    steps,
)
from tests.cpd_office import (
    FIRST,
    MEMBERS,
    SECOND,
    drawn,
    every,
    fixed,
    held,
    join_all,
    noticed,
    officer,
    on_register,
    rolled,
    rows_of_register,
    seal,
)
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.people import shell as shell

ROOT = Path(__file__).resolve().parents[3]
AWAY = NotPractisingDraft.model_validate({"reason": "illness", "understood": "yes"})
ANSWER = AuditAnswerDraft(remarks="Both certificates are in my files.")
NEXT_YEAR = date(YEAR + 1, 1, 5)


pytestmark = pytest.mark.usefixtures("office")


def case_of(number: str, year: int = YEAR) -> AuditCase:
    return audits.case_of(year, number)


def seen(number: str) -> AuditVersion:
    return AuditVersion(YEAR, number, case_of(number).version)


def figures() -> dict[str, int]:
    found = overview.figures(YEAR)
    return {one.standing: one.members for one in found.by_standing} | {
        "under_audit": found.under_audit
    }


def plain_figures() -> dict[str, int]:
    """Return the figures by a plain count of every summary there is."""
    counted = dict.fromkeys([*map(str, Standing), "under_audit"], 0)
    for _, summary in every():
        counted[summary.standing] += 1
        counted["under_audit"] += summary.under_audit
    return counted


# The roll -----------------------------------------------------------------------------------


def test_cpd_1_and_cpd_5_the_roll_says_who_is_subject_and_why_the_others_are_not() -> None:
    join_all(MEMBERS)
    enter("100002", "status_changed", "2026-02-01", status="retired", reason="own_request")
    enter("100003", "status_changed", "2026-02-01", status="non_practising", reason="leave")
    enter("100004", "category_changed", "2020-06-01", category="student")
    file_not_practising(context("100005"), AWAY)
    roll = rolled()
    (portion,) = year_roll.portions_of(roll)
    assert sorted(portion.subject) == ["100001", "100006", "100007", "100008"]
    assert dict(portion.exempt) == {
        "100002": "status", "100003": "status", "100004": "category", "100005": "declaration",
    }  # fmt: skip
    assert (roll.subject, roll.exempt) == (4, 4)
    assert figures() == plain_figures()
    assert figures()[Standing.EXEMPT] == 4


def test_the_roll_agrees_with_every_member_s_own_page() -> None:
    join_all(MEMBERS)
    log_two("100001")
    actions.declare(context("100001"), YEAR)
    log_two("100002")
    enter("100003", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    for number, summary in every():
        view = actions.year_view(number, YEAR, TODAY, POLICY)
        assert (summary.standing, summary.subject_code) == (view.standing, view.subject.code)
    assert figures() == plain_figures()


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_roll_comes_to_the_same_in_portions_of_any_size(most: int) -> None:
    join_all(MEMBERS)
    roll = rolled(most=most)
    numbers = [n for portion in year_roll.portions_of(roll) for n in portion.subject]
    assert sorted(numbers) == MEMBERS
    assert figures() == plain_figures() | {"short": 8}


def test_a_portion_that_was_broken_off_and_is_done_again_counts_nobody_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join_all(MEMBERS)
    year_roll.begin(officer(), YEAR)
    again = officer()
    with monkeypatch.context() as patch:
        patch.setattr(year_roll, "_turned", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            year_roll.continue_roll(again, YEAR, 100)
    assert figures()["short"] == 8
    assert year_roll.continue_roll(again, YEAR, 100).done_at is not None
    assert figures() == plain_figures()
    assert figures()["short"] == 8


def test_a_second_roll_can_t_be_begun_before_the_first_is_finished() -> None:
    join_all(MEMBERS)
    year_roll.begin(officer(), YEAR)
    with pytest.raises(Refused):
        year_roll.begin(officer("officer-b"), YEAR)


def test_a_new_roll_puts_right_what_the_register_changed() -> None:
    join_all(MEMBERS)
    rolled()
    enter("100002", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    assert figures() == plain_figures()
    assert figures()[Standing.EXEMPT] == 1


# The draw -----------------------------------------------------------------------------------


def test_cpd_7_the_draw_goes_from_the_list_over_two_sealed_seeds_to_its_outcome() -> None:
    join_all()
    done = drawn("25")
    assert done.state is DrawState.DRAWN
    listed = audit_draw.the_list(done)
    numbers = [number for number, _ in audit_draw.drawn_of(done)]
    told = draw.disagreements(
        draw.list_bytes(listed),
        done.terms,
        (done.seals[0].commitment, done.seals[1].commitment),
        (FIRST, SECOND),
        numbers,
    )
    assert told == []
    assert len(numbers) == done.size == 2
    assert [MEMBERS[place - 1] for _, place in audit_draw.drawn_of(done)] == numbers


def test_only_those_subject_are_on_the_list() -> None:
    join_all()
    enter("100002", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    assert held_numbers(fixed("100")) == [n for n in MEMBERS if n != "100002"]


def held_numbers(record: DrawRecord) -> list[str]:
    return [line.number for line in audit_draw.the_list(record).lines]


def test_no_list_is_fixed_before_the_roll_is_complete() -> None:
    join_all()
    with pytest.raises(Refused):
        fixed()
    year_roll.begin(officer(), YEAR)
    year_roll.continue_roll(officer(), YEAR, 3)
    with pytest.raises(Refused):
        fixed()


def test_threat_19_a_list_that_is_fixed_can_t_be_fixed_again_or_changed_by_a_new_roll() -> None:
    join_all()
    rolled()
    before = fixed()
    join("100009")
    rolled()
    with pytest.raises(Refused):
        fixed("50", account="officer-b")
    assert held() == before
    assert held_numbers(held()) == MEMBERS


@pytest.mark.parametrize("when", ["before the first is opened", "before the second is opened"])
def test_threat_19_a_late_edit_of_the_stored_list_is_found_and_nothing_is_drawn(when: str) -> None:
    join_all()
    rolled()
    fixed()
    seal(FIRST, "officer-a")
    seal(SECOND, "officer-b")
    if when == "before the second is opened":
        audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    row = CpdRow.get(f"desk#{YEAR}", "draw#001#list#000")
    row.update(actions=[CpdRow.body.set(row.body.replace("100003", "100033"))])
    if when == "before the first is opened":
        audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    with pytest.raises(ListChanged):
        audit_draw.open_seed(officer("officer-b"), YEAR, SECOND)
    assert held().state is DrawState.SEALED
    with pytest.raises(ListChanged):
        audit_draw.own_line(YEAR, "100001")


def test_one_officer_can_t_seal_both_seeds() -> None:
    join_all()
    rolled()
    fixed()
    seal(FIRST, "officer-a")
    with pytest.raises(NotAllowed) as refused:
        seal(SECOND, "officer-a")
    assert refused.value.rule == "CPD-7"
    seal(SECOND, "officer-b")
    with pytest.raises(Refused):
        seal(Seed(FIRST.nonce, "a third seed that nobody asked for"), "officer-c")


def test_an_officer_can_t_seal_what_the_other_one_sealed() -> None:
    join_all()
    rolled()
    fixed()
    seal(FIRST, "officer-a")
    with pytest.raises(Invalid):
        seal(FIRST, "officer-b")


def test_no_seed_is_opened_before_both_are_sealed() -> None:
    join_all()
    rolled()
    fixed()
    seal(FIRST, "officer-a")
    with pytest.raises(Refused):
        audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    assert held().seals[0].words == ""


def test_a_wrong_reveal_is_refused_and_neither_may_open_the_other_s() -> None:
    join_all()
    rolled()
    fixed()
    seal(FIRST, "officer-a")
    seal(SECOND, "officer-b")
    with pytest.raises(Invalid):
        audit_draw.open_seed(officer("officer-b"), YEAR, FIRST)
    with pytest.raises(Invalid):
        audit_draw.open_seed(officer("officer-a"), YEAR, Seed(FIRST.nonce, FIRST.words + "!"))
    with pytest.raises(NotAllowed):
        audit_draw.open_seed(officer("officer-c"), YEAR, FIRST)
    audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    with pytest.raises(Refused):
        audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    assert held().state is DrawState.SEALED


def test_a_draw_that_was_given_up_stays_to_be_seen_and_the_next_has_another_number() -> None:
    join_all()
    rolled()
    first = fixed()
    seal(FIRST, "officer-a")
    seal(SECOND, "officer-b")
    audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    audit_draw.give_up(officer("officer-b"), YEAR, "The second officer lost the nonce.")
    with pytest.raises(NotFound):
        seal(FIRST, "officer-a")
    second = fixed()
    (past,) = second.past
    assert (past.list_hash, past.seals[0].words) == (first.list_hash, FIRST.words)
    assert (second.ordinal, second.seals) == (2, ())
    assert second.list_hash != first.list_hash


def test_a_draw_with_an_outcome_can_t_be_given_up() -> None:
    join_all()
    drawn()
    with pytest.raises(Refused):
        audit_draw.give_up(officer(), YEAR, "We would like another outcome.")


@pytest.mark.parametrize("percent", ["0", "-1", "100.01", "0.001", "NaN"])
def test_a_rate_that_is_none_is_refused(percent: str) -> None:
    with pytest.raises(Invalid):
        audit_draw.hundredths(Decimal(percent))


def test_a_member_sees_their_own_line_and_its_place() -> None:
    join_all()
    done = drawn("25")
    chosen = {number for number, _ in audit_draw.drawn_of(done)}
    for position, number in enumerate(MEMBERS, 1):
        found = audit_draw.own_line(YEAR, number)
        assert found is not None
        record, line, place, digest = found
        assert (line.number, place) == (number, position)
        assert (digest <= record.limit) == (number in chosen)
    assert audit_draw.own_line(YEAR, "999999") is None


# Audits -------------------------------------------------------------------------------------


def test_everybody_drawn_gets_one_audit_and_one_notice_however_often_it_is_done() -> None:
    join_all()
    numbers = noticed("50")
    audits.open_drawn(officer(), YEAR)
    assert sorted(c.member for c in overview.cases(YEAR, AuditState.ASKED).cases) == sorted(numbers)
    assert all(len(case_of(n).notices) == 1 for n in numbers)
    assert figures() == plain_figures()
    assert figures()["under_audit"] == 4


def test_more_are_drawn_than_one_transaction_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audits, "A_TRANSACTION", 3)
    monkeypatch.setattr(steps, "are_kept", False)
    join_all()
    assert sorted(noticed("100")) == MEMBERS
    assert figures()["under_audit"] == 8


def test_not_3_the_mail_is_a_courtesy_and_starts_no_clock() -> None:
    join_all()
    (number, *_) = noticed("10")
    (mail,) = [row for row in OutboxRow.scan() if row.template == "audit_notice"]
    assert mail.recipient == f"member#{number}"
    assert overview.clock_of(case_of(number), POLICY.cpd(TODAY)).last_day is None
    assert overview.due(TODAY + timedelta(days=60), POLICY) == []
    text = (ROOT / "site/services/mail/audit_notice.txt").read_text("utf-8")
    assert "only the letter counts" in text


def test_not_1_and_not_2_recording_the_post_starts_the_clock_and_shows_what_is_due() -> None:
    join_all()
    (number,) = noticed("10")
    notices.record_service(officer(), seen(number), Way.MAIL, TODAY, within=True)
    last = TODAY + timedelta(days=7 + 30)
    assert overview.clock_of(case_of(number), POLICY.cpd(TODAY)).last_day == last
    assert overview.due(last - timedelta(days=1), POLICY) == []
    (found,) = overview.due(last, POLICY)
    assert found.case.member == number
    assert overview.due(last + timedelta(days=9), POLICY) != []


def test_not_1_a_letter_that_came_back_is_no_longer_due() -> None:
    join_all()
    (number,) = noticed("10")
    notices.record_service(officer(), seen(number), Way.MAIL, TODAY, within=False)
    notices.record_return(officer(), seen(number))
    assert overview.due(TODAY + timedelta(days=90), POLICY) == []
    assert number in [case.member for case in overview.unserved(YEAR)]
    notices.notify(officer(), seen(number))
    notices.record_service(officer(), seen(number), Way.PERSONAL, TODAY, within=True)
    assert [d.case.member for d in overview.due(TODAY + timedelta(days=30), POLICY)] == [number]


def test_not_1_many_letters_are_recorded_as_posted_at_once_or_not_at_all() -> None:
    join_all()
    numbers = noticed("50")
    chosen = {number: case_of(number).version for number in numbers}
    stale = chosen | {numbers[0]: chosen[numbers[0]] - 1}
    with pytest.raises(Conflict):
        notices.record_posting(officer(), YEAR, stale, TODAY, within=True)
    assert len(overview.unserved(YEAR)) == 4
    assert notices.record_posting(officer(), YEAR, chosen, TODAY, within=True) == 4
    assert overview.unserved(YEAR) == []
    assert len(overview.due(TODAY + timedelta(days=37), POLICY)) == 4


def test_a_member_answers_and_the_officer_is_satisfied() -> None:
    join_all()
    (number,) = noticed("10")
    actions.answer_audit(context(number), YEAR, ANSWER)
    assert [c.member for c in overview.cases(YEAR, AuditState.ANSWERED).cases] == [number]
    log_two(number)
    reviews.review(officer(), seen(number), AuditState.SATISFIED, "Both certificates fit.")
    assert case_of(number).state is AuditState.SATISFIED
    assert figures()["under_audit"] == 0
    assert figures() == plain_figures()
    with pytest.raises(Refused):
        reviews.review(officer(), seen(number), AuditState.NOT_SATISFIED, "Changed my mind.")


def test_when_more_is_asked_the_member_is_told_why_and_gets_a_new_notice() -> None:
    join_all()
    (number,) = noticed("10")
    actions.answer_audit(context(number), YEAR, ANSWER)
    with pytest.raises(Invalid):
        reviews.review(officer(), seen(number), AuditState.MORE_ASKED, "")
    reviews.review(officer(), seen(number), AuditState.MORE_ASKED, "Please add the dates.")
    case = case_of(number)
    assert (case.state, len(case.notices)) == (AuditState.MORE_ASKED, 2)
    assert case.reviews[-1].words == "Please add the dates."
    assert "audit_more_asked" in {row.template for row in OutboxRow.scan()}


def test_not_2_silence_counts_against_a_member_only_once_the_served_notice_has_run_out() -> None:
    join_all()
    (number,) = noticed("10")
    for served in (False, True):
        if served:
            notices.record_service(officer(), seen(number), Way.PERSONAL, TODAY, within=True)
        for today in (TODAY, TODAY + timedelta(days=30)):
            with pytest.raises(Refused) as refused:
                reviews.review(
                    officer(today=today), seen(number), AuditState.NOT_SATISFIED, "No answer."
                )
            assert refused.value.rule == "NOT-2"
    later = officer(today=TODAY + timedelta(days=31))
    reviews.review(later, seen(number), AuditState.NOT_SATISFIED, "No answer came.")
    assert case_of(number).state is AuditState.NOT_SATISFIED


def not_satisfied(number: str) -> None:
    actions.answer_audit(context(number), YEAR, ANSWER)
    reviews.review(officer(), seen(number), AuditState.NOT_SATISFIED, "Nothing shows it.")


def test_cpd_7_what_did_not_satisfy_is_referred_to_practice_review() -> None:
    join_all()
    (number,) = noticed("10")
    with pytest.raises(Refused):
        reviews.refer(officer(), seen(number), AuditState.PRACTICE_REVIEW, "Too early.")
    not_satisfied(number)
    reviews.refer(officer(), seen(number), AuditState.PRACTICE_REVIEW, "See the answers.")
    assert case_of(number).state is AuditState.PRACTICE_REVIEW


def test_not_2_council_is_asked_only_once_a_served_notice_has_run_out() -> None:
    join_all()
    (number,) = noticed("10")
    notices.record_service(officer(), seen(number), Way.PERSONAL, TODAY, within=True)
    not_satisfied(number)
    with pytest.raises(Refused) as refused:
        reviews.refer(officer(), seen(number), AuditState.COUNCIL, "No record.")
    assert refused.value.rule == "NOT-2"
    later = officer(today=TODAY + timedelta(days=31))
    reviews.refer(later, seen(number), AuditState.COUNCIL, "No record.")
    assert case_of(number).state is AuditState.COUNCIL


def test_sta_2_from_the_roll_to_council_nothing_writes_the_register() -> None:
    join_all()
    before = rows_of_register()
    (number,) = noticed("10")
    notices.record_service(officer(), seen(number), Way.PERSONAL, TODAY, within=True)
    later = officer(today=TODAY + timedelta(days=400))
    reviews.review(later, seen(number), AuditState.NOT_SATISFIED, "No answer came.")
    again = officer(today=TODAY + timedelta(days=400))
    reviews.refer(again, seen(number), AuditState.COUNCIL, "No record was produced.")
    overview.due(TODAY + timedelta(days=800), POLICY)
    assert rows_of_register() == before
    record = on_register(number)
    assert record is not None
    assert record.status == "registered"


def test_sta_2_no_code_of_cpd_can_write_the_register() -> None:
    """Neither the domain nor its functions so much as name what writes it.

    But for the module by which members declare that they don't practise, and whose other entry, the
    end of it, a second officer approves.
    """
    writes = re.compile(
        r"\bRegisterRow\b|register\.(?:actions\.)?enter\b|register\.writing|register\.loading"
        r"|register\.store\.(?:add|put)|\bProposal\("
    )
    files = [*ROOT.glob("signet/cpd/**/*.py"), *ROOT.glob("lambdas/cpd/**/*.py")]
    assert len(files) > 15
    found = {path.name: path.read_text("utf-8") for path in files}
    assert [name for name, code in found.items() if writes.search(code)] == ["practice_entries.py"]
    entered = set(re.findall(r"actions\.Proposal\(([^,]+),", found["practice_entries.py"]))
    assert entered == {"DECLARED", "RESUMED", '"voided"'}
    assert practice_entries.DECLARED == "not_practising_declared"
    assert practice_entries.RESUMED == "practice_resumed"


def test_cpd_7_one_who_did_not_declare_in_time_can_be_asked_and_one_who_did_cannot() -> None:
    join_all(MEMBERS[:3])
    log_two("100001")
    actions.declare(context("100001"), YEAR)
    enter("100002", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    with pytest.raises(Refused):
        audits.ask(officer(), YEAR, "100003")  # the year isn't over
    for number in ("100001", "100002"):
        with pytest.raises(Refused):
            audits.ask(officer(today=NEXT_YEAR), YEAR, number)
    audits.ask(officer(today=NEXT_YEAR), YEAR, "100003")
    assert case_of("100003").place == 0
    assert figures()["under_audit"] == 1
    with pytest.raises(Refused):
        audits.ask(officer(today=NEXT_YEAR), YEAR, "100003")


# Twice, at once, and by whom ------------------------------------------------------------------


def test_two_officers_editing_one_audit_the_second_is_told_and_nothing_is_overwritten() -> None:
    join_all()
    (number,) = noticed("10")
    both = seen(number)
    notices.record_service(officer("officer-a"), both, Way.PERSONAL, TODAY, within=True)
    first = case_of(number)
    with pytest.raises(Conflict):
        notices.record_service(officer("officer-b"), both, Way.MAIL, TODAY, within=False)
    assert case_of(number) == first


def test_the_same_form_sent_twice_does_it_once_and_answers_alike() -> None:
    join_all()
    (number,) = noticed("10")
    same, version = officer(), seen(number)
    for _ in range(3):
        notices.record_service(same, version, Way.PERSONAL, TODAY, within=True)
    assert case_of(number).version == version.version + 1
    assert len(audit.of_subject(f"cpd#{number}")) == 1
    with pytest.raises(Conflict):
        notices.record_service(same, version, Way.MAIL, TODAY, within=True)


def test_every_act_leaves_its_line_in_the_trail_without_what_anybody_wrote() -> None:
    join_all()
    (number,) = noticed("10")
    canary = "canary-4f1d"
    actions.answer_audit(context(number), YEAR, ANSWER)
    reviews.review(officer(), seen(number), AuditState.NOT_SATISFIED, canary)
    reviews.refer(officer(), seen(number), AuditState.PRACTICE_REVIEW, canary)
    lines = audit.of_subject(f"cpd#{number}") + audit.of_subject(f"cpd-desk#{YEAR}")
    assert {line.what for line in lines} >= {
        "cpd.desk.roll.begun", "cpd.desk.roll.portion", "cpd.desk.draw.fixed",
        "cpd.desk.draw.sealed", "cpd.desk.draw.opened", "cpd.desk.audits.opened",
        "cpd.desk.audit.reviewed", "cpd.desk.audit.referred",
    }  # fmt: skip
    assert canary not in "".join(row.body for row in AuditRow.scan())


def test_a_cursor_is_good_for_its_own_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threat 10: swapped cursors."""
    monkeypatch.setattr(overview, "A_PAGE", 3)
    join_all()
    rolled()
    first = overview.members(YEAR, Standing.SHORT)
    assert [number for number, _ in first.members] == MEMBERS[:3]
    second = overview.members(YEAR, Standing.SHORT, first.after)
    third = overview.members(YEAR, Standing.SHORT, second.after)
    assert [n for n, _ in (*second.members, *third.members)] == MEMBERS[3:]
    assert third.after == ""
    for swapped in (first.after[:-2], "%%%", "x", first.after + "AA=="):
        with pytest.raises(Invalid):
            overview.members(YEAR, Standing.DECLARED, swapped)
    with pytest.raises(Invalid):
        overview.members(YEAR - 1, Standing.SHORT, first.after)
    with pytest.raises(Invalid):
        overview.cases(YEAR, AuditState.ASKED, first.after)


def test_looking_at_a_member_is_written_down_before_anything_is_shown() -> None:
    join()
    overview.find(officer("officer-a"), YEAR, NUMBER)
    (line,) = audit.of_subject(f"cpd#{NUMBER}")
    assert (line.what, line.by) == ("cpd.desk.seen", "officer-a")
    with pytest.raises(NotFound):
        overview.find(officer(), YEAR, "999999")
