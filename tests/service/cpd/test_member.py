"""A member's CPD log on the real database: every act once, whole, and seen by the next one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException

from lambdas import follow
from lambdas.cpd import work
from signet.cpd import actions, store
from signet.cpd.context import AnswerNotAsked, NothingToDeclare, NotYetCompliant
from signet.cpd.forms import AuditAnswerDraft, NotPractisingDraft, ResumptionDraft
from signet.cpd.model import (
    AuditState,
    NotPractising,
    Standing,
    Year,
    YearView,
)
from signet.cpd.not_practising import NotRenewableYet, NotSubject
from signet.cpd.standings import following
from signet.errors import Conflict, Invalid, NotFound, Unavailable
from signet.jobs.applicants import profiles
from signet.register import reading as register
from signet.transactions import audit, mailer
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import OutboxRow
from tests import job_office as office
from tests.cpd_members import (
    NUMBER,
    POLICY,
    TODAY,
    YEAR,
    audited,
    books,
    clean_file,
    context,
    counted_calls,
    cpd_tables_made,
    draft,
    enter,
    fill_log,
    join,
    log_two,
    uses_of,
)
from tests.cpd_office import night
from tests.entries import day
from tests.people import shell

AWAY = NotPractisingDraft.model_validate({"reason": "parental_leave", "understood": "yes"})


__all__ = ["books", "cpd_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("books")


def view(year: int = YEAR, today: date = TODAY, number: str = NUMBER) -> YearView:
    return actions.year_view(number, year, today, POLICY)


def stored(year: int = YEAR, number: str = NUMBER) -> Year:
    held = store.summary(number, year)
    assert held is not None
    return held


def mails() -> list[str]:
    return sorted(row.template for row in OutboxRow.scan(consistent_read=True))


def trail() -> list[str]:
    return [line.what for line in reversed(audit.of_subject(f"cpd#{NUMBER}"))]


def test_a_year_without_activities_says_what_is_missing() -> None:
    """CPD-2."""
    seen = view()
    assert seen.standing is Standing.SHORT
    assert [(m.code, m.lacking) for m in seen.missing] == [("activities", 2), ("categories", 2)]
    assert seen.stored is None, "looking writes nothing"


def test_two_activities_of_two_categories_satisfy_and_are_counted_once_each() -> None:
    """CPD-2."""
    log_two()
    seen = view()
    assert (seen.standing, seen.missing) == (Standing.SATISFIED, ())
    assert stored().standing is Standing.SATISFIED
    assert store.figures(YEAR) == {
        "exempt": 0, "declared": 0, "satisfied": 1, "short": 0, "under_audit": 0,
    }  # fmt: skip
    assert trail() == ["cpd.activity.added", "cpd.activity.added"]


def test_the_same_form_twice_makes_one_activity() -> None:
    first = actions.add_activity(context(act="a" * 32), YEAR, draft())
    again = actions.add_activity(context(act="a" * 32), YEAR, draft())
    assert first == again
    assert len(view().activities) == 1
    assert stored().version == 1
    with pytest.raises(Conflict, match="other content"):
        actions.add_activity(context(act="a" * 32), YEAR, draft(title="Another"))


def test_a_form_sent_again_after_the_activity_was_removed_brings_nothing_back() -> None:
    id_ = actions.add_activity(context(act="a" * 32), YEAR, draft())
    actions.remove_activity(context(), YEAR, id_, 1)
    assert actions.add_activity(context(act="a" * 32), YEAR, draft()) == id_
    assert view().activities == ()


@contextmanager
def answers_lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the next transaction be written, but lose its answer."""
    whole = Connection.transact_write_items
    lost = [True]

    def lose(self: Connection, *given: Any, **named: Any) -> Any:
        answer = whole(self, *given, **named)
        if lost.pop() if lost else False:
            raise PynamoDBException("the line went dead")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "transact_write_items", lose)
        yield


def test_an_activity_whose_answer_was_lost_is_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with answers_lost(monkeypatch):
        id_ = actions.add_activity(context(act="b" * 32), YEAR, draft())
    assert [a.id for a in view().activities] == [id_]
    assert actions.add_activity(context(act="b" * 32), YEAR, draft()) == id_
    assert stored().activities == 1


