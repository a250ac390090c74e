"""Conditions before practising again: recorded at the desk, read by the member (CPD-5, G 18(5))."""

from __future__ import annotations

import html
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas.cpd.desk.function import app, handler
from lambdas.cpd.member import function as cpd
from signet.accounts.model import Role
from signet.cpd import actions, store
from signet.cpd.desk import conditions, overview
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import NotPractising
from signet.errors import Conflict, Invalid, NotFound, Refused
from signet.transactions import audit, mailer
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import AuditRow, OutboxRow
from tests.cpd_members import NUMBER, POLICY, TODAY, YEAR, context, join
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.cpd_office import officer, signed
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.people import shell as shell

NOW = datetime(YEAR, 11, 21, 19, tzinfo=UTC)
LIST = "/services/cpd/desk/not-practising/"
OWN = "/services/cpd/not-practising/"
AWAY = NotPractisingDraft(reason="illness", understood="yes")
BACK = TODAY + timedelta(days=20)
WORDS = "Practise under supervision for six months."
BOARD = "Practice Review Board, motion 12"


@pytest.fixture(autouse=True)
def _at_noon(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (app, cpd.app):
        monkeypatch.setattr(one, "clock", lambda: NOW)
    join()


@pytest.fixture
def ana() -> Person:
    return signed(Role.CPD_OFFICER, email="ana@office.example")


@pytest.fixture
def member() -> Person:
    return signed(member=NUMBER, email="lee@example.ca")


def held() -> NotPractising:
    (found,) = store.not_practising(NUMBER)
    return found


def away(*, notice: bool = True) -> NotPractising:
    """Return a declaration of not practising, with notice of practising again unless told."""
    id_ = actions.file_not_practising(context(), AWAY)
    if notice:
        actions.resume(context(), id_, ResumptionDraft(resumes_on=BACK, version=1))
    return held()


def set_one(words: str = WORDS, **about: Any) -> None:
    one = held()
    seen = (one.id, about.pop("version", one.version))
    by = about.pop("by", officer())
    conditions.set_condition(by, NUMBER, seen, words, BOARD, about.pop("on", TODAY))


def see(who: Person, path: str) -> Answered:
    app_ = handler if "/desk/" in path else cpd.handler
    return ask(app_, get(path, session=who.token))


def words_of(answer: Answered) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def mails() -> dict[str, str]:
    """Return the mails about conditions as they go out, by their subjects."""
    found = {}
    for row in OutboxRow.scan(OutboxRow.template.startswith("cpd_condition")):
        letter = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
        mail = mailer.compose(letter, "lee@example.ca", NOW)
        found[str(mail["Subject"])] = mail.get_content()
    return found


def test_cpd_5_the_desk_records_conditions_with_whose_decision_they_are() -> None:
    away()
    set_one(on=TODAY - timedelta(days=1))
    (one,) = held().conditions
    assert (one.words, one.authority, one.decided_on, one.recorded_on) == (
        WORDS, BOARD, TODAY - timedelta(days=1), TODAY,
    )  # fmt: skip
    assert held().unmet == (one,)
    (line,) = [
        at for at in audit.of_subject(f"cpd#{NUMBER}") if at.what == "cpd.desk.condition.set"
    ]
    assert line.by == "officer-a"


def test_cpd_5_conditions_follow_on_the_member_s_notice_alone() -> None:
    """G 18(5): a member who has notified."""
    away(notice=False)
    with pytest.raises(Refused, match="notice"):
        set_one()
    assert held().conditions == ()


def test_a_condition_changes_no_day_of_the_declaration_and_no_standing() -> None:
    before = away()
    stood = store.summary(NUMBER, YEAR)
    set_one()
    after = held()
    assert after.model_copy(update={"conditions": (), "version": before.version}) == before
    assert store.summary(NUMBER, YEAR) == stood


def test_the_member_reads_what_was_set_until_it_is_met(member: Person) -> None:
    away()
    assert "Conditions before" not in words_of(see(member, OWN))
    set_one()
    set_one("Show first aid training <b>anew</b>.")
    page = words_of(see(member, OWN))
    assert WORDS in page
    assert "Show first aid training <b>anew</b>." in page
    assert BOARD in page
    assert "You may not practise until these are met" in page
    first, second = held().conditions
    conditions.record_met(officer(), NUMBER, (held().id, held().version), first.id, TODAY)
    page = words_of(see(member, OWN))
    assert "You may not practise until this is met" in page
    assert f"Condition met 21 November {YEAR} : {WORDS}" in page
    conditions.record_met(officer(), NUMBER, (held().id, held().version), second.id, TODAY)
    assert "Conditions before" not in words_of(see(member, OWN))


def test_the_member_is_told_by_mail_which_says_nothing_of_what_was_set() -> None:
    away()
    set_one()
    set_one("Another one.")
    first, _ = held().conditions
    conditions.record_met(officer(), NUMBER, (held().id, held().version), first.id, TODAY)
    told = mails()
    assert set(told) == {
        "There is a condition to meet before you practise again",
        "A condition for practising again is met",
    }
    assert "1 more has to be met first" in told["A condition for practising again is met"]
    facts = "".join(row.facts for row in OutboxRow.scan())
    assert WORDS not in "".join(told.values()) + facts


def test_giving_notice_says_that_conditions_may_be_set(member: Person) -> None:
    one = away(notice=False)
    page = words_of(see(member, f"{OWN}{one.id}/resume/"))
    assert "The Practice Review Board may set conditions to meet first" in page


def test_what_was_set_is_in_no_trail(caplog: pytest.LogCaptureFixture, ana: Person) -> None:
    away()
    canary = "canary-51d0"
    at = f"{LIST}{NUMBER}/{held().id}/condition/"
    form = {"version": "2", "words": canary, "authority": canary, "decided_on": TODAY.isoformat()}
    sent = ask(handler, post(at, form, act=secrets.token_hex(16), session=ana.token))
    assert sent.status == 303
    assert held().conditions[0].words == canary
    assert canary not in "".join(row.body for row in AuditRow.scan())
    assert canary not in caplog.text


def test_the_second_of_two_officers_is_told_and_nothing_is_overwritten() -> None:
    away()
    version = held().version
    set_one()
    with pytest.raises(Conflict):
        set_one("Something else.", version=version, by=officer("officer-b"))
    assert [one.words for one in held().conditions] == [WORDS]


def test_a_form_that_is_sent_twice_records_one_condition() -> None:
    away()
    one, version = officer(), held().version
    for _ in range(2):
        set_one(by=one, version=version)
    assert len(held().conditions) == 1


def test_no_day_to_come_and_none_before_the_decision_is_taken() -> None:
    away()
    with pytest.raises(Invalid):
        set_one(on=TODAY + timedelta(days=1))
    set_one()
    (one,) = held().conditions
    for on in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            conditions.record_met(officer(), NUMBER, (held().id, held().version), one.id, on)


def test_a_condition_is_met_once_and_one_that_is_not_there_never() -> None:
    away()
    set_one()
    (one,) = held().conditions
    conditions.record_met(officer(), NUMBER, (held().id, held().version), one.id, TODAY)
    with pytest.raises(Refused):
        conditions.record_met(officer(), NUMBER, (held().id, held().version), one.id, TODAY)
    with pytest.raises(NotFound):
        conditions.record_met(officer(), NUMBER, (held().id, held().version), "0" * 32, TODAY)


def test_an_officer_finds_the_notice_records_a_condition_and_that_it_was_met(ana: Person) -> None:
    one = away()
    page = see(ana, LIST)
    assert "11 December" in words_of(page)
    here = f"{LIST}{NUMBER}/{one.id}/"
    assert f'href="{here}"' in page.text
    assert "None are recorded" in words_of(see(ana, here))
    assert "cpd.desk.declaration.seen" in {at.what for at in audit.of_subject(f"cpd#{NUMBER}")}

    def send(path: str, **said: str) -> Answered:
        return ask(handler, post(path, said, act=secrets.token_hex(16), session=ana.token))

    wrong = send(f"{here}condition/", version="2", words="", authority=BOARD, decided_on="x")
    assert wrong.status == 422
    assert "Enter the condition" in words_of(wrong)
    right = {"version": "2", "words": WORDS, "authority": BOARD, "decided_on": TODAY.isoformat()}
    assert send(f"{here}condition/", **right).location == here
    (condition,) = held().conditions
    assert "1 condition not met yet" in words_of(see(ana, LIST))
    met = f"{here}met/{condition.id}/"
    assert WORDS in words_of(see(ana, met))
    assert send(met, version="3", met_on=TODAY.isoformat()).location == here
    assert "all conditions met" in words_of(see(ana, LIST))


def test_declarations_are_listed_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "A_PAGE", 2)
    numbers = [NUMBER, "100002", "100003"]
    for number in numbers[1:]:
        join(number)
    for number in numbers:
        actions.file_not_practising(context(number), AWAY)
    first = overview.absences(TODAY)
    second = overview.absences(TODAY, first.after)
    assert [n for n, _ in (*first.absences, *second.absences)] == numbers
    assert second.after == ""
    assert overview.absences(TODAY + timedelta(days=400)).absences == ()
    assert POLICY.cpd(TODAY).not_practising_years == 1
