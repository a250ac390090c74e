"""Whom a complaint is about: a number becomes a name, and who it is sees nothing of it (T21)."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lambdas.complaints import intake
from lambdas.complaints.desk.function import app as desk_app
from lambdas.complaints.desk.function import handler as desk_handler
from signet.accounts.model import Role
from signet.complaints import names, receipt_codes
from signet.complaints.desk import context, gates, people, queue, respondents, stages
from signet.complaints.desk.context import Officer
from signet.complaints.model import About, Case
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import KeyRow
from signet.errors import Invalid, NotFound, Refused
from signet.transactions import audit
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
)
from tests.complaint_office import (
    INTAKE_KEY,
    TODAY,
    complaint_tables_made,
    file,
    office,
    read,
    shell,
)
from tests.events import Answered, ask, get, post
from tests.forms import form_to
from tests.people import Person

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
BASE = intake.BASE
SPELLED = ["0100026", "100-026", "M100026", "No. 100 026", "１０００２６", "100026"]
NOBODY = names.Holders()
STAFF = (Role.COMPLAINTS_OFFICER, Role.REGISTRAR)
RORY = {"number": "100026", "name": "Rory Campbell", "city": "Calgary"}
ACME = {"number": "P-1004", "name": "Acme Engineering Ltd.", "city": "Red Deer"}


@pytest.fixture
def published(desk: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a published register of one member and one permit."""
    for folder, told in (("members", RORY), ("permits", ACME)):
        place = tmp_path / "register" / folder / told["number"]
        place.mkdir(parents=True)
        (place / "index.json").write_text(json.dumps(told))
    monkeypatch.delenv("SIGNET_SITE_BUCKET", raising=False)
    monkeypatch.setenv("SIGNET_SITE_FOLDER", str(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    for one in (intake.app, desk_app):
        monkeypatch.setattr(one, "clock", noon)
    return tmp_path


def form(**fields: Any) -> dict[str, Any]:
    signed_ = receipt_codes.signed(secrets.token_bytes(16), INTAKE_KEY)
    return {"submission": signed_, "about": "member", "happened": "It fell.", **fields}


def send(to: str, **fields: Any) -> Answered:
    return ask(intake.app, post(f"{BASE}{to}", fields, act=""))


def words(answer: Answered) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", answer.text.partition("<main")[2]).split())


# The form and the page of all answers ------------------------------------------------------------


@pytest.mark.parametrize("typed", SPELLED)
def test_the_page_of_all_answers_shows_whose_a_number_is_before_anything_is_sent(
    published: Path, typed: str
) -> None:
    page = send("check", **form(numbers=typed))
    assert "100026 is Rory Campbell, Calgary. Is this who you mean?" in words(page)
    carried = form_to(page.text, f"{BASE}send").values
    assert carried["confirmed"] == ["100026"]
    sent = send("send", **carried)
    assert "We have received it" in sent.text
    case = Filing(receipt_code(sent)).case(0)
    respondent = read(case).respondents[0]
    assert (respondent.number, respondent.name, respondent.typed) == (
        "100026",
        "Rory Campbell",
        " ".join(typed.split()),
    )
    assert held(case).settled


def receipt_code(answer: Answered) -> str:
    return "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", answer.text))


@pytest.mark.parametrize("typed", ["P 1004", "Permit P-1004", "1004"])
def test_a_permit_s_number_becomes_its_holder_s_name(published: Path, typed: str) -> None:
    page = send("check", **form(numbers=typed, about="permit"))
    assert "P-1004 is Acme Engineering Ltd., Red Deer" in words(page)


@pytest.mark.parametrize("typed", ["P-10003", "100027"])
def test_an_unknown_number_is_said_to_be_and_may_be_sent(published: Path, typed: str) -> None:
    page = send("check", **form(numbers=typed))
    assert "no one on the public register has this number" in words(page)
    sent = send("send", **form_to(page.text, f"{BASE}send").values)
    case = held(Filing(receipt_code(sent)).case(0))
    assert not case.settled
    assert not case.known