def test_activities_added_at_the_same_moment_are_all_there() -> None:
    acts = [context() for _ in range(4)]
    ready = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def add(one: Any) -> None:
        ready.wait()
        try:
            actions.add_activity(one, YEAR, draft())
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=add, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(view().activities) == stored().activities == 4
    assert store.figures(YEAR)["short"] == 1


def test_of_two_who_edit_one_activity_the_second_is_told_and_overwrites_nothing() -> None:
    id_ = actions.add_activity(context(), YEAR, draft())
    actions.edit_activity(context(), YEAR, id_, 1, draft(title="As the first wrote it"))
    with pytest.raises(Conflict):
        actions.edit_activity(context(), YEAR, id_, 1, draft(title="As the second wrote it"))
    with pytest.raises(Conflict):
        actions.remove_activity(context(), YEAR, id_, 1)
    (held,) = view().activities
    assert (held.title, held.version) == ("As the first wrote it", 2)


def test_an_edit_sent_twice_is_answered_alike_and_done_once() -> None:
    id_ = actions.add_activity(context(), YEAR, draft())
    for _ in range(2):
        said = draft(title="Better words")
        assert actions.edit_activity(context(act="c" * 32), YEAR, id_, 1, said) == id_
    assert view().activities[0].version == 2
    for _ in range(2):
        actions.remove_activity(context(act="d" * 32), YEAR, id_, 2)
    assert trail() == ["cpd.activity.added", "cpd.activity.changed", "cpd.activity.removed"]


def test_what_an_activity_was_is_kept_when_it_is_changed_or_removed() -> None:
    """CPD-6: the written record."""
    id_ = actions.add_activity(context(), YEAR, draft(title="First"))
    actions.edit_activity(context(), YEAR, id_, 1, draft(title="Second"))
    actions.remove_activity(context(today=TODAY + timedelta(days=1)), YEAR, id_, 2)
    past = store.history(NUMBER, YEAR)
    assert [(p.activity.title, p.removed) for p in past] == [("Second", True), ("First", False)]


def test_the_trail_names_fields_and_says_nothing_of_what_is_in_them() -> None:
    id_ = actions.add_activity(context(), YEAR, draft(title="canary-title"))
    said = draft(title="canary-title", reflection="canary-reflection")
    actions.edit_activity(context(), YEAR, id_, 1, said)
    lines = audit.of_subject(f"cpd#{NUMBER}")
    assert lines[0].detail == {"year": YEAR, "activity": id_, "fields": ["reflection"]}
    assert "canary" not in str(lines)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"category": "golf"}, "category"),
        ({"started_on": "2026-11-22"}, "started_on"),
        ({"started_on": "2025-12-31"}, "started_on"),
        ({"started_on": "2025-06-01", "ended_on": "2025-12-31"}, "ended_on"),
        ({"ended_on": "2026-03-13"}, "ended_on"),
        ({"ended_on": "2026-12-01"}, "ended_on"),
    ],
)
def test_an_activity_that_the_year_can_t_hold_is_refused(said: dict[str, str], field: str) -> None:
    """CPD-2."""
    with pytest.raises(Invalid) as refused:
        actions.add_activity(context(), YEAR, draft(**said))
    assert [fault.field for fault in refused.value.errors] == [field]
    assert view().activities == ()


def test_an_activity_that_runs_into_the_year_or_out_of_it_can_be_logged() -> None:
    actions.add_activity(context(), YEAR, draft(on="2025-10-01", ended_on="2026-01-10"))
    later = day("2027-02-01")
    actions.add_activity(context(today=later), YEAR, draft(on="2026-12-20", ended_on="2027-01-15"))
    assert view(today=later).tally.counting == 2


def test_a_log_that_falls_short_can_t_be_declared_and_says_why() -> None:
    """CPD-6."""
    actions.add_activity(context(), YEAR, draft())
    with pytest.raises(NotYetCompliant, match="1 more activity that counts") as refused:
        actions.declare(context(), YEAR)
    assert refused.value.rule == "CPD-6"
    assert [m.code for m in refused.value.view.missing] == ["activities", "categories"]
    assert view().declarations == ()


