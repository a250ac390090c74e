"""Every kind of entry is proposed at the register desk, as at the command line, after a look."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from itertools import count

import pytest

from lambdas.register.desk.function import app
from signet.accounts.model import Role
from signet.proposals import actions, store
from signet.proposals.model import State
from signet.register import fold
from signet.register.kinds import FIELDS, WORDS
from signet.register.model import Subject
from signet.register.payloads import KINDS
from tests.acts_by_word import MEMBER_ACTS, PERMIT_ACTS
from tests.complaint_desk import FAR
from tests.entries import P_TECH, POLICY, day
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    entered,
    entries_of,
    issue,
    join,
    person,
    proposal_tables,
    proposing,
    second,
    shell,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
DESK = "/services/register/"
ON = "2020-06-01"
BY_OPTION = {field.option: field for field in FIELDS}
Form = dict[str, str | list[str]]
SECONDS = count(1)
BACK = {"status": "registered", "reason": "reinstated"}
OUT = {"status": "cancelled", "reason": "discipline"}


def later() -> datetime:
    """Return a moment after all that were before: of one day the entry made last counts."""
    return NOW + timedelta(seconds=next(SECONDS))


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", later)


@pytest.fixture
def ana() -> Person:
    return person(Role.REGISTER_OFFICER, email="ana@example.com", now=FAR)


def at(number: str, word: str = "", subject: str = "member") -> str:
    return f"{DESK}records/{subject}/{number}/enter/{f'{word}/' if word else ''}"


def look(who: Person, target: str) -> Answered:
    return ask(app, get(target, session=who.token))


def send(who: Person, target: str, form: Form, act: str = "") -> Answered:
    return ask(app, post(target, form, act=act or secrets.token_hex(16), session=who.token))


def form_of(options: Sequence[str], **more: str) -> Form:
    """Return what a person fills in where another gives these options."""
    form: Form = {"effective_on": ON, "authority": "Council 7"}
    given = iter(options)
    for option in given:
        field = BY_OPTION[option]
        if field.shape == "flag":
            form[field.name] = []
            continue
        value = next(given)
        held = form.get(field.name, [])
        form[field.name] = [*held, value] if field.shape == "many" else value
        if field.shape == "each" and held:
            form[field.name] = f"{held}\n{value}"
    return form | more


def carried(text: str) -> Form:
    """Return the fields that a page carries along, as a browser sends them."""
    form: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text):
        form.setdefault(name, []).append(unescape(value))
    return dict(form)


def proposed(who: Person, target: str, form: Form) -> str:
    """Fill in, look at what changes, and propose; gives the proposal's id."""
    shown = send(who, target, form)
    assert shown.status == 200, re.findall(r"faults.*?</ul>", shown.text, re.DOTALL)
    assert "Nothing is proposed yet" in shown.text
    told = carried(shown.text)
    act = str(told.pop("act")[0])
    done, again = (send(who, target, told | {"do": "propose"}, act) for _ in range(2))
    assert done.status == again.status == 303
    assert done.location == again.location
    return done.location.split("/")[-2]


def approved(id_: str) -> None:
    by = second(now=later())
    actions.approve(by, id_, actions.get(id_).head.hash)


def entered_by_form(who: Person, target: str, form: Form) -> None:
    approved(proposed(who, target, form))


USUAL = {"reinstatement": "reinstated", "retirement": "own_request", "resignation": "own_request"}


def test_every_kind_of_a_member_s_entry_is_proposed_and_entered(ana: Person) -> None:
    for word, *options in MEMBER_ACTS:
        if word == "scope-withdrawn":
            continue  # SCO-1: it goes with its designation
        form = form_of(options)
        if word in USUAL:
            form |= {"reason": USUAL[word]}
        assert look(ana, at(MEMBER, word)).status == 200
        entered_by_form(ana, at(MEMBER, word), form)
    student = {"effective_on": ON, "authority": "App.", "family": "Kim", "category": "student"}
    entered_by_form(ana, at(OTHER, "registration"), dict(student))
    entered_by_form(ana, at(OTHER, "category"), form_of(("--category", "member")))
    done = {act[0] for act in MEMBER_ACTS} | {"category", "registration"}
    assert done == set(WORDS["member"])
    made = {e.kind for number in (MEMBER, OTHER) for e in entries_of(number)}
    assert made == set(KINDS["member"]) - {"voided", "scope_withdrawn"}


