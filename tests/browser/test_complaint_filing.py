"""Filing a complaint in Chromium: calm, one thing at a time, on a phone, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Request, expect

from signet.policy import load
from tests import uploaded
from tests.browser.barriers import barriers
from tests.browser.visiting import (
    NARROW,
    PHONE,
    REPORT_VIOLATIONS,
    WIDE,
    Complaints,
    follow,
    leading_on,
    tab_to,
)
from tests.infra.waiting import eventually
from tests.service_world import World

pytestmark = pytest.mark.xdist_group("world")
FORM, BACK = "/services/complaints/", "/services/complaints/followup/"
SHEET = re.compile(rb"/Type\s*/Page\b")
HAPPENED = "They sealed drawings of our balcony that they hadn’t looked at.\nIt came down in May."
PDF = FilePayload(name="Drawing.pdf", mimeType="application/pdf", buffer=uploaded.pdf())
SMALL = """[...document.querySelectorAll("main :is(a.button, button, summary, input, select)")]
  .filter((element) => element.type !== "hidden" && element.checkVisibility())
  .filter((element) => element.getBoundingClientRect().height < 24)
  .map((element) => element.outerHTML)"""


@pytest.fixture
def opened(browser: Browser, world: World) -> Iterator[Page]:
    """Yield a page of somebody who isn't signed in, with scripts."""
    context = browser.new_context(base_url=world.address, viewport=WIDE)
    context.add_init_script(REPORT_VIOLATIONS)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser, world: World) -> Iterator[Page]:
    """Yield the same on a phone, without scripts."""
    context = browser.new_context(base_url=world.address, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def to_part(page: Page, heading: str) -> None:
    """Go on, one thing at a time, until a part is there."""
    for _ in range(6):
        if page.get_by_role("heading", name=heading, level=2).is_visible():
            return
        on(page)
    message = f"there is no part {heading}"
    raise AssertionError(message)


def fill_in(page: Page, about: str = "") -> None:
    """Say the least that is needed, as far as the page with all answers: in words, or by number."""
    page.goto(FORM)
    if about:
        page.get_by_label("Their register or permit number").fill(about)
    else:
        page.get_by_label("Who is it about, in your own words?").fill("The one with the blue van")
    to_part(page, "What happened")
    page.get_by_label("What happened?").fill(HAPPENED)
    to_part(page, "How to reach you")
    page.get_by_role("button", name="Check your answers").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()


def code_on(page: Page) -> str:
    return page.locator("#receipt-code").inner_text().replace("\n", "").strip()


# ---- With scripts ----------------------------------------------------------------------------


def test_a_complaint_is_filed_one_thing_at_a_time(opened: Page, world: World) -> None:
    complaints = Complaints(opened, world.address)
    opened.goto("/complaints/")
    follow(opened, opened.get_by_role("link", name="Tell us what happened"))
    expect(opened.locator("[data-part]:visible")).to_have_count(1)
    for name in ("Check your answers", "Back"):
        expect(opened.get_by_role("button", name=name)).to_be_hidden()
    opened.get_by_label("Find them in the register").press_sequentially("100001")
    opened.get_by_role("button", name=re.compile("100001")).click()
    number = opened.get_by_label("Their register or permit number")
    expect(number).to_have_value("100001")
    expect(number).to_be_focused()
    expect(opened.get_by_label("A registered technologist")).to_be_checked()
    on(opened)
    expect(opened.get_by_role("heading", name="Step 2 of 6 What happened")).to_be_focused()
    expect(opened).to_have_title(re.compile("^Step 2 of 6"))
    opened.get_by_label("What happened?").fill(HAPPENED)
    to_part(opened, "What it comes under")
    opened.get_by_label("They acted against the profession’s code of ethics").or_(
        opened.get_by_label("They acted against the profession's code of ethics")
    ).check()
    to_part(opened, "How to reach you")
    expect(opened.get_by_role("button", name="Continue")).to_be_hidden()
    opened.get_by_label("Your name").fill("Sam Example")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_focused()
    expect(opened.get_by_text("It came down in May.")).to_be_visible()
    expect(opened.get_by_text("They will be told your name")).to_be_visible()
    follow(opened, opened.get_by_role("button", name="Send", exact=True))
    expect(opened.get_by_role("heading", name="We have received it")).to_be_visible()
    code = code_on(opened)
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    assert code not in opened.url
    assert opened.evaluate("window.violations") == []
    assert complaints == []


def test_nothing_is_sent_before_all_is_read_back_and_what_is_kept_is_the_tab_s_alone(
    opened: Page, world: World
) -> None:
    asked: list[Request] = []
    opened.on("request", lambda request: asked.append(request))
    opened.goto(FORM)
    opened.get_by_label("Find them in the register").press_sequentially("100001")
    expect(opened.get_by_role("button", name=re.compile("100001"))).to_be_visible()
    opened.get_by_label("Who is it about, in your own words?").fill("Somebody")
    to_part(opened, "What happened")
    opened.get_by_label("What happened?").fill(HAPPENED)
    to_part(opened, "How to reach you")
    assert {one.method for one in asked} == {"GET"}
    looked_up = [one for one in asked if "/register/lookup/" in one.url]
    assert looked_up
    assert not [one.url for one in looked_up if "referer" in one.all_headers()]
    assert opened.evaluate("[Object.keys(localStorage), document.cookie]") == [[], ""]
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_visible()
    follow(opened, opened.get_by_role("button", name="Send", exact=True))
    expect(opened.get_by_role("heading", name="We have received it")).to_be_visible()
    assert opened.evaluate("Object.keys(sessionStorage)") == []
    opened.goto(FORM)
    expect(opened.get_by_label("Who is it about, in your own words?")).to_have_value("")
    assert opened.locator("form[data-parts]").get_attribute("autocomplete") == "off"


def test_a_reload_loses_no_word_and_reading_on_opens_a_tab_of_its_own(opened: Page) -> None:
    """E4."""
    opened.goto(FORM)
    expect(opened.get_by_text("a reload loses nothing")).to_be_visible()
    opened.get_by_label("A registered technologist").check()
    opened.get_by_label("Who is it about, in your own words?").fill("The one with the blue van")
    with opened.context.expect_page() as tab:
        opened.get_by_role("link", name="Read what we can do").click()
    tab.value.close()
    to_part(opened, "What happened")
    opened.get_by_label("What happened?").fill(HAPPENED)
    opened.reload()
    expect(opened.get_by_label("A registered technologist")).to_be_checked()
    described = opened.get_by_label("Who is it about, in your own words?")
    expect(described).to_have_value("The one with the blue van")
    to_part(opened, "How to reach you")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_text("It came down in May.")).to_be_visible()
    opened.reload()
    to_part(opened, "What happened")
    expect(opened.get_by_label("What happened?")).to_have_value(HAPPENED)


