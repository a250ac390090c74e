"""The complaints desk's pages through their real handler, database and object store."""

from __future__ import annotations

import html
import json
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from lambdas.complaints.desk import forms
from lambdas.complaints.desk.acts import ACTS
from lambdas.complaints.desk.function import app, handler
from signet.accounts.model import Role
from signet.complaints import followup
from signet.complaints.desk import case_files, letters, notes, people, stages
from signet.complaints.desk.case_model import To, Written
from signet.complaints.files import checking
from signet.complaints.files.checking import Means
from signet.complaints.intake import Receipt
from signet.complaints.integrity.checks import prove
from signet.complaints.model import Case
from signet.complaints.receipt_codes import Filing
from signet.register import reading as register
from signet.transactions import audit
from signet.transactions.tables import AuditRow
from tests.complaint_desk import (
    DIRECTION,
    decided,
    desk,
    filed,
    first,
    heard,
    held,
    join,
    look,
    noon,
    officer,
    seen,
    signed,
    standing,
    trail,
)
from tests.complaint_evidence import arrive, evidence
from tests.complaint_office import (
    TODAY,
    complaint_tables_made,
    file,
    members_anonymous,
    office,
    shell,
)
from tests.events import Answered, ask, get, post
from tests.forms import assert_form_is, assert_page_holds_together
from tests.pdf_text import pdf_pages
from tests.people import Person
from tests.uploaded import JPEG, with_segment

__all__ = ["complaint_tables_made", "desk", "evidence", "members_anonymous", "office", "shell"]
DESK = "/services/complaints/desk/"
CANARY = "canary-58c1"


