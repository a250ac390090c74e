"""The pages of the CPD log, through the real function on the real database."""

from __future__ import annotations

import csv
import io
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas import home
from lambdas.cpd.member import function as cpd
from signet.accounts.model import Role
from signet.cpd import actions, store
from signet.cpd.forms import (
    ActivityDraft,
    ActivityEdit,
    AuditAnswerDraft,
    DeclarationDraft,
    EvidenceDraft,
    NotPractisingDraft,
    ResumptionDraft,
    Versioned,
)
from signet.cpd.model import AuditState
from tests import events
from tests.cpd_members import (
    NUMBER,
    YEAR,
    audited,
    books,
    clean_file,
    context,
    counted_calls,
    cpd_tables_made,
    draft,
    fill_log,
    join,
    log_two,
    uses_of,
)
from tests.events import Answered
from tests.forms import assert_form_is, assert_page_holds_together, form_to
from tests.pdf_text import pdf_pages
from tests.people import Person, person, shell

__all__ = ["books", "cpd_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("books")
NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
LATER = datetime(2027, 1, 20, 19, tzinfo=UTC)
BASE = f"/services/cpd/{YEAR}/"
ABSENCE = "/services/cpd/not-practising/"
COURSE = {
    "title": "Course on pressure vessel codes",
    "category": "formal",
    "started_on": "2026-03-14",
    "better_practitioner": "yes",
    "advances_profession": "no",
}


@pytest.fixture
def me(books: None, monkeypatch: pytest.MonkeyPatch) -> Person:
    at(NOW, monkeypatch)
    return person(member=NUMBER, email="ana@example.com", now=NOW)


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpd.app, "clock", lambda: moment)


def see(path: str, who: Person) -> Answered:
    return events.ask(cpd.handler, events.get(path, session=who.token))


def page(path: str, who: Person, status: int = 200) -> str:
    found = see(path, who)
    assert found.status == status, found.text
    assert_page_holds_together(found.text)
    return found.text


def send(path: str, who: Person, form: dict[str, Any], act: str = "") -> Answered:
    chosen = act or secrets.token_hex(16)
    return events.ask(cpd.handler, events.post(path, form, act=chosen, session=who.token))


def test_the_log_opens_at_the_year_that_runs(me: Person) -> None:
    assert see("/services/cpd/", me).location == BASE


def test_the_year_says_at_a_glance_what_is_missing(me: Person) -> None:
    """CPD-2."""
    html = page(BASE, me)
    assert "Still missing: 2 more activities that count" in html
    assert "activities from 2 more categories" in html
    assert "0 of 2" in html
    for name in ("Formal Learning", "Peer and Professional Interaction"):
        assert name in html
    log_two()
    html = page(BASE, me)
    assert "You have what it takes. Now declare it." in html
    assert f'href="{BASE}declare/"' in html
    assert html.count("2 of 2") == 2


def test_what_counts_is_suggested_and_fills_the_form(me: Person) -> None:
    """CPD-4."""
    assert "Mentoring partnership" in page(BASE, me)
    html = page(f"{BASE}add/?suggestion=mentoring", me)
    form = assert_form_is(html, ActivityDraft, f"{BASE}add/")
    assert form.values["title"] == ["Mentoring partnership"]
    assert form.values["category"] == ["peer"]


def test_both_questions_are_asked_of_an_activity(me: Person) -> None:
    """CPD-3."""
    html = page(f"{BASE}add/", me)
    assert "make you a better practitioner?" in html
    assert "advance the profession?" in html
    left = {k: v for k, v in COURSE.items() if k != "advances_profession"}
    answered = send(f"{BASE}add/", me, left)
    assert answered.status == 422
    assert "advance the profession" in answered.text


def test_a_form_with_faults_comes_back_as_it_was_filled_in(me: Person) -> None:
    answered = send(f"{BASE}add/", me, {**COURSE, "started_on": "2027-03-14", "title": "<b>x</b>"})
    assert answered.status == 422
    assert "It can be logged once it has begun" in answered.text
    assert "&lt;b&gt;x&lt;/b&gt;" in answered.text
    assert_form_is(answered.text, ActivityDraft, f"{BASE}add/")


