"""Every address that the site gives out leads somewhere; any other gets a page that helps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from signet.publish.verify import SERVICES
from tests.browser import kinds
from tests.browser.kinds import PAGES
from tests.browser.visiting import follow, leading_on
from tests.built_site import POLICY, SITE

PAGES_TO_READ = 120
LICENCE = POLICY.regulator.licence_url


class Reading(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = {""}
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.links.update(filter(None, (held.get("href"), held.get("src"), held.get("action"))))
        self.anchors.add(held.get("id") or "")


@pytest.fixture(scope="module")
def connection(address: str) -> Iterator[HTTPConnection]:
    made = HTTPConnection(urlsplit(address).netloc, timeout=120)
    yield made
    made.close()


def ask(connection: HTTPConnection, path: str, method: str) -> tuple[int, str, str]:
    """Return the status, content type and text at an address; HEAD spares the text."""
    connection.request(method, path)
    answer = connection.getresponse()
    kind, content = answer.getheader("Content-Type", ""), answer.read()
    return answer.status, kind, content.decode("utf-8") if kind.startswith("text/") else ""


def test_every_link_of_a_walk_through_the_site_leads_to_a_page_and_its_place(
    connection: HTTPConnection,
) -> None:
    waiting = deque(path for path in PAGES.values() if path != PAGES["no such page"])
    known = set(waiting)
    read: dict[str, Reading] = {}
    wanted: set[tuple[str, str, str]] = set()
    broken = []
    while waiting:
        path = waiting.popleft()
        method = "GET" if len(read) < PAGES_TO_READ else "HEAD"
        status, kind, text = ask(connection, path, method)
        if status != 200:
            broken.append((path, status))
        if not kind.startswith("text/html") or method == "HEAD":
            continue
        read[path] = Reading(text)
        for link in read[path].links:
            target, anchor = urldefrag(urljoin(SITE.url + path, link))
            if not target.startswith(f"{SITE.url}/"):
                assert link.startswith(("mailto:", "tel:", LICENCE)), (
                    f"{path} leads away, to {link}"
                )
                continue
            inside = target.removeprefix(SITE.url)
            if inside.startswith(SERVICES):
                continue  # answered by functions, which aren't running here
            wanted.add((path, inside, anchor))
            if inside not in known:
                known.add(inside)
                waiting.append(inside)
    assert broken == []
    assert len(read) == PAGES_TO_READ
    lost = [w for w in wanted if w[1] in read and w[2] not in read[w[1]].anchors]
    assert lost == []


@pytest.mark.parametrize(
    "path", ["/nothing-here/", "/register/members/999999/", "/register/permits/P-0", "/a/b.html"]
)
def test_an_address_where_nothing_is_gets_a_page_that_helps(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no page at this address")
    expect(page.locator("main")).to_contain_text("doesn’t mean that someone was removed")
    assert page.locator(".masthead").evaluate("(it) => getComputedStyle(it).backgroundColor") != (
        "rgba(0, 0, 0, 0)"
    )
    page.get_by_label("Look up a name or number").fill("thornbury")
    with leading_on(page):
        page.keyboard.press("Enter")
    expect(page.locator(f"#results [data-number='{kinds.PERMITTED}']")).to_be_visible()
    page.go_back()
    follow(page, page.get_by_role("main").get_by_role("link", name="Browse the register"))
    assert page.url.endswith("/register/browse/")
