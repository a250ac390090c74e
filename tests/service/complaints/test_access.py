"""A respondent reads what they were sent, and answers, with a code of their own (E3, COM-8)."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lambdas.complaints.desk import function as complaints_desk
from lambdas.complaints.followup import function as followup
from lambdas.complaints.followup import respondents
from signet import sealing
from signet.accounts.model import Role
from signet.complaints import followup as coming_back
from signet.complaints import receipt_codes
from signet.complaints.desk import access, alerts, messages, notes, queue, retention, stages
from signet.complaints.desk import respondents as desk_respondent
from signet.complaints.desk.access import Opening
from signet.complaints.model import About, Case, Label, WrongCode
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CaseRow, FilingRow, KeyRow, TryRow
from signet.errors import Conflict, Invalid, NotAllowed, Refused
from tests.canaries import rows
from tests.complaint_desk import (
    desk,
    filed,
    held,
    look,
    noon,
    officer,
    seen,
    signed,
    standing,
    trail,
)
from tests.complaint_office import TODAY, complaint_tables_made, file, office, shell
from tests.events import Answered, ask, get, post
from tests.forms import assert_page_holds_together, form_to
from tests.pdf_text import pdf_pages
from tests.people import Person

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
BASE = respondents.BASE
NOTICE = "Sam Roe complains that you sealed drawings unread."
SOON = TODAY + timedelta(days=30)
OPENING = Opening("Ana Lee", TODAY, NOTICE, SOON)
CONTACT: dict[str, Any] = {
    "name": "Sam Roe",
    "email": "sam.roe@example.org",
    "phone": "403 555 0199",
    "address": "14 Elm Street\nCalgary AB T2P 1A1",
}


@pytest.fixture(autouse=True)
def ready(desk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    for app in (followup.app, complaints_desk.app):
        monkeypatch.setattr(app, "clock", noon)


def told(stage: str = "within", **fields: Any) -> Case:
    """Return a case whose respondent was told, in a stage where they may answer."""
    case = filed(**fields)
    return standing(case, stage=stage, told_on=TODAY)


def opened(case: Case, opening: Opening = OPENING) -> str:
    """Let a respondent read and answer; gives their code."""
    return access.open_(officer(), seen(case), opening, secrets.token_bytes(16))


def access_of(case: Case, position: int = 0) -> str:
    return look(case).respondents[position].access.id


def send(code: str, to: str = "", act: str = "", base: str = BASE, **fields: Any) -> Answered:
    return ask(followup.app, post(f"{base}{to}", {"receipt": code, **fields}, act=act))


def say(code: str, text: str, which: str = "add", act: str = "") -> Answered:
    return send(code, "say", act or secrets.token_hex(16), send=which, **{f"text-{which}": text})


def words(answer: Answered) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# ---- Who gets access, and when -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"stage": "within"}, "told of the complaint"),
        ({"stage": "received", "told_on": TODAY}, "no respondent is asked"),
        ({"stage": "outside", "told_on": TODAY}, "no respondent is asked"),
        ({"stage": "closed", "told_on": TODAY, "closed_on": TODAY}, "no respondent is asked"),
    ],
)
def test_access_is_opened_once_they_were_told_and_in_a_stage_where_they_answer(
    facts: dict[str, Any], why: str
) -> None:
    case = standing(filed(), **facts)
    with pytest.raises(Refused, match=why):
        opened(case)
    assert look(case).respondents == ()


def test_somebody_who_isn_t_on_the_register_is_told_and_answers_too() -> None:
    case = filed(numbers=(), described="The one with the blue van", about="unlicensed")
    with pytest.raises(Refused):
        messages.record_respondent_told(officer(), seen(case), TODAY, "By letter")
    desk_respondent.identify(officer(), seen(case), About.UNLICENSED, Label(), "A stranger")
    messages.record_respondent_told(officer(), seen(case), TODAY, "By letter")
    case = standing(held(case.id), stage="investigation")
    code = opened(case, OPENING._replace(text="You use a title that isn’t yours."))
    assert "You use a title" in send(code).text


def test_a_respondent_reads_what_was_sent_and_nothing_of_the_complaint_or_who_complains() -> None:
    receipt = file(happened="zebra-happened", hoped="zebra-hoped", numbers=("100001",), **CONTACT)
    case = standing(held(Filing(receipt.code).case(0)), stage="within", told_on=TODAY)
    code = opened(case)
    notes.note(officer(), seen(case), "zebra-note")
    notes.ask(officer(), seen(case), "zebra-to-complainant?")
    notes.send_message(officer(), seen(case), "zebra-told-complainant")
    page = send(code.lower().replace("-", " "))
    assert page.status == 200
    for shown in (case.reference, NOTICE, "Answer by 24 December 2040"):
        assert shown in words(page)
    for private in ("zebra", receipt.code, *CONTACT["address"].split("\n"), CONTACT["email"]):
        assert private not in page.text
    assert CONTACT["phone"] not in page.text
    assert_page_holds_together(page.text)
    # Nor does the complainant read what the respondent was sent.
    theirs = send(receipt.code, base=followup.BASE)
    assert NOTICE not in theirs.text
    assert "zebra-told-complainant" in theirs.text


@pytest.mark.parametrize("which", ["email", "phone", "address"])
def test_how_to_reach_the_complainant_is_never_sent_to_a_respondent(which: str) -> None:
    case = told(**CONTACT)
    slipped = {"phone": "(403) 555-0199", "address": "14  elm street"}.get(which, CONTACT[which])
    with pytest.raises(Invalid) as refused:
        opened(case, OPENING._replace(text=f"Write to {slipped.upper()} if you like."))
    assert [fault.field for fault in refused.value.errors] == ["text"]
    opened(case)
    with pytest.raises(Invalid):
        ask_them(case, f"Did you call {slipped}?")


def test_neither_is_the_receipt_code_nor_a_name_that_com_8_doesn_t_tell() -> None:
    receipt = file(**CONTACT)
    case = standing(held(Filing(receipt.code).case(0)), stage="within", told_on=TODAY)
    with pytest.raises(Invalid):
        opened(case, OPENING._replace(text=f"Look: {receipt.code.lower()}"))
    unlicensed = standing(
        filed(about="unlicensed", **CONTACT), stage="within", told_on=TODAY, about=About.UNLICENSED
    )
    with pytest.raises(Invalid) as refused:
        opened(unlicensed)
    assert "COM-8" in refused.value.errors[0].message


def test_nobody_opens_access_for_themselves() -> None:
    case = told(name="Sam Roe")
    own = replace(officer(), email="ana.lee@office.example")
    with pytest.raises(NotAllowed):
        access.open_(own, seen(case), OPENING, secrets.token_bytes(16))


# ---- The code ----------------------------------------------------------------------------------


def test_a_code_opens_its_own_side_alone_and_is_kept_nowhere() -> None:
    receipt = file()
    case = standing(held(Filing(receipt.code).case(0)), stage="within", told_on=TODAY)
    code = opened(case)
    assert len(code) == len(receipt.code)
    assert send(code, base=followup.BASE).status == 404
    assert send(receipt.code).status == 404
    for place, content in rows():
        assert code.encode() not in content, place
        assert code.replace("-", "").encode() not in content, place


def test_unknown_revoked_replaced_and_malformed_codes_get_one_and_the_same_answer() -> None:
    case = told()
    code = opened(case)
    other = access.replace(
        officer(), seen(case), access_of(case), secrets.token_bytes(16), "It was lost"
    )
    access.revoke(officer(), seen(case), access_of(case), "Represented by counsel now")
    pages = {send(one).content for one in (code, other, "K7QM-2XRD-9VTB-4HWN-6CYE", "", "x")}
    assert len(pages) == 1
    (counted,) = [row for row in TryRow.scan() if row.who.startswith("address#")]
    assert counted.times == 5
    with pytest.raises(Refused):
        ask_them(case, "Anything else?")


def test_a_new_code_shows_what_was_sent_and_answered_with_the_one_before() -> None:
    case = told()
    code = opened(case)
    ask_them(case, "Which drawings?")
    ask_them(case, "When?")
    first = question_on(send(code))
    say(code, "All of them.", first)
    new = access.replace(
        officer(), seen(case), access_of(case), secrets.token_bytes(16), "It was lost"
    )
    page = words(send(new))
    for shown in (NOTICE, "Which drawings?", "When?", "You answered on 24 November 2040"):
        assert shown in page
    say(new, "Last year.")
    (side,) = look(case).respondents
    assert [one.kind for one in side.communications].count("question") == 2
    texts = {one.text for one in side.communications}
    assert {NOTICE, "Which drawings?", "When?", "All of them.", "Last year."} == texts


def test_when_it_turns_out_to_be_about_somebody_else_the_codes_open_nothing_at_once() -> None:
    case = told()
    code = opened(case)
    label = Label(number="100009", name="Lee 100009")
    desk_respondent.identify(officer(), seen(case), About.MEMBER, label, "A wrong digit")
    assert send(code).status == 404
    assert held(case.id).told_on is None
    with pytest.raises(Refused):
        opened(case)


# ---- Answering ---------------------------------------------------------------------------------


def ask_them(case: Case, text: str, due: Any = SOON, position: int = 0) -> None:
    by, one = officer(), access_of(case, position)
    access.write(by, seen(case), one, text, due, asks=True)


def question_on(page: Answered) -> str:
    """Return the id of the first question on a respondent's page that can be answered."""
    names = form_to(page.text, f"{BASE}say").names
    asked = (one.removeprefix("text-") for one in names if one.startswith("text-"))
    return next(one for one in asked if one != "add")


