"""The index of the services in Chromium: no barrier for anybody, on a desk or a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from lambdas import home
from lambdas.index import SERVICES
from signet.accounts.model import Principal, Role
from tests.browser.barriers import barriers
from tests.browser.serving import served
from tests.browser.visiting import WIDE, Windows
from tests.example_service import SIGNED_IN_TOKEN, environment

# An officer with every role, so that every service is listed, with its longest count.
OFFICER = Principal("a", "ada@office.example", None, frozenset(Role) - {Role.MEMBER}, "s")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    counted = tuple(
        replace(one, counts=one.counts and (lambda _today: iter([(21, "waiting"), (3, "due")])))
        for one in SERVICES
    )
    with (
        environment(tmp_path_factory.mktemp("services")),
        pytest.MonkeyPatch.context() as patch,
        served(home.app, lambda who: SIGNED_IN_TOKEN if who else "") as address,
    ):
        patch.setattr(home, "SERVICES", counted)
        patch.setattr(home.app, "principal_of", lambda _token, _now: OFFICER)
        yield address


@pytest.mark.parametrize("who", ["", "officer"], ids=["visitor", "officer"])
def test_nobody_meets_a_barrier_on_the_index(windows: Windows, address: str, who: str) -> None:
    page = windows.page(who or "visitor", base_url=address, viewport=WIDE)
    if who:
        page.context.add_cookies([{"name": "as", "value": who, "url": address}])
    page.goto("/services/")
    desk = page.get_by_role("link", name="CPD desk")
    if who:
        expect(desk).to_be_visible()
        expect(page.get_by_text("More than 20 waiting, 3 due.").first).to_be_visible()
    else:
        expect(desk).to_have_count(0)
    expect(page.get_by_role("link", name="Make a complaint").first).to_be_visible()
    assert barriers(page, f"services-{who or 'visitor'}") == []
    windows.leave()
