"""What holds on every kind of page: for people with disabilities, on phones, in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kinds import PAGES
from tests.browser.visiting import (
    NARROW,
    WIDE,
    Complaints,
    Visitor,
    open_settled,
    serve_strictly,
)

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
EVERY_RULE = {"resultTypes": ["violations"]}
# What a change of colours alone can break.
CONTRAST = EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}

every_kind_of_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds on the page as it stands, one line for each element."""
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
def test_axe_finds_no_barrier_in_light_or_dark_wide_or_narrow(page: Page, path: str) -> None:
    show(page, "light", WIDE)
    open_settled(page, path)
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page, EVERY_RULE) == []
    show(page, "dark", WIDE)
    assert violations(page, CONTRAST) == []
    show(page, "dark", NARROW)
    assert violations(page, EVERY_RULE) == []
    show(page, "light", NARROW)
    assert violations(page, CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sought", ["t", "thornbory", "qxqxqx"], ids=["found", "close", "none"])
def test_axe_finds_no_barrier_in_the_results_of_a_look_up(
    page: Page, scheme: str, sought: str
) -> None:
    show(page, scheme, NARROW)
    open_settled(page, f"/register/?q={sought}")
    expect(page.locator(".results__summary")).not_to_have_text("Looking…")
    expect(page.locator(".results__summary")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page, EVERY_RULE) == []


def test_axe_does_find_a_barrier_where_there_is_one(page: Page) -> None:
    open_settled(page, "/register/")
    page.evaluate(AXE.read_text("utf-8"))
    page.evaluate("document.querySelector('label[for=lookup-q]').remove()")
    assert any(line.startswith("label") for line in violations(page, EVERY_RULE))


@every_kind_of_page
def test_nothing_scrolls_sideways_on_the_narrowest_phone(visitor: Visitor, path: str) -> None:
    page = visitor.page(viewport=NARROW, is_mobile=True, has_touch=True)
    open_settled(page, path)
    # The body clips what juts out, so that the page's own width wouldn't tell.
    jutting = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 1 && (right > innerWidth + 1 || left < -1)
            && !element.closest(".skip, .hide, [role=status]");
        }).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert jutting == []
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [320, 320]


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
    page.get_by_label("Name, number or company").fill("thornbury")
    expect(page.locator("#results li")).to_have_count(1)
    assert complaints == []
    assert page.evaluate("window.violations") == []


def test_the_strict_policy_does_refuse_what_is_inline(page: Page, address: str) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    open_settled(page, "/register/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert page.evaluate("window.violations.length") == 1
    assert len(complaints) == 1


@every_kind_of_page
def test_a_page_says_what_it_is_to_readers_and_to_search_engines(page: Page, path: str) -> None:
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == "en-CA"
    headings = page.locator("h1")
    expect(headings).to_have_count(1)
    name = headings.inner_text().strip()
    description = page.locator("meta[name=description]").get_attribute("content") or ""
    assert len(description) > 20
    title = page.title()
    assert "Register of Technology Professionals" in title
    if path == "/":
        assert "ASET" in title
    elif path != PAGES["no such page"]:
        assert name in title


def test_no_two_kinds_of_page_have_the_same_title(page: Page) -> None:
    titles = []
    for path in PAGES.values():
        page.goto(path)
        titles.append(page.title())
    assert len(set(titles)) == len(titles)


@every_kind_of_page
def test_headings_never_skip_a_level(page: Page, path: str) -> None:
    page.goto(path)
    levels = page.locator("main :is(h1, h2, h3, h4)").evaluate_all(
        "(all) => all.map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))