def test_a_declared_year_is_confirmed_by_mail_and_keeps_what_was_declared() -> None:
    """CPD-6."""
    log_two()
    assert actions.declare(context(act="e" * 32), YEAR) == "1"
    assert actions.declare(context(act="e" * 32), YEAR) == "1"
    seen = view()
    assert seen.standing is stored().standing is Standing.DECLARED
    assert seen.declaration
    assert seen.declaration.declared_on == TODAY
    assert {d.id for d in seen.declaration.activities} == {a.id for a in seen.activities}
    assert mails() == ["cpd_declared"]
    with pytest.raises(NothingToDeclare):
        actions.declare(context(), YEAR)


def test_after_declaring_the_log_can_be_amended_and_declared_again() -> None:
    """CPD-6: all declarations are kept."""
    log_two()
    actions.declare(context(), YEAR)
    actions.add_activity(context(), YEAR, draft("informal"))
    assert view().standing is Standing.DECLARED
    assert actions.declare(context(), YEAR) == "2"
    assert [len(d.activities) for d in view().declarations] == [2, 3]


def test_a_declaration_doesn_t_outlive_the_activities_it_rests_on() -> None:
    """CPD-2, CPD-6."""
    first, _ = log_two()
    actions.declare(context(), YEAR)
    actions.remove_activity(context(), YEAR, first, 1)
    assert view().standing is stored().standing is Standing.SHORT
    assert store.figures(YEAR)["declared"] == 0
    actions.add_activity(context(), YEAR, draft("contributions"))
    assert view().standing is stored().standing is Standing.DECLARED


def test_a_year_gone_by_can_still_be_declared_and_a_year_to_come_can_t() -> None:
    log_two(year=2025)
    assert actions.declare(context(), 2025) == "1"
    for year in (2027, 2020):
        with pytest.raises(NotFound):
            view(year)
        with pytest.raises(NotFound):
            actions.add_activity(context(), year, draft(on=f"{year}-01-01"))


def test_a_member_who_is_retired_on_the_register_has_nothing_to_declare() -> None:
    """CPD-1."""
    log_two()
    enter(NUMBER, "status_changed", "2026-06-01", status="retired", reason="own_request")
    assert view().subject.code == "status"
    with pytest.raises(NothingToDeclare) as refused:
        actions.declare(context(), YEAR)
    assert refused.value.rule == "CPD-1"


def test_a_status_change_exempts_from_its_day_on_and_not_the_year_before() -> None:
    """CPD-5: as at the date."""
    join("100002", "2020-01-01")
    enter("100002", "status_changed", "2026-06-01", status="non_practising", reason="leave")
    assert view(2025, number="100002").subject.applies
    assert view(2026, day("2026-05-31"), "100002").subject.applies
    assert not view(2026, day("2026-06-01"), "100002").subject.applies
    assert not view(2026, day("2027-03-01"), "100002").subject.applies


def test_a_declaration_of_not_practising_exempts_for_a_year_from_receipt() -> None:
    """CPD-5, G 18(2)."""
    actions.file_not_practising(context(), AWAY)
    (held,) = store.not_practising(NUMBER)
    assert (held.since, held.until) == (TODAY, day("2027-11-20"))
    assert view().standing is stored().standing is Standing.EXEMPT
    assert view(2027, day("2027-11-20")).subject.code == "declaration"
    assert view(2027, day("2027-11-21")).subject.applies
    assert view(2025).subject.applies, "the year before is over"
    assert mails() == ["cpd_not_practising"]


def test_a_declaration_of_not_practising_is_renewed_near_its_end_for_another_year() -> None:
    """CPD-5: renewable for additional yearly periods."""
    actions.file_not_practising(context(), AWAY)
    with pytest.raises(NotRenewableYet):
        actions.file_not_practising(context(), AWAY)
    actions.file_not_practising(context(today=day("2027-10-01")), AWAY)
    held = store.not_practising(NUMBER)
    assert [(h.since, h.until) for h in held] == [
        (TODAY, day("2027-11-20")),
        (day("2027-11-21"), day("2028-11-20")),
    ]


