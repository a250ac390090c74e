"""What stands beside a verdict: what now, the buttons, and what a shared link previews."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import PHONE, WIDE, Windows, open_settled
from tests.built_site import SITE

RED = {member(kinds.SUSPENDED): kinds.SUSPENDED, permit(kinds.PERMIT_SUSPENDED): "P-9004"}


@pytest.mark.parametrize("path", RED)
def test_what_now_follows_a_red_verdict_and_leads_to_a_complaint_about_this_record(
    page: Page, path: str
) -> None:
    page.set_viewport_size(PHONE)
    open_settled(page, path)
    now = page.get_by_role("complementary", name="What now?")
    expect(now.locator("xpath=preceding-sibling::*[1]")).to_have_class("verdict verdict--bad")
    complain = now.get_by_role("link", name="Complain about this")
    expect(complain).to_have_attribute("href", f"/services/complaints/?about={RED[path]}")


def test_a_good_verdict_needs_no_what_now(page: Page) -> None:
    open_settled(page, member(kinds.PERMITTED))
    expect(page.get_by_role("heading", name="What now?")).to_have_count(0)


def test_the_address_is_copied_and_said_to_be(windows: Windows, address: str) -> None:
    page = windows.page(base_url=address, viewport=WIDE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_settled(page, member(kinds.PERMITTED))
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{address}{member(kinds.PERMITTED)}"
    windows.leave()


def test_the_print_button_prints_and_isnt_printed(page: Page) -> None:
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")
    open_settled(page, permit(kinds.IN_FORCE))
    button = page.get_by_role("button", name="Print")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    expect(button).to_be_hidden()


def test_without_scripts_no_button_is_offered(windows: Windows, address: str) -> None:
    page = windows.page(base_url=address, viewport=WIDE, java_script_enabled=False)
    page.goto(member(kinds.SUSPENDED))
    expect(page.locator("[data-tools]")).to_be_hidden()
    expect(page.get_by_role("heading", name="What now?")).to_be_visible()
    windows.leave()


def test_a_permit_whose_term_ends_soon_says_until_when(page: Page) -> None:
    open_settled(page, permit(kinds.ENDING))
    note = page.get_by_text("The term of this permit ends on 14 December 2026.")
    expect(note).to_be_visible()
    expect(page.get_by_role("heading", name="In force", exact=True)).to_be_visible()
    page.goto(permit(kinds.IN_FORCE))
    expect(page.locator(".ends")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/register/", member(kinds.STRUCK), "/about/permits/"])
def test_a_shared_link_previews_what_the_page_says(page: Page, path: str) -> None:
    page.goto(path)
    tags = page.locator("meta[property^='og:']").evaluate_all(
        "(all) => Object.fromEntries(all.map((tag) => [tag.getAttribute('property'), tag.content]))"
    )
    assert tags["og:url"] == f"{SITE.url}{path}"
    described = page.locator("meta[name=description]").get_attribute("content") or "?"
    assert tags["og:description"].startswith(described)
    assert tags["og:title"] in page.title()
