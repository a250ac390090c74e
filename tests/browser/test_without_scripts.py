"""The register where JavaScript is off, blocked or broken: everything but typing a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from signet.publish.verify import SERVICES
from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import WIDE, Visitor, Windows, address_of, follow


@pytest.fixture
def plain(windows: Windows, address: str) -> Iterator[Page]:
    yield windows.page(base_url=address, viewport=WIDE, java_script_enabled=False)
    windows.leave()


def test_the_front_pages_form_leads_to_a_page_with_a_way_on(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_label("Name, number or company").fill("thornbury")
    plain.get_by_role("button", name="Look up").click()
    plain.wait_for_url("**/register/?q=thornbury")
    # By class: Playwright sees no text in what stands in a noscript element.
    expect(plain.locator(".lookup__plain")).to_be_visible()
    plain.locator(".lookup__plain a").click()
    plain.wait_for_url("**/register/browse/")


def test_a_member_is_reached_from_the_front_page_by_links_alone(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("navigation", name="Main").get_by_role("link", name="Browse").click()
    plain.get_by_role("link", name="T", exact=True).click()
    plain.get_by_role("link", name="Thornbury, Amelia").click()
    plain.wait_for_url(f"**{member(kinds.PERMITTED)}")
    expect(plain.get_by_role("heading", name="Permitted to practise")).to_be_visible()
    said = plain.locator(".current a")
    expect(said).to_be_visible()
    words = said.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert words == '" Register current to 2 November 2026"'


@pytest.mark.parametrize(
    ("group", "entry"),
    [
        ("designation", "Professional Technologist (Engineering)"),
        ("discipline", "Civil"),
        ("city", "Calgary"),
    ],
)
def test_a_member_is_found_by_designation_discipline_and_city(
    plain: Page, group: str, entry: str
) -> None:
    plain.goto("/register/browse/")
    place = plain.locator(".group").filter(has=plain.get_by_role("heading", name=group))
    place.get_by_role("link", name=entry).first.click()
    row = plain.get_by_role("row").filter(has_text=kinds.SUSPENDED)
    expect(row).to_contain_text("Not permitted to practise")
    row.get_by_role("link").click()
    plain.wait_for_url(f"**{member(kinds.SUSPENDED)}")


def test_a_company_is_reached_by_links_alone(plain: Page) -> None:
    plain.goto("/register/browse/")
    plain.locator("main a[href='/register/browse/permit-holders/']").first.click()
    plain.get_by_role("link", name=kinds.NAMES[kinds.IN_FORCE]).click()
    plain.wait_for_url(f"**{permit(kinds.IN_FORCE)}")


def test_every_entry_of_the_navigation_leads_somewhere_and_is_marked_there(plain: Page) -> None:
    plain.goto("/")
    entries = plain.get_by_role("navigation", name="Main").get_by_role("link")
    for place in range(entries.count()):
        name = entries.nth(place).inner_text()
        if (entries.nth(place).get_attribute("href") or "").startswith(SERVICES):
            continue  # answered by functions, which aren't running here
        follow(plain, entries.nth(place))
        assert address_of(plain) != "/"
        current = plain.get_by_role("navigation", name="Main").locator("[aria-current]")
        expect(current).to_have_text([name])
        plain.goto("/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_colours_follow_what_the_system_asks_for(visitor: Visitor, scripts: bool) -> None:
    seen: dict[str, Any] = {}
    for scheme in ("light", "dark"):
        page = visitor.page(
            viewport=WIDE, java_script_enabled=scripts, color_scheme=scheme, device_scale_factor=1
        )
        page.goto(member(kinds.PERMITTED))
        # Playwright's own questions are answered even where the page's scripts don't run.
        seen[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert seen["light"] == "rgb(255, 255, 255)"
    assert seen["dark"] != seen["light"]


def test_a_button_that_needs_scripts_isnt_offered_without_them(plain: Page) -> None:
    plain.goto("/register/browse/")
    expect(plain.locator("[data-scheme-toggle]")).to_be_hidden()
    assert address_of(plain) == "/register/browse/"
