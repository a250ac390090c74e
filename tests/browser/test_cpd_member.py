"""A member's CPD log in Chromium: logged, declared, audited and answered, by keyboard and phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from lambdas.cpd.member import function as cpd
from signet.cpd import actions
from signet.cpd.forms import NotPractisingDraft
from signet.cpd.model import AuditState, NotPractisingReason
from tests.browser.barriers import barriers
from tests.browser.serving import served
from tests.browser.visiting import (
    PHONE,
    WIDE,
    Complaints,
    Windows,
    follow,
    leading_on,
    tab_to,
)
from tests.cpd_members import (
    NUMBER,
    YEAR,
    audited,
    books,
    clean_file,
    context,
    cpd_tables_made,
    draft,
    log_two,
)
from tests.people import person, shell

__all__ = ["books", "cpd_tables_made", "shell"]
NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
LATER = datetime(2027, 1, 20, 19, tzinfo=UTC)
BASE = f"/services/cpd/{YEAR}/"


@dataclass
class Log:
    """The member's pages behind a real address, at a moment that a test can move."""

    windows: Windows
    address: str
    patch: pytest.MonkeyPatch
    signed_in: dict[str, str]

    def at(self, moment: datetime) -> None:
        """Let it be that moment, and the member signed in."""
        self.patch.setattr(cpd.app, "clock", lambda: moment)
        self.signed_in["member"] = person(
            member=NUMBER, email="ana.lee@example.ca", now=moment
        ).token

    def page(self, screen: ViewportSize = WIDE, **about: Any) -> Page:
        """Return a page of the member's browser."""
        return self.windows.page(base_url=self.address, viewport=screen, **about)


@pytest.fixture(scope="module")
def signed_in() -> dict[str, str]:
    """Return the session that requests have."""
    return {}


@pytest.fixture(scope="module")
def served_at(signed_in: dict[str, str]) -> Iterator[str]:
    with served(cpd.handler, lambda _who: signed_in["member"]) as address:
        yield address


@pytest.fixture
def log(
    windows: Windows,
    served_at: str,
    signed_in: dict[str, str],
    books: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Log]:
    made = Log(windows, served_at, monkeypatch, signed_in)
    made.at(NOW)
    monkeypatch.setenv("SIGNET_SITE_URL", served_at)
    yield made
    windows.leave()


def write_down(page: Page, title: str, category: str) -> None:
    """Log an activity by the form, from the year's page."""
    follow(page, page.get_by_role("link", name="Add an activity"))
    page.get_by_label("What did you do?").fill(title)
    page.get_by_label(category, exact=True).check()
    page.get_by_label("When was it, or when did it begin?").fill("2026-03-14")
    better = page.get_by_role("group", name="Does it make you a better practitioner?")
    better.get_by_label("Yes").check()
    page.get_by_role("group", name="Does it advance the profession?").get_by_label("No").check()
    follow(page, page.get_by_role("button", name="Save the activity"))
    follow(page, page.get_by_role("link", name=f"Back to {YEAR}"))


def test_a_member_logs_two_activities_and_declares_without_scripts_on_a_phone(log: Log) -> None:
    """CPD-2, CPD-3, CPD-6."""
    page = log.page(PHONE, java_script_enabled=False)
    page.goto("/services/cpd/")
    expect(page.get_by_role("heading", name="Still missing: 2 more activities")).to_be_visible()
    write_down(page, "Course on pressure vessel codes", "Formal Learning")
    expect(page.get_by_role("heading", name="Still missing: 1 more activity")).to_be_visible()
    write_down(page, "Mentoring a technologist", "Peer and Professional Interaction")
    follow(page, page.get_by_role("link", name=f"Declare {YEAR}"))
    page.get_by_label("What I have logged is true").check()
    follow(page, page.get_by_role("button", name=f"Declare {YEAR}"))
    expect(page.get_by_role("heading", name=f"You declared {YEAR}: all done")).to_be_visible()


def test_an_activity_is_added_by_keyboard_alone(log: Log) -> None:
    page = log.page()
    page.goto(BASE)
    tab_to(page, page.get_by_role("link", name="Add an activity"))
    with leading_on(page):
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("What did you do?"))
    page.keyboard.type("Reading the new code")
    tab_to(page, page.get_by_label("Formal Learning", exact=True))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("03142026")
    better = page.get_by_role("group", name="Does it make you a better practitioner?")
    tab_to(page, better.get_by_label("Yes"))
    page.keyboard.press("Space")
    other = page.get_by_role("group", name="Does it advance the profession?")
    tab_to(page, other.get_by_label("Yes"))
    page.keyboard.press("ArrowRight")
    with leading_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. The activity is in your log.")).to_be_visible()
    expect(page.get_by_label("Informal Learning", exact=True)).to_be_checked()