def test_the_same_form_sent_twice_makes_one_activity(me: Person) -> None:
    first = send(f"{BASE}add/", me, COURSE, act="a" * 32)
    again = send(f"{BASE}add/", me, COURSE, act="a" * 32)
    assert first.status == again.status == 303
    assert first.location == again.location
    assert len(store.year(NUMBER, YEAR).activities) == 1


def test_an_activity_that_doesn_t_count_says_why(me: Person) -> None:
    """CPD-3."""
    send(f"{BASE}add/", me, {**COURSE, "better_practitioner": "no"})
    html = page(BASE, me)
    assert "Doesn’t count yet:" in html
    assert "0 of 2" in html


def test_a_field_that_the_form_doesn_t_ask_for_is_refused(me: Person) -> None:
    """Threat 11."""
    for name in ("member", "id", "year", "version", "evidence", "standing", "owner"):
        answered = send(f"{BASE}add/", me, {**COURSE, name: "1"})
        assert answered.status == 422, name
    assert store.year(NUMBER, YEAR).activities == []


def logged(me: Person, **said: str) -> str:
    answered = send(f"{BASE}add/", me, {**COURSE, **said})
    assert answered.status == 303, answered.text
    return answered.location.split("/")[5]


def test_an_activity_is_changed_in_the_version_that_was_seen(me: Person) -> None:
    path = f"{BASE}activities/{logged(me)}/"
    html = page(path, me)
    form = assert_form_is(html, ActivityEdit, path)
    assert form.values["version"] == ["1"]
    answered = send(path, me, {**COURSE, "title": "Better words", "version": "1"})
    assert answered.location == f"{BASE}?saved=changed"
    assert "Better words" in page(BASE, me)
    assert "Course on pressure vessel codes" in page(f"{BASE}history/", me)


def test_the_second_of_two_editors_is_told_and_keeps_what_they_wrote(me: Person) -> None:
    path = f"{BASE}activities/{logged(me)}/"
    send(path, me, {**COURSE, "title": "As the first wrote it", "version": "1"})
    answered = send(path, me, {**COURSE, "title": "As the second wrote it", "version": "1"})
    assert answered.status == 409
    assert "changed since you opened it" in answered.text
    form = assert_form_is(answered.text, ActivityEdit, path)
    assert (form.values["title"], form.values["version"]) == (["As the second wrote it"], ["2"])
    (held,) = store.year(NUMBER, YEAR).activities
    assert held.title == "As the first wrote it"


def test_removing_is_asked_about_first(me: Person) -> None:
    path = f"{BASE}activities/{logged(me)}/remove/"
    form = assert_form_is(page(path, me), Versioned, path)
    assert send(path, me, {"version": form.values["version"][0]}).status == 303
    assert store.year(NUMBER, YEAR).activities == []
    assert "Removed" in page(f"{BASE}history/", me)


def test_last_year_s_activity_is_carried_on_with_days_of_its_own(me: Person) -> None:
    said = draft("peer", "2025-04-01", title="Mentoring a technologist")
    id_ = actions.add_activity(context(), 2025, said)
    html = page(f"{BASE}carry-on/", me)
    assert f"{BASE}add/?from=2025-{id_}" in html
    form = form_to(page(f"{BASE}add/?from=2025-{id_}", me), f"{BASE}add/")
    assert form.values["title"] == ["Mentoring a technologist"]
    assert form.values["started_on"] == [""]
    page(f"{BASE}add/?from=2025-{'0' * 32}", me, 404)


def test_declaring_shows_what_is_missing_until_it_can_be_done(me: Person) -> None:
    """CPD-6."""
    html = page(f"{BASE}declare/", me)
    assert "1 more" not in html
    assert "2 more activities that count" in html
    assert "(rule CPD-2)" in html
    assert send(f"{BASE}declare/", me, {"agreed": "yes"}).status == 409
    log_two()
    assert_form_is(page(f"{BASE}declare/", me), DeclarationDraft, f"{BASE}declare/")
    assert send(f"{BASE}declare/", me, {}).status == 422
    assert send(f"{BASE}declare/", me, {"agreed": "yes"}).location == f"{BASE}?saved=declared"
    assert f"You declared {YEAR}: all done" in page(BASE, me)
    assert "nothing to do" in page(f"{BASE}declare/", me)


