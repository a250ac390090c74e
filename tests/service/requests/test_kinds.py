"""The kinds that members ask first: contact data, the name, the status."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from lambdas.requests.desk import forms
from signet.accounts import addresses
from signet.accounts import store as accounts
from signet.errors import Conflict, NotAllowed
from signet.proposals.model import ProposedEntry
from signet.register import contacts, fold
from signet.register.tables import ContactRow
from signet.requests import approval, deciding, drafting, operation, store
from signet.requests.drafting import NotComplete
from signet.requests.kinds import kinds
from signet.requests.kinds.contact import ContactData
from signet.requests.kinds.name import NewName
from signet.requests.kinds.status import Resumption, StatusChange
from signet.requests.stage import Stage
from signet.transactions import mailer
from signet.transactions.commit import Operation, commit
from signet.transactions.context import Context
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import OutboxRow
from signet.web.form_view import FormView
from signet.web.forms import read
from tests.entries import POLICY as PACK
from tests.pdf_text import pdf_pages
from tests.proposal_office import entered, entries_of, status_of
from tests.request_office import (
    MEMBER,
    NOW,
    TODAY,
    case,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
)

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting", "as_the_pack_has_it")


@pytest.fixture
def as_the_pack_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the real kinds, by the example's policy."""
    monkeypatch.setattr(operation, "kinds", kinds)
    monkeypatch.setattr("tests.request_office.POLICY", PACK)
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "k" * 32)
    ContactRow(MEMBER, email="ana@example.org", address="1 Old Road", phone="780-555-0100").save()
    addresses.update_index([(MEMBER, "", "ana@example.org")])


def asked(kind: str, section: str, answers: BaseModel, who: Context | None = None) -> str:
    """Begin a request, fill it in, submit it."""
    id_ = drafting.start(who or member(), kind, f"member#{MEMBER}")
    drafting.save_section(who or member(), id_, section, 0, answers, {})
    if kind == "name":
        drafting.name_documents(member(), id_, "proof", [])
    drafting.submit(who or member(), id_, seen(id_).version)
    return id_


def moved_to(email: str = "ana@home.example", **more: str) -> ContactData:
    given = {"address": "2 New Street\nCalgary AB", "email": email, "city": "Calgary"}
    return ContactData.model_validate({**given, "province": "AB", "since": TODAY, **more})


def test_contact_data_hold_at_once_and_the_former_address_is_kept() -> None:
    id_ = asked("contact", "contact", moved_to())
    assert case(id_).standing.stage is Stage.APPROVED
    held = contacts.get(MEMBER)
    assert (held["address"], held["email"]) == ("2 New Street\nCalgary AB", "ana@home.example")
    assert "1 Old Road" in str(ContactRow.get(MEMBER).history)
    record = fold.member(entries_of(), TODAY)
    assert record is not None
    assert (record.city, record.province) == ("Calgary", "AB")


def test_both_addresses_are_told() -> None:
    asked("contact", "contact", moved_to())
    told = {row.recipient for row in OutboxRow.scan() if "contact" in row.template}
    assert told == {"ana@example.org", "ana@home.example"}


def test_an_address_on_record_always_hears_and_one_just_typed_a_few_times_a_day() -> None:
    asked("contact", "contact", moved_to("victim@example.net"))
    asked("contact", "contact", moved_to("other@example.net"))
    limited = {
        (row.recipient, bool(row.limited)) for row in OutboxRow.scan() if "contact" in row.template
    }
    assert limited == {
        ("ana@example.org", False),
        ("victim@example.net", True),
        ("other@example.net", True),
    }


def test_a_new_address_joins_no_account_for_two_days() -> None:
    asked("contact", "contact", moved_to())
    early, late = NOW - timedelta(days=2), NOW + timedelta(seconds=1)
    assert accounts.members_of("ana@home.example", early) == []
    assert accounts.members_of("ana@home.example", late) == [MEMBER]
    assert accounts.members_of("ana@example.org", late) == []
    assert contacts.email_of(MEMBER, NOW - timedelta(seconds=1)) == "ana@example.org"
    assert contacts.email_of(MEMBER, NOW) == "ana@home.example"


@pytest.mark.parametrize("held", [{"address": "1 Old Road"}, {"phone": "780-555-0100"}, None])
def test_a_record_without_an_address_gets_no_code_at_one_given_just_now(
    held: dict[str, Any] | None,
) -> None:
    ContactRow(MEMBER).delete()
    if held:
        contacts.put([{"number": MEMBER, **held}])
    asked("contact", "contact", moved_to("eve@example.net"))
    assert contacts.email_of(MEMBER, NOW - timedelta(days=2)) is None
    assert contacts.email_of(MEMBER, NOW) == "eve@example.net"


