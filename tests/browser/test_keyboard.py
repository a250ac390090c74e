"""The register without a mouse."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import (
    MOST_TABS,
    WIDE,
    Visitor,
    address_of,
    leading_on,
    open_settled,
    tab_to,
    wait_for_results,
)

# What has the focus: where it is, whether it is marked, and whether it can be seen.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    what: element.outerHTML.slice(0, 120),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0
      && left < innerWidth && style.visibility === "visible" && style.opacity === "1",
  };
}"""


def test_the_first_tab_offers_to_skip_to_what_the_page_is_about(page: Page) -> None:
    open_settled(page, member(kinds.PERMITTED))
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "path",
    ["/", "/register/?q=thornbury", "/register/browse/", permit(kinds.IN_FORCE), "/about/permits/"],
)
def test_wherever_the_focus_is_it_can_be_seen(page: Page, path: str) -> None:
    open_settled(page, path)
    if "?q=" in path:
        wait_for_results(page)
    stops: list[Any] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop in stops[:1]:
            break
        stops.append(stop)
    reachable = page.locator(":is(a[href], button, input, summary):visible").count()
    # A date has several stops within it.
    elements = [one for one, _ in groupby(stop["what"] for stop in stops)]
    assert len(elements) == reachable or len(stops) == MOST_TABS
    assert [stop["what"] for stop in stops if not (stop["marked"] and stop["seen"])] == []


@pytest.mark.parametrize("way", ["Tab", "ArrowDown"])
def test_from_the_front_page_to_a_permits_responsible_member_by_keys_alone(
    page: Page, way: str
) -> None:
    open_settled(page, "/")
    tab_to(page, page.get_by_label("Name, number or company"))
    page.keyboard.type("kestrel ridge")
    wait_for_results(page)
    found = page.locator(f"#results [data-number='{kinds.IN_FORCE}'] a")
    expect(found).to_be_visible()
    if way == "Tab":
        tab_to(page, found)
    else:
        page.keyboard.press(way)
    expect(found).to_be_focused()
    with leading_on(page, to=permit(kinds.IN_FORCE)):
        page.keyboard.press("Enter")
    assert address_of(page) == permit(kinds.IN_FORCE)
    tab_to(page, page.get_by_role("link", name=kinds.NAMES[kinds.PERMITTED]))
    with leading_on(page):
        page.keyboard.press("Enter")
    assert address_of(page) == member(kinds.PERMITTED)
    expect(page.get_by_role("heading", name="Permitted to practise")).to_be_visible()


def test_the_look_up_in_the_head_of_every_page_leads_to_results(page: Page) -> None:
    open_settled(page, member(kinds.SUSPENDED))
    tab_to(page, page.get_by_label("Look up a name or number"))
    page.keyboard.type("thornbury")
    with leading_on(page):
        page.keyboard.press("Enter")
    assert address_of(page) == "/register/?q=thornbury"
    expect(page.locator("#results li")).to_have_count(1)
    expect(page.get_by_label("Name, number or company")).to_have_value("thornbury")


def test_the_colours_can_be_changed_by_key_and_stay_changed(visitor: Visitor) -> None:
    page = visitor.page(viewport=WIDE)
    open_settled(page, "/register/browse/")
    button = page.get_by_role("button", name="Dark colours")
    expect(button).to_have_attribute("aria-pressed", "false")
    tab_to(page, button)
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(member(kinds.PERMITTED))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    expect(button).to_have_attribute("aria-pressed", "true")
    button.press("Enter")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert address_of(page) == member(kinds.PERMITTED)