def test_a_typed_number_becomes_a_name_on_the_form_and_where_all_is_read_back(
    opened: Page,
) -> None:
    """E2, T21."""
    opened.goto(FORM)
    number = opened.get_by_label("Their register or permit number")
    number.fill("No. 0100 001")
    number.blur()
    whose = opened.locator(f"#{number.get_attribute('id')}-whose")
    expect(whose).to_contain_text(re.compile(r"\w+, "))
    told = whose.inner_text()
    to_part(opened, "What happened")
    opened.get_by_label("What happened?").fill(HAPPENED)
    to_part(opened, "How to reach you")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_text("Is this who you mean?")).to_be_visible()
    expect(opened.get_by_text(told.split(",")[0], exact=True)).to_be_visible()


def test_back_and_forward_go_by_steps_and_find_every_word_again(opened: Page) -> None:
    fill_in(opened)
    opened.go_back()
    expect(opened.get_by_role("heading", name="How to reach you")).to_be_focused()
    for _ in range(4):
        opened.go_back()
    expect(opened.get_by_role("heading", name="What happened", level=2)).to_be_visible()
    expect(opened.get_by_label("What happened?")).to_have_value(HAPPENED)
    for _ in range(5):
        opened.go_forward()
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_visible()
    opened.get_by_role("button", name="Change where").click()
    expect(opened.get_by_role("heading", name="When and where")).to_be_focused()
    opened.get_by_label("Where did it happen?").fill("Red Deer")
    to_part(opened, "How to reach you")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_text("Red Deer")).to_be_visible()
    expect(opened.get_by_text("It came down in May.")).to_be_visible()


