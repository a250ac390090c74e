"""Words aren't lost in Chromium when a session ends, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.identity import PASSWORD
from tests.browser.pictures import keep_picture
from tests.browser.visiting import NARROW, WIDE, follow
from tests.service_world import HAVE_ONE, World

LINK = "/services/account/link/"
SESSION = "__Host-session"
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, world: World) -> Iterator[Open]:
    """Open a page of somebody new, who signs in for it; with scripts or without."""
    contexts = []

    def page(path: str, *, scripts: bool = True, viewport: object = WIDE) -> Page:
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts)  # type: ignore[arg-type]
        contexts.append(context)
        made = context.new_page()
        world.enter(made, world.stranger(), path)
        return made

    yield page
    for context in contexts:
        context.close()


def end_session(page: Page) -> None:
    """End the session: nothing that the browser keeps opens it any more."""
    page.context.clear_cookies(name=SESSION)


@pytest.mark.parametrize(
    ("scripts", "viewport"),
    [(True, WIDE), (False, NARROW)],
    ids=["with scripts", "without scripts on a phone"],
)
def test_an_expired_session_s_own_button_leads_back_to_the_words(
    world: World, opened: Open, scripts: bool, viewport: object
) -> None:
    page = opened(LINK, scripts=scripts, viewport=viewport)
    who = page.locator(".account__who bdi").inner_text()
    page.get_by_label("Registration number").fill("100 <1>")
    end_session(page)
    follow(page, page.locator("form.form button[type=submit]"))
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    name = f"{'scripts' if scripts else 'plain'}-{page.viewport_size['width']}"  # type: ignore[index]
    keep_picture(page, f"typed-expired-{name}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: LINK not in url)
    if page.get_by_role("link", name=HAVE_ONE).count():
        page.get_by_role("link", name=HAVE_ONE).click()
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/services/account/typed/")
    keep_picture(page, f"typed-ask-{name}")
    follow(page, page.get_by_role("button", name="Show the form with what I typed"))
    expect(page.get_by_label("Registration number")).to_have_value("100 <1>")
    keep_picture(page, f"typed-shown-{name}")
