"""The complaints desk in Chromium: from what was filed to its closing; no page with a barrier."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lambdas.complaints.desk.acts import ACTS
from lambdas.complaints.desk.function import app, handler
from signet.accounts.model import Role
from signet.complaints.desk import entries, letters, notes, stages
from signet.complaints.desk.case_model import Proposed, To, Written
from signet.complaints.model import Case
from signet.letters.service import Way
from signet.publish.proposed import PageComparison
from tests.browser.barriers import barriers
from tests.browser.serving import AS, served
from tests.browser.test_complaint_filing import code_on, fill_in
from tests.browser.test_complaint_followup import come_back
from tests.browser.visiting import (
    NARROW,
    PHONE,
    WIDE,
    Complaints,
    Windows,
    follow,
    leading_on,
    tab_to,
)
from tests.complaint_desk import (
    DIRECTION,
    desk,
    filed,
    first,
    heard,
    join,
    noon,
    officer,
    seen,
    signed,
)
from tests.complaint_office import TODAY, complaint_tables_made, file, office, shell
from tests.entries import POLICY
from tests.service_world import World

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
pytestmark = pytest.mark.xdist_group("world")
DESK = "/services/complaints/desk/"
HAPPENED = (
    "We asked for the drawings of our balcony to be checked before the work began.\nThey were "
    "sealed the same day, and the beam that is drawn there is not the one that stands. We only "
    "learned of it in May, when it came down."
)


@pytest.fixture
def room(desk: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the desk behind a real address, for a registrar."""
    registrar = signed(Role.REGISTRAR, Role.COMPLAINTS_OFFICER, email="rae@office.example").token
    monkeypatch.setattr(app, "clock", lambda: noon(TODAY))
    with served(handler, lambda _: registrar) as address:
        monkeypatch.setenv("SIGNET_SITE_URL", address)
        yield address


def busy() -> Case:
    """Return a case with something of everything, and others beside it."""
    join("100001")
    receipt = file(
        numbers=("100001", "100002"),
        happened=HAPPENED,
        where="Red Deer",
        grounds=("skill",),
        name="Sam Roe",
        email="sam@example.com",
        address="12-101 Elm Street, Red Deer",
    )
    for days in (20, 35, 61, 90):
        first(file(today=TODAY.fromordinal(TODAY.toordinal() - days)))
    filed(numbers=("100003",))
    case = first(receipt)
    notes.note(officer(), seen(case), "The owner of the house called; she has photographs.")
    notes.ask(officer(), seen(case), "Who put the beam in, and when?")
    heard(case)
    stages.decide(officer(), seen(case), "conditions", "As the panel found.", DIRECTION)
    text = "Dear Ana Lee\n\nA complaint was made about drawings that you sealed."
    written = Written(name="Ana Lee", address="1 Elm", about="A complaint", text=text)
    letter = letters.write(officer(), seen(case), To.RESPONDENT, 30, written)
    letters.record_service(officer(), seen(case), letter, Way.MAIL, TODAY, within=True)
    return case


def every_page(case: Case) -> list[str]:
    at = f"{DESK}cases/{case.id}/"
    forms = [*ACTS, "letter", "entry", "erase"]
    lists = ("", "news/", "stages/received/", "stages/closed/", "report/", "retention/")
    return [at, *(f"{at}{name}/" for name in forms), *(f"{DESK}{one}" for one in lists)]


def test_an_entry_that_waits_shows_what_the_public_will_see_and_is_approved_on_a_phone(
    browser: Browser, room: str
) -> None:
    """T30."""
    case = busy()
    told = Proposed(
        number="100001",
        kind="condition_imposed",
        data={"condition": "Supervision", "text": "Works under supervision", "published": False},
        effective_on=TODAY,
        authority="Discipline Committee, G 46",
    )
    compare = PageComparison(POLICY, TODAY)
    entries.propose(officer("officer-p"), seen(case), told, compare)
    context = browser.new_context(base_url=room, viewport=NARROW)
    context.add_cookies([{"name": AS, "value": "rae", "url": room}])
    page = context.new_page()
    page.goto(f"{DESK}cases/{case.id}/entry/")
    found = barriers(page, "complaint-desk-entry-waiting")
    page.set_viewport_size(NARROW)
    expect(page.get_by_text("Permitted to practise, with conditions")).to_be_visible()
    page.get_by_role("button", name="Approve and enter").click()
    expect(page.get_by_text("Entered in the register")).to_be_visible()
    context.close()
    assert not found, "\n".join(found)


