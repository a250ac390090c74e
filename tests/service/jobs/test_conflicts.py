"""Nobody of the staff decides about a company that they act for, or know (JOB-2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest

from signet.accounts.model import Role
from signet.jobs import store
from signet.jobs.companies import companies
from signet.jobs.conflicts import OwnCompany
from signet.jobs.credits import grants, payments, refunds
from signet.jobs.credits.payments import PaidCheckout
from signet.jobs.forms import GrantDraft, RefundDraft, UserDraft
from signet.jobs.model import Credits, UserRole
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.transactions.tables import AuditRow, OutboxRow
from tests.complaint_desk import join
from tests.employing import (
    JOB,
    Firm,
    bought,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    live,
    of,
    owned_by,
    see,
    send,
)
from tests.people import Person, person, shell
from tests.proposal_office import issue

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
DESK = "/services/jobs/desk/"
REASON = {"reason": "Called the number on file"}
WORDS = {"words": "Called the number on file"}


class Case(NamedTuple):
    """One thing that staff decide: the address, below the desk's, and what is sent."""

    at: str
    form: dict[str, str]
    looks: bool = False  # whether the address has a page that asks


def approval(of_firm: Firm) -> str:
    """Return a posting that waits for approval."""
    number = drafted(of_firm)
    asked = of_firm.employer().context
    assert asked.policy.jobs is not None
    policy = asked.policy._replace(jobs=asked.policy.jobs._replace(approval=True))
    who = of_firm.employer()._replace(context=replace(asked, policy=policy))
    postings.publish(who, PostingVersion(number, 1))
    return number


def correction(of_firm: Firm) -> Case:
    right = {name: JOB[name] for name in ("discipline", "place", "description")}
    form = {**right, **REASON, "title": "Survey Technician", "version": "2"}
    return Case(f"postings/{live(of_firm)}/correct/", form, looks=True)


def approving(of_firm: Firm) -> Case:
    return Case(f"postings/{approval(of_firm)}/approve", {"version": "2"})


def refusing(of_firm: Firm) -> Case:
    return Case(f"postings/{approval(of_firm)}/refuse/", {**WORDS, "version": "2"}, looks=True)


def taking_down(of_firm: Firm) -> Case:
    return Case(f"postings/{live(of_firm)}/take-down/", {**WORDS, "version": "2"}, looks=True)


def granting(of_firm: Firm) -> Case:
    return Case(f"companies/{of_firm.id}/grant", {**REASON, "credits": "3"})


def taking(of_firm: Firm) -> Case:
    lot = of_firm.lots[0]
    return Case(f"companies/{of_firm.id}/lots/{lot}/", {**REASON, "credits": "1"}, looks=True)


def refunding(of_firm: Firm) -> Case:
    form = {**REASON, "amount": "1.00", "credits": "0", "version": "1"}
    return Case(f"payments/{bought(of_firm)}/refund", form)


def refunding_again(of_firm: Firm) -> Case:
    session = bought(of_firm)
    draft = RefundDraft(amount="1.00", credits=0, reason="Paid twice", version=1)
    asked = refunds.ask(of("colleague"), session, draft)
    return Case(f"payments/{session}/refunds/{asked.id}/again", {})


def settling(of_firm: Firm) -> Case:
    session = "cs_test_odd"
    paid = PaidCheckout("evt_odd", session, "pi_odd", of_firm.id, "five", 1, 0, "CAD")
    payments.record(of("payments"), paid)
    return Case(f"payments/{session}/settle", WORDS)


def vetted(step: str) -> Callable[[Firm], Case]:
    def case(of_firm: Firm) -> Case:
        held = companies.profile(of_firm.id)
        form = {**(WORDS if "block" in step else REASON), "version": str(held.version)}
        return Case(f"companies/{of_firm.id}/vetting/{step}/", form, looks=True)

    return case


CASES = {
    "correct": correction,
    "approve": approving,
    "refuse": refusing,
    "take down": taking_down,
    "give credits": granting,
    "take credits": taking,
    "send money back": refunding,
    "ask for a refund again": refunding_again,
    "settle": settling,
    **{step: vetted(step) for step in ("vouch", "withdraw", "block", "unblock")},
}