def test_an_address_changed_twice_in_two_days_gets_no_code_yet() -> None:
    asked("contact", "contact", moved_to("eve@example.net"))
    held, later = contacts.get(MEMBER), NOW + timedelta(days=1)
    once = contacts.change(MEMBER, {"email": "eva@example.net"}, held, later, TODAY)
    moved = addresses.moved(MEMBER, held["email"], "eva@example.net", later)
    commit(Operation(secrets.token_hex(16), "test", ""), [once, *moved])
    assert contacts.email_of(MEMBER, NOW - timedelta(days=1)) == "ana@example.org"
    early = NOW - timedelta(days=1)
    assert accounts.members_of("eve@example.net", early) == []
    assert accounts.members_of("eva@example.net", early) == []


def test_an_import_of_the_same_address_or_a_new_key_ends_no_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked("contact", "contact", moved_to("eve@example.net"))
    row = {"number": MEMBER, "email": "EVE@example.net"}
    contacts.put([row], addresses.update_index, NOW)
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "n" * 32)
    addresses.rebuild([(MEMBER, "eve@example.net")])
    assert accounts.members_of("eve@example.net", NOW) == [MEMBER]
    assert accounts.members_of("eve@example.net", NOW - timedelta(days=2)) == []
    assert contacts.email_of(MEMBER, NOW - timedelta(days=2)) == "ana@example.org"


def test_a_former_value_is_lost_by_no_change_between_reading_and_writing() -> None:
    before = contacts.get(MEMBER)
    waiting = contacts.change(MEMBER, {"phone": "1"}, before, NOW, TODAY)
    for phone in ("2", before["phone"]):
        held = contacts.get(MEMBER)
        once = contacts.change(MEMBER, {"phone": phone}, held, NOW, TODAY)
        commit(Operation(secrets.token_hex(16), "test", ""), [once])
    with pytest.raises(Conflict):
        commit(Operation(secrets.token_hex(16), "test", ""), [waiting])


def test_an_address_that_cannot_be_one_is_no_answer() -> None:
    with pytest.raises(ValidationError):
        moved_to("ana at home")


def retiring(change: str = "retired") -> StatusChange:
    return StatusChange(change=change, since=TODAY, until=None, understood="yes")


def test_retiring_holds_at_once_and_is_seen_on_the_register() -> None:
    id_ = asked("status", "change", retiring())
    assert (case(id_).standing.stage, status_of()) == (Stage.APPROVED, "retired")


def test_retiring_waits_for_officers_where_a_return_of_a_later_day_would_end_it() -> None:
    back = {"status": "registered", "reason": "reinstated"}
    entered("status_changed", back, TODAY + timedelta(days=30))
    id_ = asked("status", "change", retiring())
    assert (case(id_).standing.stage, status_of()) == (Stage.COMPLETENESS, "registered")


def test_who_retires_is_told_by_mail_at_the_account_s_address_and_the_record_s() -> None:
    ContactRow(MEMBER, email="home@example.org", address="1 Old Road").save()
    asked("status", "change", retiring())
    told = [row for row in OutboxRow.scan() if row.template == "request_in_effect"]
    assert {row.recipient for row in told} == {"ana@example.org", "home@example.org"}
    assert "retire" not in str([row.facts for row in told])
    mail = QueuedMail("m", "ana@example.org", "request_in_effect", json.loads(told[0].facts))
    assert "It holds from today" in mailer.compose(mail, mail.to, NOW).get_content()


def test_a_status_of_a_later_day_is_entered_by_two_officers() -> None:
    later = retiring().model_copy(update={"since": TODAY + timedelta(days=20)})
    id_ = asked("status", "change", later)
    assert (case(id_).standing.stage, status_of()) == (Stage.COMPLETENESS, "registered")


@pytest.mark.parametrize("change", ["retired", "resigned"])
def test_retiring_or_resigning_has_no_stated_end(change: str) -> None:
    ending = retiring(change).model_copy(update={"until": TODAY + timedelta(days=20)})
    with pytest.raises(NotComplete) as told:
        asked("status", "change", ending)
    assert "leave it empty" in str(told.value.errors)


def test_every_change_says_what_it_means() -> None:
    policy = PACK.requests.kind("status", TODAY)
    assert policy is not None
    choices = kinds()["status"].sections[0].choices(policy)["change"]
    assert all(len(one) == 3 and "practi" in one[2] for one in choices)


