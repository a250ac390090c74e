"""Coming back with a code in Chromium: read a question, answer it, add, see how far it is."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_complaint_filing import BACK, code_on, fill_in, looked_at
from tests.browser.visiting import (
    NARROW,
    REPORT_VIOLATIONS,
    WIDE,
    Complaints,
    follow,
    leading_on,
    tab_to,
)
from tests.service_world import World

pytestmark = pytest.mark.xdist_group("world")
ASKED = "When did you first see it?"
# As the desk asks: sealed to the reader's key, under the filing's locator. The code comes by stdin.
ASK = f"""
import sys
from signet import sealing, tables
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import FilingRow, seal_context
tables.bind([FilingRow])
filing, part = Filing(sys.stdin.read()), "question#2026-11-25#{"4" * 32}"
public, about = filing.reader.public_key(), seal_context(filing.locator, part)
FilingRow(filing.locator, part, sealed=sealing.direct(b"{ASKED}", public, about)).save()
"""


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Page]:
    """Yield a page of somebody who isn't signed in."""
    context = browser.new_context(
        base_url=world.address, viewport=NARROW, java_script_enabled=request.param
    )
    context.add_init_script(REPORT_VIOLATIONS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def code(browser: Browser, world: World) -> str:
    """Return the code of a complaint about which staff have asked something."""
    context = browser.new_context(base_url=world.address, viewport=WIDE)
    filer = context.new_page()
    fill_in(filer)
    follow(filer, filer.get_by_role("button", name="Send", exact=True))
    found = code_on(filer)
    context.close()
    command = [sys.executable, "-c", ASK]
    subprocess.run(command, input=found, text=True, env=world.environment, check=True)
    return found


def come_back(page: Page, code: str) -> None:
    page.goto(BACK)
    page.get_by_label("Your receipt code").fill(code.lower().replace("-", " "))
    follow(page, page.get_by_role("button", name="Continue"))


def test_a_wrong_code_is_said_where_it_is_typed(page: Page) -> None:
    come_back(page, "K7QM-2XRD-9VTB-4HWN-6CYE")
    expect(page.locator(".faults")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="We can’t find anything with this code").click()
    expect(page.get_by_label("Your receipt code")).to_be_focused()
    expect(page.get_by_label("Your receipt code")).to_have_value("")


def test_a_question_is_read_and_answered_and_more_is_added(
    page: Page, code: str, world: World
) -> None:
    complaints = Complaints(page, world.address)
    come_back(page, code)
    expect(
        page.get_by_text("We have received your complaint, and will decide whether")
    ).to_be_visible()
    expect(page.get_by_text(ASKED)).to_be_visible()
    expect(page.get_by_text("It came down in May.")).to_have_count(0)
    answer = page.get_by_label("Your answer")
    if answer.count():  # the first of the two who come here
        answer.fill("In April.")
        follow(page, page.get_by_role("button", name="Send the answer"))
        expect(page.get_by_text("We have received your answer.")).to_be_visible()
    expect(page.get_by_text("You answered on")).to_be_visible()
    tab_to(page, page.get_by_label("What would you like to add?"))
    page.keyboard.type("My neighbour saw it too.")
    tab_to(page, page.get_by_role("button", name="Add it"))
    with leading_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_text("We have received what you added.")).to_be_visible()
    expect(page.get_by_text("My neighbour")).to_have_count(0)
    assert code not in page.url
    assert complaints == []


def test_no_page_has_a_barrier_and_nothing_is_cut_off_or_too_small(
    browser: Browser, world: World, code: str
) -> None:
    context = browser.new_context(base_url=world.address, viewport=WIDE)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    page.goto(BACK)
    looked_at(page, "back-code")
    come_back(page, "nothing")
    looked_at(page, "back-wrong")
    come_back(page, code)
    looked_at(page, "back-complaint")
    follow(page, page.get_by_role("button", name="Add it"))
    looked_at(page, "back-fault")
    follow(page, page.get_by_role("button", name="Send files"))
    looked_at(page, "back-files")
    context.close()
