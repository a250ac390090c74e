"""Sending a file in Chromium: straight to the store and back, checked, opened, removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from infra.local.people import Person
from tests import uploaded
from tests.browser.barriers import barriers
from tests.browser.pictures import keep_picture
from tests.browser.visiting import NARROW, REPORT_VIOLATIONS, WIDE, follow, leading_on, tab_to
from tests.service_world import World
from tests.uploading import EVIDENCE

FILES = "/services/files/?purpose=cpd-evidence"
GOOD = FilePayload(name="Certificate.pdf", mimeType="application/pdf", buffer=uploaded.pdf())
# Its name passes with scripts too, which look at no more than that: what it holds is judged later.
BAD = FilePayload(name="dance.png", mimeType="image/png", buffer=uploaded.GIF_SCRIPT)
BADLY_NAMED = FilePayload(name="dance.gif", mimeType="image/gif", buffer=uploaded.GIF_SCRIPT)


@pytest.fixture(scope="module")
def member(world: World) -> Person:
    return world.member()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(
    request: pytest.FixtureRequest, browser: Browser, world: World, member: Person
) -> Iterator[Page]:
    """Yield the list of files, of a member who is signed in."""
    context = browser.new_context(viewport=WIDE, java_script_enabled=request.param)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    world.enter(page, member, FILES)
    yield page
    context.close()


def send(page: Page, file: FilePayload) -> None:
    follow(page, page.get_by_role("button", name="Add a file"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Send the file").click()


def test_a_file_is_sent_opened_and_removed(page: Page) -> None:
    send(page, GOOD)
    page.wait_for_url(lambda url: url.endswith(FILES))
    link = page.get_by_role("link", name="Certificate").first
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "Certificate.pdf"
    assert downloading.value.path().read_bytes() == uploaded.pdf()
    remove = page.get_by_role("button", name="Remove Certificate")
    held = remove.count()
    follow(page, remove.first)
    expect(remove).to_have_count(held - 1)


def test_a_file_that_is_refused_says_why_and_lets_one_try_again(page: Page) -> None:
    send(page, BAD)
    expect(page.get_by_role("heading", name="The file wasn’t accepted")).to_be_visible()
    expect(page.get_by_text("isn’t a PDF, PNG or JPEG file")).to_be_visible()
    send(page, GOOD)
    expect(page.get_by_role("link", name="Certificate").first).to_be_visible()


def test_a_file_that_the_store_doesnt_take_is_told_in_words_without_scripts(
    browser: Browser, world: World, member: Person, tmp_path: Path
) -> None:
    large = tmp_path / "film.pdf"
    with large.open("wb") as file:
        file.truncate(EVIDENCE.sent + 1)
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    world.enter(page, member, FILES)
    follow(page, page.get_by_role("button", name="Add a file"))
    where = page.url
    page.get_by_label("File", exact=True).set_input_files(large)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The file wasn’t received")
    expect(page.get_by_text("nothing over 100 MB can be sent at all")).to_be_visible()
    expect(page.get_by_text("PDF, PNG or JPEG").first).to_be_visible()
    keep_picture(page, "files-far-too-large")
    page.go_back()
    assert page.url == where
    page.get_by_label("File", exact=True).set_input_files(GOOD)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("link", name="Certificate").first).to_be_visible()
    context.close()


def test_the_whole_way_goes_by_keyboard(page: Page) -> None:
    tab_to(page, page.get_by_role("button", name="Add a file"))
    with leading_on(page):
        page.keyboard.press("Enter")
    file = page.get_by_label("File", exact=True)
    tab_to(page, file)
    file.set_input_files(GOOD)
    tab_to(page, page.get_by_role("button", name="Send the file"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Certificate").first).to_be_visible()


def test_no_page_has_a_barrier_and_nothing_is_cut_off(
    browser: Browser, world: World, member: Person
) -> None:
    context = browser.new_context(viewport=WIDE)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    world.enter(page, member, FILES)
    found = barriers(page, "files-list")
    follow(page, page.get_by_role("button", name="Add a file"))
    found += barriers(page, "files-send")
    page.get_by_label("File", exact=True).set_input_files(BADLY_NAMED)
    expect(page.get_by_role("alert")).to_contain_text("This isn’t a PDF, PNG or JPEG file")
    found += barriers(page, "files-wrong")
    page.get_by_label("File", exact=True).set_input_files(BAD)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("heading", name="The file wasn’t accepted")).to_be_visible()
    found += barriers(page, "files-state")
    context.close()
    assert found == []
