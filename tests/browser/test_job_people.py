"""The career centre's people in Chromium, all parts running: applying, profiles, requests (JOB-5).

Everything is real: a résumé goes to the store and is checked, mail arrives. The member is on a
phone whose browser runs no scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from infra.local.people import Person
from tests import uploaded
from tests.browser.barriers import barriers
from tests.browser.visiting import (
    PHONE,
    REPORT_VIOLATIONS,
    WIDE,
    follow,
    leading_on,
    tab_to,
)
from tests.infra.waiting import eventually
from tests.service_world import HAVE_ONE, World

JOBS = "/services/jobs/"
RESUME = FilePayload(name="Résumé Ana.pdf", mimeType="application/pdf", buffer=uploaded.pdf())
PICTURE = FilePayload(name="dance.gif", mimeType="image/png", buffer=uploaded.GIF_SCRIPT)
DISCIPLINE = "Forestry"  # nobody of the sample posts or looks for it
CONTACT = "403 555 0100, after four"


@dataclass
class People:
    """Opens browsers of people in the running whole."""

    browser: Browser
    world: World

    def page(self, who: Person, to: str, screen: ViewportSize = WIDE, **about: Any) -> Page:
        """Return a page of somebody's own browser, signed in."""
        context = self.browser.new_context(base_url=self.world.address, viewport=screen, **about)
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        self.world.enter(page, who, to)
        return page


@pytest.fixture
def people(browser: Browser, world: World) -> Iterator[People]:
    before = {*browser.contexts}
    yield People(browser, world)
    for context in {*browser.contexts} - before:
        context.close()


def posting(page: Page, which: int) -> str:
    """Return the number of one of the employer's live postings, of which each test has its own."""
    page.goto(JOBS)
    rows = page.locator("tbody tr").filter(has_text="Live")
    path = rows.nth(which).get_by_role("link").first.get_attribute("href")
    found = re.search(r"/postings/(\d{9})/", path or "")
    assert found, path
    return found[1]