def test_one_who_is_exempt_on_the_register_needs_no_declaration() -> None:
    enter(NUMBER, "status_changed", "2026-06-01", status="retired", reason="own_request")
    with pytest.raises(NotSubject):
        actions.file_not_practising(context(), AWAY)


def test_practice_is_resumed_with_notice_which_ends_the_exemption_on_its_day() -> None:
    """CPD-5, G 18(4)."""
    id_ = actions.file_not_practising(context(today=day("2026-10-01")), AWAY)
    on = ResumptionDraft(resumes_on=day("2026-12-01"), version=1)
    actions.resume(context(act="f" * 32), id_, on)
    actions.resume(context(act="f" * 32), id_, on)
    (held,) = store.not_practising(NUMBER)
    assert (held.resumed_on, held.resumption_notified_on) == (day("2026-12-01"), TODAY)
    assert view(today=day("2026-11-30")).standing is Standing.EXEMPT
    assert view(today=day("2026-12-01")).standing is Standing.SHORT
    with pytest.raises(Conflict):
        actions.resume(context(), id_, on)


@pytest.mark.parametrize("on", ["2026-11-20", "2027-11-23"])
def test_notice_of_practising_again_names_a_day_that_makes_sense(on: str) -> None:
    """CPD-5: it comes before practice is resumed."""
    id_ = actions.file_not_practising(context(), AWAY)
    with pytest.raises(Invalid):
        actions.resume(context(), id_, ResumptionDraft(resumes_on=day(on), version=1))


def test_when_the_register_changes_the_stored_standing_follows() -> None:
    """CPD-5: by itself."""
    log_two()
    enter(NUMBER, "status_changed", "2026-06-01", status="retired", reason="own_request")
    assert following.follow(NUMBER, TODAY, POLICY) == 1
    assert stored().standing is Standing.EXEMPT
    assert following.follow(NUMBER, TODAY, POLICY) == 0
    assert store.figures(YEAR)["exempt"] == 1


def test_the_night_gives_every_member_a_year_and_sees_declarations_end() -> None:
    join("100002")
    join("100003", category="student")
    actions.file_not_practising(context(today=day("2026-02-01")), AWAY)
    assert night().restood == 1
    assert store.summary("100003", YEAR) is None, "a student isn't subject (CPD-1)"
    assert stored(number="100002").standing is Standing.SHORT
    january = day("2027-01-01")
    assert night(january).restood == 2
    assert stored(2027).standing is Standing.EXEMPT
    assert night(day("2027-02-01")).restood == 1
    assert stored(2027).standing is Standing.SHORT


def reminders() -> list[Any]:
    rows = OutboxRow.scan(OutboxRow.template == "cpd_reminder", consistent_read=True)
    return sorted(row.id for row in rows)


def test_members_who_have_not_declared_are_reminded_once_for_each_date() -> None:
    join("100002")
    log_two("100002")
    actions.declare(context("100002"), YEAR)
    for today in ("2026-10-14", "2026-10-15", "2026-10-16", "2026-11-20", "2026-12-01"):
        night(day(today))
    assert reminders() == [
        "cpd-reminder#100001#2026-10-15",
        "cpd-reminder#100001#2026-12-01",
    ]


def test_a_reminder_whose_night_was_missed_comes_within_the_week_or_not_at_all() -> None:
    night(day("2026-10-23"))
    assert reminders() == []
    night(day("2026-12-08"))
    assert reminders() == ["cpd-reminder#100001#2026-12-01"]


def test_evidence_is_named_by_an_activity_and_let_go_with_it() -> None:
    id_ = actions.add_activity(context(), YEAR, draft())
    one, other = clean_file(), clean_file()
    actions.attach(context(), YEAR, id_, 1, [one])
    actions.attach(context(), YEAR, id_, 2, [other])
    assert (uses_of(one), uses_of(other)) == (0, 1)
    assert view().activities[0].evidence == (other,)
    actions.remove_activity(context(), YEAR, id_, 3)
    assert uses_of(other) == 0


