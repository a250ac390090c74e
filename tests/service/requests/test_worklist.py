"""The work list: whose, how old, what is due, and what waits at the desks where one may go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lambdas.requests.desk.function import app
from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.cpd.conflicts import Recusal
from signet.cpd.model import AuditCase, AuditState
from signet.cpd.store import put_audit
from signet.errors import Invalid
from signet.requests import contributing, deciding, drafting, operation, store
from signet.requests.model import What
from signet.requests.stage import Actor
from signet.requests.wanted import Wanted
from signet.transactions.commit import Operation, Save, commit
from tests.complaint_desk import signed
from tests.cpd_office import calls
from tests.events import Answered
from tests.people import Person
from tests.request_kind import NewName
from tests.request_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    a_request,
    begun,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)
from tests.request_pages import DESK, at_pages, request_pages
from tests.request_pages import page as open_page

__all__ = ["request_pages", "request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting", "request_pages")


@pytest.fixture
def clerk() -> Person:
    return signed(Role.REGISTER_OFFICER, email="clerk@example.org")


@pytest.fixture
def registrar() -> Person:
    return signed(Role.REGISTRAR, email="reg@example.org")


def page(who: Person, query: str = "") -> Answered:
    return open_page(app, who, f"{DESK}{query}")


def named(id_: str) -> str:
    return operation.reference(id_)


def test_mine_and_unassigned_are_apart_and_drafts_nowhere(clerk: Person) -> None:
    free, mine, draft = submitted(), submitted(owner="cy"), begun(member("dan"))
    deciding.assign(staff("boss"), seen(mine), clerk.account)
    unassigned, own = page(clerk).text, page(clerk, "?list=mine").text
    assert named(free) in unassigned
    assert named(mine) not in unassigned
    assert named(mine) in own
    assert named(free) not in own
    both = page(clerk, "?list=all").text
    assert "clerk@example.org" in both
    for shown in (unassigned, own, both, page(clerk, "?list=others").text):
        assert named(draft) not in shown


def test_the_oldest_come_first_with_their_age_and_can_be_asked_for(
    clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submitted()
    at_pages(monkeypatch, days=20)
    text = page(clerk).text
    assert ">20 days<" in text
    assert "overdue" in text
    assert named(first) in page(clerk, "?age=14").text
    assert named(first) in page(clerk, "?list=due").text
    assert named(first) not in page(clerk, "?age=30").text
    assert named(first) in page(clerk, "?kind=known-as&age=14").text
    for unknown in ("?age=7", "?kind=none", "?list=none"):
        assert page(clerk, unknown).status == 404


def test_one_that_an_officer_takes_no_part_in_is_gone_from_their_list(
    clerk: Person, registrar: Person
) -> None:
    id_ = submitted()
    deciding.recuse(staff(clerk.account, Role.REGISTER_OFFICER), seen(id_), "A cousin")
    assert named(id_) not in page(clerk, "?list=all").text
    assert named(id_) in page(registrar, "?list=all").text


def test_other_desks_are_linked_and_counted_for_who_may_go_there_alone(
    clerk: Person, registrar: Person
) -> None:
    for number in (MEMBER, OTHER):
        case = AuditCase(
            year=2040, member=number, state=AuditState.ANSWERED, selected_on=date(2040, 10, 1)
        )
        change = put_audit(case, None)
        assert isinstance(change, Save)
        change.row.save()
    theirs, officers = page(registrar).text, page(clerk).text
    assert 'href="/services/cpd/desk/">CPD desk</a>: 2 to review' in theirs
    assert 'href="/services/complaints/desk/">Complaints desk</a></li>' in theirs, "no count"
    assert 'href="/services/register/">Register desk</a>' in officers
    for hidden in ("/services/cpd/desk/", "2 to review", "/services/complaints/desk/"):
        assert hidden not in officers


def test_a_list_that_was_cut_says_so_whatever_is_chosen_from_it(
    clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.requests.desk.worklist.MOST", 2)
    for owner in ("ana", "cy"):
        submitted(owner=owner)
    assert "2 requests or more" in page(clerk, "?list=all").text
    assigned = submitted(owner="dan")
    deciding.assign(staff("boss"), seen(assigned), clerk.account)
    shown = page(clerk, "?list=unassigned").text
    assert "or more" in shown


def test_what_is_wanted_of_a_list_isn_t_hidden_by_all_the_rest(
    clerk: Person, registrar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that are due before it fill the list, unless the database leaves them out."""
    monkeypatch.setattr("lambdas.requests.desk.worklist.MOST", 2)
    for owner in ("ana", "cy"):
        deciding.assign(staff("boss"), seen(submitted(owner=owner)), registrar.account)
    at_pages(monkeypatch, days=1)
    monkeypatch.setattr("tests.request_office.NOW", NOW + timedelta(days=1))
    monkeypatch.setattr("tests.request_office.TODAY", TODAY + timedelta(days=1))
    free = submitted(owner="dan")
    assert named(free) in page(clerk).text
    assert named(free) not in page(clerk, "?list=all").text


