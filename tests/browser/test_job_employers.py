"""The career centre's employers and officers in Chromium, all parts running, as people use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from infra.local.people import Person
from tests import uploaded
from tests.browser.visiting import PHONE, REPORT_VIOLATIONS, WIDE, follow, leading_on, tab_to
from tests.infra.waiting import eventually
from tests.service_world import World

JOBS = "/services/jobs/"
# The browser of these tests calls itself a machine, whose views aren't counted.
READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
DECLINED, PAID = "4000 0000 0000 0002", "4242 4242 4242 4242"
WITHIN_SECONDS = 60.0  # of publishing, a posting is public
LOGO = FilePayload(name="Logo.png", mimeType="image/png", buffer=uploaded.png(64, 48))
TEAM = FilePayload(name="Our team.jpg", mimeType="image/jpeg", buffer=uploaded.JPEG)
TITLE = "Pipeline Integrity Technologist"


@dataclass
class People:
    """Opens browsers of people in the running whole."""

    browser: Browser
    world: World

    def page(
        self, who: Person | None = None, *, scripts: bool = True, screen: ViewportSize = WIDE
    ) -> Page:
        """Return a page of somebody's own browser, signed in; of a reader where nobody is given."""
        context = self.browser.new_context(
            base_url=self.world.address,
            viewport=screen,
            java_script_enabled=scripts,
            user_agent=READER,
        )
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        if who:
            self.world.enter(page, who)
        return page


@pytest.fixture
def people(browser: Browser, world: World) -> Iterator[People]:
    before = {*browser.contexts}
    yield People(browser, world)
    for context in {*browser.contexts} - before:
        context.close()


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def register(page: Page, name: str) -> str:
    """Register a company; gives where its pages are."""
    page.goto("/jobs/")
    follow(page, page.get_by_role("link", name="Post a job"))
    follow(page, page.get_by_role("link", name="Register your company"))
    page.get_by_label("Name of the company").fill(name)
    follow(page, page.get_by_role("button", name="Register the company"))
    expect(page.get_by_role("status")).to_contain_text("registered")
    return path_of(page)


def buy(page: Page, base: str, package: str) -> None:
    """Buy a package; the first card that is tried is declined."""
    page.goto(f"{base}credits/")
    follow(page, page.get_by_role("button", name=f"Buy {package}"))
    expect(page.get_by_text("This is a stand-in")).to_be_visible()
    for card in (DECLINED, PAID):
        page.get_by_label("Card number").fill(card)
        follow(page, page.get_by_role("button", name="Pay"))
        if card == DECLINED:
            expect(page.get_by_role("alert")).to_contain_text("declined")
    expect(page.get_by_role("heading", name=re.compile("added"))).to_be_visible()


def write(page: Page, base: str, title: str = TITLE) -> None:
    """Fill in a posting."""
    page.goto(f"{base}postings/new/")
    page.get_by_label("Title of the job").fill(title)
    page.get_by_label("Description").fill("## What you do\n\nInspect **pipelines**.\n\n- dig")
    page.get_by_label("Discipline").select_option("Civil")
    page.get_by_label("Occupation").select_option("22300")
    page.get_by_label("Place").select_option("calgary")


def number_of(page: Page) -> str:
    return path_of(page).rstrip("/").rpartition("/")[2]


def public(world: World, number: str) -> bool:
    """Whether a posting has a page that the public can apply from."""
    file = world.place.site / "jobs" / number / "index.html"
    return file.is_file() and "application/ld+json" in file.read_text("utf-8")


def in_time(world: World, number: str, *, there: bool = True) -> None:
    assert eventually(lambda: public(world, number) is there, WITHIN_SECONDS)


