"""What holds on every kind of page: for people with disabilities, on phones, in any browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import JUTTING, barriers, violations
from tests.browser.kinds import PAGES
from tests.browser.visiting import (
    NARROW,
    Complaints,
    Windows,
    look_up,
    open_settled,
    serve_strictly,
    wait_for_results,
)

every_kind_of_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


@dataclass
class Tab:
    """A page that arrives under the strict policy, and what goes wrong on it."""

    page: Page
    complaints: Complaints


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    """Yield one page for all tests that only look: what one leaves behind can't matter."""
    windows = Windows(browser)
    page = windows.page(base_url=address)
    serve_strictly(page)
    yield Tab(page, Complaints(page, address, missing=PAGES["no such page"]))
    windows.close()


@every_kind_of_page
def test_a_page_has_no_barrier_keeps_the_strict_policy_and_fits_the_narrowest_phone(
    tab: Tab, path: str
) -> None:
    tab.complaints.clear()
    open_settled(tab.page, path)
    assert barriers(tab.page) == []
    assert tab.complaints == []


def test_what_juts_out_sideways_is_noticed(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto("/register/")
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    page.evaluate("document.querySelector('h1').append(' of everybody who is or ever was on it')")
    assert len(page.evaluate(JUTTING)) > 0


@pytest.mark.parametrize("sought", ["t", "thornbory", "qxqxqx"], ids=["found", "close", "none"])
def test_the_results_of_a_look_up_have_no_barrier(page: Page, sought: str) -> None:
    open_settled(page, f"/register/?q={sought}")
    wait_for_results(page)
    expect(page.locator(".results__summary")).to_be_visible()
    assert barriers(page) == []


def test_axe_does_find_a_barrier_where_there_is_one(page: Page) -> None:
    open_settled(page, "/register/")
    page.evaluate("document.querySelector('label[for=lookup-q]').remove()")
    assert any(line.startswith("label") for line in violations(page))


def test_a_masthead_is_asked_about_again_where_it_is_another(page: Page) -> None:
    open_settled(page, "/register/")
    assert barriers(page) == []
    page.evaluate("document.querySelector('body > header').append(document.createElement('img'))")
    assert any("image-alt" in line for line in barriers(page))


def test_a_barrier_is_found_in_a_row_unlike_the_others_wherever_it_stands(page: Page) -> None:
    open_settled(page, "/register/browse/cities/calgary/")
    row = "document.querySelector('main tbody tr:last-child, main ul > li:last-child')"
    page.evaluate(f"{row}.append(document.createElement('img'))")
    before = page.locator("main li, main tr").count()
    assert any("image-alt" in line for line in barriers(page))
    assert page.locator("main li, main tr").count() == before > 30


def test_a_barrier_that_only_a_desktop_in_light_colours_has_is_found(page: Page) -> None:
    open_settled(page, "/register/")
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`
            .only-wide { display: none }
            @media (min-width: 1000px) and (prefers-color-scheme: light) {
              .only-wide { display: block }
              h1 { color: #eee !important; background: #fff !important }
            }`);
          document.adoptedStyleSheets = [sheet];
          const button = document.createElement("button");
          button.className = "only-wide";
          document.querySelector("main").append(button);
        }"""
    )
    found = {line.split()[1].rstrip(":") for line in barriers(page)}
    assert {"color-contrast", "button-name"} <= found


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


class Told(HTMLParser):
    """What a page says that it is: its language, title, description and headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = self.description = self.title = ""
        self.headings: list[tuple[int, str, bool]] = []  # level, words, whether in main
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "html":
            self.lang = held.get("lang") or ""
        if tag == "meta" and held.get("name") == "description":
            self.description = held.get("content") or ""
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), "", "main" in self._within))
        if tag in ("title", "main", "h1", "h2", "h3", "h4", "h5", "h6"):
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        inner = self._within[-1] if self._within else ""
        if inner == "title":
            self.title += data
        elif inner.startswith("h"):
            level, words, in_main = self.headings[-1]
            self.headings[-1] = level, words + data, in_main


def told(site: Path, path: str) -> Told:
    """Read what the file of a page says."""
    file = site / path.strip("/") / "index.html"
    return Told((file if file.is_file() else site / "404.html").read_text("utf-8"))


@every_kind_of_page
def test_a_page_says_what_it_is_to_readers_and_to_search_engines(built: Path, path: str) -> None:
    says = told(built, path)
    assert says.lang == "en-CA"
    levels = [level for level, _, in_main in says.headings if in_main]
    assert levels[0] == 1
    assert levels.count(1) == len([one for one in says.headings if one[0] == 1]) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), "a level is skipped"
    assert len(says.description) > 20
    assert "Register of Technology Professionals" in says.title
    if path not in ("/", PAGES["no such page"]):
        first = next(words for level, words, _ in says.headings if level == 1)
        assert " ".join(first.split()) in says.title


def test_no_two_kinds_of_page_have_the_same_title(built: Path) -> None:
    titles = Counter(told(built, path).title for path in PAGES.values())
    assert [title for title, times in titles.items() if times > 1] == []
