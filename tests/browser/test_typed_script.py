"""The scripts of forms: words are kept in the tab, files are looked at before they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from tests.browser.visiting import Windows

ASSETS = Path(__file__).resolve().parents[2] / "site" / "assets"
SITE = "http://forms.test"
SCRIPTS = '<script defer src="/typed.js"></script><script defer src="/upload.js"></script>'
FORMS = """<a href="/other">Elsewhere</a>
<form class="form" method="post" action="/form">
<input type="hidden" name="act" value="1"><input type="hidden" name="version" value="2">
<label>Text <textarea name="text"></textarea></label>
<label><input type="checkbox" name="tick" value="a"> Tick</label>
<label><input type="checkbox" name="consent" value="yes"> Consent</label>
<button type="submit">Send</button></form>
<form class="form" method="post" action="/store" enctype="multipart/form-data" novalidate
data-most="200000" data-kinds="a PNG or JPEG file" data-suffixes="png,jpg,jpeg">
<div class="field"><label for="file">File</label><input type="file" id="file" name="file"></div>
<button type="submit">Send the file</button></form>"""


class Served:
    """A site of one form: who is signed in, and how what is sent is answered."""

    def __init__(self) -> None:
        self.who = "ana"
        self.answer = "<h1>Done</h1>"
        self.sent: list[str] = []

    def __call__(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(SITE)
        if path.endswith(".js"):
            script = (ASSETS / path[1:]).read_text(encoding="utf-8")
            route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
            return
        body = FORMS
        if request.method == "POST":
            self.sent.append(path)
            body = self.answer
        who = f'<p class="account__who"><bdi>{self.who}</bdi></p>' if self.who else ""
        out = '<form class="account__out" method="post" action="/out"><button>Sign out</button>'
        html = f"<!doctype html><title>x</title>{SCRIPTS}{who}{out}</form>{body}"
        route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
def page(windows: Windows, served: Served) -> Iterator[Page]:
    page = windows.page()
    page.route("**/*", served)
    page.goto(f"{SITE}/form")
    yield page
    windows.leave()


def kept(page: Page) -> int:
    return int(page.evaluate("sessionStorage.length"))


def test_words_are_there_after_a_reload_and_after_a_link(page: Page) -> None:
    text = page.get_by_label("Text")
    text.fill("words")
    page.get_by_label("Tick").check()
    page.get_by_label("Consent").check()
    page.reload()
    expect(text).to_have_value("words")
    expect(page.get_by_label("Tick")).to_be_checked()
    expect(page.get_by_label("Consent")).not_to_be_checked()
    expect(page.get_by_role("status")).to_contain_text("isn’t saved yet")
    page.get_by_role("link", name="Elsewhere").click()
    page.wait_for_url("**/other")
    page.goto(f"{SITE}/form")
    expect(text).to_have_value("words")
    page.get_by_role("button", name="Clear it").click()
    page.reload()
    expect(text).to_have_value("")


def test_what_was_sent_is_gone_and_what_failed_isnt(page: Page, served: Served) -> None:
    text, send = page.get_by_label("Text"), page.get_by_role("button", name="Send", exact=True)
    text.fill("arrives")
    send.click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    page.goto(f"{SITE}/form")
    expect(text).to_have_value("")
    for answer in ("<h1 data-problem>Not now</h1>", f'<div class="faults">No</div>{FORMS}'):
        served.answer = answer.replace("></textarea>", ">fails</textarea>")
        text.fill("fails")
        send.click()
        page.locator("[data-problem], .faults").wait_for()
        page.goto(f"{SITE}/form")
        expect(text).to_have_value("fails")


def test_words_are_nobody_elses_and_go_on_signing_out(page: Page, served: Served) -> None:
    text = page.get_by_label("Text")
    text.fill("mine")
    page.reload()
    served.who = "eve"
    page.reload()
    expect(text).to_have_value("")
    assert kept(page) == 0
    served.who = "ana"
    page.reload()
    text.fill("mine")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert kept(page) == 0


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("", 0, "Choose a file first"),
        ("a.png", 0, "is empty"),
        ("a.png", 200_001, "200 kB at most"),
        ("a.pdf", 1, "isn’t a PNG or JPEG file"),
        ("a", 1, "isn’t a PNG or JPEG file"),
    ],
)
def test_a_file_that_cant_be_taken_is_told_before_it_is_sent(
    page: Page, served: Served, name: str, size: int, words: str
) -> None:
    field = page.get_by_label("File", exact=True)
    if name:
        field.set_input_files(
            FilePayload(name=name, mimeType="image/png", buffer=bytes(size)),
        )
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator(".field__error")).to_contain_text(words)
    expect(field).to_be_focused()
    assert served.sent == []
    field.set_input_files(FilePayload(name="b.JPG", mimeType="image/jpeg", buffer=b"x"))
    expect(page.locator(".field__error")).to_have_count(0)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert served.sent == ["/store"]