def test_every_kind_of_a_permit_s_entry_is_proposed_and_entered(ana: Person) -> None:
    join("100")
    issued = form_of(("--legal-name", "New Ltd.", "--field", "Electrical", "--field", "Civil"))
    entered_by_form(ana, at("P-1", "issue", "permit"), issued)
    for word, *options in PERMIT_ACTS:
        form = form_of(options)
        if word in USUAL:
            form |= {"reason": USUAL[word]}
        assert look(ana, at("P-1", word, "permit")).status == 200
        entered_by_form(ana, at("P-1", word, "permit"), form)
    assert {act[0] for act in PERMIT_ACTS} | {"issue"} == set(WORDS["permit"])
    held = entries_of("P-1", "permit")
    assert {e.kind for e in held} == set(KINDS["permit"]) - {"voided"}
    names = next(e for e in held if e.kind == "operating_names_changed")
    assert names.data["operating_names"] == ["South", "Gate"]


def test_the_kinds_are_offered_by_what_they_are_about(ana: Person) -> None:
    shown = look(ana, at(MEMBER)).text
    for word, meant in WORDS["member"].items():
        assert (f'enter/{word}/"' in shown) == (word != "registration"), meant
    assert look(ana, at(MEMBER, "nothing")).status == 404
    assert look(ana, at(MEMBER, "voided")).status == 404
    assert look(ana, at("999999", "move")).status == 404


def test_what_changes_in_public_is_shown_before_anything_is_proposed(ana: Person) -> None:
    form = form_of((), reason="fees")
    shown = send(ana, at(MEMBER, "suspension"), form)
    assert "Not permitted to practise since 1 June 2020" in shown.text
    assert not store.list_proposals(State.OPEN)
    back = send(ana, at(MEMBER, "suspension"), carried(shown.text) | {"do": "change"})
    assert 'value="Council 7"' in back.text
    assert re.search(r'value="fees" selected', back.text)


def test_what_the_rules_forbid_is_said_with_what_was_typed(ana: Person) -> None:
    shown = send(ana, at(MEMBER, "striking"), form_of((), reason="fees"))
    assert shown.status == 409
    assert "STA-2" in shown.text
    assert 'value="Council 7"' in shown.text
    empty = send(ana, at(MEMBER, "suspension"), {"do": "look"})
    assert empty.status == 422
    assert "Say what it rests on" in empty.text
    without = send(ana, at(MEMBER, "suspension"), form_of(()))
    assert without.status == 422
    assert "Choose a reason" in without.text
    assert 'value="Council 7"' in without.text
    assert not store.list_proposals(State.OPEN)


@pytest.mark.parametrize("typed", ["Gagn\u00c3\u00a9", "N/A"])
def test_text_is_checked_as_at_the_command_line_and_taken_only_on_purpose(
    ana: Person, typed: str
) -> None:
    form = form_of(("--family", typed))
    shown = send(ana, at(MEMBER, "name"), form)
    assert shown.status == 422
    (kind,) = set(re.findall(r'name="accept" value="([a-z-]+)"', shown.text))
    id_ = proposed(ana, at(MEMBER, "name"), form | {"accept": kind})
    (entry,) = actions.get(id_).opened().records[0].entries
    assert entry.data["family"] == typed


def test_a_name_without_its_invisible_letters_is_all_that_is_taken(ana: Person) -> None:
    shown = send(ana, at(MEMBER, "name"), form_of(("--family", "Ro\u202ey")))
    assert shown.status == 422
    assert 'name="accept"' not in shown.text


