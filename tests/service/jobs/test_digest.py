"""The digest (JOB-6): to whom, of what, once whatever happens, and stopped by one click."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.local import digest as demonstration
from lambdas.jobs import schedule
from lambdas.jobs.digest import handler
from signet import policy as policies
from signet.errors import NotFound
from signet.jobs.applicant_model import DigestRun
from signet.jobs.applicants import profiles, resumes
from signet.jobs.digest import runs, subscribers, unsubscribe
from signet.register import reading as register
from signet.register import store
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions import mailer
from signet.transactions.context import Context
from signet.transactions.outbox import QueuedMail
from signet.uploads import store as uploads
from tests.cpd_members import enter, join
from tests.entries import POLICY, day, registered
from tests.events import ask, event, get, post
from tests.examples import examples
from tests.faults.trouble import Trouble
from tests.faults.workers import Asked, Died, Worker
from tests.function_ground import Ground
from tests.job_office import (
    JOBS,
    MODELS,
    careers,
    clean_file,
    company,
    live,
    mails,
    of,
    on_register,
    profile,
)
from tests.people import person, shell
from tests.uploading import objects_of_its_own

__all__ = ["careers", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
SURVEY, CIVIL = "Survey / Geomatics", "Civil"
ROUND = subscribers.round_of(day("2040-12-10"), JOBS)
MORNING = datetime(ROUND.year, ROUND.month, ROUND.day, 17, tzinfo=UTC)  # 10 in Alberta
ALL = (*MODELS, *REGISTER_MODELS)
STOP = "/services/jobs/digest/stop/"


@pytest.fixture(scope="session")
def job_tables_made(dynamodb: str) -> Ground:
    """Return the tables of the career centre and the register, made once a run."""
    return Ground.made(dynamodb, ALL)


@pytest.fixture(autouse=True)
def postings(careers: None) -> list[str]:
    """Return a posting in each of two disciplines, live in the round."""
    firm = company(granted=2)
    return [
        live(firm, title="Surveyor", discipline=SURVEY),
        live(firm, title="Bridge inspector", discipline=CIVIL, starts_on=ROUND),
    ]


def clock(now: datetime = MORNING, pace: int = 1000) -> Context:
    policy = POLICY._replace(jobs=JOBS._replace(digest_pace=pace))
    return Context("clock", f"{ROUND}".encode().hex()[:32].ljust(32, "0"), now, ROUND, policy)


def sent(pace: int = 1000, now: datetime = MORNING) -> DigestRun:
    """Go on until the round is done."""
    for _ in range(1000):
        found = runs.continue_run(clock(now, pace), lambda: True)
        assert found is not None
        if found.done_at:
            return found
    raise AssertionError("it comes to no end")


def told(number: str) -> list[list[str]]:
    """Return what each digest that was written to a member tells of."""
    written = [row for row in mails("jobs_digest") if row.recipient == f"member#{number}"]
    return [[job["title"] for job in json.loads(row.facts)["jobs"]] for row in written]


def test_each_member_is_told_of_their_disciplines_and_those_without_any_of_all() -> None:
    join("100001", disciplines=[SURVEY])
    join("100002", disciplines=[CIVIL, SURVEY])
    join("100003", disciplines=["Chemical"])
    join("100004")
    profiles.save(
        of("ana"), "100003", on_register(), profile(disciplines=(CIVIL,), published=False)
    )
    assert sent().mails == 4
    assert told("100001") == [["Surveyor"]]
    assert told("100002") == [["Bridge inspector", "Surveyor"]]
    assert told("100003") == [["Bridge inspector"]], "what they chose themselves goes first"
    assert told("100004") == [["Bridge inspector", "Surveyor"]]


def test_the_demonstration_sends_an_issue_each_time_it_is_asked() -> None:
    join("100001")
    today = ROUND + timedelta(days=5)
    assert [demonstration.send(today), demonstration.send(today)] == [1, 1]
    assert len(told("100001")) == 2
    assert runs.due(MORNING + timedelta(days=5), POLICY, JOBS) is None, "too late for the clock"


def test_nobody_is_written_to_who_opted_out_left_or_has_no_posting_to_be_told_of() -> None:
    join("100001", disciplines=["Chemical"])
    join("100002")
    subscribers.set_opted_out(of("ana"), "100002", opted_out=True)
    assert sent().mails == 0
    assert not mails("jobs_digest")


def test_it_comes_in_its_round_by_day_and_not_again_before_the_next() -> None:
    join("100001")
    early = MORNING.replace(hour=13)  # 6 in Alberta
    assert runs.continue_run(clock(early), lambda: True) is None
    assert sent().mails == 1
    assert sent(now=MORNING + timedelta(hours=9)).mails == 1
    late = MORNING + runs.WITHIN
    assert runs.due(late, POLICY, JOBS) is None, "what nobody sent in days is left out"
    assert len(told("100001")) == 1
    assert runs.due(MORNING + timedelta(days=14), POLICY, JOBS) == ROUND + timedelta(days=14)


def test_its_pace_is_a_portion_of_members_each_time_the_clock_calls() -> None:
    for number in range(100001, 100011):
        join(str(number))
    seen = []
    for _ in range(4):
        found = runs.continue_run(clock(pace=4), lambda: True)
        assert found is not None
        seen.append((found.mails, found.done_at is not None))
    assert seen == [(4, False), (8, False), (10, True), (10, True)]


def many(count: int) -> list[str]:
    """Register many members at once, as a load does."""
    numbers = [str(number) for number in range(200_000, 200_000 + count)]
    store.put_new(
        ("member", number, [registered(number=number)], f"{number:0>32}") for number in numbers
    )
    return numbers


# Three thousand in `make storm`. A sixth of them at a time, so that the round takes some calls.
MEMBERS = examples(300)
PACE = MEMBERS // 6


def _goes_on(_: object) -> bool:
    found = runs.continue_run(clock(pace=PACE), lambda: True)
    return found is not None and found.done_at is not None


def test_each_gets_it_once_though_the_sender_is_killed_again_and_again() -> None:
    """Seeded: SIGKILL before or after a call to the database, until the round gets through."""
    numbers = many(MEMBERS)
    chance = random.Random(20261126)
    killed, worker = 0, Worker(_goes_on, ALL)
    for _ in range(200):
        trouble = chance.choice([Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER])
        worker.ask(Asked(None, trouble, chance.randint(1, 2 * PACE)))
        try:
            answer = worker.hears()
        except Died:
            killed, worker = killed + 1, Worker(_goes_on, ALL)
            continue
        assert answer is not None
        assert not answer.failed, answer
        if answer.done:
            break
    else:
        raise AssertionError("it comes to no end")
    worker.end()
    assert killed >= 5
    written = Counter(row.recipient for row in mails("jobs_digest"))
    assert written == {f"member#{number}": 1 for number in numbers}


def at(moment: datetime) -> type[datetime]:
    """Return a clock that stands."""

    class At(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> datetime:  # type: ignore[override]
            return moment

    return At


def test_the_clock_s_function_sends_it_and_ends_what_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join("100001")
    monkeypatch.setattr(schedule, "datetime", at(MORNING))
    first = schedule.handler({}, None)
    assert first == {
        "ended": 0,
        "expired": 0,
        "erased": 0,
        "lapsed": 0,
        "resumes": 0,
        "stood": 0,
        "mails": 1,
    }
    assert schedule.handler({}, None) == first
    assert len(told("100001")) == 1


def test_the_clock_s_function_erases_resumes_that_nothing_names(
    emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = objects_of_its_own(emulator)
    monkeypatch.setattr(resumes, "connect", lambda: objects)
    file = clean_file("account#ana")
    late = MORNING + timedelta(days=365)
    monkeypatch.setattr(schedule, "datetime", at(late))
    assert schedule.handler({}, None)["resumes"] == 1
    with pytest.raises(NotFound):
        uploads.get("account#ana", file)


def test_a_standing_that_was_entered_ahead_holds_for_profiles_from_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """STA-2: on that day nothing is entered, so that no stream tells of it."""
    today = MORNING.date()
    start, end = today + timedelta(days=10), today + timedelta(days=20)
    join("100001")
    enter("100001", "status_changed", start, status="suspended", reason="fees")
    enter("100001", "status_changed", end, status="registered", reason="reinstated")
    record, again = register.member("100001", today), register.next_day("100001", today)
    profiles.save(of("ana", today=today), "100001", record, profile(), again)
    seen = {}
    for days in (0, 9, 10, 19, 20, 40):
        monkeypatch.setattr(schedule, "datetime", at(MORNING + timedelta(days=days)))
        told = schedule.handler({}, None)["stood"]
        held = profiles.of("100001")
        seen[days] = (told, held is not None and held.findable)
    assert seen == {
        0: (0, True),
        9: (0, True),
        10: (1, False),
        19: (0, False),
        20: (1, True),
        40: (0, True),
    }


# The mail and its one click -----------------------------------------------------------------------


def letter() -> QueuedMail:
    (row,) = mails("jobs_digest")
    return QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))


def test_the_mail_says_how_to_stop_it_for_people_and_for_mail_programs() -> None:
    join("100001")
    sent()
    made = mailer.compose(letter(), "ana@example.com", MORNING)
    path = letter().context["unsubscribe"]
    assert path.startswith(STOP)
    assert made["List-Unsubscribe"] == f"<https://register.example{path}>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # As it goes out: a program that reads the header decodes nothing, and has only whole addresses.
    assert f"\nList-Unsubscribe: <https://register.example{path}>\n".encode() in made.as_bytes()
    text = made.get_content()
    assert f"https://register.example{path}" in text
    assert "Bridge inspector" in text
    assert "2 jobs for you" in made["Subject"]


@pytest.mark.parametrize(
    ("days", "words"), [(7, "every week"), (14, "every two weeks"), (10, "every 10 days")]
)
def test_how_often_it_comes_is_the_policys_in_the_mail_and_on_the_pages(
    days: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = JOBS._replace(digest_days=days)
    policy = POLICY._replace(jobs=changed)
    monkeypatch.setattr(policies, "load", lambda: policy)
    join("100001")
    today = subscribers.round_of(ROUND, changed)
    due = datetime(today.year, today.month, today.day, 17, tzinfo=UTC)
    runs.continue_run(replace(clock(due), policy=policy), lambda: True)
    assert f"You get this {words}" in mailer.compose(letter(), "a@b.example", due).get_content()
    page = ask(handler, get("/services/jobs/digest/", session=person(member="100001").token))
    assert f"{words.capitalize()} members get" in page.text
    stopping_page = ask(handler, get(f"{STOP}{unsubscribe.token('100001')}/"))
    assert f"{words.capitalize()} you get an e-mail" in stopping_page.text


def test_the_mail_says_who_sends_it_and_where_they_are_reached() -> None:
    """S.C. 2010, c. 23, s. 6(2): a name, a postal address, an e-mail address or a number."""
    join("100001")
    sent()
    text = mailer.compose(letter(), "a@b.example", MORNING).get_content()
    sender = POLICY.regulator
    assert sender.address
    assert sender.reach
    for line in (sender.name, *sender.address, sender.reach):
        assert line in text.partition("To stop it")[2]


def test_a_digest_that_was_written_before_it_said_how_often_it_comes_is_still_sent() -> None:
    join("100001")
    sent()
    before = letter()
    facts = {name: told for name, told in before.context.items() if name != "often"}
    text = mailer.compose(before._replace(context=facts), "a@b.example", MORNING).get_content()
    assert "You get this as a member" in text


def test_one_click_stops_it_without_signing_in_and_a_link_that_is_only_opened_does_not() -> None:
    path = f"{STOP}{unsubscribe.token('100001')}/"
    asked = ask(handler, get(path))
    assert (asked.status, subscribers.of("100001").opted_out) == (200, False)
    assert "Stop the e-mails" in asked.text
    program = {"content-type": "multipart/form-data; boundary=b"}
    said = b'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
    body = b"--b\r\n" + said + b"--b--"
    done = ask(handler, event("POST", path, body=body, headers=program))
    assert (done.status, subscribers.of("100001").opted_out) == (200, True)
    assert not done.cookies


def test_an_old_link_stops_it_again_for_whoever_took_it_again() -> None:
    who = person(member="100001")
    path = f"{STOP}{unsubscribe.token('100001')}/"
    ask(handler, post(path, act=""))
    back = post("/services/jobs/digest/", {"wanted": "yes"}, session=who.token)
    assert ask(handler, back).status == 303
    assert not subscribers.of("100001").opted_out
    ask(handler, post(path, act=""))
    assert subscribers.of("100001").opted_out


def test_the_link_tells_nothing_of_whom_it_is_and_none_can_be_made_up() -> None:
    token = unsubscribe.token("100001")
    assert "100001" not in token
    assert len(token) == len(unsubscribe.token("1"))
    assert len(token) == len(unsubscribe.token("12345678901234567890"))
    assert unsubscribe.member(token) == "100001"
    turned = "B" if token[10] != "B" else "C"
    for wrong in (token[:10] + turned + token[11:], token[:-4], "", "é", "A" * 54):
        with pytest.raises(NotFound):
            unsubscribe.member(wrong)
        assert ask(handler, post(f"{STOP}{wrong or 'x'}/", act="")).status == 404