def test_what_a_respondent_answers_is_sealed_and_marked_as_theirs_for_the_desk() -> None:
    case = told()
    code = opened(case)
    ask_them(case, "Which drawings?")
    page = send(code)
    say(code, "zebra-answer", question_on(page))
    done = say(code, "zebra-response")
    assert "We have received your response." in done.text
    assert "zebra" not in done.text
    for place, content in rows():
        assert b"zebra" not in content, place
    (side,) = look(case).respondents
    assert side.name == "Ana Lee"
    came = {(one.kind, one.text, one.question) for one in side.communications if one.new}
    assert came == {
        ("answer", "zebra-answer", "Which drawings?"),
        ("addition", "zebra-response", None),
    }
    assert {one.on for one in side.communications} == {TODAY.isoformat()}
    assert look(case).communications == ()
    news = queue.news(officer()).news
    assert {(one.kind, one.respondent) for one in news} == {("answer", True), ("addition", True)}
    notes.mark_seen(officer(), case.id, look(case).unseen)
    assert queue.news(officer()).news == ()


def test_an_answer_that_is_sent_again_is_kept_once_and_two_tabs_lose_nothing() -> None:
    case = told()
    code = opened(case)
    ask_them(case, "Which drawings?")
    which, act = question_on(send(code)), secrets.token_hex(16)
    for _ in range(3):
        assert say(code, "Those of May.", which, act).status == 200
    assert say(code, "And of June.", which).status == 200  # the other tab
    (side,) = look(case).respondents
    came = sorted(one.text or "" for one in side.communications if one.new)
    assert came == ["And of June.", "Those of May."]