def test_what_stays_is_there_to_begin_with_and_what_is_emptied_goes(ana: Person) -> None:
    entered("moved", {"city": "Olds", "province": "AB"})
    asked = look(ana, at(MEMBER, "move")).text
    assert 'value="Olds"' in asked
    assert 'value="AB"' in asked
    form = form_of(("--city", "Leduc"), effective_on=TODAY.isoformat())
    entered_by_form(ana, at(MEMBER, "move"), form)
    record = fold.member(entries_of(), TODAY)
    assert record
    assert (record.city, record.province) == ("Leduc", "")


def test_a_designation_is_granted_with_its_scope_and_not_without(ana: Person) -> None:
    data = {"effective_on": ON, "authority": "App.", "family": "Kim"}
    entered_by_form(ana, at(OTHER, "registration"), dict(data))
    without = form_of(("--designation", P_TECH))
    assert "SCO-1" in send(ana, at(OTHER, "designation"), without).text
    scope = ("--discipline", "Electrical", "--activity", "Design")
    entered_by_form(ana, at(OTHER, "designation"), form_of(("--designation", P_TECH, *scope)))
    assert [e.kind for e in entries_of(OTHER)[1:]] == ["designation_granted", "scope_granted"]


def test_an_entry_is_corrected_with_its_right_details_or_by_another_kind(ana: Person) -> None:
    (wrong,) = entered("moved", {"city": "Olds"}, day("2040-05-05"))
    assert f"?corrects={wrong.id}" in look(ana, f"{DESK}records/member/{MEMBER}/").text
    chosen = look(ana, f"{at(MEMBER)}?corrects={wrong.id}").text
    assert f'enter/moved/?corrects={wrong.id}"' in chosen
    asked = look(ana, f"{at(MEMBER, 'moved')}?corrects={wrong.id}").text
    assert 'value="Olds"' in asked
    assert 'value="2040-05-05"' in asked
    form = carried(asked) | form_of(("--city", "Banff"))
    form.pop("act")
    entered_by_form(ana, at(MEMBER, "moved"), form)
    last = entries_of()[-1]
    assert (last.corrects, last.data["city"]) == (wrong.id, "Banff")
    assert look(ana, f"{at(MEMBER, 'moved')}?corrects=nothing").status == 404
    (hasty,) = entered("status_changed", {"status": "suspended", "reason": "fees"}, TODAY)
    at_once = "This can’t wait for a second officer"
    assert at_once in look(ana, at(MEMBER, "suspension")).text
    assert at_once not in look(ana, f"{at(MEMBER, 'suspension')}?corrects={hasty.id}").text


def test_a_record_is_begun_where_its_number_is_unknown(ana: Person) -> None:
    found = look(ana, f"{DESK}find?number=p-500")
    shown = look(ana, found.location.partition("#")[0]).text
    assert at("P-500", "issue", "permit") in shown
    assert look(ana, at("P-500", "issue", "permit")).status == 200
    again = send(ana, at(MEMBER, "registration"), form_of(("--family", "Roy")))
    assert again.status == 409
    assert "on the register already" in again.text


def test_an_emergency_is_entered_once_also_when_it_is_sent_again(ana: Person) -> None:
    form = form_of((), text="Works under supervision", emergency="yes")
    target = at(MEMBER, "condition")
    assert "Say why" in send(ana, target, form).text
    shown = send(ana, target, form | {"why": "A collapse on site"})
    told = carried(shown.text)
    act = str(told.pop("act")[0])
    done, again = (send(ana, target, told | {"do": "propose"}, act) for _ in range(2))
    assert done.location == again.location
    assert done.location.endswith("saved=emergency")
    assert [e.data["condition"] for e in entries_of() if e.kind == "condition_imposed"] == ["C1"]
    directed = ("--direction", "Council 7")
    wrong = form_of(directed, reason="fees", emergency="yes", why="Now")
    assert "can be entered in an emergency" in send(ana, at(MEMBER, "striking"), wrong).text


