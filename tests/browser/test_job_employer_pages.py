"""Every page of employers and of the career centre's desk in Chromium: no barrier on any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

import signet.policy
from infra.local.checkout import Session
from signet.jobs.forms import PostingEdit
from signet.jobs.postings import figures, postings
from signet.jobs.tables import company
from tests.browser.barriers import barriers, violations
from tests.browser.serving import AS, served
from tests.browser.visiting import (
    NARROW,
    PHONE,
    WIDE,
    Complaints,
    Windows,
    follow,
)
from tests.employing import (
    JOB,
    NOW,
    TODAY,
    Firm,
    applied,
    bought,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    handler,
    live,
    owned_by,
    poster,
    processor,
)
from tests.entries import POLICY
from tests.job_office import clean_file
from tests.people import person, shell

__all__ = ["careers", "employer_tables", "shell"]
JOBS = "/services/jobs/"
DESK = f"{JOBS}desk/"
# Whoever looks at a ledger or a list on a phone sees the figures without scrolling sideways.
OFF_THE_EDGE = """() => [...document.querySelectorAll(".job-ledger .job-number, .job-postings td")]
  .filter((cell) => cell.getBoundingClientRect().right > innerWidth + 1)
  .map((cell) => cell.outerHTML.slice(0, 160))"""


@dataclass
class Rooms:
    """The pages behind a real address; everybody has a browser of their own."""

    windows: Windows
    address: str
    firm: Firm
    of_officer: Firm

    def page(self, who: str = "owner", screen: ViewportSize = WIDE, **about: Any) -> Page:
        """Return a page of somebody's browser."""
        page = self.windows.page(who, base_url=self.address, viewport=screen, **about)
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
def rooms(
    windows: Windows,
    served_at: str,
    sessions: dict[str, str],
    careers: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Rooms]:
    owner = person(email="owner@acme.example", now=NOW)
    made = owned_by(owner, "Acme Geomatics & Sons", granted=3, third_party=True, permit="P-1")
    officer = career_officer()
    sessions |= {
        "owner": owner.token,
        "new": person(email="new@bow.example", now=NOW).token,
        "poster": poster(made, client(made, "Bow River Surveys")).token,
        "officer": officer.token,
    }
    monkeypatch.setenv("SIGNET_SITE_URL", served_at)
    own = owned_by(officer, "Officer’s Surveys", granted=1)
    yield Rooms(windows, served_at, made, own)
    windows.leave()


@pytest.fixture
def approval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a policy by which staff approve postings first."""
    assert POLICY.jobs
    asked = POLICY._replace(jobs=POLICY.jobs._replace(approval=True))
    monkeypatch.setattr(signet.policy, "load", lambda: asked)


def seen_posting(firm: Firm) -> str:
    """Make a live posting with a history, readers and applicants; return its number."""
    number = live(firm)
    posting = firm.posting(number)
    for ago in range(3):
        for _ in range(ago + 1):
            figures.view(posting, TODAY)
    edit = PostingEdit.model_validate({**JOB, "title": "Senior Survey Technologist", "version": 2})
    postings.edit(firm.employer(), number, edit)
    return number


def odd_payment(firm: Firm) -> Session:
    """Return a checkout that paid something else than the package costs."""
    stripe = processor()
    line = "line_items[0][price_data]"
    asked = {
        "line_items[0][quantity]": "1",
        f"{line}[currency]": "cad",
        f"{line}[unit_amount]": "100",
        f"{line}[product_data][name]": "Job credits: 5 postings",
        "metadata[company]": firm.id,
        "metadata[package]": "five",
        "metadata[tax]": "0",
    }
    made = stripe.begin(asked)
    made.is_paid = True
    assert stripe.tell("checkout.session.completed", made.told()) == 200
    return made


def every_page(firm: Firm, own: Firm) -> list[tuple[str, str]]:
    """Each kind of page, and who looks at it; `own` is the officer's own company."""
    number, draft, session = seen_posting(firm), drafted(firm), bought(firm)
    account, odd = applied(number), odd_payment(firm)
    clean_file(company(firm.id), "company-picture")
    at, lot = f"{firm.base}postings/{number}/", firm.lots[0]
    owner = [
        f"{JOBS}register/", firm.base, f"{firm.base}profile/", f"{firm.base}people/",
        f"{firm.base}clients/", f"{firm.base}clients/{client(firm, 'Bow River')}/",
        f"{firm.base}credits/",
        f"{firm.base}credits/paid?session={session}",
        f"{firm.base}credits/paid?session=cs_test_none", f"{firm.base}receipts/{session}/",
        f"{firm.base}credits/paid?session={odd.id}", f"{firm.base}postings/new/", at, f"{at}edit/",
        f"{at}extend/", f"{at}close/", f"{at}figures/", f"{at}applications/",
        f"{at}applications/{account}/", f"{firm.base}postings/{draft}/",
        f"{firm.base}postings/{draft}/figures/",
    ]  # fmt: skip
    officer = [
        DESK, f"{DESK}find?q=survey", f"{DESK}companies/", f"{DESK}companies/{firm.id}/",
        f"{DESK}companies/{firm.id}/lots/{lot}/", f"{DESK}postings/{number}/",
        f"{DESK}postings/{number}/correct/", f"{DESK}postings/{number}/take-down/",
        f"{DESK}places/", f"{DESK}payments/{session}/", f"{DESK}payments/{odd.id}/",
        f"{DESK}companies/{firm.id}/vetting/vouch/", f"{DESK}companies/{firm.id}/vetting/block/",
        f"{DESK}companies/{firm.id}/vetting/recuse/", f"{DESK}companies/{own.id}/",
        f"{DESK}postings/{live(own)}/",
    ]  # fmt: skip
    return [
        (JOBS, "nobody"),
        (JOBS, "new"),
        (f"{JOBS}register/", "new"),
        *((path, "owner") for path in owner),
        (firm.base, "poster"),
        (f"{firm.base}credits/", "poster"),
        *((path, "officer") for path in officer),
    ]