def test_of_two_respondents_to_a_case_neither_sees_anything_of_the_other() -> None:
    case = told()
    codes_ = [opened(case), opened(case, Opening("Acme Ltd.", TODAY, "You employ them."))]
    ask_them(case, "Only for Acme?", position=[
        side.name for side in look(case).respondents
    ].index("Acme Ltd."))  # fmt: skip
    say(codes_[0], "Ana’s words")
    ana, acme = map(send, codes_)
    assert "You employ them" not in ana.text
    assert "Only for Acme" not in ana.text
    assert "Acme" not in ana.text
    assert NOTICE not in acme.text
    assert "Ana" not in acme.text
    by_name = {
        side.name: {one.text for one in side.communications} for side in look(case).respondents
    }
    assert "Ana’s words" in by_name["Ana Lee"]
    assert "Ana’s words" not in by_name["Acme Ltd."]
    with pytest.raises(Invalid):
        opened(case, OPENING._replace(name="ana  lee"))


def test_what_was_written_stays_when_something_is_wrong() -> None:
    code = opened(told())
    page = send(code, "say", secrets.token_hex(16), **{"send": "add", "text-add": "", "text-x": ""})
    assert page.status == 422
    wrong = send("K7QM-2XRD-9VTB-4HWN-6CYE", "say", "1" * 32, send="add", **{"text-add": "Kept."})
    assert wrong.status == 404
    form = form_to(wrong.text, f"{BASE}say")
    assert (form.values["text-add"], form.values["send"]) == (["Kept."], ["add"])
    again = {name: said[0] for name, said in form.values.items()} | {"receipt": code}
    assert "received your response" in ask(followup.app, post(f"{BASE}say", again, act="")).text


def test_a_closed_case_can_be_read_and_takes_nothing_more_nor_loses_what_was_written() -> None:
    case = standing(told(), stage="outside", outcome="withdrawn")
    standing(case, stage="within")
    code = opened(case)
    ask_them(case, "Which drawings?")
    which = question_on(send(code))
    case = standing(held(case.id), stage="registrar_review")
    stages.move(officer(), seen(case), "closed", "Withdrawn", "It was withdrawn.")
    late = say(code, "zebra-late", which)
    assert late.status == 409
    assert "zebra-late" in late.text
    assert "This case was closed on 24 November 2040" in words(late)
    assert "zebra-late" not in {one.text for one in look(case).respondents[0].communications}
    outcome = "The complaint was withdrawn: nothing follows."
    access.write(officer(), seen(case), access_of(case), outcome, None, asks=False)
    page = send(code)
    assert outcome in page.text
    assert NOTICE in page.text
    assert "<textarea" not in page.text
    assert send(code, "files").status == 409
    assert_page_holds_together(page.text)