@pytest.mark.parametrize("typed", ["abc", "Rory Campbell", "no idea!"])
def test_what_is_no_number_is_told_where_it_stands(published: Path, typed: str) -> None:
    page = send("check", **form(numbers=typed))
    assert page.status == 422
    assert "Enter each number as on the register" in words(page)


def test_nothing_is_sent_about_somebody_whose_name_was_not_shown(published: Path) -> None:
    given = form(numbers="100026")
    page = send("send", **given)
    assert "Please check who it is about" in words(page)
    assert "100026 is Rory Campbell, Calgary" in words(page)
    other = send("send", **given, confirmed="100027")
    assert "Please check who it is about" in words(other)
    sent = send("send", **form_to(other.text, f"{BASE}send").values)
    assert "We have received it" in sent.text
    # The same form again is the same complaint, whatever the register says by then.
    (published / "register/members/100026/index.json").unlink()
    again = send("send", **form_to(other.text, f"{BASE}send").values)
    assert "You sent this before" in words(again)
    assert receipt_code(again) == receipt_code(sent)


def test_the_form_shows_whose_a_number_is_that_is_typed_in_it(published: Path) -> None:
    page = send("", **form(numbers=["100026", "P 1004"]))
    assert "Rory Campbell, Calgary" in words(page)
    assert "Acme Engineering Ltd., Red Deer" in words(page)


@pytest.mark.parametrize(
    ("about", "chosen", "name"),
    [("100026", "member", "Rory Campbell"), ("P-1004", "permit", "Acme Engineering Ltd.")],
)
def test_a_link_from_a_record_fills_in_whom_it_is_about(
    published: Path, about: str, chosen: str, name: str
) -> None:
    """E6."""
    page = ask(intake.app, get(f"{BASE}?about={quote(about)}"))
    assert form_to(page.text, f"{BASE}check").values["numbers"][0] == about
    assert name in page.text
    assert f'value="{chosen}" checked' in page.text


@pytest.mark.parametrize("about", ["", "abc", "999999", "<script>", "../../x", "1" * 5000])
def test_a_link_to_nobody_is_an_empty_form(published: Path, about: str) -> None:
    page = ask(intake.app, get(f"{BASE}?about={quote(about)}"))
    assert page.status == 200
    assert form_to(page.text, f"{BASE}check").values["numbers"][0] == ""
    assert "<script>" not in page.text.partition("<main")[2]


# Who sees a case ---------------------------------------------------------------------------------


def sees_nothing(who: Officer, case: Case) -> None:
    with pytest.raises(NotFound):
        look(case, who)
    listed = [one.id for one in (*queue.due(who), *queue.stage(who, "received").cases)]
    assert case.id not in listed
    with pytest.raises(NotFound):
        queue.find(who, case.reference)
    with pytest.raises(NotFound):
        context.case_of(who, case.id)


@pytest.mark.parametrize("typed", SPELLED)
@pytest.mark.parametrize("found", [True, False])
def test_who_is_complained_about_never_opens_it_however_their_number_is_spelled(
    desk: None, typed: str, found: bool
) -> None:
    join("100026")
    rory = names.Named(About.MEMBER, "100026", "Rory Campbell", "Calgary")
    case = first(file(numbers=(typed,), found=names.Holders({typed: rory}) if found else NOBODY))
    for role in STAFF:
        sees_nothing(officer("me", role, member="100026"), case)


@pytest.mark.parametrize(
    "described", ["Ana Lee", "A. Lee", "LEE, ANA", "Mr. Lee", "the Registrar, No. 100 026"]
)
def test_who_is_complained_about_in_words_alone_never_opens_it(desk: None, described: str) -> None:
    join("100026")  # Ana Lee
    case = filed(about="unsure", numbers=(), described=described)
    for role in STAFF:
        sees_nothing(officer("me", role, member="100026"), case)
    assert look(case, officer("other", Role.REGISTRAR)).case.id == case.id


def test_an_officer_who_is_joined_to_no_record_is_known_by_their_address(desk: None) -> None:
    case = filed(about="unsure", numbers=(), described="Ana Lee of the office")
    me = replace(officer("me", Role.REGISTRAR), email="ana.lee@office.example")
    sees_nothing(me, case)