def name_of(path: str, who: str, firm: Firm) -> str:
    short = path.replace(firm.id, "ID").removeprefix(JOBS).replace("/", "_")
    return f"{who}-{short[:60]}"


@pytest.mark.parametrize(
    "whose", [("nobody", "new", "owner", "poster"), ("officer",)], ids=["employers", "the desk"]
)
def test_no_page_has_a_barrier_breaks_the_policy_or_scrolls_sideways(
    rooms: Rooms, whose: tuple[str, ...]
) -> None:
    found: list[str] = []
    pages = {who: rooms.page(who) for who in whose}
    complaints = {who: Complaints(page, rooms.address) for who, page in pages.items()}
    for path, who in every_page(rooms.firm, rooms.of_officer):
        if who not in whose:
            continue
        page = pages[who]
        answer = page.goto(path)
        assert answer
        assert answer.status == 200, path
        found += barriers(page, name_of(path, who, rooms.firm))
        page.set_viewport_size(NARROW)
        found += [f"{path} off the edge: {one}" for one in page.evaluate(OFF_THE_EDGE)]
    assert found == [], "\n".join(found)
    assert [line for heard in complaints.values() for line in heard] == []


def test_faults_of_a_posting_are_told_at_the_top_and_lead_to_their_fields(rooms: Rooms) -> None:
    page = rooms.page(screen=PHONE)
    page.goto(f"{rooms.firm.base}postings/new/")
    page.get_by_label("Pay from").fill("seventy")
    follow(page, page.get_by_role("button", name="Publish"))
    assert violations(page) == []
    summary = page.get_by_role("region", name="There is a problem")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Title of the job")).to_be_focused()
    expect(page.get_by_label("Pay from")).to_have_value("seventy")


def test_a_posting_waits_for_an_officer_who_approves_it_or_sends_it_back(
    rooms: Rooms, approval: None
) -> None:
    page, desk = rooms.page(), rooms.page("officer", java_script_enabled=False)
    at = rooms.firm.base
    for title, decision in (("Surveyor", "Approve"), ("Draughter", "Refuse the posting")):
        number = drafted(rooms.firm, title=title)
        page.goto(f"{at}postings/{number}/")
        follow(page, page.get_by_role("button", name="Send in for 1 credit"))
        expect(page.get_by_role("status")).to_contain_text("Staff will review it")
        desk.goto(DESK)
        follow(desk, desk.get_by_role("link", name=title))
        if decision == "Approve":
            follow(desk, desk.get_by_role("button", name="Approve"))
        else:
            follow(desk, desk.get_by_role("link", name=decision))
            desk.get_by_label("Your words to the company").fill("Say what it pays.")
            follow(desk, desk.get_by_role("button", name="Send it back"))
        page.reload()
        state = "Live" if decision == "Approve" else "Draft"
        expect(page.locator(".job-seen__facts").first).to_contain_text(state)
    expect(page.get_by_text("Say what it pays.")).to_be_visible()
    assert rooms.firm.balance == 2


def test_the_chart_shows_each_day_as_high_as_its_figure(rooms: Rooms) -> None:
    """JOB-4."""
    number = drafted(rooms.firm)
    who, first = rooms.firm.employer(), TODAY - timedelta(days=2)
    early = replace(who.context, now=NOW - timedelta(days=2), today=first)
    postings.publish(who._replace(context=early), postings.PostingVersion(number, 1))
    posting = rooms.firm.posting(number)
    for days, views in enumerate((4, 2, 0)):
        for _ in range(views):
            figures.view(posting, first + timedelta(days=days))
    page = rooms.page()
    page.goto(f"{rooms.firm.base}postings/{number}/figures/")
    boxes = [bar.bounding_box() for bar in page.locator(".job-chart").first.locator("rect").all()]
    heights = [box["height"] if box else 0.0 for box in boxes]
    assert heights[1] == pytest.approx(heights[0] / 2, abs=1)
    assert heights[2] == 0
    page.get_by_text("The same figures as a table").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("4")