def test_while_before_a_court_nothing_is_due_and_afterwards_later_by_as_many_days() -> None:
    case = told()
    code = opened(case)
    stages.adjourn(officer(), seen(case), "In court")
    assert "Nothing is due while the case is adjourned" in words(send(code))
    later = TODAY + timedelta(days=10)
    stages.resume(officer(today=later), seen(case), "It was settled there")
    assert "Answer by 3 January 2041" in words(send(code))


# ---- The desk ----------------------------------------------------------------------------------


def at_desk(who: Person, path: str, fields: dict[str, Any], act: str = "") -> Answered:
    event = post(path, fields, act=act or secrets.token_hex(16), session=who.token)
    return ask(complaints_desk.handler, event)


def see(who: Person, path: str) -> Answered:
    return ask(complaints_desk.handler, get(path, session=who.token))


def test_an_officer_opens_it_at_the_desk_and_the_code_is_shown_once() -> None:
    case = told(name="Sam Roe")
    rae = signed(Role.COMPLAINTS_OFFICER, email="rae@office.example")
    path = f"/services/complaints/desk/cases/{case.id}/access/"
    form = form_to(see(rae, path).text, path)
    assert form.values["name"] == ["Lee 100001"]
    given = {name: said[0] for name, said in form.values.items()} | {"text": NOTICE}
    given |= {"told_on": TODAY.isoformat(), "due": SOON.isoformat(), "act": "a" * 32}
    wrong = at_desk(rae, path, given | {"told_on": "2000-01-01"}, "a" * 32)
    assert wrong.status == 422
    assert NOTICE in wrong.text
    shown = at_desk(rae, path, given, "b" * 32)
    assert shown.status == 200
    (code,) = set(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", shown.text))
    assert NOTICE in send(code).text
    # A lost answer is asked for again, and is the same; the case's page has it nowhere.
    assert code in at_desk(rae, path, given, "b" * 32).text
    page = see(rae, f"/services/complaints/desk/cases/{case.id}/")
    assert code not in page.text
    assert "Lee 100001" in page.text
    assert_page_holds_together(page.text)
    (sheet,) = pdf_pages(at_desk(rae, f"{path}sheet.pdf", {"code": code}).content)
    assert code in sheet
    assert at_desk(rae, f"{path}sheet.pdf", {"code": "K7QM-2XRD-9VTB-4HWN-6CYE"}).status == 404
    unsigned = at_desk(rae, path, given | {"submission": "0" * 64, "version": "2"})
    assert unsigned.status == 409
    assert NOTICE in unsigned.text


def test_of_two_officers_the_second_keeps_what_they_typed() -> None:
    case = told()
    before = seen(case)
    opened(case)
    with pytest.raises(Conflict):
        access.open_(officer(), before, OPENING, secrets.token_bytes(16))
    ana = signed(Role.REGISTRAR, email="ana@office.example")
    path = f"/services/complaints/desk/cases/{case.id}/access/{access_of(case)}/message/"
    page = at_desk(ana, path, {"version": "1", "text": "zebra-second"})
    assert page.status == 409
    assert "zebra-second" in page.text


def test_who_manages_the_case_hears_by_mail_that_something_came() -> None:
    who = signed(Role.COMPLAINTS_OFFICER, email="rae@office.example")
    case = told()
    code = opened(case)
    say(code, "My response")

    def as_(account: Any) -> Any:
        by = officer(account.id, *account.roles)
        return replace(by, email=account.email)

    assert who.account
    assert alerts.send(noon(), TODAY, as_) == 1


# ---- What is left ------------------------------------------------------------------------------


def test_with_the_case_all_that_a_respondent_read_and_sent_is_erased() -> None:
    case = told()
    code = opened(case)
    say(code, "My response")
    locator = Filing(code, receipt_codes.RESPONDENT).locator
    assert KeyRow.count(locator) == 1
    closed = TODAY - timedelta(days=4000)
    facts = {"closed_on": closed, "keep_until": TODAY - timedelta(days=1), "due": None}
    case = standing(held(case.id), stage="closed", **facts)

    class _Nothing:
        def clear(self, key: str) -> None: ...
        def erase(self, key: str) -> None: ...

    store: Any = _Nothing()
    retention.erase(officer(), store, seen(case), "Its time is over")
    assert KeyRow.count(locator) == 0
    assert FilingRow.count(locator) == 0
    assert [row.part for row in CaseRow.query(case.id) if row.sealed] == []
    with pytest.raises(WrongCode):
        coming_back.open_filing(code, receipt_codes.RESPONDENT)


def test_what_is_done_with_it_stands_in_the_trail_by_whom() -> None:
    case = told()
    code = opened(case)
    ask_them(case, "Which?")
    access.revoke(officer(), seen(case), access_of(case), "Counsel")
    assert {
        "complaint-access-opened",
        "complaint-respondent-asked",
        "complaint-access-revoked",
    } <= {*trail(case)}
    assert sealing.OFFICE
    assert code
