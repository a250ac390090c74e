"""What holds on every kind of page: for people with disabilities, on phones, in any browser."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kinds import PAGES
from tests.browser.visiting import (
    NARROW,
    WIDE,
    Complaints,
    look_up,
    open_settled,
    serve_strictly,
    wait_for_results,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ViewportSize

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
EVERY_RULE = {"resultTypes": ["violations"]}
JUTTING = """() => {
  const out = ({ left, right, width }) => width > 1 && (right > innerWidth + 1 || left < -1);
  const hidden = ".skip, .hide, [role=status], [hidden]";
  const found = [...document.querySelectorAll("body *")]
    .filter((element) => out(element.getBoundingClientRect()) && !element.closest(hidden));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = document.createRange();
    text.selectNode(walker.currentNode);
    const { parentElement } = walker.currentNode;
    if (out(text.getBoundingClientRect()) && !parentElement.closest(hidden)) {
      found.push(parentElement);
    }
  }
  return found.map((element) => element.outerHTML.slice(0, 120));
}"""

every_kind_of_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all tests that only look: what one leaves behind can't matter to the next."""
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """Return what axe finds on the page as it stands, one line for each element."""
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def show(page: Page, scheme: Any, screen: ViewportSize) -> None:
    page.set_viewport_size(screen)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


@every_kind_of_page
def test_axe_finds_no_barrier_in_light_or_dark_wide_or_narrow(tab: Page, path: str) -> None:
    show(tab, "light", WIDE)
    open_settled(tab, path)
    tab.evaluate(AXE.read_text("utf-8"))
    assert violations(tab, EVERY_RULE) == []
    show(tab, "dark", NARROW)
    assert violations(tab, EVERY_RULE) == []


@every_kind_of_page
def test_nothing_scrolls_sideways_on_the_narrowest_phone(tab: Page, path: str) -> None:
    tab.set_viewport_size(NARROW)
    tab.goto(path)
    # The body clips what juts out, so that the page's own width alone wouldn't tell.
    jutting = tab.evaluate(JUTTING)
    assert jutting == []
    assert tab.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [320, 320]


def test_what_juts_out_sideways_is_noticed(tab: Page) -> None:
    tab.set_viewport_size(NARROW)
    tab.goto("/register/")
    tab.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    tab.evaluate("document.querySelector('h1').append(' of everybody who is or ever was on it')")
    assert len(tab.evaluate(JUTTING)) > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sought", ["t", "thornbory", "qxqxqx"], ids=["found", "close", "none"])
def test_axe_finds_no_barrier_in_the_results_of_a_look_up(
    page: Page, scheme: str, sought: str
) -> None:
    show(page, scheme, NARROW)
    open_settled(page, f"/register/?q={sought}")
    wait_for_results(page)
    expect(page.locator(".results__summary")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page, EVERY_RULE) == []


def test_axe_does_find_a_barrier_where_there_is_one(page: Page) -> None:
    open_settled(page, "/register/")
    page.evaluate(AXE.read_text("utf-8"))
    page.evaluate("document.querySelector('label[for=lookup-q]').remove()")
    assert any(line.startswith("label") for line in violations(page, EVERY_RULE))


@every_kind_of_page
def test_a_page_loads_cleanly_under_a_strict_content_security_policy(
    page: Page, address: str, path: str
) -> None:
    missing = path if path == PAGES["no such page"] else ""
    complaints = Complaints(page, address, missing=missing)
    serve_strictly(page)
    open_settled(page, path)
    page.emulate_media(color_scheme="dark")
    page.wait_for_load_state("networkidle")
    assert complaints == []
    assert page.evaluate("window.violations") == []


def test_the_look_up_works_under_a_strict_content_security_policy(page: Page, address: str) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    open_settled(page, "/register/")
    look_up(page, "thornbury")
    expect(page.locator("#results li")).to_have_count(1)
    assert complaints == []
    assert page.evaluate("window.violations") == []


def test_the_strict_policy_does_refuse_what_is_inline(page: Page, address: str) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    open_settled(page, "/register/")
    with page.expect_console_message():
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
        )
    page.wait_for_function("window.violations.length > 0")
    assert page.evaluate("window.violations.length") == 1
    assert len(complaints) == 1


@every_kind_of_page
def test_a_page_says_what_it_is_to_readers_and_to_search_engines(tab: Page, path: str) -> None:
    tab.goto(path)
    assert tab.locator("html").get_attribute("lang") == "en-CA"
    headings = tab.locator("main :is(h1, h2, h3, h4)").evaluate_all(
        "(all) => all.map((heading) => [Number(heading.tagName[1]), heading.textContent.trim()])"
    )
    levels = [level for level, _ in headings]
    assert levels[0] == 1
    assert levels.count(1) == tab.locator("h1").count() == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), "a level is skipped"
    description = tab.locator("meta[name=description]").get_attribute("content") or ""
    assert len(description) > 20
    assert "Register of Technology Professionals" in tab.title()
    if path not in ("/", PAGES["no such page"]):
        assert headings[0][1] in tab.title()


def test_no_two_kinds_of_page_have_the_same_title(tab: Page) -> None:
    titles: Counter[str] = Counter()
    for path in PAGES.values():
        html = tab.request.get(path).text()
        titles[html.split("<title>")[1].split("</title>")[0]] += 1
    assert [title for title, times in titles.items() if times > 1] == []