def send_resume(page: Page, file: FilePayload = RESUME) -> None:
    follow(page, page.get_by_role("button", name="Add a résumé"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Send the file").click()


def write_profile(page: Page, headline: str) -> None:
    """Write a profile and publish it."""
    page.goto(f"{JOBS}profile/")
    page.get_by_label("In one line").fill(headline)
    for chosen in page.get_by_role("group", name="Disciplines").get_by_role("checkbox").all():
        chosen.uncheck()
    page.get_by_label(DISCIPLINE, exact=True).check()
    page.get_by_label("Level").select_option("senior")
    page.get_by_label("Years of experience").fill("12")
    page.get_by_label("Calgary, AB").check()
    page.get_by_label("Résumé", exact=False).last.select_option(index=1)
    page.get_by_label("Employers with a live posting may find it").check()
    follow(page, page.get_by_role("button", name="Save the profile"))
    expect(page.get_by_role("heading", name="Your profile is published")).to_be_visible()


def looked_at(page: Page) -> None:
    """Hold a page to what holds of all: no barrier, nothing that juts out, nothing forbidden."""
    assert barriers(page) == []


def test_a_member_applies_withdraws_is_found_asked_and_says_yes(
    world: World, people: People
) -> None:
    """JOB-5."""
    boss = people.page(world.person("employer"), JOBS)
    number = posting(boss, 0)
    who = world.member()
    phone = people.page(who, f"{JOBS}applications/", PHONE, java_script_enabled=False)

    phone.goto(f"/jobs/{number}/")
    follow(phone, phone.get_by_role("link", name="Apply for this job"))
    send_resume(phone, PICTURE)
    expect(phone.get_by_role("heading", name="The file wasn’t accepted")).to_be_visible()
    phone.goto(f"{JOBS}apply/{number}/")
    send_resume(phone)
    phone.wait_for_url(f"**{JOBS}apply/{number}/")
    who_applies = phone.get_by_label("Your name").input_value()
    assert who_applies
    phone.get_by_label("Your message").fill("I know the Peace.")
    expect(phone.get_by_label("Résumé", exact=False).last).not_to_have_value("")
    phone.get_by_label("The employer may see what I send here").check()
    follow(phone, phone.get_by_role("button", name="Send the application"))
    expect(phone.get_by_role("heading", name="Your application is sent")).to_be_visible()

    applications = f"{boss.url}postings/{number}/applications/"
    boss.goto(applications)
    follow(boss, boss.get_by_role("link", name=who_applies))
    expect(boss.get_by_text("I know the Peace.")).to_be_visible()
    with boss.expect_download() as downloading:
        boss.get_by_role("link", name="Open the résumé").click()
    assert downloading.value.path().read_bytes() == uploaded.pdf()

    follow(phone, phone.get_by_role("link", name="Withdraw it"))
    follow(phone, phone.get_by_role("button", name="Withdraw it for good"))
    expect(phone.get_by_role("status")).to_contain_text("withdrawn")
    boss.goto(applications)
    expect(boss.get_by_role("link", name=who_applies)).to_have_count(0)

    headline = "Forester with a total station"
    write_profile(phone, headline)
    boss.goto(JOBS)
    follow(boss, boss.get_by_role("link", name="Find members"))
    boss.get_by_label("Discipline").select_option(DISCIPLINE)
    boss.get_by_label("Years of experience").fill("10")
    follow(boss, boss.get_by_role("button", name="Find members"))
    follow(boss, boss.get_by_role("link", name=headline))
    assert who.member not in boss.content()
    boss.get_by_label("For which posting?").select_option(number)
    boss.get_by_label("What is it about?").fill("We survey cut blocks. Interested?")
    before = len(world.mails(who.email))
    follow(boss, boss.get_by_role("button", name="Ask the member"))
    expect(boss.get_by_text("No answer yet")).to_be_visible()

    assert eventually(lambda: len(world.mails(who.email)) > before)
    phone.goto(f"{JOBS}requests/")
    follow(phone, phone.get_by_role("link", name="Foothills Survey"))
    expect(phone.get_by_text("We survey cut blocks.")).to_be_visible()
    expect(phone.locator(f"a[href='/jobs/{number}/']")).to_be_visible()
    phone.get_by_label("Yes").check()
    phone.get_by_label("How they reach you").fill(CONTACT)
    follow(phone, phone.get_by_role("button", name="Send the answer"))
    expect(phone.get_by_role("status")).to_contain_text("You agreed")

    boss.reload()
    mine = boss.locator(".job-asked").filter(has_text=headline)  # others may have been asked
    expect(mine.get_by_text(CONTACT)).to_be_visible()
    with boss.expect_download() as downloading:
        mine.get_by_role("link", name="Open the résumé").click()
    assert downloading.value.path().read_bytes() == uploaded.pdf()
    follow(phone, phone.get_by_role("link", name="Withdraw your consent"))
    follow(phone, phone.get_by_role("button", name="Withdraw your consent"))
    boss.reload()
    expect(mine).to_have_count(1)
    expect(mine.get_by_text(CONTACT)).to_have_count(0)


def test_what_was_typed_is_there_again_after_a_resume_was_sent(
    world: World, people: People
) -> None:
    number = posting(people.page(world.person("employer"), JOBS), 1)
    page = people.page(world.member(), f"{JOBS}apply/{number}/")
    name, message = page.get_by_label("Your name"), page.get_by_label("Your message")
    consent = page.get_by_label("The employer may see what I send here")
    resume = page.get_by_label("Résumé", exact=False).last
    for words in ("I know the Peace.", "And the Athabasca."):
        name.clear()
        message.fill(words)
        consent.check()
        send_resume(page)
        page.wait_for_url(f"**{JOBS}apply/{number}/")
        expect(message).to_have_value(words)
        expect(page.get_by_role("status")).to_contain_text("isn’t saved yet")
        expect(name).to_have_value("")
        expect(consent).not_to_be_checked()  # it is given to what is sent
        expect(resume).not_to_have_value("")  # the one just sent
        follow(page, page.get_by_role("button", name="Send the application"))
        expect(page.locator(".faults")).to_be_focused()  # the name: and round again from here
    page.goto(f"{JOBS}apply/{number}/")
    expect(message).to_have_value("And the Athabasca.")  # it wasn't sent


def test_whoever_is_not_signed_in_signs_in_and_is_back_at_the_form(
    world: World, people: People, browser: Browser
) -> None:
    number = posting(people.page(world.person("employer"), JOBS), 1)
    who = world.person("recruiter for clients")
    page = browser.new_context(base_url=world.address, viewport=WIDE).new_page()
    page.goto(f"/jobs/{number}/")
    follow(page, page.get_by_role("link", name="Apply for this job"))
    page.get_by_role("link", name=HAVE_ONE).click()
    page.get_by_label("Username").fill(who.email)
    page.get_by_label("Password").fill("Signet-demo-1")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{world.address}{JOBS}apply/{number}/")
    expect(page.get_by_label("Your e-mail address")).to_have_value(who.email)
    follow(page, page.get_by_role("button", name="Send the application"))
    expect(page.locator(".faults")).to_be_focused()
    tab_to(page, page.get_by_label("Your name"))
    page.keyboard.type("Ray Crew")
    tab_to(page, page.get_by_label("The employer may see what I send here"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Send the application"))
    with leading_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your application is sent")).to_be_visible()
    page.goto(f"{JOBS}apply/{number}/")
    expect(page.get_by_role("heading", name="You have applied for this job")).to_be_visible()


def test_no_page_has_a_barrier_and_nothing_juts_out(world: World, people: People) -> None:
    boss = people.page(world.person("employer"), JOBS)
    number = posting(boss, 2)
    who = world.member()
    page = people.page(who, f"{JOBS}apply/{number}/")
    looked_at(page)
    send_resume(page)
    page.wait_for_url(f"**{JOBS}apply/{number}/")
    looked_at(page)
    follow(page, page.get_by_role("button", name="Send the application"))
    looked_at(page)
    page.get_by_label("Your name").fill("Ana Lee")
    page.get_by_label("The employer may see what I send here").check()
    follow(page, page.get_by_role("button", name="Send the application"))
    looked_at(page)
    write_profile(page, "Forester in any weather")
    page.get_by_text("Your profile as employers see it").click()
    looked_at(page)
    base = boss.url
    for path in (
        f"{JOBS}apply/999999999/",
        *(
            f"{JOBS}{part}"
            for part in (
                "applications/",
                f"applications/{number}/",
                f"applications/{number}/withdraw/",
                "requests/",
                "digest/",
            )
        ),
    ):
        page.goto(path)
        looked_at(page)
    boss.goto(f"{base}postings/{number}/applications/")
    follow(boss, boss.get_by_role("link", name="Ana Lee").first)
    looked_at(boss)
    boss.get_by_label("Review again").check()
    follow(boss, boss.get_by_role("button", name="Save the mark"))
    expect(boss.get_by_role("status")).to_contain_text("Saved")
    looked_at(boss)
    boss.goto(f"{base}members/")
    looked_at(boss)
    boss.goto(f"{base}members/?discipline={DISCIPLINE}")
    looked_at(boss)
    boss.get_by_role("link", name="Forester in any weather").click()
    boss.get_by_label("For which posting?").select_option(number)
    boss.get_by_label("What is it about?").fill("We survey cut blocks. Interested?")
    looked_at(boss)
    follow(boss, boss.get_by_role("button", name="Ask the member"))
    looked_at(boss)
    follow(boss, boss.get_by_role("link", name="Forester in any weather"))
    looked_at(boss)
    page.goto(f"{JOBS}profile/")
    looked_at(page)
    follow(page, page.get_by_role("link", name="Read the requests"))
    looked_at(page)
    follow(page, page.get_by_role("link", name="Foothills Survey"))
    looked_at(page)
    page.get_by_label("Yes").check()
    page.get_by_label("How they reach you").fill(CONTACT)
    follow(page, page.get_by_role("button", name="Send the answer"))
    looked_at(page)
    follow(page, page.get_by_role("link", name="Withdraw your consent"))
    looked_at(page)
    boss.goto(f"{base}requests/")
    looked_at(boss)