def test_without_a_connection_nothing_is_lost_and_it_is_said(opened: Page) -> None:
    fill_in(opened)
    opened.go_back()
    opened.context.set_offline(True)
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_role("alert")).to_contain_text("what you wrote is still here")
    opened.context.set_offline(False)
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_visible()
    opened.context.set_offline(True)
    opened.get_by_role("button", name="Send", exact=True).click()
    expect(opened.get_by_role("alert")).to_contain_text("Nothing was sent")
    opened.context.set_offline(False)
    follow(opened, opened.get_by_role("button", name="Send", exact=True))
    expect(opened.get_by_role("heading", name="We have received it")).to_be_visible()


def test_a_fault_leads_into_the_part_where_it_is(opened: Page) -> None:
    """E4: at once, not after the last step."""
    opened.goto(FORM)
    on(opened)
    described = opened.get_by_label("Who is it about, in your own words?")
    expect(described).to_be_focused()
    expect(described).to_have_attribute("aria-invalid", "true")
    expect(opened.get_by_text("Say who it is about: give a number")).to_be_visible()
    opened.get_by_label("Their register or permit number").fill("abc")
    on(opened)
    expect(opened.get_by_text("Enter each number as on the register")).to_be_visible()
    opened.get_by_label("Their register or permit number").fill("")
    described.fill("Somebody")
    on(opened)
    on(opened)
    expect(opened.get_by_label("What happened?")).to_be_focused()
    expect(opened.get_by_text("Say what happened")).to_be_visible()
    opened.get_by_label("What happened?").fill(HAPPENED)
    to_part(opened, "How to reach you")
    opened.get_by_label("Your e-mail address").fill("nobody")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_label("Your e-mail address")).to_be_focused()
    opened.get_by_label("Your e-mail address").fill("nobody@example.org")
    opened.get_by_role("button", name="Check your answers").click()
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_visible()


def test_the_receipt_is_copied_and_printed_on_one_sheet(opened: Page) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill_in(opened)
    follow(opened, opened.get_by_role("button", name="Send", exact=True))
    code = code_on(opened)
    opened.get_by_role("button", name="Copy the code").click()
    expect(opened.get_by_text("Copied.")).to_be_visible()
    assert opened.evaluate("navigator.clipboard.readText()") == code
    for paper in ("Letter", "A4"):
        assert len(SHEET.findall(opened.pdf(format=paper))) == 1
    opened.emulate_media(media="print")
    expect(opened.locator("#receipt-code")).to_be_visible()
    expect(opened.get_by_text(BACK)).to_be_visible()
    for gone in ("Copy the code", "Send file 1"):
        expect(opened.get_by_role("button", name=gone)).to_be_hidden()
    expect(opened.get_by_text("Leave this page quickly")).to_be_hidden()


def test_whoever_must_leave_is_gone_and_back_shows_nothing_of_it(opened: Page) -> None:
    rules = load().complaints
    assert rules
    opened.route(f"{rules.leave_to}**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    opened.goto("/")
    opened.goto(FORM)
    opened.get_by_label("Who is it about, in your own words?").fill("Somebody")
    with opened.expect_request(f"{rules.leave_to}**") as asked:
        opened.get_by_role("link", name="Leave this page quickly").click()
    assert "referer" not in asked.value.all_headers()
    expect(opened.get_by_role("heading", name="Weather")).to_be_visible()
    opened.go_back()
    assert FORM not in opened.url


def test_the_whole_way_goes_by_keyboard(opened: Page) -> None:
    opened.goto(FORM)
    tab_to(opened, opened.get_by_label("Find them in the register"))
    opened.keyboard.type("100001")
    choice = opened.get_by_role("button", name=re.compile("100001"))
    choice.wait_for()
    opened.keyboard.press("Enter")
    expect(choice).to_be_focused()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Enter")  # in a box: on to the next part, and nothing is sent
    expect(opened.get_by_role("heading", name="What happened", level=2)).to_be_focused()
    tab_to(opened, opened.get_by_label("What happened?"))
    opened.keyboard.type("They sealed what they hadn’t read.")
    for heading in ("When", "What it comes under", "What you hope", "How to reach"):
        tab_to(opened, opened.get_by_role("button", name="Continue"))
        opened.keyboard.press("Enter")
        expect(opened.get_by_role("heading", name=re.compile(heading), level=2)).to_be_focused()
    tab_to(opened, opened.get_by_role("button", name="Check your answers"))
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="Check your answers")).to_be_focused()
    tab_to(opened, opened.get_by_role("button", name="Send", exact=True))
    with leading_on(opened):
        opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="We have received it")).to_be_visible()


