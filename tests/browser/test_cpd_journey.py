"""A year of CPD from end to end, in the whole running world: a member and two officers.

Everything is real: the member signs in by the provider's own page, the draw is made, mail arrives,
a file goes to the store and is checked. The member is on a phone whose browser runs no scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from infra.local.people import Person
from tests import uploaded
from tests.browser.visiting import PHONE, WIDE, follow
from tests.entries import POLICY
from tests.infra.waiting import eventually
from tests.service_world import HAVE_ONE, World

TODAY = datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date()
YEAR = TODAY.year
LOG = f"/services/cpd/{YEAR}/"
DESK = f"/services/cpd/desk/{YEAR}/"
PROOF = FilePayload(name="Certificate.pdf", mimeType="application/pdf", buffer=uploaded.pdf())


@dataclass(frozen=True)
class Cast:
    """Who takes part, each at a browser of their own, signed in."""

    member: Person
    phone: Page
    ana: Page
    bo: Page


@pytest.fixture
def cast(world: World, browser: Browser) -> Iterator[Cast]:
    phone = browser.new_context(base_url=world.address, viewport=PHONE, java_script_enabled=False)
    desks = [browser.new_context(base_url=world.address, viewport=WIDE) for _ in range(2)]
    cast = Cast(world.member(), phone.new_page(), *(desk.new_page() for desk in desks))
    world.sign_in(cast.phone, cast.member)
    for which, page in enumerate((cast.ana, cast.bo)):
        world.enter(page, world.person("CPD officer", which), DESK)
    yield cast
    for context in (phone, *desks):
        context.close()


def log_activity(page: Page, title: str, category: str) -> None:
    follow(page, page.get_by_role("link", name="Add an activity"))
    page.get_by_label("What did you do?").fill(title)
    page.get_by_label(category, exact=True).check()
    page.get_by_label("When was it, or when did it begin?").fill(TODAY.isoformat())
    better = page.get_by_role("group", name="Does it make you a better practitioner?")
    better.get_by_label("Yes").check()
    page.get_by_role("group", name="Does it advance the profession?").get_by_label("No").check()
    follow(page, page.get_by_role("button", name="Save the activity"))
    follow(page, page.get_by_role("link", name=f"Back to {YEAR}"))


def declare(page: Page) -> None:
    follow(page, page.get_by_role("link", name=f"Declare {YEAR}"))
    page.get_by_label("What I have logged is true").check()
    follow(page, page.get_by_role("button", name=f"Declare {YEAR}"))
    expect(page.get_by_role("heading", name=f"You declared {YEAR}: all done")).to_be_visible()


def seal(page: Page) -> tuple[str, str]:
    """Seal the seed that the page offers; gives the words and the nonce that an officer copies."""
    page.goto(f"{DESK}audit/")
    follow(page, page.get_by_role("link", name="Seal a seed"))
    shown = page.locator(".facts dd")
    words, nonce = shown.nth(0).inner_text(), shown.nth(1).inner_text()
    page.get_by_label("I have copied the words").check()
    follow(page, page.get_by_role("button", name="Seal it"))
    return words, nonce


def reveal(page: Page, seed: tuple[str, str]) -> None:
    page.goto(f"{DESK}audit/")
    follow(page, page.get_by_role("link", name="Open your seed"))
    page.get_by_label("Words").fill(seed[0])
    page.get_by_label("Nonce").fill(seed[1])
    follow(page, page.get_by_role("button", name="Open it"))


def draw_everybody(ana: Page, bo: Page) -> None:
    ana.goto(f"{DESK}roll/")
    follow(ana, ana.get_by_role("button", name="Begin the roll"))
    expect(ana.get_by_role("heading", name="The roll is complete")).to_be_visible()
    ana.goto(f"{DESK}audit/")
    follow(ana, ana.get_by_role("link", name="Fix the list"))
    ana.get_by_label("Rate").fill("100")
    follow(ana, ana.get_by_role("button", name="Fix the list"))
    seeds = seal(ana), seal(bo)
    reveal(ana, seeds[0])
    reveal(bo, seeds[1])
    more = bo.get_by_role("button", name="Open the audits and make the notices")
    while more.is_visible():
        follow(bo, more)
    expect(bo.get_by_text("audits are open")).to_be_visible()


def hand_over_notice(page: Page, number: str) -> None:
    record = page.get_by_role("link", name="Record service of a notice")

    def opened() -> bool:  # audits are opened a portion at a time
        page.goto(f"{DESK}cases/{number}/")
        return record.is_visible()

    assert eventually(opened)
    follow(page, record)
    page.get_by_label("Handed over in person").check()
    page.get_by_label("On which day?").fill(TODAY.isoformat())
    page.get_by_role("button", name="Record it").click()
    page.wait_for_url(f"**{DESK}cases/{number}/")


def answer(page: Page) -> None:
    page.goto(f"{LOG}audit/")
    follow(page, page.get_by_role("button", name="Add a file"))
    page.get_by_label("File", exact=True).set_input_files(PROOF)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_label("Certificate.pdf")).to_be_checked()
    page.get_by_label("Your remarks").fill("The certificate of the course.")
    page.get_by_role("button", name="Send your answer").click()
    expect(page.get_by_role("heading", name="Your answer is with the reviewers")).to_be_visible()


def find_satisfied(page: Page, number: str) -> None:
    page.goto(f"{DESK}cases/{number}/")
    expect(page.get_by_text("The certificate of the course.")).to_be_visible()
    answers = page.get_by_role("region", name="Answers")
    with page.expect_download() as downloading:
        answers.get_by_role("link", name="Certificate.pdf").click()
    assert downloading.value.path().read_bytes() == uploaded.pdf()
    follow(page, page.get_by_role("link", name="Review the answers"))
    page.get_by_label("Satisfied", exact=True).check()
    page.get_by_label("Reasons").fill("The certificate shows the course.")
    page.get_by_role("button", name="Record the outcome").click()
    page.wait_for_url(f"**{DESK}cases/{number}/")


def test_a_member_logs_declares_is_drawn_answers_and_is_found_to_meet_the_requirement(
    world: World, cast: Cast
) -> None:
    """CPD-2, CPD-3, CPD-6, CPD-7, NOT-1, NOT-2."""
    number = cast.member.member
    phone = cast.phone
    phone.goto("/services/cpd/")
    log_activity(phone, "Course on pressure vessel codes", "Formal Learning")
    log_activity(phone, "Mentoring a technologist", "Peer and Professional Interaction")
    declare(phone)
    before = len(world.mails(cast.member.email))
    draw_everybody(cast.ana, cast.bo)
    assert eventually(lambda: len(world.mails(cast.member.email)) > before)
    hand_over_notice(cast.ana, number)
    answer(phone)
    find_satisfied(cast.bo, number)
    phone.goto(f"{LOG}audit/")
    over = phone.get_by_role("heading", name="The audit is over: the requirement is met")
    expect(over).to_be_visible()
    follow(phone, phone.get_by_role("button", name="Sign out").first)
    expect(phone.get_by_role("heading", name="You are signed out")).to_be_visible()
    phone.goto(LOG)
    expect(phone.get_by_role("link", name=HAVE_ONE)).to_be_visible()