def receipt(world: World, owner: Person) -> str:
    """Return the text of the one receipt that somebody was sent."""

    def sent() -> list[str]:
        mails = world.mails(owner.email)
        return [one.text for one in mails if one.message["subject"].startswith("Receipt R-")]

    assert eventually(lambda: bool(sent()))
    (found,) = sent()
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_employer_registers_buys_posts_is_read_and_applied_to(
    people: People, world: World, *, scripts: bool
) -> None:
    """JOB-1, JOB-2, JOB-4."""
    owner = world.stranger()
    page = people.page(owner, scripts=scripts, screen=WIDE if scripts else PHONE)
    base = register(page, "Bow Valley Integrity Ltd.")
    buy(page, base, "1 posting")
    follow(page, page.get_by_role("link", name=re.compile("^R-")))
    for words in (told := ("225.00", "GST 5 %", "11.25", "236.25")):
        expect(page.locator("main")).to_contain_text(words)
    mail = receipt(world, owner)
    assert [words for words in told if words not in mail] == []
    write(page, base)
    follow(page, page.get_by_role("button", name="Preview"))
    expect(page.get_by_role("heading", name="What you do")).to_be_visible()
    follow(page, page.get_by_role("button", name="Publish for 1 credit"))
    expect(page.get_by_role("status")).to_contain_text("Published")
    number = number_of(page)
    in_time(world, number)
    reader = people.page()
    reader.goto("/jobs/all/")
    with reader.expect_response("**/services/jobs/seen"):
        reader.locator(f"a[href='/jobs/{number}/']").first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.goto(f"{base}postings/{number}/figures/")
    expect(page.get_by_text("Views: 1 in all")).to_be_visible()
    expect(page.get_by_text("Readers whose browsers run no scripts")).to_be_visible()
    page.goto(f"/jobs/{number}/")
    page.goto(f"{base}postings/{number}/figures/")
    expect(page.get_by_text("Views: 1 in all")).to_be_visible()
    member = people.page(world.member(), scripts=scripts, screen=PHONE)
    member.goto(f"/jobs/{number}/")
    follow(member, member.get_by_role("link", name="Apply for this job"))
    member.get_by_label("Your message").fill("I have pigged the Peace lines.")
    member.get_by_label("The employer may see what I send here").check()
    follow(member, member.get_by_role("button", name="Send the application"))
    expect(member.get_by_role("heading", name="Your application is sent")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Applications: 1 in all")).to_be_visible()
    page.goto(f"{base}postings/{number}/applications/")
    follow(page, page.locator("main tbody a, main .logged a").first)
    expect(page.get_by_text("I have pigged the Peace lines.")).to_be_visible()


def test_a_posting_is_changed_paused_extended_copied_and_closed(
    people: People, world: World
) -> None:
    """JOB-1."""
    page = people.page(world.stranger())
    base = register(page, "Peace Country Surveys")
    buy(page, base, "5 postings")
    write(page, base)
    follow(page, page.get_by_role("button", name="Publish for 1 credit"))
    number = number_of(page)
    at = f"{base}postings/{number}/"
    in_time(world, number)
    follow(page, page.get_by_role("link", name="Change it"))
    page.get_by_label("Title of the job").fill(f"Senior {TITLE}")
    follow(page, page.get_by_role("button", name="Save the changes"))
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    assert eventually(lambda: f"Senior {TITLE}" in world.page(f"jobs/{number}"), WITHIN_SECONDS)
    follow(page, page.get_by_role("button", name="Pause"))
    in_time(world, number, there=False)
    follow(page, page.get_by_role("button", name="Resume"))
    in_time(world, number)
    days = page.locator(".job-seen__facts").first.get_by_text("Days").locator("xpath=../dd")
    before = days.inner_text()
    follow(page, page.get_by_role("link", name="Extend it"))
    follow(page, page.get_by_role("button", name="Extend it"))
    assert days.inner_text() != before
    follow(page, page.get_by_role("button", name="Copy"))
    expect(page.get_by_role("status")).to_contain_text("copy")
    page.goto(at)
    follow(page, page.get_by_role("link", name="Close it"))
    follow(page, page.get_by_role("button", name="Close it for good"))
    in_time(world, number, there=False)
    page.goto(f"{base}credits/")
    expect(page.locator(".job-glance__number")).to_have_text("3")


def send(page: Page, file: FilePayload) -> None:
    follow(page, page.get_by_role("button", name=re.compile("^Add a(nother)? picture")))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Send the file").click()


def test_a_profile_gets_a_logo_and_pictures_and_refuses_what_is_none(
    people: People, world: World
) -> None:
    """JOB-7."""
    page = people.page(world.stranger())
    base = register(page, "Crowsnest Structures")
    page.goto(f"{base}profile/")
    send(page, FilePayload(name="cv.pdf", mimeType="image/png", buffer=uploaded.pdf()))
    expect(page.get_by_role("alert")).to_contain_text("isn’t a PNG or JPEG file")
    page.goto(f"{base}profile/")
    send(page, FilePayload(name="cv.png", mimeType="image/png", buffer=uploaded.pdf()))
    expect(page.get_by_role("heading", name="The picture wasn’t accepted")).to_be_visible()
    for file in (LOGO, TEAM):
        page.goto(f"{base}profile/")
        send(page, file)
        page.wait_for_url(lambda url: urlsplit(url).path == f"{base}profile/")
    page.get_by_role("combobox", name="Logo").select_option(label="Logo.png")
    page.get_by_label("Our team.jpg").check()
    page.get_by_label("About the company").fill("We draw and check **steel**.")
    follow(page, page.get_by_role("button", name="Save the profile"))
    expect(page.get_by_text("In use", exact=True)).to_have_count(2)


def test_what_was_typed_while_a_colleague_saved_is_there_and_overwrites_nothing(
    people: People, world: World
) -> None:
    owner = world.stranger()
    page, colleague = people.page(owner), people.page(owner)
    base = register(page, "Sheep River Drafting")
    page.goto(f"{base}profile/")
    page.get_by_label("About the company").fill("We draw.")
    links = [f"https://{name}.example/sheep" for name in ("one", "two")]
    for at, link in enumerate(links):
        page.locator("[name=social]").nth(at).fill(link)
    follow(page, page.get_by_role("button", name="Add a picture"))
    colleague.goto(f"{base}profile/")
    colleague.get_by_label("About the company").fill("We draw and check.")
    follow(colleague, colleague.get_by_role("button", name="Save the profile"))
    follow(page, page.get_by_role("link", name="Cancel"))
    expect(page.get_by_label("About the company")).to_have_value("We draw.")
    for at, link in enumerate([*links, ""]):
        expect(page.locator("[name=social]").nth(at)).to_have_value(link)
    follow(page, page.get_by_role("button", name="Save the profile"))
    expect(page.get_by_text("The profile was changed since you opened it")).to_be_visible()


def test_people_are_let_in_and_clients_named(people: People, world: World) -> None:
    """JOB-3."""
    owner, poster = world.stranger(), world.stranger()
    page = people.page(owner)
    base = register(page, "Aspen Technical Recruiters")
    page.goto(f"{base}profile/")
    page.get_by_label(re.compile("recruit for other")).check()
    follow(page, page.get_by_role("button", name="Save the profile"))
    follow(page, page.get_by_role("link", name="Clients"))
    page.get_by_label("Name of the client").fill("Battle River Fabricators")
    follow(page, page.get_by_role("button", name="Add the client"))
    follow(page, page.get_by_role("link", name="People"))
    page.get_by_label("E-mail address").fill(poster.email)
    page.get_by_label("Battle River Fabricators").check()
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Poster, only for Battle River Fabricators")).to_be_visible()
    theirs = people.page(poster)
    theirs.goto(JOBS)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Aspen Technical Recruiters")
    expect(theirs.get_by_role("link", name="Profile")).to_have_count(0)
    follow(theirs, theirs.get_by_role("link", name="Post a job"))
    theirs.get_by_label("On behalf of").select_option(label="Battle River Fabricators")


def test_the_way_from_nothing_to_a_published_posting_goes_by_keyboard(
    people: People, world: World
) -> None:
    owner = world.stranger()
    page = people.page(owner)

    def press(role: str, name: str) -> None:
        tab_to(page, page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        with leading_on(page):
            page.keyboard.press("Enter")

    page.goto("/jobs/")
    press("link", "Post a job")
    press("link", "Register your company")
    tab_to(page, page.get_by_label("Name of the company"))
    page.keyboard.type("Keyboard Alone Ltd.")
    press("button", "Register the company")
    press("link", "See the ledger")
    press("button", "Buy 1 posting")
    press("button", "Pay")
    press("link", "Post a job")
    tab_to(page, page.get_by_label("Title of the job"))
    page.keyboard.type(TITLE)
    tab_to(page, page.get_by_label("Description"))
    page.keyboard.type("Inspect pipelines.")
    for label, typed in (("Discipline", "Civ"), ("Occupation", "Civil eng"), ("Place", "Calg")):
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(typed)
    press("button", "Publish for 1 credit")
    expect(page.get_by_role("status")).to_contain_text("Published")


def test_an_officer_gives_credits_takes_a_posting_down_and_adds_a_place(
    people: People, world: World
) -> None:
    page = people.page(world.stranger())
    base = register(page, "Chinook Controls")
    desk = people.page(world.person("Career officer"), screen=PHONE)
    desk.goto(f"{JOBS}desk/companies/{base.split('/')[-2]}/")
    desk.get_by_label("How many credits").fill("2")
    desk.get_by_label("Why").fill("Opening offer")
    follow(desk, desk.get_by_role("button", name="Give the credits"))
    write(page, base)
    follow(page, page.get_by_role("button", name="Publish for 1 credit"))
    number = number_of(page)
    in_time(world, number)
    desk.goto(f"{JOBS}desk/")
    desk.get_by_label("Number of a posting").fill(number)
    follow(desk, desk.get_by_role("button", name="Find postings"))
    follow(desk, desk.get_by_role("link", name="Take the posting down"))
    desk.get_by_label("Your words to the company").fill("It asks applicants for money.")
    follow(desk, desk.get_by_role("button", name="Take it down"))
    page_of_it = world.place.site / "jobs" / number
    assert eventually(lambda: not page_of_it.exists(), WITHIN_SECONDS)
    page.reload()
    expect(page.get_by_text("It asks applicants for money.")).to_be_visible()
    desk.goto(f"{JOBS}desk/places/")
    desk.get_by_label("Name").fill("Vulcan")
    follow(desk, desk.get_by_role("button", name="Add it"))
    write(page, base)
    page.get_by_label("Place").select_option(label="Vulcan, AB")


def test_an_officer_sends_a_payment_back_and_its_credits_go(people: People, world: World) -> None:
    """JOB-2."""
    page = people.page(world.stranger())
    base = register(page, "Kananaskis Controls")
    buy(page, base, "5 postings")
    desk = people.page(world.person("Career officer"))
    desk.goto(f"{JOBS}desk/companies/{base.split('/')[-2]}/")
    follow(desk, desk.locator(".job-ledger a").first)
    desk.get_by_label("Why").fill("Bought by mistake")
    follow(desk, desk.get_by_role("button", name="Send it back"))
    expect(desk.get_by_role("status")).to_contain_text("asked to refund")
    expect(desk.locator(".job-seen__facts")).to_contain_text("1,044.75 CAD")
    page.goto(f"{base}credits/")
    expect(page.locator(".job-glance__number")).to_have_text("0")