def test_a_year_is_declared_and_an_audit_answered_by_keyboard_alone(log: Log) -> None:
    """CPD-6, CPD-7."""
    log_two()
    page = log.page()
    page.goto(f"{BASE}declare/")
    tab_to(page, page.get_by_label("What I have logged is true"))
    page.keyboard.press("Space")
    press(page, f"Declare {YEAR}")
    expect(page.get_by_role("heading", name=f"You declared {YEAR}: all done")).to_be_visible()
    audited(AuditState.ASKED)
    log.at(LATER)
    clean_file()
    page.goto(f"{BASE}audit/")
    tab_to(page, page.get_by_label("certificate.pdf"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Your remarks"))
    page.keyboard.type("The certificate of the course.")
    press(page, "Send your answer")
    expect(page.get_by_role("heading", name="Your answer is with the reviewers")).to_be_visible()


def press(page: Page, button: str) -> None:
    """Go to a button by Tab, and press it."""
    tab_to(page, page.get_by_role("button", name=button))
    with leading_on(page):
        page.keyboard.press("Enter")


def test_faults_are_said_at_the_top_and_lead_to_their_fields(log: Log) -> None:
    page = log.page()
    page.goto(f"{BASE}add/")
    follow(page, page.get_by_role("button", name="Save the activity"))
    summary = page.get_by_role("region", name="There is a problem")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("What did you do?")).to_be_focused()


def test_a_member_answers_an_audit_with_a_file_and_words(log: Log) -> None:
    """CPD-7, NOT-2."""
    audited(AuditState.ASKED)
    clean_file()
    log.at(LATER)
    page = log.page(PHONE, java_script_enabled=False)
    page.goto(BASE)
    follow(page, page.get_by_role("link", name="See what is asked, and answer"))
    expect(page.get_by_text("Answer by 16 February 2027")).to_be_visible()
    page.get_by_label("certificate.pdf").check()
    page.get_by_label("Your remarks").fill("The certificate of the course.")
    follow(page, page.get_by_role("button", name="Send your answer"))
    expect(page.get_by_role("heading", name="Your answer is with the reviewers")).to_be_visible()


def test_the_record_on_paper_is_the_record_alone(log: Log) -> None:
    """CPD-6: what is only for going on with isn't printed."""
    page = log.page()
    go(log, page, "record")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=f"CPD record for {YEAR}")).to_be_visible()
    for name in (f"Back to {YEAR}", "The same as a spreadsheet (CSV)"):
        expect(page.get_by_role("link", name=name)).to_be_hidden()


def go(log: Log, page: Page, kind: str) -> None:
    """Bring the log to a state that is looked at, and open its page."""
    path = BASE
    if kind not in ("empty", "add", "faults"):
        ids = log_two()
        actions.add_activity(context(), YEAR, draft("peer", better_practitioner=False))
        clean_file()
        path = _path(log, kind, ids[0])
    elif kind != "empty":
        path = f"{BASE}add/"
    page.goto(path)
    if kind == "faults":
        follow(page, page.get_by_role("button", name="Save the activity"))
        page.get_by_role("heading", name="There is a problem").wait_for()


def _path(log: Log, kind: str, id_: str) -> str:
    if kind in ("exempt", "resume"):
        reason = NotPractisingReason.ILLNESS
        said = NotPractisingDraft(reason=reason, understood="yes")
        held = actions.file_not_practising(context(), said)
        return BASE if kind == "exempt" else f"/services/cpd/not-practising/{held}/resume/"
    if kind == "declared":
        actions.declare(context(), YEAR)
    if kind == "audit":
        audited(AuditState.ASKED)
        log.at(LATER)
    if kind == "history":
        actions.remove_activity(context(), YEAR, id_, 1)
    return {
        "declare": f"{BASE}declare/",
        "activity": f"{BASE}activities/{id_}/",
        "remove": f"{BASE}activities/{id_}/remove/",
        "history": f"{BASE}history/",
        "record": f"{BASE}record/",
        "carry on": f"/services/cpd/{YEAR}/carry-on/",
        "audit": f"{BASE}audit/",
        "absent": "/services/cpd/not-practising/",
    }.get(kind, BASE)


EVERY_KIND = pytest.mark.parametrize(
    "kind",
    ["empty", "add", "faults", "full", "declared", "exempt", "declare", "activity", "remove",
     "history", "record", "carry on", "audit", "absent", "resume"],
)  # fmt: skip


@EVERY_KIND
def test_a_page_has_no_barrier_breaks_no_policy_and_fits_a_phone(log: Log, kind: str) -> None:
    page = log.page()
    complaints = Complaints(page, log.address)
    go(log, page, kind)
    assert barriers(page) == []
    if kind != "faults":  # a form with faults is answered with 422
        assert complaints == []