@pytest.mark.parametrize("about", [{"numbers": ()}, {"numbers": ("999999",), "found": NOBODY}])
def test_what_is_about_nobody_known_opens_for_the_registrar_alone_until_it_is_settled(
    desk: None, about: dict[str, Any]
) -> None:
    case = filed(about="unsure", described="The one with the van", **about)
    plain, registrar = officer("o", Role.COMPLAINTS_OFFICER), officer("r", Role.REGISTRAR)
    sees_nothing(plain, case)
    someone = signed(Role.COMPLAINTS_OFFICER)
    with pytest.raises(Invalid):
        people.assign(registrar, seen(case), someone.account)
    respondents.identify(
        officer("r", Role.REGISTRAR), seen(case), About.UNLICENSED, respondents.NOBODY, "So."
    )
    assert look(case, plain).case.id == case.id
    assert held(case.id).about is About.UNLICENSED
    assert not held(case.id).known


def test_a_case_waits_until_all_that_came_with_it_are_settled(desk: None) -> None:
    both = names.Holders({"100001": names.Named(About.MEMBER, "100001", "Ana Lee", "")})
    receipt = file(numbers=("100001", "999999"), found=both)
    one, two = first(receipt), first(receipt, 1)
    plain = officer("o", Role.COMPLAINTS_OFFICER)
    for case in (one, two):
        sees_nothing(plain, case)
    join("100002")
    right = respondents.look_up(officer(), About.MEMBER, "0100002")
    respondents.identify(officer("r"), seen(two), About.MEMBER, right, "It is.")
    for case in (one, two):
        look(case, plain)
        sees_nothing(officer("x", member="100002"), case)


@pytest.mark.parametrize(
    "words",
    [
        {"described": "and Ana Lee of your office, who signed it"},
        {"happened": "They sealed drawings; the officer A. Lee looked on."},
        {"others": "No. 100 026, Ana Lee, knows."},
        {"name": "Ana Lee"},
    ],
)
def test_an_officer_named_in_words_sees_nothing_though_a_number_says_whom_it_is_about(
    desk: None, words: dict[str, str]
) -> None:
    join("100026")  # Ana Lee
    rory = names.Holders({"100001": names.Named(About.MEMBER, "100001", "Rory Campbell", "Olds")})
    case = filed(found=rory, **words)
    assert case.settled
    before = audit.of_subject(context.of_case(case.id))
    for role in STAFF:
        sees_nothing(officer("me", role, member="100026"), case)
        sees_nothing(replace(officer("me", role), email="ana.lee@office.example"), case)
    assert audit.of_subject(context.of_case(case.id)) == before
    for role in STAFF:
        assert look(case, officer("other", role, member="100027")).case.id == case.id
    someone = signed(Role.COMPLAINTS_OFFICER, member="100026")
    with pytest.raises(Invalid):
        people.assign(officer("r"), seen(case), someone.account)


def test_words_that_can_t_be_opened_bar_nobody_where_a_number_says_whom_it_is_about(
    desk: None,
) -> None:
    join("100026")
    case = filed(described="Ana Lee")
    KeyRow.get(case.id, "case").delete()
    assert look(case, officer("me", member="100026")).complaint is None


def test_who_is_named_in_words_sits_on_no_panel(desk: None) -> None:
    """COM-6."""
    for number in ("100091", "100092", "100093"):
        join(number)  # Ana Lee, each of them
    case = filed(happened="Then Ana Lee came.")
    with pytest.raises(Invalid) as told:
        people.name_panel(officer(), seen(case), ["100091", "100092", "100093"])
    assert "is named in the complaint" in told.value.errors[0].message


def test_who_is_named_in_words_is_recused_before_others_first_open_it(desk: None) -> None:
    join("100026")
    named = signed(Role.COMPLAINTS_OFFICER, member="100026")
    case = filed(about="unsure", numbers=(), described="The other one; Ana Lee helped him")
    join("100002")
    right = respondents.look_up(officer(), About.MEMBER, "100002")
    respondents.identify(officer("r"), seen(case), About.MEMBER, right, "It is.")
    sees_nothing(officer(named.account, Role.COMPLAINTS_OFFICER, member="100026"), case)
    assert look(case).recused == (named.account,)


