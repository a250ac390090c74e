"""A member's leave and return, in the whole running world: a phone without scripts, two officers.

Leave restricts only oneself and holds at once. Practising again is decided by one officer, and
entered by another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.people import Person
from tests.browser.barriers import barriers
from tests.browser.visiting import PHONE, WIDE, follow
from tests.entries import POLICY
from tests.infra.waiting import eventually
from tests.service_world import World

TODAY = datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date()
REQUESTS = "/services/requests/"
DESK = f"{REQUESTS}desk/"
MAILS = 3  # the leave was taken; the return was received; it was decided


@dataclass(frozen=True)
class Cast:
    """Who takes part, each at a browser of their own, signed in."""

    member: Person
    phone: Page
    officer: Page
    registrar: Page


@pytest.fixture
def cast(world: World, browser: Browser) -> Iterator[Cast]:
    phone = browser.new_context(base_url=world.address, viewport=PHONE, java_script_enabled=False)
    desks = [browser.new_context(base_url=world.address, viewport=WIDE) for _ in range(2)]
    cast = Cast(world.member(), phone.new_page(), *(desk.new_page() for desk in desks))
    world.sign_in(cast.phone, cast.member)
    for page, role in ((cast.officer, "Register officer"), (cast.registrar, "Registrar")):
        world.enter(page, world.person(role), DESK)
    yield cast
    for context in (phone, *desks):
        context.close()


def begin(page: Page, kind: str) -> None:
    """Begin a request of a kind, on the page that lists them."""
    article = page.get_by_role("article").filter(has=page.get_by_role("heading", name=kind))
    follow(page, article.last.get_by_role("button", name="Begin"))


def ask(page: Page, change: str) -> None:
    """Ask for a change of status from today on, from the index of the services to the end."""
    page.goto("/services/")
    follow(page, page.get_by_role("link", name="Requests", exact=True))
    begin(page, "Change of status")
    follow(page, page.get_by_role("link", name="The change"))
    page.get_by_label(change).check()
    page.get_by_label("From which day?").fill(TODAY.isoformat())
    page.get_by_label("I have read what this means").check()
    follow(page, page.get_by_role("button", name="Save", exact=True))
    follow(page, page.get_by_role("link", name="Check and submit"))
    page.get_by_label("What I say here is true").check()
    follow(page, page.get_by_role("button", name="Submit"))


def open_request(page: Page, member: Person) -> None:
    """Open the one request of a member, from the work list."""
    page.goto(f"{DESK}?list=all&kind=status")
    row = page.get_by_role("row").filter(has=page.get_by_text(name_of(page, member)))
    follow(page, row.get_by_role("link"))


def name_of(page: Page, member: Person) -> str:
    """Return a member's name as the register desk's page of the record has it."""
    answer = page.request.get(f"/register/members/{member.member}/index.json")
    name = answer.json()["name"]
    return str(name)


def tone(world: World, member: Person) -> str:
    """Return what colour the public page of a member's record has now."""
    file = world.place.site / "register" / "members" / member.member / "index.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["headline"]["tone"])


def do(page: Page, action: str, button: str, text: str = "") -> None:
    """Do something with the request that is shown."""
    follow(page, page.get_by_role("link", name=action))
    if text:
        page.get_by_label("Why").fill(text)
    follow(page, page.get_by_role("button", name=button))


def test_leave_holds_at_once_and_practising_again_takes_two_officers(
    world: World, cast: Cast
) -> None:
    ask(cast.phone, "I am on parental leave and don’t practise")
    expect(cast.phone.get_by_text("Done", exact=True).first).to_be_visible()
    assert eventually(lambda: tone(world, cast.member) == "neutral")
    cast.phone.goto(f"/services/cpd/{TODAY.year}/")
    expect(cast.phone.get_by_text("not practising").first).to_be_visible()

    ask(cast.phone, "I will practise again")
    expect(cast.phone.get_by_text("We check that it is complete")).to_be_visible()
    open_request(cast.officer, cast.member)
    do(cast.officer, "Find it complete", "It is complete")
    do(cast.officer, "Approve it", "Approve")
    expect(cast.officer.get_by_role("button", name="Approve and enter it")).to_have_count(0)
    assert tone(world, cast.member) == "neutral"

    open_request(cast.registrar, cast.member)
    follow(cast.registrar, cast.registrar.get_by_role("button", name="Approve and enter it"))
    expect(cast.registrar.get_by_text("Saved.")).to_be_visible()
    assert eventually(lambda: tone(world, cast.member) == "good")
    assert eventually(lambda: len(world.mails(cast.member.email)) >= MAILS)


def test_no_page_of_a_request_has_a_barrier(world: World, cast: Cast, browser: Browser) -> None:
    person = world.member()
    own = browser.new_context(base_url=world.address, viewport=WIDE).new_page()
    world.sign_in(own, person)
    own.goto(REQUESTS)
    found = [*barriers(own, "requests")]
    begin(own, "Change of name")
    request = own.url.partition("?")[0]
    for name in ("", "documents/proof/", "submit/", "withdraw/"):
        own.goto(request + name)
        found += barriers(own, f"requests-{name.strip('/').replace('/', '-') or 'request'}")
    follow(own, own.get_by_role("button", name="Withdraw"))
    found += barriers(own, "requests-withdrawn")
    ask(own, "I retire")
    found += barriers(own, "requests-done")
    ask(own, "I will practise again")
    cast.officer.goto(DESK)
    found += barriers(cast.officer, "requests-desk")
    open_request(cast.officer, person)
    found += barriers(cast.officer, "requests-desk-file")
    request = cast.officer.url.partition("?")[0]
    for name in ("return", "approve", "assign"):
        cast.officer.goto(f"{request}{name}/")
        found += barriers(cast.officer, f"requests-desk-{name}")
    assert found == []
    own.context.close()