def test_a_status_that_an_entry_of_a_later_day_ends_says_so_before_it_is_approved(
    ana: Person,
) -> None:
    entered("status_changed", OUT, on=TODAY + timedelta(days=30))
    form = form_of(("--reason", "fees")) | {"effective_on": TODAY.isoformat()}
    warning = "An entry of a later day ends this"
    assert warning in send(ana, at(MEMBER, "suspension"), form).text
    id_ = proposed(ana, at(MEMBER, "suspension"), form)
    assert warning in look(ana, f"{DESK}proposals/{id_}/").text
    shown = look(ana, f"{DESK}records/member/{MEMBER}/").text
    assert "Still to take effect" in shown
    moved = form_of(("--city", "Olds", "--province", "AB"))
    assert warning not in send(ana, at(MEMBER, "move"), moved).text


def test_a_return_of_a_later_day_is_voided_with_the_suspension_that_it_would_end(
    ana: Person,
) -> None:
    (back,) = entered("status_changed", BACK, on=TODAY + timedelta(days=30))
    target = at(MEMBER, "suspension")
    form = form_of(("--reason", "fees")) | {"effective_on": TODAY.isoformat()}
    refused = send(ana, target, form)
    assert refused.status == 409
    assert f"entry {back.id}" in refused.text
    assert f'value="{back.id}"' in refused.text, "it can be chosen right there"
    voided = re.compile(r"Entry voided</dt><dd>Status: registered, effective")
    shown = send(ana, target, form | {"undo": [back.id]})
    assert voided.search(shown.text)
    id_ = proposed(ana, target, form | {"undo": [back.id]})
    assert voided.search(look(ana, f"{DESK}proposals/{id_}/").text)
    approved(id_)
    record = fold.member(entries_of(), back.effective_on)
    assert record is not None
    assert record.status == "suspended"
    assert send(ana, target, form | {"undo": ["nothing"]}).status == 404


def test_an_emergency_shows_what_it_voids_before_it_is_entered_and_to_who_reviews_it(
    ana: Person,
) -> None:
    (back,) = entered("status_changed", BACK, on=TODAY + timedelta(days=30))
    form = form_of(("--reason", "fees")) | {"effective_on": TODAY.isoformat()}
    urgent = form | {"emergency": "yes", "why": "A collapse on site"}
    shown = send(ana, at(MEMBER, "suspension"), urgent)
    assert "Entry voided" in shown.text
    told = carried(shown.text)
    act = str(told.pop("act")[0])
    done = send(ana, at(MEMBER, "suspension"), told | {"do": "propose"}, act)
    assert "Entry voided" in look(ana, done.location).text
    assert entries_of()[-1].corrects == back.id


def test_what_the_policy_lets_one_officer_enter_is_entered_after_the_look(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = POLICY.proposals._replace(one_officer=frozenset({"member moved"}))
    monkeypatch.setattr("signet.policy.load", lambda *_: POLICY._replace(proposals=rules))
    shown = send(ana, at(MEMBER, "move"), form_of(["--city", "Olds", "--province", "AB"]))
    assert "Nothing is entered yet" in shown.text
    assert "no second officer" in shown.text
    told = carried(shown.text)
    act = str(told.pop("act")[0])
    done = send(ana, at(MEMBER, "move"), told | {"do": "propose"}, act)
    assert done.location.endswith("?saved=entered")
    assert [one.kind for one in entries_of(MEMBER)][-1] == "moved"
    assert "Entered" in look(ana, done.location).text
    assert "What changed in public" in look(ana, done.location).text
    assert proposed(ana, at(MEMBER, "suspension"), form_of(["--reason", "fees"]))


@pytest.mark.parametrize("subject", ["member", "permit"])
def test_whom_it_concerns_proposes_nothing(subject: Subject) -> None:
    lee = person(Role.REGISTRAR, email="lee@example.com", member=MEMBER, now=FAR)
    number = MEMBER if subject == "member" else issue("P-1001", MEMBER)
    for target in (at(number, "", subject), at(number, "move", subject)):
        assert look(lee, target).status == 403
    form = form_of(("--city", "Olds"))
    assert send(lee, at(number, "move", subject), form).status == 403
    new = send(lee, at("P-9", "issue", "permit"), form_of(("--legal-name", "New Ltd.")))
    assert new.status == 200
    add = at(issue("P-1002"), "responsible-member", "permit")
    form = form_of(("--member", MEMBER), effective_on=TODAY.isoformat())
    assert send(lee, add, form).status == 403