def lines() -> int:
    """How many acts left a line."""
    return sum(1 for row in AuditRow.scan() if row.subject.startswith("jobs#"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nobody_decides_about_a_company_that_they_act_for(case: Callable[[Firm], Case]) -> None:
    officer = career_officer()
    own = owned_by(officer, granted=3, permit="P-1001")
    at, form, looks = case(own)
    before, mails = lines(), len(list(OutboxRow.scan()))
    answered = send(DESK + at, officer, form)
    assert answered.status == 409
    assert "You act for this company." in answered.text
    assert (lines(), len(list(OutboxRow.scan()))) == (before, mails)
    if looks:
        assert "You act for this company." in see(DESK + at, officer, 409)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nobody_decides_about_a_company_that_they_declared_a_conflict_with(
    case: Callable[[Firm], Case],
) -> None:
    officer, acme = career_officer(), firm(granted=3, permit="P-1001")
    recuse(officer, acme)
    at, form, _ = case(acme)
    answered = send(DESK + at, officer, form)
    assert answered.status == 409
    assert "You declared a conflict" in answered.text


def recuse(officer: Person, from_firm: Firm) -> None:
    at = f"{DESK}companies/{from_firm.id}/vetting/recuse/"
    form = {"reason": "My brother owns it", "version": "1"}
    assert "This can’t be undone" in see(at, officer)
    assert send(at, officer, form).status == 303
    assert send(at, officer, form).status == 409


def test_the_pages_say_that_the_officer_can_not_act_and_who_can() -> None:
    officer, other = career_officer(), colleague()
    own = owned_by(officer, granted=2)
    at = [f"companies/{own.id}/", f"postings/{live(own)}/", f"payments/{bought(own)}/"]
    for page in (see(DESK + one, officer) for one in at):
        assert "You act for this company." in page
        assert f'This colleague can: <a href="mailto:{other.email}"' in page
        assert 'method="post" action="/services/jobs/desk' not in page
        assert "/vetting/" not in page
        assert "/lots/" not in page
    for page in (see(DESK + one, other) for one in at):
        assert "You can’t act here" not in page


def colleague() -> Person:
    """Another career officer."""
    return person(Role.CAREER_OFFICER, email="second@example.org", now=of("x").now)


def test_where_nobody_else_is_free_of_a_conflict_the_page_says_whom_to_ask() -> None:
    officer, other = career_officer(), colleague()
    own = owned_by(officer, granted=1)
    recuse(other, own)
    page = see(f"{DESK}companies/{own.id}/", officer)
    recused = page.partition("Officers with a conflict")[2].partition("</section>")[0]
    assert "second@example.org" in recused
    assert "My brother owns it" in recused
    assert "No one else can" in page
    assert "Ask an administrator" in page


def test_whoever_leaves_a_company_decides_nothing_about_it_after_that() -> None:
    officer = career_officer()
    own = owned_by(officer, granted=1)
    partner = person(email="partner@acme.example", now=of("x").now)
    draft = UserDraft(email=partner.email, role=UserRole.OWNER)
    companies.set_user(own.employer(), partner.account, draft)
    companies.remove_user(own.employer(), officer.account)
    at, form, _ = granting(own)
    assert send(DESK + at, officer, form).status == 409


def test_no_company_makes_officers_its_own_to_be_left_alone() -> None:
    officer, acme = career_officer(), firm(granted=1)
    form = {"email": officer.email, "role": "poster"}
    answered = send(f"{acme.base}people/", acme.owner, form)
    assert answered.status == 422
    assert store.user(acme.id, officer.account) is None
    at, form, _ = vetted("block")(acme)
    assert send(DESK + at, officer, form).status == 303


def test_nobody_decides_about_a_posting_for_their_company_by_an_agency() -> None:
    officer, agency = career_officer(), firm("North", granted=2, third_party=True)
    owned_by(officer, "Bow River Surveys Ltd.")
    number = live(agency, client=client(agency, "BOW RIVER SURVEYS"))
    at = f"{DESK}postings/{number}/take-down/"
    assert send(at, officer, {**WORDS, "version": "2"}).status == 409
    assert "You can’t act here" in see(f"{DESK}postings/{number}/", officer)
    own = f"{DESK}postings/{live(agency)}/take-down/"
    assert send(own, officer, {**WORDS, "version": "2"}).status == 303


def test_whoever_answers_for_a_permit_does_not_vouch_for_who_names_it() -> None:
    join("100001")
    issue("P-1001", "100001")
    acme = firm(granted=1, permit="P-1001")
    concerned = person(Role.CAREER_OFFICER, member="100001", email="m@example.org", now=of("x").now)
    at, form, _ = vetted("vouch")(acme)
    answered = send(DESK + at, concerned, form)
    assert answered.status == 409
    assert "You are responsible for this company’s permit" in answered.text
    other = person(Role.CAREER_OFFICER, member="100002", email="n@example.org", now=of("x").now)
    assert send(DESK + at, other, form).status == 303


def test_who_becomes_a_person_of_the_company_meanwhile_decides_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme, who, read = firm(), of("officer"), store.credits_of

    def read_and_join(company: str) -> Credits:
        monkeypatch.undo()
        draft = UserDraft(email="o@acme.example", role=UserRole.POSTER)
        companies.set_user(acme.employer(), who.account, draft)
        return read(company)

    monkeypatch.setattr(store, "credits_of", read_and_join)
    with pytest.raises(OwnCompany):
        grants.grant(who, acme.id, GrantDraft(credits=1, reason="Opening offer"))
    assert acme.balance == 0
