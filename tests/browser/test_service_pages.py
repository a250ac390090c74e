"""Service pages in Chromium: a form with faults, errors, the account in the masthead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from signet.accounts.model import Role
from tests.browser.barriers import barriers
from tests.browser.serving import KINDS
from tests.browser.visiting import (
    PHONE,
    WIDE,
    Complaints,
    Windows,
    follow,
    leading_on,
    tab_to,
)
from tests.built_site import made_shell
from tests.events import ACT, ask, event
from tests.example_service import BASE, GOOD, SIGNED_IN_TOKEN, Example, build, environment

EMAIL = "konstantina.papadimitriou@engineering.example.ca"
FORGED = "/forged"


@dataclass
class Served:
    """The example service behind a real address, with the site's own style sheets."""

    example: Example
    address: str


class _Gateway(BaseHTTPRequestHandler):
    """HTTP to the example's handler and back; everything else is the site's files."""

    example: Example
    forged: bytes
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if self.path.startswith("/services/"):
            self._services()
        else:
            self._files()

    do_GET = do_POST = _answer  # noqa: N815 - the standard library's names

    def _services(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length) if length else None
        given = ask(self.example.app, event(self.command, self.path, body=body, headers=headers))
        self._send(given.status, dict(given.headers), given.content, given.cookies)

    def _files(self) -> None:
        if self.path == "/register/current.json":
            return self._send(200, {"content-type": "application/json"}, b'{"as_of":"2026-11-02"}')
        if self.path == FORGED:
            return self._send(200, {"content-type": "text/html"}, self.forged)
        content = made_shell().files.get(self.path[1:])
        if content is None:
            return self._send(404, {}, b"")
        return self._send(200, {"content-type": KINDS[Path(self.path).suffix]}, content)

    def _send(
        self, status: int, headers: dict[str, str], content: bytes, cookies: tuple[str, ...] = ()
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        for cookie in cookies:
            self.send_header("set-cookie", cookie)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with environment(tmp_path_factory.mktemp("services")):
        example = build()
        example.person(SIGNED_IN_TOKEN, Role.MEMBER, email=EMAIL)
        _Gateway.example = example
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
        address = f"http://127.0.0.1:{server.server_port}"
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{value}">'
            for name, value in {**GOOD, "act": ACT}.items()
        )
        forged = f'<form method="post" action="{address}{BASE}">{fields}<button>Win</button></form>'
        _Gateway.forged = forged.encode()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(example, address)
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def closing(windows: Windows) -> Iterator[None]:
    """Close a test's pages after it."""
    yield
    windows.leave()


def visit(windows: Windows, served: Served, screen: ViewportSize, **about: Any) -> Page:
    """Return a page of somebody who is signed in."""
    page = windows.page(base_url=served.address, viewport=screen, **about)
    page.goto(f"/services/account/sign-in?return={BASE}")
    expect(page.get_by_text(EMAIL)).to_be_visible()
    return page


def go(page: Page, kind: str) -> None:
    """Bring a page to one of the states that are looked at."""
    if kind == "faults":
        page.goto(BASE)
        page.get_by_label("Hours").fill("two")
        follow(page, page.get_by_role("button", name="Add the activity"))
        page.get_by_role("heading", name="There is a problem").wait_for()
    else:
        page.goto({"form": BASE, "filled": f"{BASE}filled"}.get(kind, f"{BASE}fail/{kind}"))


EVERY_KIND = pytest.mark.parametrize("kind", ["form", "filled", "faults", "ours", "unavailable"])


@EVERY_KIND
def test_a_page_has_no_barrier_keeps_its_policy_and_fits_the_narrowest_phone(
    windows: Windows, served: Served, kind: str
) -> None:
    page = visit(windows, served, WIDE)
    complaints = Complaints(page, served.address)
    go(page, kind)
    assert barriers(page) == []
    if kind in ("form", "filled"):  # the others are answered with 422, 500 and 503
        assert complaints == []


def test_whatever_is_pressed_is_large_enough_for_a_thumb(windows: Windows, served: Served) -> None:
    """WCAG 2.2, 2.5.8: 24 CSS pixels at least."""
    page = visit(windows, served, PHONE)
    go(page, "faults")
    small = page.evaluate(
        """[...document.querySelectorAll("main :is(button, input, select, label), .account *")]
        .filter((element) => element.matches("a, button, input:not([type=hidden]), select"))
        .filter((element) => element.getBoundingClientRect().height < 24)
        .map((element) => element.outerHTML)"""
    )
    assert small == []


def test_faults_are_found_first_and_lead_to_their_fields(windows: Windows, served: Served) -> None:
    """By keyboard alone, and without scripts: the summary has the focus as the page arrives."""
    page = visit(windows, served, WIDE, java_script_enabled=False)
    go(page, "faults")
    expect(page).to_have_title("Error: Add an activity – Register of Technology Professionals")
    expect(page.locator(".faults")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Enter what you did")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What did you do?")).to_be_focused()
    page.keyboard.type("Course on soil mechanics")
    expect(page.get_by_label("What did you do?")).to_have_value("Course on soil mechanics")
    expect(page.get_by_label("Hours")).to_have_value("two")


def test_the_form_is_filled_in_and_sent_by_keyboard(windows: Windows, served: Served) -> None:
    page = visit(windows, served, PHONE)
    before = len(served.example.added)
    page.goto(BASE)
    tab_to(page, page.get_by_label("What did you do?"))
    page.keyboard.type("Peer review")
    tab_to(page, page.get_by_label("Category"))
    page.keyboard.type("Prof")
    page.get_by_label("First day").fill("2026-03-14")
    tab_to(page, page.get_by_label("Informal").or_(page.get_by_label("Formal", exact=True)).first)
    page.keyboard.press("Space")
    page.get_by_label("Yes").check()
    tab_to(page, page.get_by_role("button", name="Add the activity"))
    with leading_on(page):
        page.keyboard.press("Enter")
    assert page.url.endswith("/services/example/2026-11-02/")
    assert served.example.added[before].title == "Peer review"
    assert served.example.added[before].category == "practice"


@pytest.mark.parametrize(("host", "status"), [("localhost", 403), ("127.0.0.1", 303)])
def test_a_form_on_another_site_changes_nothing(
    windows: Windows, served: Served, host: str, status: int
) -> None:
    """Threat 14, with what a browser really sends; the same page of our own site is believed."""
    page = visit(windows, served, WIDE)
    before = len(served.example.added)
    page.goto(served.address.replace("127.0.0.1", host) + FORGED)
    with page.expect_response(lambda r: r.request.method == "POST") as answered:
        page.get_by_role("button").click()
    assert answered.value.status == status
    assert len(served.example.added) == before + (status == 303)
