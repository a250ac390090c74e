"""Who acts on a request: one person with two accounts, and an account that lost its record."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from lambdas.requests.desk.function import app as desk
from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.errors import NotAllowed, NotFound, Refused
from signet.proposals import actions as proposals
from signet.proposals.model import State
from signet.register import contacts
from signet.register.tables import ContactRow
from signet.requests import approval, contributing, deciding, drafting, operation
from signet.requests.kinds import kinds
from signet.requests.kinds.contact import ContactData
from signet.requests.model import What
from signet.requests.stage import Stage
from signet.transactions.commit import Operation, commit
from tests.complaint_desk import signed
from tests.entries import POLICY as PACK
from tests.request_kind import NewName
from tests.request_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    begun,
    case,
    family_of,
    filled,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)
from tests.request_pages import DESK, decide, page, request_pages

__all__ = ["request_pages", "request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting", "request_pages")
OFFICER = "100009"  # the record of an officer who is a member


def account(id_: str, number: str | None) -> None:
    """Store an account joined to a record."""
    made = Account(id_, f"{id_}@example.org", NOW, number)
    commit(Operation(secrets.token_hex(16), "test", ""), [accounts.save(made)])


@pytest.fixture
def two_accounts(requesting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a registrar two accounts, both joined to their own member record."""
    del requesting
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "k" * 32)
    account("reg", OFFICER)
    account("reg-too", OFFICER)


@pytest.mark.usefixtures("two_accounts")
def test_the_second_officer_is_not_the_first_by_another_account() -> None:
    id_ = submitted()
    deciding.find_complete(staff(number=OFFICER), seen(id_))
    deciding.approve(staff(number=OFFICER), seen(id_), "As proved.")
    again = staff("reg-too", number=OFFICER)
    waiting = approval.waiting(again, case(id_))
    assert waiting is not None
    assert "another officer" in waiting.why_not
    with pytest.raises(NotAllowed):
        approval.approve(again, id_, seen(id_).version, waiting.proposal.head.hash)
    approval.approve(staff("second"), id_, seen(id_).version, waiting.proposal.head.hash)


@pytest.mark.usefixtures("two_accounts")
def test_who_declared_a_conflict_takes_no_part_by_another_account_either() -> None:
    id_ = submitted()
    deciding.recuse(staff(number=OFFICER), seen(id_), "My cousin.")
    with pytest.raises(NotAllowed):
        deciding.note(staff("reg-too", number=OFFICER), seen(id_), "Looks fine.")
    deciding.note(staff("second"), seen(id_), "Looks fine.")


@pytest.mark.usefixtures("two_accounts")
def test_who_decided_does_not_decide_the_appeal_by_another_account() -> None:
    id_ = submitted()
    deciding.find_complete(staff(number=OFFICER), seen(id_))
    deciding.refuse(staff(number=OFFICER), seen(id_), ["no-proof"], "There is no proof.")
    drafting.appeal(member(), id_, "There is.")
    with pytest.raises(NotAllowed):
        deciding.decide_appeal(
            staff("reg-too", number=OFFICER), seen(id_), upheld=False, text="No."
        )
    deciding.decide_appeal(staff("second"), seen(id_), upheld=True, text="Yes.")


def _save(id_: str, number: str) -> None:
    drafting.save_section(member(number=number), id_, "name", 1, NewName(family="Roi"), {})


def _submit(id_: str, number: str) -> None:
    drafting.submit(member(number=number), id_, seen(id_).version)


def _invite(id_: str, number: str) -> None:
    wanted = contributing.Invited("referee", "Eva Ito", "eva@example.org")
    contributing.invite(member(number=number), id_, wanted, secrets.token_hex(16))


def _read(id_: str, number: str) -> None:
    operation.own(member(number=number), id_)


@pytest.mark.parametrize("number", ["", OTHER])
@pytest.mark.parametrize("do", [_save, _submit, _invite, _read])
def test_an_account_parted_from_a_record_asks_nothing_about_it(
    do: Callable[[str, str], None], number: str
) -> None:
    id_, _ = filled()
    version = seen(id_).version
    with pytest.raises(NotFound):
        do(id_, number)
    assert seen(id_).version == version


def test_an_account_parted_from_a_record_changes_no_contact_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operation, "kinds", kinds)
    monkeypatch.setattr("tests.request_office.POLICY", PACK)
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "k" * 32)
    ContactRow(MEMBER, email="ana@example.org", address="1 Old Road").save()
    id_ = drafting.start(member(), "contact", f"member#{MEMBER}")
    new = ContactData(address="2 New Street", email="eve@example.net", since=TODAY)
    drafting.save_section(member(), id_, "contact", 0, new, {})
    with pytest.raises(NotFound):
        drafting.submit(member(number=""), id_, seen(id_).version)
    assert contacts.get(MEMBER)["email"] == "ana@example.org"


