"""The desks' search in Chromium: by keyboard, without scripts, on a phone, without barriers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from lambdas.register.desk.function import app, handler
from signet.accounts.model import Role
from tests.browser.barriers import barriers
from tests.browser.serving import AS, served
from tests.browser.visiting import PHONE, WIDE, Windows
from tests.complaint_desk import FAR
from tests.people import person
from tests.request_office import NOW
from tests.search_office import (
    enter,
    heard,
    joined,
    reached_at,
    search_tables,
    searching,
    shell,
)

__all__ = ["search_tables", "searching", "shell"]
DESK, SEARCH = "/services/register/", "/services/register/search/"
FIELD, FIND = "Find anybody on record", "Find"


@pytest.fixture(scope="module")
def sessions() -> dict[str, str]:
    """Each person's session."""
    return {}


@pytest.fixture(scope="module")
def address(sessions: dict[str, str]) -> Iterator[str]:
    with served(handler, lambda who: sessions.get(who, "")) as at:
        yield at


@pytest.fixture
def windows_of_ana(
    windows: Windows,
    address: str,
    sessions: dict[str, str],
    searching: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Windows]:
    """Give a registrar's browser, with people on record who can be found."""
    sessions["ana"] = person(Role.REGISTRAR, email="ana@office.example", now=FAR).token
    monkeypatch.setattr(app, "clock", lambda: NOW)
    monkeypatch.setenv("SIGNET_SITE_URL", address)
    for number, given, family in (
        ("100001", "Rory", "Campbell"),
        ("100002", "Maria Luisa", "Campbell-Okonkwo"),
        ("100003", "Wei", "Ng"),
    ):
        joined(number, given, family)
    enter("100003", "name_changed", given="Wei", family="Campbell")
    enter("P-1001", "issued", subject="permit", legal_name="Campbell Structures Ltd.")
    heard("member#100003", "permit#P-1001")
    reached_at("100003", "wei@example.org")
    yield windows
    windows.leave()


def opened(windows: Windows, address: str, at: str, screen: ViewportSize, **how: bool) -> Page:
    page = windows.page("ana", base_url=address, viewport=screen, **how)
    page.context.add_cookies([{"name": AS, "value": "ana", "url": address}])
    page.goto(at)
    return page


def test_an_officer_finds_a_member_by_a_former_name_with_the_keyboard_alone(
    windows_of_ana: Windows, address: str
) -> None:
    page = opened(windows_of_ana, address, DESK, WIDE)
    assert barriers(page, "register-desk-search") == []
    page.get_by_label(FIELD).press_sequentially("ng wei")
    page.keyboard.press("Enter")
    expect(page.get_by_text("formerly Wei Ng")).to_be_visible()
    assert page.url == f"{address}{SEARCH}"
    page.get_by_role("link", name="Wei Campbell").press("Enter")
    expect(page).to_have_url(f"{address}{DESK}records/member/100003/")


@pytest.mark.parametrize(("screen", "name"), [(WIDE, "wide"), (PHONE, "phone")])
def test_what_is_found_can_be_read_anywhere_without_scripts(
    windows_of_ana: Windows, address: str, screen: ViewportSize, name: str
) -> None:
    page = opened(windows_of_ana, address, SEARCH, screen)
    for typed, expected in (
        ("campbell", "4 records"),
        ("zurkowski", "Nothing was found"),
        ("", "There is a problem"),
    ):
        page.get_by_label(FIELD).fill(typed)
        page.get_by_role("button", name=FIND, exact=True).click()
        expect(page.get_by_text(expected).first).to_be_visible()
        assert barriers(page, f"search-{typed or 'nothing'}-{name}") == []
    plain = opened(windows_of_ana, address, DESK, screen, java_script_enabled=False)
    plain.get_by_label(FIELD).fill("wei@example.org")
    plain.get_by_role("button", name=FIND, exact=True).click()
    expect(plain.get_by_role("link", name="Wei Campbell")).to_be_visible()