def test_no_page_of_the_desk_has_a_barrier_breaks_the_policy_or_scrolls_sideways(
    windows: Windows, room: str
) -> None:
    page = windows.page(base_url=room, viewport=WIDE)
    page.context.add_cookies([{"name": AS, "value": "rae", "url": room}])
    complaints, found = Complaints(page, room), list[str]()
    for at, path in enumerate(every_page(busy())):
        page.goto(path)
        found += barriers(page, f"complaint-desk-{at:02}")
    windows.leave()
    assert found == []
    assert complaints == []


def test_an_officer_follows_what_was_filed_to_its_closing_and_both_sides_see_it(
    browser: Browser, world: World
) -> None:
    """In the running whole, with the office's key unwrapped by its KMS; the officer by keyboard."""
    filing = browser.new_context(base_url=world.address, viewport=PHONE)
    filer = filing.new_page()
    fill_in(filer, about="100001")  # without a number, the registrars alone see it at first
    follow(filer, filer.get_by_role("button", name="Send", exact=True))
    code = code_on(filer)
    # The code has groups of letters with hyphens too, and may have a C before one.
    reference = filer.get_by_text(re.compile(r"^C-\w{4}-\w{4}$")).inner_text()
    working = browser.new_context(base_url=world.address, viewport=WIDE)
    page = working.new_page()
    world.enter(page, world.person("Complaints officer"))
    follow(page, page.get_by_role("link", name="Complaints desk"))
    page.get_by_label("Reference").fill(reference)
    with leading_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_text("It came down in May.")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Ask the complainant"))
    with leading_on(page):
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("What do you want to ask?"))
    page.keyboard.type("Which van was it?")
    tab_to(page, page.get_by_role("button", name="Send the question"))
    with leading_on(page):
        page.keyboard.press("Enter")
    case_at = page.url

    come_back(filer, code)
    filer.get_by_label("Your answer").fill("The blue one.")
    follow(filer, filer.get_by_role("button", name="Send the answer"))
    page.goto(DESK)
    follow(page, page.get_by_role("link", name="An answer to").last)
    expect(page.get_by_text("The blue one.")).to_be_visible()

    page.goto(case_at)
    follow(page, page.get_by_role("link", name="Manage the case"))
    page.locator("select[name=account]").select_option(label="Myself")
    follow(page, page.get_by_role("button", name="Assign it"))
    act(page, case_at, "Move the case", "Outside jurisdiction", "Move it")
    act(page, case_at, "Record the outcome", "Not taken up", "Record it")
    come_back(filer, code)
    expect(filer.get_by_text("Read what we wrote to you.")).to_be_visible()
    working.close()
    closing = browser.new_context(base_url=world.address, viewport=PHONE)
    page = closing.new_page()
    world.enter(page, world.person("Registrar"))
    act(page, case_at, "Move the case", "Closed", "Move it")
    expect(page.get_by_text("Kept until")).to_be_visible()
    come_back(filer, code)
    expect(filer.get_by_text("Your complaint is closed.")).to_be_visible()
    for context in (filing, closing):
        context.close()


def act(page: Page, case_at: str, link: str, choice: str, button: str) -> None:
    """Do something with a case by its form."""
    page.goto(case_at)
    follow(page, page.get_by_role("link", name=link))
    page.get_by_label(choice).check()
    page.get_by_label("Reason").fill("It isn’t about anybody’s practice.")
    if button == "Move it":
        page.get_by_label("To the complainant").fill("We can’t deal with whose van it was.")
    follow(page, page.get_by_role("button", name=button))