def test_a_log_changed_after_declaring_can_be_declared_again(me: Person) -> None:
    """CPD-6."""
    log_two()
    send(f"{BASE}declare/", me, {"agreed": "yes"})
    logged(me, category="informal")
    assert "You have changed your log since" in page(BASE, me)
    assert send(f"{BASE}declare/", me, {"agreed": "yes"}).status == 303
    assert page(f"{BASE}history/", me).count("in the log") == 2


def test_a_late_year_says_so(me: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at(LATER, monkeypatch)
    html = page(BASE, person(member=NUMBER, now=LATER))
    assert "was to be declared by" in html
    assert "banner--bad" in html


def test_files_are_named_as_an_activity_s_evidence(me: Person) -> None:
    file = clean_file()
    path = f"{BASE}activities/{logged(me)}/"
    html = page(path, me)
    form = assert_form_is(html, EvidenceDraft, f"{path}evidence/")
    assert "certificate.pdf" in html
    answered = send(f"{path}evidence/", me, {"files": [file], "version": form.values["version"]})
    assert answered.status == 303
    assert "1 file" in page(BASE, me)
    assert "certificate.pdf" in page(f"{BASE}record/", me)


def test_a_file_that_was_just_sent_is_ticked_where_it_was_sent_from(me: Person) -> None:
    path, other = (f"{BASE}activities/{logged(me)}/" for _ in range(2))
    file, elsewhere = clean_file(back=f"{path}#evidence"), clean_file(back=f"{other}#evidence")
    html = page(path, me)
    form = form_to(html, f"{path}evidence/")
    assert form.values["files"] == [file]
    assert f'value="{elsewhere}"' in html, "offered, and left to be ticked"
    assert "Not saved yet" in html
    for _ in range(2):
        (act,) = form.values["act"]
        assert send(f"{path}evidence/", me, form.values, act).location == f"{path}?saved=files"
    assert uses_of(file) == 1
    html = page(path, me)
    assert form_to(html, f"{path}evidence/").values["files"] == [file]
    assert "Not saved yet" not in html


def test_who_unticked_a_file_and_saved_doesn_t_find_it_ticked(me: Person) -> None:
    path = f"{BASE}activities/{logged(me)}/"
    clean_file(back=f"{path}#evidence")
    form = form_to(page(path, me), f"{path}evidence/")
    saved = send(f"{path}evidence/", me, {"version": form.values["version"]})
    html = page(saved.location, me)
    assert "files" not in form_to(html, f"{path}evidence/").values
    assert "Not saved yet" not in html


def test_a_file_sent_from_the_audit_s_page_is_ticked_there(me: Person) -> None:
    audited(AuditState.ASKED)
    path = f"{BASE}audit/"
    file = clean_file(back=f"{path}#answer")
    clean_file()
    form = form_to(page(path, me), path)
    assert form.values["files"] == [file]


def test_an_audit_is_answered_with_files_and_words(
    me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPD-7, NOT-1, NOT-2."""
    audited(AuditState.ASKED)
    at(LATER, monkeypatch)
    me = person(member=NUMBER, now=LATER)
    file = clean_file()
    path = f"{BASE}audit/"
    assert f'href="{path}"' in page(BASE, me)
    html = page(path, me)
    assert "Answer by" in html
    assert "16 February 2027" in html, "posted on 10 January: served on the 17th, 30 days more"
    assert_form_is(html, AuditAnswerDraft, path)
    assert send(path, me, {}).status == 422
    assert send(path, me, {"files": [file], "remarks": "The course."}).status == 303
    html = page(path, me)
    assert "Your answer is with the reviewers" in html
    assert "The course." in html
    assert f'href="/services/files/{file}"' in html


def test_an_audit_of_any_year_is_the_first_thing_on_the_running_year_s_page(
    me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(AuditState.ASKED)
    actions.declare(context(), YEAR)
    for shown, now in ((YEAR, NOW), (YEAR + 1, LATER)):
        at(now, monkeypatch)
        who = person(member=NUMBER, email="ana@example.com", now=now)
        main = page(f"/services/cpd/{shown}/", who).partition("<main")[2]
        told = main.index(f"Your {YEAR} log is being audited: show your record")
        assert main.count("banner__title", 0, told) == 0
        assert "all done" not in main
        assert "banner--good" not in main
        monkeypatch.setattr(home.app, "clock", lambda now=now: now)
        index = events.ask(home.handler, events.get("/services/", session=who.token)).text
        assert index.index(f"Your {YEAR} log is being audited") < index.index('class="cards"')


def test_who_is_audited_for_not_declaring_reads_that_and_not_of_a_lot(
    me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(AuditState.SELECTED)
    at(LATER, monkeypatch)
    who = person(member=NUMBER, email="ana@example.com", now=LATER)
    for path in ("", "audit/"):
        told = page(BASE + path, who)
        assert "drawn at random." not in told.replace("You weren’t drawn at random", "")
        assert "chosen at random" not in told
        assert "not declared" in told


def test_what_is_logged_and_declared_after_its_day_is_late_wherever_it_stands(
    me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(LATER, monkeypatch)
    log_two(today=LATER.date())
    actions.declare(context(today=LATER.date()), YEAR)
    who = person(member=NUMBER, email="ana@example.com", now=LATER)
    year = page(BASE, who)
    assert f"You declared {YEAR} late" in year
    assert "all done" not in year
    for path in ("", "record/"):
        assert "after the deadline of 31 December 2026" in page(BASE + path, who)
    rows = list(csv.DictReader(io.StringIO(see(f"{BASE}record.csv", who).text.lstrip("\ufeff"))))
    assert {row["logged_on"] for row in rows} == {"2027-01-20"}
    assert all("after the deadline" in row["late"] for row in rows)


@pytest.mark.parametrize(
    "hours", ["1e3", "1E+2", "١٢", "NaN", "Infinity", "1_0", "0x10", "-1", "+2"]
)
def test_hours_are_a_plain_number(hours: str, me: Person) -> None:
    answer = send(f"{BASE}add/", me, {**COURSE, "hours": hours})
    assert answer.status == 422
    assert 'href="#field-hours"' in answer.text


def test_a_file_is_called_what_its_sender_called_it(me: Person) -> None:
    named = clean_file()
    id_ = logged(me)
    actions.attach(context(), YEAR, id_, 1, [named])
    for path in (f"activities/{id_}/", "record/"):
        assert "certificate.pdf" in page(BASE + path, me)


def test_nobody_audited_finds_no_audit(me: Person) -> None:
    page(f"{BASE}audit/", me, 404)
    assert send(f"{BASE}audit/", me, {"remarks": "x"}).status == 404


def test_a_member_declares_not_to_be_practising_and_practises_again(me: Person) -> None:
    """CPD-5."""
    assert_form_is(page(ABSENCE, me), NotPractisingDraft, ABSENCE)
    assert send(ABSENCE, me, {"reason": "illness"}).status == 422
    agreed = {"reason": "illness", "understood": "yes"}
    assert send(ABSENCE, me, agreed).location == f"{ABSENCE}?saved=declared"
    html = page(BASE, me)
    assert f"You are exempt for {YEAR}" in html
    assert "20 November 2027" in html
    assert "may not practise while it lasts" in page(ABSENCE, me)
    assert send(ABSENCE, me, agreed).status == 409, "not renewable yet"
    (held,) = store.not_practising(NUMBER)
    path = f"{ABSENCE}{held.id}/resume/"
    assert_form_is(page(path, me), ResumptionDraft, path)
    assert send(path, me, {"resumes_on": "2026-11-20", "version": "1"}).status == 422
    assert send(path, me, {"resumes_on": "2026-11-21", "version": "1"}).status == 303
    assert "Still missing" in page(BASE, me)
    page(path, me, 404)


def test_the_record_can_be_printed_and_downloaded(me: Person) -> None:
    """CPD-6, threat 17."""
    logged(me, title='=HYPERLINK("http://x")', hours="2.50", reflection="one\ntwo")
    assert "2.5 hours" in page(f"{BASE}record/", me)
    answered = see(f"{BASE}record.csv", me)
    assert "attachment" in answered.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answered.text.removeprefix("\ufeff")))
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert (row["category"], row["hours"], row["counts"]) == ("Formal Learning", "2.50", "yes")
    pdf = see(f"{BASE}record.pdf", me)
    assert pdf.headers["content-type"] == "application/pdf"
    shown = " ".join(" ".join(pdf_pages(pdf.content)).split())
    for words in (
        f"Record of professional development for {YEAR}",
        '=HYPERLINK("http://x")',
        "Formal Learning",
        "2.5 hours",
        "one two",
        "Declared Not so far",
    ):
        assert words in shown


@pytest.mark.parametrize(
    "path",
    ["", "add/", "carry-on/", "declare/", "history/", "record/", "record.csv", "record.pdf",
     "audit/", "activities/ID/", "activities/ID/remove/"],
)  # fmt: skip
def test_what_is_another_s_isn_t_there(me: Person, path: str) -> None:
    """Threat 10."""
    id_ = logged(me, title="Mine alone")
    other = person(member=join("100002"), now=NOW)
    answered = see(f"{BASE}{path.replace('ID', id_)}", other)
    pdf = path.endswith(".pdf")
    assert "Mine alone" not in ("".join(pdf_pages(answered.content)) if pdf else answered.text)
    assert answered.status == (404 if "ID" in path or path == "audit/" else 200)
    said = {**COURSE, "version": "1"}
    assert send(f"{BASE}activities/{id_}/", other, said).status == 404
    assert send(f"{BASE}activities/{id_}/remove/", other, {"version": "1"}).status == 404
    assert [a.title for a in store.year(NUMBER, YEAR).activities] == ["Mine alone"]


@pytest.mark.parametrize(
    "path", ["2027/", "2019/", "1000/", "1899/", "0000/", "abcd/", "2026/activities/x/"]
)
def test_a_year_or_activity_that_can_t_be_is_not_found(me: Person, path: str) -> None:
    page(f"/services/cpd/{path}", me, 404)


def test_an_officer_who_is_no_member_has_no_log(me: Person) -> None:
    officer = person(Role.CPD_OFFICER, now=NOW)
    for route in cpd.app.routes:
        path = route.rule.replace("<year>", "2026").replace("<id_>", "0" * 32)
        asked = events.get if route.method == "GET" else events.post
        answered = events.ask(cpd.handler, asked(path, session=officer.token))
        assert answered.status == 403, (route.method, route.rule)


CALLS = {
    "": 4, "add/": 3, "carry-on/": 6, "declare/": 3, "history/": 4, "record/": 4,
    "record.csv": 3, "record.pdf": 4, "activities/ID/": 4, "activities/ID/remove/": 3,
}  # fmt: skip


def test_no_page_takes_more_calls_however_much_is_logged(
    me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Besides the calls that tell who is signed in."""
    id_ = logged(me)
    calls = counted_calls(monkeypatch)
    page(ABSENCE, me)
    signed_in = len(calls) - 2
    fill_log(60)
    for _ in range(60):
        clean_file()
    for path, wanted in CALLS.items():
        calls.clear()
        see(BASE + path.replace("ID", id_), me)
        assert len(calls) == signed_in + wanted, (path, calls)
        assert "Scan" not in calls


def test_nothing_that_a_member_writes_is_in_a_log_line(
    me: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    canary = {"title": "canary-title", "reflection": "canary-words", "hours": "canary-hours"}
    assert send(f"{BASE}add/", me, {**COURSE, **canary}).status == 422
    del canary["hours"]
    id_ = logged(me, **canary)
    send(f"{BASE}activities/{id_}/", me, {**COURSE, **canary, "version": "7"})
    see(f"{BASE}activities/canary-id/", me)
    audited(AuditState.ASKED)
    send(f"{BASE}audit/", me, {"remarks": "canary-remarks", "files": ["canary-file"]})
    assert "answered" in caplog.text
    assert "canary" not in caplog.text
