"""Pages in print: what somebody files as proof that they looked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import open_settled
from tests.built_site import SITE

SHEET = re.compile(rb"/Type\s*/Page\b")


def sheets(page: Page, paper: str) -> int:
    """How many sheets the page takes, with the margins that its styles ask for."""
    return len(SHEET.findall(page.pdf(format=paper, print_background=False)))


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize(
    "path",
    [
        member(kinds.PERMITTED),
        member(kinds.CONDITIONS),
        member(kinds.SUSPENDED),
        member(kinds.IN_GOOD_STANDING),
        permit(kinds.EXPIRED),
    ],
)
def test_a_record_prints_on_one_sheet(page: Page, path: str, paper: str) -> None:
    open_settled(page, path)
    assert sheets(page, paper) == 1


def test_a_page_too_long_for_a_sheet_is_counted_as_more(page: Page) -> None:
    open_settled(page, "/register/browse/designations/c-e-t/")
    assert sheets(page, "Letter") > 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_print_says_what_where_and_up_to_which_day(page: Page, scheme: str) -> None:
    path = member(kinds.SUSPENDED)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_settled(page, path)
    page.emulate_media(media="print")
    expect(page.get_by_text("Register current to 2 November 2026")).to_be_visible()
    expect(page.get_by_text(f"{SITE.url}{path}")).to_be_visible()
    expect(page.get_by_role("heading", name="Not permitted to practise")).to_be_visible()
    expect(page.locator(".verdict svg")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("search")).to_have_count(0)
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_a_print_keeps_that_conditions_apply_and_its_words_apart(page: Page) -> None:
    open_settled(page, member(kinds.CONDITIONS))
    page.emulate_media(media="print")
    expect(page.get_by_text(re.compile(r"Subject to \d conditions? on practice"))).to_be_visible()
    expect(page.get_by_text("What this means")).to_be_hidden()
    granted = page.locator(".facts li").first.inner_text()
    assert re.search(r"\S granted ", granted), granted


def test_a_print_says_up_to_which_day_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(member(kinds.SUSPENDED))
    page.emulate_media(media="print")
    said = page.locator(".current a")
    expect(said).to_be_visible()
    words = said.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert "Register current to 2 November 2026" in words
    context.close()