def test_a_list_of_a_kind_or_age_is_asked_of_the_database() -> None:
    old = a_request("ana", MEMBER, What.SUBMITTED)  # of the kind "name", in 2026
    new = submitted()

    def ids(**wanted: Any) -> list[str]:
        return [one.id for one in store.work(Actor.CLERK, 1, Wanted(**wanted))]

    assert ids(kind="name") == [old]
    assert ids(kind="known-as") == [new]
    assert ids(kind="nam") == []
    assert ids(begun_before=TODAY - timedelta(days=2)) == [old]
    assert ids(unassigned=True, kind="known-as", begun_before=TODAY + timedelta(days=1)) == [new]


def test_the_page_s_calls_don_t_grow_with_what_waits(
    clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted()
    page(clerk)

    def asked(query: str) -> list[str]:
        with calls(monkeypatch) as heard:
            page(clerk, query)
        return heard

    queries = ("", "?list=all", "?list=all&kind=known-as&age=14")
    few = [asked(query) for query in queries]
    for at in range(12):
        a_request(f"owner-{at}", OTHER, What.SUBMITTED)
        submitted(owner=f"person-{at}")
    assert [asked(query) for query in queries] == few
    assert not any("Scan" in heard for heard in few)


def test_who_is_recused_from_a_member_s_record_sees_none_of_their_requests(clerk: Person) -> None:
    id_, who = submitted(), member("dan", OTHER)
    other = begun(who)
    drafting.save_section(member("dan", OTHER), other, "name", 0, NewName(family="Roy"), {})
    invited = contributing.Invited("referee", "Ben Ito", "ben@example.org")
    contributing.invite(member("dan", OTHER), other, invited, "5" * 32)
    drafting.submit(member("dan", OTHER), other, seen(other).version)
    recusal = Recusal(
        account=clerk.account, number=MEMBER, by=clerk.account, on=TODAY, reason="A cousin"
    )
    commit(Operation("recusal", "test", ""), [conflicts.put(recusal)])
    for at in (f"{id_}/", f"{id_}/note/", f"{id_}/letters/1/letter.pdf"):
        assert page(clerk, at).status == 403, at
    listed = page(clerk, "?list=all").text + page(clerk, "?list=others").text
    assert named(id_) not in listed
    assert named(other) in listed
    assert page(clerk, f"{other}/").status == 200


def test_requests_of_the_officer_s_other_account_are_on_no_list_of_theirs(
    registrar: Person,
) -> None:
    """By either account the same answer as acting on them gives: they are about this person."""
    officer = signed(Role.REGISTER_OFFICER, email="lee@example.org", member=MEMBER)
    as_member = signed(email="ana@example.org", member=MEMBER)
    by_address = signed(email="LEE@example.org", member=OTHER)
    kin = signed(Role.REGISTRAR, email="kin@example.org", member="100009")
    too = signed(Role.REGISTRAR, email="kin-too@example.org", member="100009")
    asked = submitted(owner=as_member.account)
    other = begun(member(by_address.account, OTHER))
    drafting.save_section(
        member(by_address.account, OTHER), other, "name", 0, NewName(family="Roy"), {}
    )
    invited = contributing.Invited("referee", "Ben Ito", "ben@example.org")
    contributing.invite(member(by_address.account, OTHER), other, invited, "5" * 32)
    drafting.submit(member(by_address.account, OTHER), other, seen(other).version)
    deciding.recuse(staff(kin.account, number="100009"), seen(asked), "A cousin")
    for who, hidden, shown in ((officer, (asked, other), ()), (too, (asked,), (other,))):
        listed = page(who, "?list=all").text + page(who, "?list=others").text
        for id_ in hidden:
            assert page(who, f"{id_}/").status == 403
            assert named(id_) not in listed
        for id_ in shown:
            assert page(who, f"{id_}/").status == 200
            assert named(id_) in listed
    choices = page(registrar, f"{asked}/assign/").text
    assert registrar.account in choices
    for who in (officer, kin, too):
        assert who.account not in choices


def test_who_can_be_chosen_is_who_can_be_assigned(registrar: Person) -> None:
    officer = signed(Role.REGISTER_OFFICER, email="lee@example.org", member=OTHER)
    asker = signed(email="lee@example.org", member=MEMBER)
    id_ = submitted(owner=asker.account)
    assert officer.account not in page(registrar, f"{id_}/assign/").text
    with pytest.raises(Invalid):
        deciding.assign(staff("boss"), seen(id_), officer.account)
    deciding.assign(staff("boss"), seen(id_), registrar.account)