def test_practising_again_takes_two_officers_and_may_carry_a_condition() -> None:
    asked("status", "change", retiring())
    id_ = asked("status", "change", retiring("resuming"))
    assert status_of() == "retired"
    deciding.find_complete(staff(), seen(id_))
    given = Resumption(condition="Under supervision for a year.")
    deciding.approve(staff(), seen(id_), "As the board says.", given=given)
    assert status_of() == "retired"
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    with pytest.raises(NotAllowed):
        approval.approve(staff(), id_, seen(id_).version, waiting.proposal.head.hash)
    later = replace(staff("second"), now=NOW + timedelta(minutes=5))
    approval.approve(later, id_, seen(id_).version, waiting.proposal.head.hash)
    record = fold.member(entries_of(), TODAY)
    assert record is not None
    (condition,) = record.conditions
    assert (record.status, condition.text) == ("registered", "Under supervision for a year.")
    text = letter_of(id_)
    assert "Status Registered: resumed practice from 24 November 2040" in text
    assert "Condition Under supervision for a year. from 24 November 2040" in text


def test_the_form_of_an_approval_asks_for_the_condition_and_what_to_tell_apart() -> None:
    form = forms.approval_of(kinds()["status"])
    typed = {"seen": ["1"], "text": ["Welcome back"], "condition": ["Under supervision"]}
    given = read(form, typed)
    assert (given.text, given.model_dump()["condition"]) == ("Welcome back", "Under supervision")
    names = {
        name for kind in kinds().values() if kind.decision for name in kind.decision.model_fields
    }
    assert names.isdisjoint(forms.Approve.model_fields)


def letter_of(id_: str) -> str:
    """Return the words of a request's one letter."""
    (made,) = case(id_).file.letters
    pages: list[str] = pdf_pages(store.letter_content(id_, made.about))
    return " ".join(" ".join(pages).split())


def test_a_new_name_s_letter_says_which_and_whether_the_former_is_kept_in_public() -> None:
    data = {"family": "Roy", "given": "Ana", "native_name": "李安娜", "keep_former": True}
    for kept in (True, False):
        entry = ProposedEntry(
            kind="name_changed", data={**data, "keep_former": kept}, effective_on=TODAY
        )
        label, value = kinds()["name"].in_words(PACK, entry)
        assert (label, value.splitlines()[0]) == ("Name", "Ana Roy (李安娜)")
        assert ("isn’t kept in public" in value) is not kept


def test_a_change_that_the_status_does_not_allow_is_refused_when_submitted() -> None:
    with pytest.raises(NotComplete):
        asked("status", "change", retiring("resuming"))
    assert status_of() == "registered"


def test_a_suspended_member_cannot_restore_themself() -> None:
    assert {c["code"] for c in PACK.requests.kinds[2].limits["changes"]} >= {"resuming"}
    for change in PACK.requests.kinds[2].limits["changes"]:
        assert "suspended" not in change["coming_from"]


def test_a_name_needs_proof() -> None:
    answers = NewName(why="changed", family="Roy", since=TODAY)
    with pytest.raises(NotComplete) as told:
        asked("name", "name", answers)
    assert [fault.field for fault in told.value.errors] == ["proof"]


@pytest.mark.parametrize("city", ["NULL", "<b>Olds</b>", "=1+1", "T4N 1A1", "GagnÃ©"])
def test_a_place_is_public_at_once_only_as_the_register_takes_it(city: str) -> None:
    with pytest.raises(NotComplete) as told:
        asked("contact", "contact", moved_to(city=city))
    assert "City" in str(told.value.errors)


def test_a_name_is_checked_as_the_register_desk_checks_it() -> None:
    who = operation.asking(member(), case(drafting.start(member(), "name", f"member#{MEMBER}")))
    wrong = NewName(why="changed", family="Roy", given="Dr. Ana", since=TODAY)
    (fault,) = kinds()["name"].check(who, {"name": wrong})
    assert "Given names" in fault.message
    later = NewName(why="changed", family="Roy", since=TODAY + timedelta(days=1))
    assert kinds()["name"].check(who, {"name": later})
    right = NewName(why="changed", family="O’Neil-Müller", given="Ana", since=TODAY)
    assert not kinds()["name"].check(who, {"name": right})


def test_why_a_name_changes_is_chosen_by_a_sentence_that_says_what_it_does() -> None:
    policy = PACK.requests.kind("name", TODAY)
    assert policy is not None
    form = FormView(NewName, {})
    why = dict(kinds()["name"].sections[0].choices(policy))["why"]
    shown = {one.value: (one.label, one.hint) for one in form.field("why", why).choices}
    assert shown["error"] == ("The register has it wrong", "The wrong name isn’t public any more.")
    assert shown["changed"][1] == "People still find the name before."


def test_contact_data_hold_from_no_day_before_those_they_replace() -> None:
    asked("contact", "contact", moved_to())
    with pytest.raises(NotComplete):
        asked(
            "contact",
            "contact",
            moved_to(address="3 Far Road", since=str(TODAY - timedelta(days=30))),
        )
    (now, former) = contacts.history(MEMBER, ["address"], UTC)
    assert (now.since, former.until) == (TODAY, TODAY)