def test_cases_of_before_stay_open_where_a_number_settled_them(desk: None) -> None:
    numbered = standing(filed(), unsettled=None)
    described = standing(filed(numbers=(), described="He"), unsettled=None, respondents=())
    plain = officer("o", Role.COMPLAINTS_OFFICER)
    assert look(numbered, plain).case.settled
    sees_nothing(plain, described)


# Putting it right --------------------------------------------------------------------------------


def test_who_a_case_is_about_is_put_right_and_everything_follows_at_once(desk: None) -> None:
    for number in ("100001", "100002"):
        join(number)
    manager = signed(Role.COMPLAINTS_OFFICER, member="100002")
    case = heard(filed())
    standing(case, manager=manager.account, managed=(manager.account,))
    right = respondents.look_up(officer(), About.MEMBER, "100002")
    assert (right.number, right.name) == ("100002", "Ana Lee")
    me = officer(manager.account, Role.COMPLAINTS_OFFICER, member="100002")
    was = officer("was", member="100001")
    look(case, me)
    respondents.identify(officer("r"), seen(case), About.MEMBER, right, "A digit was wrong.")
    now = held(case.id)
    assert now.manager == ""
    sees_nothing(me, case)
    assert look(case, was).label == right
    assert "A digit was wrong." in (look(case).steps[-1].note or "")
    with pytest.raises(Refused):
        respondents.identify(officer("r"), seen(case), About.MEMBER, right, "Again.")


def test_what_was_decided_about_somebody_else_falls_away(desk: None) -> None:
    case = decided()
    join("100091")  # who sits on the panel
    right = respondents.look_up(officer(), About.MEMBER, "100091")
    respondents.identify(officer("r"), seen(case), About.MEMBER, right, "It is.")
    now = held(case.id)
    assert (now.outcome, now.directed_on, now.panel) == ("", None, ())
    assert gates.may_enter(officer().rules, now) == ("Record the outcome first.",)


def test_the_register_is_reached_once_it_is_settled_who_it_is_and_not_before(desk: None) -> None:
    case = heard(filed(about="unsure", numbers=(), described="The one with the van"))
    stages.decide(officer(), seen(case), "conditions", "So.", DIRECTION)
    assert "who on the register" in gates.may_enter(officer().rules, held(case.id))[0]
    join("100001")
    right = respondents.look_up(officer(), About.MEMBER, "100001")
    respondents.identify(officer("r"), seen(case), About.MEMBER, right, "It is.")
    stages.decide(officer(), seen(case), "conditions", "So.", DIRECTION)
    assert gates.may_enter(officer().rules, held(case.id)) == ()


def test_the_desk_shows_the_name_and_asks_before_it_records_it(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    join("100002")
    case = filed(about="unsure", numbers=(), described="The one with the van")
    rae = signed(Role.REGISTRAR, email="rae@office.example")
    path = f"/services/complaints/desk/cases/{case.id}/identify/"
    page = see(rae, path)
    assert "The one with the van" in words(page)
    given = {"version": "1", "about": "member", "number": "No. 0100002", "words": "I called."}
    asked = at_desk(rae, path, **given)
    assert asked.status == 200
    assert "100002 is Ana Lee" in words(asked)
    assert held(case.id).version == 1
    confirmed = form_to(asked.text, path).values
    changed = at_desk(rae, path, **(confirmed | {"number": ["100003"]}))
    assert "No member on the register has this number" in words(changed)
    done = at_desk(rae, path, **confirmed)
    assert done.status == 303
    page = see(rae, f"/services/complaints/desk/cases/{case.id}/")
    assert "Ana Lee" in words(page)
    assert "100002" in words(page)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"number": "abc"}, "Enter a number such as"),
        ({"number": ""}, "Enter the number"),
        ({"about": "unlicensed", "number": "100002"}, "Leave this empty"),
        ({"words": ""}, "Say why"),
    ],
)
def test_what_is_wrong_at_the_desk_is_said(
    published: Path, fields: dict[str, str], told: str
) -> None:
    case = filed()
    rae = signed(Role.REGISTRAR, email="rae@office.example")
    path = f"/services/complaints/desk/cases/{case.id}/identify/"
    given = {"version": "1", "about": "member", "number": "100002", "words": "I called."}
    answer = at_desk(rae, path, **(given | fields))
    assert answer.status == 422
    assert told in words(answer)