@pytest.fixture(autouse=True)
def _at_noon(desk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", lambda: noon(TODAY))


@pytest.fixture
def ana() -> Person:
    return signed(Role.COMPLAINTS_OFFICER, email="ana@office.example")


@pytest.fixture
def rae() -> Person:
    return signed(Role.REGISTRAR, email="rae@office.example")


def see(who: Person | None, path: str) -> Answered:
    return ask(handler, get(path, session=who.token if who else ""))


def send(who: Person, path: str, act: str = "", **fields: Any) -> Answered:
    named = act or secrets.token_hex(16)
    return ask(handler, post(path, fields, act=named, session=who.token))


def at(case: Case, *parts: str) -> str:
    return "".join((DESK, "cases/", case.id, "/", *(f"{part}/" for part in parts)))


def do(who: Person, case: Case, what: str, **fields: Any) -> Answered:
    """Send an act's form as its page was shown just now."""
    page = see(who, at(case, what))
    assert page.status == 200, page.text
    return send(who, at(case, what), version=offered(page, "version"), **fields)


def offered(answer: Answered, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)
    assert found is not None
    return html.unescape(found.group(1))


def words(answer: Answered) -> str:
    """Return what a page says, without its tags."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


# The journey ------------------------------------------------------------------------------------


def test_a_complaint_is_followed_to_its_closing_on_both_sides(
    evidence: Means, ana: Person, rae: Person
) -> None:
    receipt: Receipt = file(
        happened=f"They signed it unread. {CANARY}",
        name="Sam Roe",
        email="sam@example.com",
        grounds=("skill",),
    )
    case = first(receipt)
    assert case.reference in words(see(ana, DESK))
    assert case.reference in see(ana, f"{DESK}stages/received/").text
    page = words(see(ana, at(case)))
    for said in (CANARY, "Sam Roe", "number 100001", "the Discipline Committee", "Received"):
        assert said in page
    assert do(ana, case, "assign", account=ana.account).location == at(case)
    assert do(ana, case, "note", text="Called the office.").status == 303
    assert do(ana, case, "ask", text="Which drawing was it?").status == 303
    back = followup.open_filing(receipt.code)
    assert back.questions[0].text == "Which drawing was it?"
    followup.answer(
        back, back.questions[0].id, "Number 12.", operation_id=secrets.token_hex(16), today=TODAY
    )
    assert "An answer to " + case.reference in words(see(ana, DESK))
    page = words(see(ana, at(case)))
    assert "To: Which drawing was it? Number 12." in page
    parts = re.findall(r'name="parts" value="([^"]*)"', see(ana, at(case)).text)
    assert send(ana, f"{at(case)}seen", parts=parts).status == 303
    assert "Nothing new has arrived" in words(see(ana, DESK))
    assert do(ana, case, "move", to="within", words="It is ours.").status == 303
    assert do(ana, case, "move", to="registrar_review", words="For you.").status == 303
    assert followup.open_filing(receipt.code).cases[0].stage == "registrar_review"
    assert do(ana, case, "outcome", outcome="dismissed", words="Nothing in it.").status == 303
    refused = do(ana, case, "move", to="closed", words="Done.", message="We are done.")
    assert refused.status == 422
    assert "Only a registrar moves a case to “Closed”" in words(refused)
    unsaid = do(rae, case, "move", to="closed", words="Done.")
    assert "Write to the complainant why" in words(unsaid)
    told = "We found nothing in it. You can ask the Appeal Board within 30 days."
    assert do(rae, case, "move", to="closed", words="Done.", message=told).status == 303
    assert [one.text for one in followup.open_filing(receipt.code).messages] == [told]
    assert followup.open_filing(receipt.code).cases[0].stage == "closed"
    closed = words(see(rae, at(case)))
    assert "Outcome Dismissed" in closed
    assert "Kept until" in closed
    assert closed.index("Called the office.") < closed.index("It is ours.") < closed.index("Done.")
    assert prove(evidence.objects).findings == ()


def test_every_look_at_a_case_or_its_forms_is_in_the_trail(ana: Person) -> None:
    case = filed()
    see(ana, at(case))
    for name, act in ACTS.items():
        if act.needs is not Role.REGISTRAR:
            see(ana, at(case, name))
    see(ana, at(case, "letter"))
    lines = audit.of_subject(f"complaint#{case.id}")
    assert [line.what for line in lines].count("case-opened") == 2
    shown = {str(line.detail["form"]) for line in lines if line.what == "complaint-form-opened"}
    assert shown == {name for name, act in ACTS.items() if act.needs is not Role.REGISTRAR}
    assert {line.by for line in lines} == {ana.account, "anyone"}


@pytest.mark.parametrize(
    ("about", "contact", "missing"),
    [
        ("member", {}, True),
        ("permit", {"email": "a@example.com"}, True),
        ("member", {"name": "A"}, False),
        ("unlicensed", {}, False),
    ],
)
def test_an_officer_is_told_that_a_name_is_missing_where_the_policy_needs_one(
    about: str, contact: dict[str, str], missing: bool, ana: Person, members_anonymous: bool
) -> None:
    """COM-8."""
    page = see(ana, at(filed(about=about, **contact)))
    told = "can’t proceed without a name" in words(page)
    assert told is (missing and not members_anonymous)


def test_a_complaint_that_just_came_in_is_on_the_first_page_once(ana: Person, rae: Person) -> None:
    """Long before anything is due: nobody should have to look for it."""
    case, late = filed(), first(file(today=TODAY - timedelta(days=60)))
    for who in (ana, rae):
        page = see(who, DESK).text
        assert [page.count(f">{one.reference}<") for one in (case, late)] == [1, 1]
    people.recuse(officer(ana.account), seen(case), ana.account, "A friend")
    assert case.reference not in see(ana, DESK).text


@pytest.mark.parametrize("name", [*ACTS])
def test_each_form_asks_what_its_model_takes_and_the_page_holds_together(
    name: str, rae: Person
) -> None:
    case = filed(numbers=(), described="the tall one")
    if name == "outcome":
        heard(case)
    path = at(case, name)
    assert_form_is(see(rae, path).text, ACTS[name].form, path)


def test_the_other_pages_hold_together_too(rae: Person) -> None:
    join("100001")
    case = filed(email="a@example.com", grounds=("skill",))
    notes.ask(officer(), seen(case), "Why?")
    heard(case)
    stages.decide(officer(), seen(case), "suspension", "As found.", DIRECTION)
    written = Written(name="Ana Lee", address="1 Elm", about="A complaint", text="Dear Ana")
    letter = letters.write(officer(), seen(case), To.OTHER, 30, written)
    forms_at: Mapping[str, type[forms.OnCase]] = {
        at(case, "letter"): forms.LetterForm,
        at(case, "entry"): forms.Entry,
        at(case, "erase"): forms.Erase,
        at(case, "letters", letter, "service"): forms.Served,
        at(case, "letters", letter, "arrival"): forms.Arrived,
        at(case, "letters", letter, "returned"): forms.CameBack,
    }
    for path, model in forms_at.items():
        assert_form_is(see(rae, path).text, model, path)
    others = ("", "news/", "stages/received/", "stages/closed/", "report/", "retention/")
    for path in (at(case), *(f"{DESK}{one}" for one in others)):
        answer = see(rae, path)
        assert answer.status == 200
        assert_page_holds_together(answer.text)


# Who may ----------------------------------------------------------------------------------------


def test_being_an_administrator_opens_no_case() -> None:
    case = filed()
    boss = signed(Role.ADMINISTRATOR)
    for path in (DESK, at(case), at(case, "note"), f"{DESK}report/"):
        assert see(boss, path).status == 403
    assert "case-opened" not in trail(case)


def test_a_case_that_is_missing_erased_or_not_for_one_s_eyes_is_answered_alike() -> None:
    named = signed(Role.REGISTRAR, Role.ADMINISTRATOR, member="100001")
    case = filed()
    told = {}
    for kind, id_ in {"named": case.id, "missing": "0" * 32, "odd": "x"}.items():
        answer = see(named, f"{DESK}cases/{id_}/")
        assert answer.status == 404
        told[kind] = re.sub(r"[0-9a-f]{32}|/x/|request-1", "", answer.text)
    assert told["named"] == told["missing"]
    found = see(named, f"{DESK}find?reference={case.reference}")
    nothing = see(named, f"{DESK}find?reference=C-0000-0000")
    assert (found.status, words(found)) == (nothing.status, words(nothing))
    assert case.reference not in see(named, f"{DESK}stages/received/").text
    assert "case-opened" not in trail(case)


def test_who_recuses_themselves_is_led_back_to_the_desk_and_sees_the_case_no_more(
    ana: Person,
) -> None:
    """COM-6."""
    case = filed()
    answer = do(ana, case, "recuse", account=ana.account, words=f"We are friends. {CANARY}")
    assert answer.location == DESK
    assert see(ana, at(case)).status == 404
    assert CANARY not in repr([row.serialize() for row in AuditRow.scan()])


def test_without_the_key_that_tells_who_is_named_nobody_sees_anything(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = filed()
    monkeypatch.delenv("SIGNET_INTAKE_KEY")
    assert see(ana, at(case)).status == 503
    assert see(ana, DESK).status == 503


# Two editors ------------------------------------------------------------------------------------


def test_the_second_of_two_editors_keeps_what_they_typed_and_can_send_it_then(
    ana: Person, rae: Person
) -> None:
    case = filed()
    page = see(rae, at(case, "note"))
    do(ana, case, "note", text="First.")
    told = send(rae, at(case, "note"), version=offered(page, "version"), text="Second, typed long.")
    assert told.status == 409
    assert "Someone else changed this" in words(told)
    assert "Second, typed long." in told.text
    again = {name: offered(told, name) for name in ("version", "act")}
    assert send(rae, at(case, "note"), text="Second, typed long.", **again).status == 303
    assert [one.note for one in look(case).steps] == ["First.", "Second, typed long."]


def test_an_officer_is_told_what_a_letter_can_t_print(ana: Person) -> None:
    case = filed()
    written = {
        "to": "respondent",
        "name": "Zoë \U00013000",
        "address": "1 Elm Street",
        "about": "A complaint",
        "text": "Dear Zoë \U00013050",
        "days": "0",
    }
    asked = do(ana, case, "letter", **written)
    assert asked.status == 422
    assert "tick the box to print codes" in words(asked)
    assert "\U00013050 (U+13050)" in words(asked)
    assert not look(case).letters
    assert do(ana, case, "letter", as_codes="yes", **written).location == at(case)
    page = words(see(ana, at(case)))
    assert "The letter can’t print every character" in page
    assert "\U00013000 (U+13000)" in page
    assert "\U00013050 (U+13050)" in page
    (sent,) = look(case).letters
    printed = see(ana, f"{at(case, 'letters', sent.letter.id)}letter.pdf")
    (sheet,) = pdf_pages(printed.content)
    assert "Zoë U+13000" in sheet


def test_what_is_wrong_with_a_form_is_said_and_what_was_typed_stays(rae: Person) -> None:
    case = filed()
    told = do(rae, case, "panel", numbers="100001 100002")
    assert told.status == 422
    assert "Name at least 3" in words(told)
    assert "100001 100002" in told.text
    assert do(rae, case, "panel", numbers="the three of them!").status == 422


# Letters, entries -------------------------------------------------------------------------------


def test_a_letter_is_written_printed_and_its_service_recorded(ana: Person) -> None:
    """NOT-1."""
    case = filed()
    written = {
        "to": "respondent",
        "name": "Zoë Łuc",
        "address": "1 Elm Street\r\nRed Deer AB",
        "about": "A complaint about your practice",
        "text": "Dear Zoë\r\n\r\nWe received a complaint.",
        "days": "30",
    }
    assert do(ana, case, "letter", **written).location == at(case)
    (sent,) = look(case).letters
    printed = see(ana, f"{at(case, 'letters', sent.letter.id)}letter.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    (sheet,) = pdf_pages(printed.content)
    for line in ("Zoë Łuc", "1 Elm Street", "Red Deer AB", "We received a complaint."):
        assert line in sheet
    assert "print every character" not in words(see(ana, at(case)))
    assert "complaint-letter-opened" in trail(case)
    path = ("letters", sent.letter.id, "service")
    assert do(ana, case, "/".join(path), way="mail", on=TODAY.isoformat()).status == 422
    done = do(ana, case, "/".join(path), way="mail", on=TODAY.isoformat(), where="within")
    assert done.status == 303
    assert "to answer by 31 December 2040" in words(see(ana, at(case)))


def test_a_registrar_proposes_a_suspension_and_an_officer_approves_what_they_see(
    ana: Person, rae: Person
) -> None:
    """COM-5, STA-4, T30."""
    case = decided(outcome="suspension")
    page = see(rae, at(case, "entry"))
    assert offered(page, "number") == "100001"
    said = {
        "kind": "status_changed",
        "number": "100001",
        "effective_on": TODAY.isoformat(),
        "authority": "Discipline Committee, 20 November 2040, G 46",
        "status": "suspended",
        "direction": "Council, 21 November 2040",
    }
    version = offered(page, "version")
    partly = send(rae, at(case, "entry"), version=version, **(said | {"status": ""}))
    assert "Choose the new status" in words(partly)
    wrong = send(rae, at(case, "entry"), version=version, **(said | {"effective_on": "2010-01-01"}))
    assert wrong.status == 409
    assert "rules forbid it" in words(wrong)
    again = {name: offered(wrong, name) for name in ("version", "act")}
    assert send(rae, at(case, "entry"), **(said | again)).status == 303
    assert at(case, "entry") in see(ana, "/services/complaints/desk/").text
    own = words(see(rae, at(case, "entry")))
    assert "You proposed this" in own
    assert "Approve and enter" not in own
    shown = see(ana, at(case, "entry"))
    for told in ("Ana Lee", "Not permitted to practise since", "Discipline Committee, 20 November"):
        assert told in words(shown), told
    assert status() == "registered"
    form = {name: offered(shown, name) for name in ("version", "act", "hash")}
    assert send(ana, f"{at(case, 'entry')}approve", **form).status == 303
    assert status() == "suspended"
    page = see(rae, at(case))
    assert "Entered in the register" in words(page)
    assert "/services/register/records/" not in see(ana, at(case)).text
    assert "ask the Registrar or a register officer" in words(see(ana, at(case)))
    takes_back = signed(Role.COMPLAINTS_OFFICER, Role.REGISTER_OFFICER)
    for who in (rae, takes_back):
        assert "/services/register/records/member/100001/" in see(who, at(case)).text


def status() -> str:
    record = register.standing_on("100001", TODAY)
    assert record is not None
    return record.status


def test_a_refusal_of_an_entry_needs_its_words_and_stays_with_the_case(
    ana: Person, rae: Person
) -> None:
    case = decided(outcome="suspension")
    page = see(rae, at(case, "entry"))
    said = {
        "kind": "status_changed",
        "number": "100001",
        "effective_on": TODAY.isoformat(),
        "authority": "Discipline Committee",
        "status": "suspended",
    }
    sent = send(rae, at(case, "entry"), version=offered(page, "version"), **said)
    assert sent.status == 303
    version = offered(see(ana, at(case, "entry")), "version")
    assert send(ana, f"{at(case, 'entry')}refuse", version=version, words="").status == 422
    refused = send(ana, f"{at(case, 'entry')}refuse", version=version, words="Six months only")
    assert refused.status == 303
    assert "Six months only" in words(see(rae, at(case)))
    assert status() == "registered"


def test_from_received_no_page_leads_to_an_outcome_or_an_entry(ana: Person, rae: Person) -> None:
    """COM-5: a case that only came in can't be decided, nor by an address that nobody offers."""
    case = filed()
    for who in (ana, rae):
        page = see(who, at(case)).text
        assert at(case, "outcome") not in page
        assert at(case, "entry") not in page
    refused = do(rae, case, "outcome", outcome="cancellation", words="So.")
    assert refused.status == 422
    assert "is recorded while a case is at “Discipline” or “Appeal”" in words(refused)


def test_a_registrar_records_a_cancellation_with_its_direction_by_forms_alone(rae: Person) -> None:
    """COM-5, COM-6, STA-6."""
    case = heard(filed())
    day = TODAY.isoformat()
    said = {"outcome": "cancellation", "words": "So."}
    refused = do(rae, case, "outcome", **said)
    assert "Record which body directed “Cancellation”" in words(refused)
    half = do(rae, case, "outcome", **said, directed_by="discipline")
    assert "Enter the day" in words(half)
    done = do(rae, case, "outcome", **said, directed_by="discipline", directed_on=day)
    assert done.status == 303
    assert do(rae, case, "publish", by="appeal", on=day).status == 303
    page = words(see(rae, at(case)))
    assert "Outcome Cancellation, directed by the Discipline Committee on 24 November 2040" in page
    assert "publication is directed" in page


# Files ------------------------------------------------------------------------------------------


def with_photo(how: Means) -> tuple[Case, str, bytes]:
    receipt = file()
    content = with_segment(0xE1, b"Exif\0\0" + CANARY.encode())
    checking.process(arrive(how, receipt.files[0], content, "the seal.jpg"), how, TODAY)
    return first(receipt), receipt.files[0], content


def test_an_officer_saves_the_copy_without_metadata_and_a_registrar_the_original(
    evidence: Means, ana: Person, rae: Person
) -> None:
    case, id_, content = with_photo(evidence)
    page = see(ana, at(case))
    assert "the seal" in words(page)
    assert "original" not in page.text
    clean = see(ana, f"{at(case)}files/{id_}/clean")
    assert clean.status == 200
    assert clean.content == JPEG
    assert clean.headers["content-disposition"].startswith('attachment; filename="the seal.jpg"')
    assert clean.headers["cache-control"] == "no-store"
    assert "complaint-file-opened" in trail(case)
    path = at(case, "files", id_, "original")
    assert see(ana, path).status == 403
    assert_form_is(see(rae, path).text, forms.Original, path)
    assert do(rae, case, f"files/{id_}/original", words="").status == 422
    got = do(rae, case, f"files/{id_}/original", words="The place matters.", piece="1")
    assert got.content == content
    assert look(case).steps[-1].note == "The place matters."


def test_a_file_too_large_for_one_answer_comes_in_pieces_that_join(
    evidence: Means, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, id_, _ = with_photo(evidence)
    monkeypatch.setattr(case_files, "PIECE", len(JPEG) // 2 + 1)
    pieces = [see(ana, f"{at(case)}files/{id_}/clean?piece={n}") for n in (1, 2)]
    assert b"".join(piece.content for piece in pieces) == JPEG
    assert "the seal.jpg.002" in pieces[1].headers["content-disposition"]
    for wrong in ("0", "3", "x", "-1"):
        assert see(ana, f"{at(case)}files/{id_}/clean?piece={wrong}").status == 404


def test_a_file_is_saved_only_through_its_own_case_by_who_may_see_it(
    evidence: Means, ana: Person
) -> None:
    case, id_, _ = with_photo(evidence)
    other = filed()
    assert see(ana, f"{at(other)}files/{id_}/clean").status == 404
    named = signed(Role.COMPLAINTS_OFFICER, member="100001")
    assert see(named, f"{at(case)}files/{id_}/clean").status == 404


# The report, and what is kept -------------------------------------------------------------------


def test_the_report_is_a_page_and_a_spreadsheet_with_the_same_figures(ana: Person) -> None:
    """COM-7."""
    filed(grounds=("skill",), happened=CANARY, name=CANARY)
    page = see(ana, f"{DESK}report/")
    assert "Received 1" in words(page)
    assert "judgment that their work required 1" in words(page)
    table = see(ana, f"{DESK}report/report.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "2040-01-01,2040-11-24,cases,received,1" in table.text
    assert CANARY not in page.text + table.text
    assert see(ana, f"{DESK}report/?first=2040-12-01").status == 422
    assert see(ana, f"{DESK}report/?first=tomorrow").status == 422
    assert see(ana, f"{DESK}report/report.csv?first=tomorrow").status == 422


def test_a_registrar_erases_what_was_kept_long_enough(
    evidence: Means, rae: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _, _ = with_photo(evidence)
    standing(case, manager=rae.account, managed=(rae.account,))
    for to in ("within", "registrar_review", "closed"):
        if to == "closed":
            stages.decide(officer(), seen(case), "dismissed", "Nothing in it.")
        stages.move(officer(), seen(case), to, "On.", "We are done.")
    assert "No case is past its retention" in words(see(rae, f"{DESK}retention/"))
    assert do(rae, case, "erase", words="Over", sure="yes").status == 409
    late = noon(TODAY.replace(year=TODAY.year + 10) + timedelta(days=1))
    monkeypatch.setattr(app, "clock", lambda: late)
    assert case.reference in words(see(rae, f"{DESK}retention/"))
    assert do(rae, case, "erase", words="Over").status == 422
    assert do(rae, case, "erase", words="Over", sure="yes").location == f"{DESK}retention/"
    assert see(rae, at(case)).status == 404
    assert list(evidence.objects.kept("")) == []
    assert held(case.id).erased_on
    assert prove(evidence.objects).findings == ()
    detail = audit.of_subject(f"complaint#{case.id}")
    assert "Over" in json.dumps([dict(line.detail) for line in detail])


# In confidence ----------------------------------------------------------------------------------


def test_no_line_of_the_log_says_anything_of_a_case(
    ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = file(happened=CANARY, name=CANARY)
    case = first(receipt)
    caplog.set_level(logging.DEBUG, "signet")
    see(ana, at(case))
    do(ana, case, "note", text=CANARY)
    see(ana, f"{DESK}find?reference={case.reference}")
    lines = [line.getMessage() for line in caplog.records if line.name.startswith("signet")]
    assert lines
    told = " ".join(lines)
    for private in (CANARY, case.id, case.reference, receipt.code, Filing(receipt.code).locator):
        assert private not in told
