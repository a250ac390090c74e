"""How the browser tests look at pages: screens, keys, and what Chromium complains about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Route,
    ViewportSize,
    expect,
)

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
MOST_TABS = 120
CUT_SHORT = "net::ERR_ABORTED"  # by leaving the page, which is nobody's fault

# What the web server of the public site may send: nothing inline, nothing from elsewhere.
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Visitor:
    """Opens pages of the site, each as a visitor who has never been there."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, **circumstances: Any) -> Page:
        """Return an empty page; `circumstances` are those of a Playwright context."""
        context = self.browser.new_context(base_url=self.address, **circumstances)
        context.add_init_script(REPORT_VIOLATIONS)
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()


@dataclass
class Windows:
    """Windows that the tests of a file share, and a page in each: opening them takes longest.

    What a window keeps (cookies, the cache, its history) stays from test to test; what a page keeps
    goes when a test leaves it. A test that more matters to takes a Visitor, and one that brings
    scripts of its own or another clock a window of its own: `whose` names it.
    """

    browser: Browser
    opened: dict[str, BrowserContext] = field(default_factory=dict)
    lent: dict[Page, Mapping[str, Any]] = field(default_factory=dict)

    def page(self, whose: str = "", **circumstances: Any) -> Page:
        """Open an empty page in a person's window; `circumstances` are those of a context."""
        named = repr((whose, sorted(circumstances.items())))
        if named not in self.opened:
            self.opened[named] = self.browser.new_context(**circumstances)
            self.opened[named].add_init_script(REPORT_VIOLATIONS)
        window = self.opened[named]
        free = [page for page in window.pages if page not in self.lent]
        page = free[0] if free else window.new_page()
        self.lent[page] = circumstances
        return page

    def leave(self) -> None:
        """Close every page but the first of each window, which is empty again."""
        for window in self.opened.values():
            for page in window.pages[1:]:
                page.close()
            for page in window.pages:
                if page in self.lent:
                    _empty(page, self.lent[page])
        self.lent.clear()

    def close(self) -> None:
        """Close the windows."""
        for window in self.opened.values():
            window.close()
        self.opened.clear()


def _empty(page: Page, circumstances: Mapping[str, Any]) -> None:
    """Have a page look, answer and remember as if it had just been opened."""
    page.unroute_all()
    page.context.unroute_all()
    if page.url.startswith("http"):
        # The storage of a tab can only be cleared where it belongs; scripts keep words on leaving.
        page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=""))
        page.goto("{0.scheme}://{0.netloc}/empty".format(urlsplit(page.url)))
        page.evaluate("sessionStorage.clear()")
        page.unroute_all()
        page.goto("about:blank")
    scheme = circumstances.get("color_scheme", "light")
    page.emulate_media(media="null", color_scheme=scheme, reduced_motion="null")
    if screen := circumstances.get("viewport"):
        page.set_viewport_size(screen)


class Complaints(list[str]):
    """What goes wrong on a page: console errors, exceptions, requests that fail or go elsewhere."""

    def __init__(self, page: Page, address: str, *, missing: str = "") -> None:
        """Start listening; `missing` is the one address that is meant not to be found."""
        super().__init__()
        self._own = address
        self._missing = address + missing if missing else ""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(f"exception: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        unfound = self._missing and message.location["url"] == self._missing
        if message.type in ("error", "warning") and not unfound:
            self.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._own, "data:")):
            self.append(f"asks somebody else: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != CUT_SHORT:
            self.append(f"failed: {request.url}")

    def _response(self, response: Response) -> None:
        if not response.ok and response.status != 304 and response.url != self._missing:
            self.append(f"{response.status}: {response.url}")


def serve_strictly(page: Page) -> None:
    """Have every page arrive with the strict policy, and its violations written down."""

    def answer(route: Route) -> None:
        if route.request.resource_type != "document":
            return route.continue_()
        response = route.fetch()
        headers = response.headers | {"content-security-policy": STRICT}
        return route.fulfill(response=response, headers=headers)

    page.route("**/*", answer)


def open_settled(page: Page, path: str) -> None:
    """Open a page and wait until its scripts have said how current the register is."""
    page.goto(path)
    page.get_by_text("Register current to").first.wait_for()


@contextmanager
def leading_on(page: Page, to: str | None = None) -> Iterator[None]:
    """Do in the block what leads to a page, such as a click; ends when that page is there.

    A click by itself waits for nothing: what is asked right after it may be asked of the old page,
    and going elsewhere would take back what was sent. Say where `to` from the look-up's results:
    the page keeps in the history which of them is opened, which counts as going to a page too.
    """
    with page.expect_navigation(url=to):
        yield


def follow(page: Page, target: Locator, to: str | None = None) -> None:
    """Click a link, or a button that sends a form, and wait for the page it leads to."""
    with leading_on(page, to):
        target.click()


def look_up(page: Page, words: str) -> None:
    """Type in the look-up, as a person does, and wait until the results answer all of it."""
    page.locator("form[data-lookup] input[type=search]").press_sequentially(words)
    wait_for_results(page)


def wait_for_results(page: Page) -> None:
    """Wait until the results are those of what stands in the look-up's box."""
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus. Fails when it never gets it."""
    target.wait_for(state="attached")  # keys pressed before its page is there would be lost
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            return
    message = f"{target} isn't reached by {MOST_TABS} presses of Tab"
    raise AssertionError(message)


def address_of(page: Page) -> str:
    """Return the path and query that the address bar shows."""
    return str(page.evaluate("location.pathname + location.search"))
