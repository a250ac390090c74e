"""A record's page as it was on a day: what held then, and nothing of today beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kinds
from tests.browser.barriers import barriers
from tests.browser.kinds import member, permit
from tests.browser.test_on_paper import sheets
from tests.browser.visiting import Complaints, Visitor, open_settled, serve_strictly

BEFORE = f"{member(kinds.SUSPENDED)}?on=2024-05-03"  # suspended since 11 May 2026
MOST = 6  # records whose periods are all looked at


def test_a_day_is_chosen_beside_standing_over_time(page: Page) -> None:
    open_settled(page, member(kinds.SUSPENDED))
    expect(page.get_by_role("heading", name="Not permitted to practise")).to_be_visible()
    page.get_by_label("Show this page as it was on").fill("2024-05-03")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**{BEFORE}")
    expect(page.get_by_role("note")).to_contain_text("This page shows 3 May 2024, not today")
    heading = page.get_by_role("heading", name="On 3 May 2024: Permitted to practise", exact=True)
    expect(heading).to_be_visible()
    expect(page.locator(".scope")).to_contain_text("Spans up to 12 m.")
    expect(page).to_have_title(re.compile("^As on 3 May 2024: Cyril Vandermast"))
    page.get_by_role("link", name="Back to today").click()
    page.wait_for_url(f"**{member(kinds.SUSPENDED)}")
    expect(page.get_by_role("heading", name="Not permitted to practise")).to_be_visible()


@pytest.mark.parametrize("media", ["screen", "print"])
def test_nothing_of_today_stands_beside_it(page: Page, media: Any) -> None:
    page.emulate_media(media=media)
    open_settled(page, BEFORE)
    record = page.locator(".record")
    expect(record.get_by_role("note")).to_be_visible()
    words = record.inner_text()
    assert not re.search("Not permitted|Suspended|2026-05-11|11 May 2026|last changed", words)
    expect(record.locator(".verdict--good, .status")).to_have_count(0)
    open_settled(page, f"{member(kinds.CONDITIONS)}?on=2024-05-03")
    expect(record.get_by_role("note")).to_be_visible()
    assert kinds.IMPOSED not in record.inner_text()
    open_settled(page, f"{permit(kinds.UNANSWERED)}?on=2026-04-01")
    expect(record.get_by_role("heading", name="On 1 April 2026: In force")).to_be_visible()
    assert "without" not in record.inner_text()


def _documents(built: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((built / "register").glob("*/*/index.json")):
        yield f"/{file.parent.relative_to(built)}/", json.loads(file.read_bytes())


def test_each_period_of_a_record_is_shown_as_its_document_has_it(page: Page, built: Path) -> None:
    changing = [(path, told) for path, told in _documents(built) if len(told["periods"]) > 3]
    assert len(changing) > MOST
    for path, told in changing[:: len(changing) // MOST]:
        for period in told["periods"]:
            if period["corrected_on"]:
                continue
            page.goto(f"{path}?on={period['first_day']}")
            heading = page.locator(".verdict h2")
            expect(heading).to_have_text(re.compile(f": {re.escape(period['verdict']['words'])}$"))
            shown = page.locator(".record").inner_text()
            limits = [one["limits"] for one in period.get("scopes", ())]
            names = [
                o["name"] for o in period.get("responsible_members", period.get("responsible_for"))
            ]
            assert all(text in shown for text in [*limits, *names, *period.get("fields", ())])


def test_what_was_recorded_later_is_told_with_what_was_said_before(page: Page, built: Path) -> None:
    path, corrected = next(
        (path, period)
        for path, told in _documents(built)
        for period in told["periods"]
        if period["corrected_on"]
    )
    open_settled(page, f"{path}?on={corrected['first_day']}")
    later = page.get_by_role("region", name="What was recorded later")
    expect(later).to_contain_text(f"the register said of that day: {corrected['verdict']['words']}")
    expect(later).to_contain_text("What is shown here was recorded on")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2001-01-01", "only from 2 March 2015 on"),
        ("2026-12-24", "The register is current to 2 November 2026"),
        ("2026-02-30", "“2026-02-30” isn’t a day"),
        ("<b>", "“<b>” isn’t a day"),
    ],
)
def test_a_day_of_which_nothing_is_told_shows_no_other(page: Page, on: str, words: str) -> None:
    open_settled(page, f"{member(kinds.PERMITTED)}?on={on}")
    expect(page.get_by_role("note")).to_contain_text(words)
    expect(page.locator(".record .verdict, .record .scope, .record .facts")).to_have_count(0)
    expect(page.get_by_label("Show this page as it was on")).to_be_visible()


@pytest.mark.parametrize("blocked", ["**/as-at.*.js", "**/index.json", "**/register/current.json"])
def test_today_isn_t_shown_for_a_day_that_can_t_be_read(page: Page, blocked: str) -> None:
    page.route(blocked, lambda route: route.abort())
    page.goto(BEFORE)
    expect(page.get_by_text(re.compile("can’t be read just now"))).to_be_visible()
    expect(page.get_by_text("Not permitted to practise")).to_have_count(0)


@pytest.mark.parametrize("path", [BEFORE, f"{permit(kinds.UNANSWERED)}?on=2026-06-01"])
def test_the_page_of_a_day_has_no_barrier_and_keeps_the_strict_policy(
    page: Page, address: str, path: str
) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    open_settled(page, path)
    expect(page.get_by_role("note")).to_be_visible()
    assert barriers(page) == []
    assert complaints == []


def test_a_day_prints_on_one_sheet_with_its_banner_and_address(page: Page) -> None:
    open_settled(page, BEFORE)
    expect(page.get_by_role("note")).to_be_visible()
    assert sheets(page, "Letter") == 1
    page.emulate_media(media="print")
    expect(page.get_by_text("This page shows 3 May 2024, not today")).to_be_visible()
    expect(page.get_by_text(BEFORE)).to_be_visible()
    expect(page.get_by_role("link", name="Back to today")).to_have_count(0)


def test_without_scripts_no_day_is_offered(visitor: Visitor) -> None:
    page = visitor.page(java_script_enabled=False)
    page.goto(member(kinds.SUSPENDED))
    expect(page.get_by_role("heading", name="Standing over time")).to_be_visible()
    expect(page.locator("form.as-at")).to_be_hidden()


def test_a_checked_stamp_leads_to_the_page_of_its_day(page: Page) -> None:
    open_settled(page, f"/check/?member={kinds.SUSPENDED}&on=2024-05-03")
    page.get_by_role("link", name="The person’s page as it was that day").click()
    page.wait_for_url(f"**{BEFORE}")
    expect(page.get_by_role("note")).to_be_visible()
