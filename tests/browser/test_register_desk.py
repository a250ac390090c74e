"""The register desk in Chromium: one officer proposes, another approves; no page has a barrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from lambdas.register.desk.function import app, handler
from signet.accounts.model import Role
from signet.proposals import actions, alone, many
from signet.proposals.many import Import
from signet.proposals.model import NewProposal, Wanted
from signet.publish.proposed import PageComparison, Together
from signet.register import actions as register
from signet.register import contacts
from tests.browser.barriers import barriers
from tests.browser.serving import AS, served
from tests.browser.visiting import PHONE, WIDE, Windows
from tests.complaint_desk import FAR
from tests.entries import POLICY
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    entered,
    issue,
    join,
    new,
    officer,
    person,
    proposal_tables,
    proposing,
    shell,
    status_of,
)

__all__ = ["proposal_tables", "proposing", "shell"]
DESK = "/services/register/"


@dataclass
class Office:
    """The desk behind a real address, and two officers with a browser each."""

    windows: Windows
    address: str
    ana: Person

    def page(self, who: str, screen: ViewportSize = WIDE) -> Page:
        page = self.windows.page(who, base_url=self.address, viewport=screen)
        page.context.add_cookies([{"name": AS, "value": who, "url": self.address}])
        return page


@pytest.fixture(scope="module")
def sessions() -> dict[str, str]:
    """Each person's session."""
    return {}


@pytest.fixture(scope="module")
def served_at(sessions: dict[str, str]) -> Iterator[str]:
    with served(handler, lambda who: sessions.get(who, "")) as address:
        yield address


@pytest.fixture
def office(
    windows: Windows,
    served_at: str,
    sessions: dict[str, str],
    proposing: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    ana = person(Role.REGISTRAR, email="ana@office.example", now=FAR)
    ben = person(Role.REGISTER_OFFICER, email="ben@office.example", now=FAR)
    sessions |= {"ana": ana.token, "ben": ben.token}
    monkeypatch.setattr(app, "clock", lambda: NOW)
    monkeypatch.setenv("SIGNET_SITE_URL", served_at)
    yield Office(windows, served_at, ana)
    windows.leave()


def a_full_desk(ana: Person) -> str:
    """One proposal of each state, and an emergency; gives the open one."""
    by = replace(officer(ana.account), difference=PageComparison(POLICY, TODAY))
    join(OTHER)
    issue("P-1001", MEMBER)
    open_ = actions.propose(by, new(evidence="Minutes of 2 November, item 12"))
    stale = officer(ana.account)
    actions.propose(stale, new(number=OTHER))
    entered("moved", {"city": "Olds"}, number=OTHER)
    urgent = replace(officer("officer-c"), difference=PageComparison(POLICY, TODAY))
    condition = register.Proposal(
        "condition_imposed", {"condition": "C1", "text": "Works under supervision"}, TODAY
    )
    alone.enter_in_emergency(urgent, new(condition, number=OTHER), "A collapse on site")
    return open_


def a_trainee() -> str:
    """Register a member in training for too long, with contact data; return the number."""
    data = {"family": "Roy", "given": "Cy", "category": "in_training"}
    entered("registered", data, on=TODAY.replace(year=2030), number="300001")
    for street in ("1 Elm Street, Olds, AB", "2 Oak Street, Banff, AB"):
        contacts.put([{"number": "300001", "address": street}], now=NOW)
    return "300001"


def an_import(ana: Person) -> str:
    """Make an import of new members on two pages; return the proposal."""
    by = officer(ana.account)
    wanted = [
        Wanted(
            "member",
            f"2000{at:02d}",
            [register.Proposal("registered", {"family": "Roy", "given": f"Ana {at}"}, TODAY)],
        )
        for at in range(42)
    ]
    said = NewProposal(wanted, "Import", "command-line#a", evidence="Import of members.csv")
    return many.propose(
        by, Import(said, {}, lambda held: PageComparison(POLICY, TODAY, Together(held)))
    )


def test_an_officer_reads_what_changes_and_approves_it_on_a_phone(office: Office) -> None:
    a_full_desk(office.ana)
    page = office.page("ben", PHONE)
    page.goto(f"{DESK}records/member/{OTHER}/enter/suspension/")
    fill_in_suspension(page)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("On what authority?")).to_have_value("Council, motion 13")
    page.goto(DESK)
    page.get_by_role("link", name="Ana Lee").first.click()
    expect(page.get_by_text("Not permitted to practise since")).to_be_visible()
    page.get_by_role("button", name="Approve and enter").click()
    expect(page.get_by_role("heading", name="Approved. It is entered")).to_be_visible()
    assert barriers(page, "register-desk-approved") == []
    assert status_of() == "suspended"


def fill_in_suspension(page: Page) -> None:
    """Fill in what is proposed, as far as the page that shows what would change."""
    page.get_by_label("Reason").select_option("fees")
    page.get_by_label("On what authority?").fill("Council, motion 13")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Nothing is proposed yet")).to_be_visible()


def test_no_page_of_the_desk_has_a_barrier(office: Office) -> None:
    open_, import_ = a_full_desk(office.ana), an_import(office.ana)
    page, found = office.page("ben"), list[str]()
    record = f"{DESK}records/member/{OTHER}/"
    addresses = {
        "list": DESK,
        "proposal": f"{DESK}proposals/{open_}/",
        "refuse": f"{DESK}proposals/{open_}/refuse/",
        "import": f"{DESK}proposals/{import_}/",
        "record": record,
        "choose": f"{record}enter/",
        "condition": f"{record}enter/condition/",
        "scope": f"{record}enter/scope/",
        "take-back": f"{record}take-back/",
        "limits": f"{DESK}limits/in_training/",
        "trainee": f"{DESK}records/member/{a_trainee()}/",
    }
    for name, address in addresses.items():
        page.goto(address)
        if name == "import":
            expect(page.get_by_text("Page 1 of 2").first).to_be_visible()
        found += barriers(page, f"register-desk-{name}")
    page.goto(f"{record}enter/suspension/")
    fill_in_suspension(page)
    found += barriers(page, "register-desk-preview")
    assert found == []