def test_another_member_s_file_can_t_be_named() -> None:
    """Threat 10."""
    id_ = actions.add_activity(context(), YEAR, draft())
    theirs = clean_file(join("100002"))
    with pytest.raises(Conflict):
        actions.attach(context(), YEAR, id_, 1, [theirs])
    assert view().activities[0].evidence == ()


def test_evidence_may_be_added_to_a_declared_activity_without_declaring_anew() -> None:
    first, _ = log_two()
    actions.declare(context(), YEAR)
    actions.attach(context(), YEAR, first, 1, [clean_file()])
    with pytest.raises(NothingToDeclare):
        actions.declare(context(), YEAR)


ANSWER_DAY = day("2027-01-20")


def test_an_audit_is_answered_with_remarks_and_files_and_that_is_confirmed() -> None:
    """CPD-7."""
    audited(AuditState.ASKED)
    file = clean_file()
    said = AuditAnswerDraft(remarks="The certificate of the course.", files=(file,))
    for _ in range(2):
        actions.answer_audit(context(today=ANSWER_DAY, act="9" * 32), YEAR, said)
    case = store.audit(NUMBER, YEAR)
    assert case is not None
    assert case.state is AuditState.ANSWERED
    assert [(a.remarks, a.evidence) for a in case.answers] == [(said.remarks, (file,))]
    assert uses_of(file) == 1
    assert mails() == ["cpd_audit_answered"]
    (row,) = store.list_rows(f"{YEAR}#audit#answered")
    assert row.place == f"2027-02-16#{NUMBER}", "the desk sees it by the day it was due (NOT-2)"


def test_an_answer_without_words_or_files_is_refused() -> None:
    audited(AuditState.ASKED)
    with pytest.raises(Invalid):
        actions.answer_audit(context(today=ANSWER_DAY), YEAR, AuditAnswerDraft())


@pytest.mark.parametrize("state", [AuditState.SELECTED, AuditState.SATISFIED, AuditState.COUNCIL])
def test_an_audit_that_asks_nothing_takes_no_answer(state: AuditState) -> None:
    audited(state)
    with pytest.raises(AnswerNotAsked):
        actions.answer_audit(context(today=ANSWER_DAY), YEAR, AuditAnswerDraft(remarks="x"))


def test_nobody_audited_has_nothing_to_answer() -> None:
    with pytest.raises(NotFound):
        actions.answer_audit(context(), YEAR, AuditAnswerDraft(remarks="x"))


def test_an_activity_of_last_year_can_be_carried_on() -> None:
    """CPD-2; the days are the new activity's own."""
    said = draft("peer", "2025-04-01", title="Mentoring", hours="12.5", reflection="…")
    id_ = actions.add_activity(context(), 2025, said)
    assert actions.carry_on(NUMBER, 2025, id_) == {
        "title": "Mentoring",
        "category": "peer",
        "better_practitioner": "yes",
        "advances_profession": "no",
    }
    with pytest.raises(NotFound):
        actions.carry_on("100002", 2025, id_)


def test_the_year_of_a_member_with_200_activities_takes_three_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill_log(200, reflection="What I took from it. " * 40)
    calls = counted_calls(monkeypatch)
    assert len(view().activities) == 200
    assert calls == ["Query", "Query", "Query"]


def test_an_unreachable_database_is_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: Any, **__: Any) -> Any:
        raise PynamoDBException("nobody there")

    monkeypatch.setattr(Connection, "query", dead)
    with pytest.raises(Unavailable):
        store.year(NUMBER, YEAR)


def test_declarations_of_not_practising_are_listed_for_the_desk_by_their_end() -> None:
    actions.file_not_practising(context(), AWAY)
    (row,) = store.list_rows(store.NOT_PRACTISING)
    assert row.place == f"2027-11-20#{NUMBER}"
    assert NotPractising.model_validate_json(row.body).reason == "parental_leave"


