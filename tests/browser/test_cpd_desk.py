"""The CPD desk in Chromium: two officers, a draw, letters and a review; no page with a barrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from lambdas.cpd.desk.function import app, handler
from signet.accounts.model import Role
from signet.cpd import actions, store
from signet.cpd.desk import audit_draw, conditions
from signet.cpd.forms import AuditAnswerDraft, NotPractisingDraft, ResumptionDraft
from signet.register import contacts
from tests.browser.barriers import barriers
from tests.browser.serving import AS, served
from tests.browser.visiting import (
    PHONE,
    WIDE,
    Complaints,
    Windows,
    follow,
    leading_on,
    tab_to,
)
from tests.cpd_members import YEAR, context, enter, log_two
from tests.cpd_office import held, join_all, noticed, office, office_ground, officer, rolled, signed
from tests.people import shell

__all__ = ["office", "office_ground", "shell"]
NOW = datetime(YEAR, 11, 21, 19, tzinfo=UTC)
DESK = "/services/cpd/desk/"
AT = f"{DESK}{YEAR}/"


@dataclass
class Rooms:
    """The desk behind a real address; each officer has a browser of their own."""

    windows: Windows
    address: str

    def page(self, who: str = "ana", screen: ViewportSize = WIDE, **about: Any) -> Page:
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
    office: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Rooms]:
    sessions |= {
        "ana": signed(Role.CPD_OFFICER, email="ana@office.example").token,
        "bo": signed(Role.CPD_OFFICER, Role.REGISTRAR, email="bo@office.example").token,
        "member": signed(member="100001", email="ana.lee@example.ca").token,
    }
    monkeypatch.setattr(app, "clock", lambda: NOW)
    monkeypatch.setenv("SIGNET_SITE_URL", served_at)
    yield Rooms(windows, served_at)
    windows.leave()


def audited() -> str:
    """Make a draw carried out with notices, one of them answered; return that member."""
    join_all()
    (number, *others) = noticed("50")
    contacts.put(
        {"number": n, "address": "12-101 Elm Street, Red Deer, AB"} for n in (number, *others)
    )
    log_two(number)
    actions.answer_audit(context(number), YEAR, AuditAnswerDraft(remarks="Both are attached."))
    return number


def seal_one(page: Page) -> dict[str, str]:
    """Seal the seed that the page offers; gives what the officer copies."""
    page.goto(f"{AT}audit/")
    follow(page, page.get_by_role("link", name="Seal a seed"))
    shown = page.locator(".facts dd")
    seed = {"words": shown.nth(0).inner_text(), "nonce": shown.nth(1).inner_text()}
    page.get_by_label("I have copied the words").check()
    follow(page, page.get_by_role("button", name="Seal it"))
    return seed


def open_one(page: Page, seed: dict[str, str]) -> None:
    page.goto(f"{AT}audit/")
    follow(page, page.get_by_role("link", name="Open your seed"))
    page.get_by_label("Words").fill(seed["words"])
    page.get_by_label("Nonce").fill(seed["nonce"])
    follow(page, page.get_by_role("button", name="Open it"))


def test_two_officers_draw_members_without_scripts_one_of_them_on_a_phone(rooms: Rooms) -> None:
    """CPD-7, threat 19."""
    join_all()
    ana = rooms.page("ana", java_script_enabled=False)
    bo = rooms.page("bo", PHONE, java_script_enabled=False)
    ana.goto(f"{AT}roll/")
    follow(ana, ana.get_by_role("button", name="Begin the roll"))
    expect(ana.get_by_role("heading", name="The roll is complete")).to_be_visible()
    ana.goto(f"{AT}audit/")
    follow(ana, ana.get_by_role("link", name="Fix the list"))
    ana.get_by_label("Rate").fill("25")
    follow(ana, ana.get_by_role("button", name="Fix the list"))
    first, second = seal_one(ana), seal_one(bo)
    open_one(ana, first)
    open_one(bo, second)
    expect(bo.get_by_role("heading", name="2 members drawn")).to_be_visible()
    follow(bo, bo.get_by_role("button", name="Open the audits and make the notices"))
    expect(bo.get_by_text("2 of 2 audits are open")).to_be_visible()
    follow(bo, bo.get_by_role("link", name="The public page of this draw"))
    expect(bo.get_by_text(first["words"])).to_be_visible()


def test_an_officer_posts_a_letter_and_reviews_an_answer_by_keyboard_alone(rooms: Rooms) -> None:
    """NOT-1, CPD-7."""
    number = audited()
    page = rooms.page()
    page.goto(f"{AT}letters/")
    tab_to(page, page.get_by_label("All 3 on this page"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("input[name=posted]").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("In the province"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Record that they were posted"))
    with leading_on(page):
        page.keyboard.press("Enter")
    assert page.url.endswith(f"{AT}letters/")
    expect(page.locator("input[name=posted]")).to_have_count(2)
    page.goto(f"{AT}cases/?state=answered")
    tab_to(page, page.get_by_role("link", name=number))
    with leading_on(page):
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Review the answers"))
    with leading_on(page):
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Satisfied", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("textbox", name="Reasons"))
    page.keyboard.type("Both certificates are there.")
    tab_to(page, page.get_by_role("button", name="Record the outcome"))
    with leading_on(page):
        page.keyboard.press("Enter")
    assert page.url.endswith(f"{AT}cases/{number}/")
    expect(page.locator(".facts").first).to_contain_text("Satisfied")


def test_a_fault_is_told_at_the_top_and_leads_to_its_field(rooms: Rooms) -> None:
    number = audited()
    page = rooms.page()
    page.goto(f"{AT}cases/{number}/review/")
    page.get_by_label("More asked").check()
    follow(page, page.get_by_role("button", name="Record the outcome"))
    page.get_by_role("link", name="Say why: the member reads it").click()
    expect(page.get_by_role("textbox", name="Reasons")).to_be_focused()
    expect(page.get_by_label("More asked")).to_be_checked()


def test_a_member_finds_out_whether_they_were_drawn(rooms: Rooms) -> None:
    join_all()
    noticed("25")
    drawn = "100001" in {number for number, _ in audit_draw.drawn_of(held())}
    page = rooms.page("member")
    page.goto(f"{DESK}published/{YEAR}/")
    follow(page, page.get_by_role("link", name="Your own line"))
    words = "You were drawn" if drawn else "You weren’t drawn"
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    expect(page.get_by_text("1 of 8")).to_be_visible()


def every_page(number: str) -> list[tuple[str, str]]:
    """Each kind of page, and who looks at it."""
    case = f"{AT}cases/{number}/"
    officers = [
        AT, f"{AT}members/?standing=short", f"{AT}members/{number}/", f"{AT}roll/", f"{AT}audit/",
        f"{AT}audit/seal/", f"{AT}audit/list/", f"{AT}audit/open/", f"{AT}audit/give-up/",
        f"{AT}cases/?state=asked", f"{AT}cases/?state=open", case, f"{DESK}due/", f"{AT}letters/",
        f"{DESK}conflicts/?number={number}", f"{case}reopen/", f"{DESK}not-practising/lapsed/",
        *(f"{case}{what}/" for what in ("notice", "service", "arrival", "review", "refer")),
    ]  # fmt: skip
    own = [(f"{DESK}published/{YEAR}/", "member"), (f"{DESK}published/{YEAR}/mine/", "member")]
    return [*((path, "bo") for path in (*officers, *absence_pages())), *own]


def absence_pages() -> list[str]:
    """Return the pages about a member who gave notice of practising again, with a condition set."""
    member = "100007"
    away = NotPractisingDraft(reason="illness", understood="yes")
    id_ = actions.file_not_practising(context(member), away)
    actions.resume(context(member), id_, ResumptionDraft(resumes_on=NOW.date(), version=1))
    said = ("Practise under supervision.", "Practice Review Board", NOW.date())
    conditions.set_condition(officer(), member, (id_, 2), *said)
    (held,) = store.not_practising(member)
    at = f"{DESK}not-practising/{member}/{id_}/"
    return [
        f"{DESK}not-practising/", at, f"{at}condition/", f"{at}met/{held.conditions[0].id}/",
        f"{at}resume/",
    ]  # fmt: skip


def test_no_page_has_a_barrier_breaks_the_policy_or_scrolls_sideways(rooms: Rooms) -> None:
    number = audited()
    enter("100008", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    found: list[str] = []
    pages = {who: rooms.page(who) for who in ("bo", "member")}
    complaints = {who: Complaints(page, rooms.address) for who, page in pages.items()}
    for path, who in every_page(number):
        answer = pages[who].goto(path)
        assert answer
        assert answer.status == 200
        found += barriers(pages[who])
    assert found == []
    assert [*complaints["bo"], *complaints["member"]] == []


def test_the_chart_says_the_same_in_words(rooms: Rooms) -> None:
    join_all()
    enter("100008", "status_changed", "2026-02-01", status="retired", reason="own_request")
    rolled()
    page = rooms.page()
    page.goto(AT)
    exempt = page.get_by_role("row").filter(has_text="Exempt")
    expect(exempt).to_contain_text("12.5 %")
    bar = exempt.locator("rect").nth(1).bounding_box()
    whole = exempt.locator("rect").nth(0).bounding_box()
    assert bar
    assert whole
    assert bar["width"] / whole["width"] == pytest.approx(0.125, abs=0.01)