def see(who: Person, path: str) -> Answered:
    return ask(desk_handler, get(path, session=who.token))


def at_desk(who: Person, path: str, **fields: Any) -> Answered:
    given = {name: value for name, value in fields.items() if name != "act"}
    return ask(desk_handler, post(path, given, act=secrets.token_hex(16), session=who.token))


def test_it_is_recorded_that_the_respondent_was_told_and_when(published: Path) -> None:
    """COM-8."""
    case = filed(name="Sam Roe")
    rae = signed(Role.REGISTRAR, email="rae@office.example")
    page = see(rae, f"/services/complaints/desk/cases/{case.id}/")
    assert "not yet; they are told who complains (COM-8)" in words(page)
    path = f"/services/complaints/desk/cases/{case.id}/told/"
    given = {"version": "1", "on": TODAY.isoformat(), "words": "By letter: that Sam Roe complains."}
    for wrong in ("2000-01-01", "2100-01-01"):
        assert at_desk(rae, path, **(given | {"on": wrong})).status == 422
    assert at_desk(rae, path, **given).status == 303
    assert held(case.id).told_on == TODAY
    step = look(case).steps[-1]
    assert (step.step.what, step.note) == ("complaint-respondent-told", given["words"])


# On paper --------------------------------------------------------------------------------------


LETTER = {
    "received": TODAY.isoformat(),
    "about": "member",
    "number": "No. 0100002",
    "happened": "The beam gave way.",
    "name": "Sam Roe",
    "address": "1 Elm Street",
}
PAPER = "/services/complaints/desk/paper/"


def test_a_complaint_on_paper_is_entered_once_as_of_its_day_by_who_isn_t_named(
    published: Path,
) -> None:
    """E3, COM-1."""
    join("100002")
    ana = signed(Role.COMPLAINTS_OFFICER, email="ana@office.example")
    asked = at_desk(ana, PAPER, **LETTER)
    assert "100002 is Ana Lee" in words(asked)
    given = {**form_to(asked.text, PAPER).values, "received": ["2040-11-20"]}
    act = secrets.token_hex(16)
    given.pop("act")
    for _ in range(2):
        done = ask(desk_handler, post(PAPER, given, act=act, session=ana.token))
        assert done.status == 200
    (code,) = re.findall(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", done.text)
    case = held(Filing(code).case(0))
    assert (case.filed_on.isoformat(), case.anonymous, case.settled) == ("2040-11-20", False, True)
    assert read(case.id).contact.address == "1 Elm Street"
    assert read(case.id).happened == "The beam gave way."
    (line,) = [
        one for one in audit.of_subject(f"complaint#{case.id}") if one.what == "complaint-filed"
    ]
    assert line.by == ana.account


@pytest.mark.parametrize(
    "about", [{}, {"number": "", "described": "Ana Lee"}, {"happened": "It was Ms. Lee."}]
)
def test_nobody_enters_a_complaint_that_names_them(published: Path, about: dict[str, str]) -> None:
    join("100002")
    me = signed(Role.REGISTRAR, member="100002", email="x@office.example")
    given = LETTER | about | {"confirmed": "100002"}
    if about.get("happened"):
        join("100003")
        given |= {"number": "100003", "confirmed": "100003"}
    assert at_desk(me, PAPER, **given).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "999999"},
        {"number": "", "described": ""},
        {"received": "2100-01-01", "confirmed": "100002"},
        {"happened": ""},
        {"email": "nobody"},
        {"grounds": "nonsense"},
    ],
)
def test_what_is_wrong_with_a_complaint_on_paper_is_said_and_what_was_typed_stays(
    published: Path, wrong: dict[str, str]
) -> None:
    join("100002")
    ana = signed(Role.COMPLAINTS_OFFICER, email="ana@office.example")
    answer = at_desk(ana, PAPER, **(LETTER | wrong))
    assert answer.status == 422
    assert form_to(answer.text, PAPER).values["address"] == ["1 Elm Street"]