def test_nobody_begins_a_request_about_a_record_that_isnt_theirs() -> None:
    with pytest.raises(NotFound):
        drafting.start(member(number=OTHER), "known-as", f"member#{MEMBER}")
    assert begun(member(number=OTHER))


def test_a_request_that_was_withdrawn_isnt_opened_again_by_an_appeal() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    until = TODAY + timedelta(days=400)
    deciding.defer(staff(), seen(id_), until, ["no-proof"], "Wait.")
    drafting.withdraw(member(), id_, "No longer.")
    with pytest.raises(Refused):
        drafting.appeal(member(), id_, "After all.")
    assert case(id_).standing.stage is Stage.WITHDRAWN


def test_what_waits_for_a_second_officer_isnt_entered_while_it_is_on_hold() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.approve(staff(), seen(id_), "As proved.")
    deciding.hold(staff("clerk"), seen(id_), "A court order came.")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    hash_ = waiting.proposal.head.hash
    with pytest.raises(Refused):
        approval.approve(staff("second"), id_, seen(id_).version, hash_)
    deciding.release(staff("clerk"), seen(id_), "It is about somebody else.")
    approval.approve(staff("second"), id_, seen(id_).version, hash_)
    assert case(id_).file.last(What.ENTERED)


def joined(number: str | None = MEMBER) -> None:
    """Join the account that asks to a record, or part it from any."""
    held = accounts.account("ana")
    new = Account("ana", "ana@example.org", NOW) if held is None else held
    changed = accounts.save(new._replace(member=number))
    commit(Operation(secrets.token_hex(16), "test", ""), [changed])


def waiting_request() -> str:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    return id_


def _hash(id_: str) -> str:
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    return waiting.proposal.head.hash


@pytest.mark.parametrize("number", [None, OTHER])
def test_nothing_is_decided_for_an_account_that_was_parted_from_the_record(
    number: str | None,
) -> None:
    joined()
    id_ = waiting_request()
    joined(number)
    decisions: tuple[Callable[[], None], ...] = (
        lambda: deciding.approve(staff(), seen(id_), "Yes."),
        lambda: deciding.refuse(staff(), seen(id_), ["no-proof"], "No."),
        lambda: deciding.defer(staff(), seen(id_), TODAY + timedelta(days=9), ["no-proof"], "-"),
    )
    for decision in decisions:
        with pytest.raises(Refused, match="isn’t joined to this record"):
            decision()
    assert case(id_).standing.stage is Stage.DECISION
    joined()
    deciding.approve(staff(), seen(id_), "Joined again, as it should be.")


def test_what_was_decided_is_not_entered_once_the_account_was_parted() -> None:
    joined()
    id_ = waiting_request()
    deciding.approve(staff(), seen(id_), "Yes.")
    hash_ = _hash(id_)
    joined(None)
    with pytest.raises(Refused, match="isn’t joined to this record"):
        approval.approve(staff("second"), id_, seen(id_).version, hash_)
    assert family_of() == "Lee"
    deciding.close(staff("clerk", Role.REGISTER_OFFICER), seen(id_), "The account is another’s.")
    assert case(id_).standing.stage is Stage.WITHDRAWN
    (proposal,) = proposals.of_source(operation.subject_of(id_))
    assert proposal.state is State.WITHDRAWN
    assert case(id_).file.letters == []


def test_an_account_that_is_parted_as_the_decision_is_written_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined()
    id_ = waiting_request()
    looked = operation.check_joined

    def then_parted(of: operation.Case) -> object:
        checks = looked(of)
        joined(None)
        return checks

    monkeypatch.setattr(deciding, "check_joined", then_parted)
    with pytest.raises(Refused, match="isn’t joined to this record"):
        deciding.approve(staff(), seen(id_), "Yes.")
    assert case(id_).standing.stage is Stage.DECISION


def test_a_request_whose_account_is_joined_is_its_owner_s_to_withdraw() -> None:
    joined()
    id_ = waiting_request()
    with pytest.raises(Refused, match="can withdraw it"):
        deciding.close(staff(), seen(id_), "Not wanted.")
    assert case(id_).standing.stage is Stage.DECISION


def test_the_desk_marks_such_a_request_and_offers_to_close_it() -> None:
    joined()
    id_ = waiting_request()
    registrar = signed(Role.REGISTRAR, email="reg@example.org")
    at = f"{DESK}{id_}/"
    assert "no longer joined" not in page(desk, registrar, f"{DESK}?list=all").text
    shown = page(desk, registrar, at).text
    assert f"{at}close/" not in shown
    assert f"{at}approve/" in shown
    joined(None)
    assert "account no longer joined" in page(desk, registrar, f"{DESK}?list=all").text
    shown = page(desk, registrar, at).text
    assert "isn’t joined to this record any more" in shown
    assert f"{at}approve/" not in shown
    assert decide(registrar, at, "close", text="Joined in error.").status == 303
    assert case(id_).standing.stage is Stage.WITHDRAWN