# ---- Without scripts, on a phone -------------------------------------------------------------


def test_without_scripts_it_is_one_page_and_nothing_is_lost(plain: Page) -> None:
    plain.goto(FORM)
    expect(plain.locator("[data-part]:visible")).to_have_count(6)
    expect(plain.get_by_label("Find them in the register")).to_have_count(0)
    follow(plain, plain.get_by_role("button", name="Check your answers"))
    expect(plain.locator(".faults")).to_be_focused()
    plain.get_by_text("It is about more than one person or company").click()
    plain.get_by_label("Their register or permit number").fill("100001")
    plain.get_by_label("Number 2").fill("100002")
    plain.get_by_label("What happened?").fill(HAPPENED)
    follow(plain, plain.get_by_role("button", name="Check your answers"))
    expect(plain.get_by_text("You named 2.")).to_be_visible()
    follow(plain, plain.get_by_role("button", name="Change where"))
    assert plain.url.endswith("#part-when")
    expect(plain.get_by_label("Number 2")).to_have_value("100002")
    expect(plain.get_by_label("What happened?")).to_have_value(HAPPENED)
    plain.get_by_label("Where did it happen?").fill("Red Deer")
    follow(plain, plain.get_by_role("button", name="Check your answers"))
    follow(plain, plain.get_by_role("button", name="Send", exact=True))
    expect(plain.get_by_text("about 2 people or companies, a case each")).to_be_visible()
    expect(plain.get_by_role("button", name="Copy the code")).to_be_hidden()
    code = code_on(plain)
    with leading_on(plain):
        plain.reload()  # as after a lost answer: the browser sends the form again
    expect(plain.get_by_text("we received it then")).to_be_visible()
    assert code_on(plain) == code


# ---- Files -----------------------------------------------------------------------------------


def test_a_file_is_sent_from_the_receipt_and_seen_with_the_code(opened: Page) -> None:
    fill_in(opened)
    follow(opened, opened.get_by_role("button", name="Send", exact=True))
    code = code_on(opened)
    opened.get_by_label("File 1", exact=True).set_input_files(PDF)
    with opened.context.expect_page() as tab:
        opened.get_by_role("button", name=re.compile("Send file 1")).click()
    expect(tab.value.get_by_role("heading", name="Your file has arrived")).to_be_visible()
    assert code not in tab.value.url
    tab.value.close()
    expect(opened.locator("#receipt-code")).to_be_visible()

    def sealed() -> bool:
        opened.goto(BACK)
        opened.get_by_label("Your receipt code").fill(code)
        follow(opened, opened.get_by_role("button", name="Continue"))
        return opened.get_by_text("Received, checked and encrypted").is_visible()

    assert eventually(sealed)


# ---- Every page, for everybody ---------------------------------------------------------------


def test_no_page_has_a_barrier_and_nothing_is_cut_off_or_too_small(opened: Page) -> None:
    page = opened
    page.goto("/complaints/")
    looked_at(page, "guidance")
    page.goto(FORM)
    page.get_by_label("Find them in the register").press_sequentially("100001")
    expect(page.get_by_role("button", name=re.compile("100001"))).to_be_visible()
    looked_at(page, "who")
    page.get_by_role("button", name=re.compile("100001")).click()
    on(page)
    on(page)
    page.get_by_text("Say what happened").wait_for()
    # Parts are shown and hidden as they are: all of them are looked at on one page.
    page.evaluate(
        "document.querySelectorAll('[data-part]').forEach((part) => (part.hidden = false))"
    )
    looked_at(page, "parts")
    page.get_by_label("What happened?").fill(HAPPENED)
    for _ in range(4):
        on(page)
    page.get_by_role("button", name="Check your answers").click()
    expect(page.get_by_text("Is this who you mean?")).to_be_visible()
    looked_at(page, "named")
    fill_in(page)
    looked_at(page, "check")
    follow(page, page.get_by_role("button", name="Send", exact=True))
    looked_at(page, "receipt")
    page.goto(f"{FORM}file-sent")
    looked_at(page, "file-sent")


def looked_at(page: Page, name: str) -> None:
    """Hold a page to what everybody needs; its picture is for people."""
    assert barriers(page, f"complaint-{name}") == []
    page.set_viewport_size(NARROW)
    assert page.evaluate(SMALL) == []
    page.set_viewport_size(WIDE)
    assert page.evaluate(SMALL) == []
