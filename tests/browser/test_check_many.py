"""Checking a list of numbers on /check/many/."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kinds
from tests.browser.barriers import barriers
from tests.browser.visiting import NARROW, WIDE, Windows, open_settled, tab_to

LIST = f"Number,Name\n{kinds.PERMITTED},A\n{kinds.SUSPENDED},S\n999999,Nobody\np9001,K"


def check(page: Page, text: str, on: str = "") -> None:
    page.get_by_label("Numbers").fill(text)
    page.get_by_label("Day").fill(on)
    page.get_by_role("button", name="Check").click()


def test_a_list_is_answered_problems_first_and_downloaded_again(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_settled(page, "/check/many/")
    check(page, LIST)
    expect(page.get_by_role("heading", name="2 of 4 need a look")).to_be_focused()
    rows = page.locator(".many__table tbody tr")
    expect(rows.nth(0)).to_contain_text("Not permitted to practise")
    expect(rows.nth(0)).to_contain_text("Suspended: through discipline")
    expect(rows.nth(1)).to_contain_text("999999")
    expect(rows.nth(1)).to_contain_text("No record has this number")
    expect(rows.nth(3)).to_contain_text("given as p9001")
    link = rows.nth(0).get_by_role("link")
    expect(link).to_have_attribute("href", f"/register/members/{kinds.SUSPENDED}/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download as CSV").click()
    started.value.save_as(tmp_path / "again.csv")
    with (tmp_path / "again.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["given"] for line in lines] == [
        kinds.SUSPENDED, "999999", kinds.PERMITTED, "p9001"
    ]  # fmt: skip
    assert [url for url in asked if "999999" in url or "?" in url] == []


def test_a_list_is_answered_for_a_day_with_links_to_that_day(page: Page) -> None:
    open_settled(page, "/check/many/")
    check(page, kinds.SUSPENDED, "2026-05-10")
    expect(page.get_by_role("heading", name="None of 1 need a look")).to_be_visible()
    row = page.locator(".many__table tbody tr")
    expect(row).to_contain_text("Permitted to practise")
    expect(row.get_by_role("link")).to_have_attribute(
        "href", f"/register/members/{kinds.SUSPENDED}/?on=2026-05-10"
    )
    expect(page.get_by_text("Standing on 10 May 2026.")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "on", "said"),
    [
        (" ", "", "Type or paste at least one number."),
        ("nobody here", "", "No line has a registration or permit number"),
        ("\n".join(map(str, range(100000, 100501))), "", "This list has 501 numbers."),
        (kinds.PERMITTED, "2026-11-03", "The register is current to 2 November 2026."),
    ],
)
def test_bad_input_is_told_clearly_and_what_was_typed_stays(
    page: Page, text: str, on: str, said: str
) -> None:
    open_settled(page, "/check/many/")
    check(page, text, on)
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_label("Numbers")).to_have_value(text)
    page.reload()
    expect(page.get_by_label("Numbers")).to_have_value(text)
    assert barriers(page) == []


def test_a_file_is_read_here_and_one_that_isnt_text_refused(page: Page) -> None:
    open_settled(page, "/check/many/")
    chooser = page.get_by_label("Or choose a file")
    chooser.set_input_files({"name": "x.xlsx", "mimeType": "", "buffer": b"PK\x03\x04\x00"})
    expect(page.get_by_role("alert")).to_contain_text("isn’t plain text")
    chooser.set_input_files({"name": "n.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    expect(page.get_by_label("Numbers")).to_have_value(LIST)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_while_the_register_cant_be_reached_nothing_is_claimed_and_nothing_lost(
    page: Page,
) -> None:
    open_settled(page, "/check/many/")
    page.route("**/register/lookup/**", lambda route: route.abort())
    check(page, LIST)
    expect(page.get_by_role("alert")).to_contain_text("can’t be reached just now")
    expect(page.get_by_label("Numbers")).to_have_value(LIST)
    expect(page.locator(".many__table")).to_have_count(0)


def test_it_works_by_keys_alone_on_a_narrow_phone_and_has_no_barrier(page: Page) -> None:
    page.set_viewport_size(NARROW)
    open_settled(page, "/check/many/")
    tab_to(page, page.get_by_label("Numbers"))
    page.keyboard.insert_text(LIST)
    tab_to(page, page.get_by_role("button", name="Check"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 of 4 need a look")).to_be_focused()
    assert barriers(page) == []
    page.emulate_media(media="print")
    expect(page.get_by_label("Numbers")).to_be_hidden()
    expect(page.locator(".many__table")).to_be_visible()


def test_without_scripts_it_says_what_to_do_instead(windows: Windows, address: str) -> None:
    page = windows.page(base_url=address, viewport=WIDE, java_script_enabled=False)
    page.goto("/check/many/")
    expect(page.locator("#many")).to_be_hidden()
    expect(page.locator("noscript a[href='/register/data/']")).to_be_visible()
    windows.leave()