def test_every_mail_to_a_member_can_be_written() -> None:
    log_two()
    actions.declare(context(), YEAR)
    held = actions.file_not_practising(context(), AWAY)
    actions.resume(context(), held, ResumptionDraft(resumes_on=TODAY, version=1))
    join("100002")
    join("100003")
    log_two("100003")
    for today in (TODAY, day("2026-12-01")):
        night(today)
    audited(AuditState.ASKED)
    actions.answer_audit(context(today=ANSWER_DAY), YEAR, AuditAnswerDraft(remarks="x"))
    rows = list(OutboxRow.scan(consistent_read=True))
    texts = {}
    for row in rows:
        letter = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
        mail = mailer.compose(letter, "ana@example.ca", datetime(2026, 12, 1, tzinfo=UTC))
        texts[str(mail["Subject"])] = mail.get_content()
    assert set(texts) == {
        "You declared your professional development for 2026",
        "We received your declaration of not practising",
        "We received your notice of practising again",
        "Your 2026 professional development: still missing",
        "Your 2026 professional development: ready to declare",
        "We received your answer to the audit of 2026",
    }
    missing = texts["Your 2026 professional development: still missing"]
    assert "2 more activities that count" in missing


def test_a_declaration_that_came_late_is_said_to_have_in_its_mail() -> None:
    late = day("2027-01-05")
    log_two(today=late)
    actions.declare(context(today=late), YEAR)
    (row,) = [one for one in OutboxRow.scan() if one.template == "cpd_declared"]
    letter = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
    told = mailer.compose(letter, "ana@example.ca", datetime(2027, 1, 5, tzinfo=UTC))
    assert "It was due by 31 December 2026, so it is marked as late." in told.get_content()


def test_the_function_follows_the_register_s_stream_and_the_clock() -> None:
    """CPD-5."""
    year = POLICY.cpd(TODAY).year_of(datetime.now(UTC).date())
    assert follow.handler({}, None) == {"begun": 1}
    assert work.handler({}, None) == {"left": 0, "restood": 1, "reminded": 0}
    today = datetime.now(UTC).date() - timedelta(days=1)
    enter(NUMBER, "status_changed", today, status="retired", reason="own_request")
    keys = {"record": {"S": f"member#{NUMBER}"}, "part": {"S": "snapshot"}}
    records = [
        {"dynamodb": {"Keys": keys}},
        {"dynamodb": {"Keys": {"record": {"S": "permit#P-1"}}}},
    ]
    done = follow.handler({"Records": records * 2}, None)
    assert (done["restood"], done["refreshed"]) == (1, 0)
    assert stored(year).standing is Standing.EXEMPT
    done = follow.handler({"Records": records}, None)
    assert (done["restood"], done["refreshed"]) == (0, 0)


def test_a_career_profile_and_the_designation_in_it_follow_the_register() -> None:
    """JOB-5, STA-2: who is suspended isn't shown to employers, until reinstated."""
    enter(NUMBER, "designation_granted", "2021-01-01", designation="C.E.T.")
    record = register.member(NUMBER, TODAY)
    profiles.save(office.of("ana"), NUMBER, record, office.profile())
    before = profiles.of(NUMBER)
    assert before is not None
    assert before.designation == "C.E.T."
    today = datetime.now(UTC).date() - timedelta(days=1)
    enter(NUMBER, "status_changed", today, status="suspended", reason="fees")
    records = [{"dynamodb": {"Keys": {"record": {"S": f"member#{NUMBER}"}}}}]
    assert follow.handler({"Records": records}, None)["refreshed"] == 1
    after = profiles.of(NUMBER)
    assert after is not None
    assert after.designation == ""
    assert not after.findable
    enter(NUMBER, "status_changed", today, status="registered", reason="reinstated")
    follow.handler({"Records": records}, None)
    again = profiles.of(NUMBER)
    assert again is not None
    assert again.findable


def test_a_notice_of_practising_again_ends_every_declaration_by_its_day() -> None:
    """CPD-5: one who declares anew and then resumes earlier isn't exempt by what came before."""
    first = actions.file_not_practising(context(), AWAY)
    later = TODAY + timedelta(days=31)
    actions.resume(context(), first, ResumptionDraft(resumes_on=later, version=1))
    second = actions.file_not_practising(context(), AWAY)
    sooner = TODAY + timedelta(days=15)
    actions.resume(context(), second, ResumptionDraft(resumes_on=sooner, version=1))
    assert {h.resumed_on for h in store.not_practising(NUMBER)} == {sooner}
    assert view(today=sooner).standing is Standing.SHORT
