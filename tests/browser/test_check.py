"""Checking a stamped document on /check/: by hand, by link, on a phone, on paper, unscripted."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from signet.publish.stamped import Asked
from signet.publish.stamped.reading import check
from tests.browser import kinds
from tests.browser.barriers import barriers
from tests.browser.test_on_paper import sheets
from tests.browser.visiting import (
    PHONE,
    Complaints,
    Visitor,
    open_settled,
    serve_strictly,
    tab_to,
)
from tests.examples import examples
from tests.stamped import FIELDS, register_of, stamps

GOOD = f"/check/?member={kinds.PERMITTED}&permit={kinds.IN_FORCE}&on=2026-05-03&field=civil"
BAD = f"/check/?member={kinds.SUSPENDED}&permit={kinds.UNANSWERED}&on=2026-06-01"
UNCLEAR = f"/check/?member={kinds.CONDITIONS}&permit=PP-7&on=2026-06-01"
PROBLEM = "/check/?member=&on=2026-02-30&field=juggling"
OTHERS = "/register/permits/PP-7/index.json"  # not a file of this register
# Asked in one go: the page's own function, its files fetched as ever.
ASK = """async (all) => {
  const answers = [];
  for (const asked of all) answers.push(await signetCheck.answerTo(asked));
  return answers;
}"""


@pytest.mark.parametrize(
    ("path", "verdict", "words"),
    [
        (GOOD, "good", "was a responsible member of Kestrel Ridge Engineering Ltd."),
        (BAD, "bad", "wasn’t permitted to practise on 1 June 2026"),
        (UNCLEAR, "unclear", "PP-7 isn’t a permit on this register"),
    ],
)
def test_a_link_opens_the_answer(page: Page, path: str, verdict: str, words: str) -> None:
    page.set_viewport_size(PHONE)
    open_settled(page, path)
    answer = page.locator("#verdict")
    expect(answer).to_have_attribute("data-verdict", verdict)
    expect(answer).to_contain_text(words)
    box = answer.bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE["height"], "the answer isn't on a phone's first screen"
    green = page.locator(".verdict--good").count()
    assert green == (verdict == "good")


def test_what_is_good_under_conditions_isn_t_green(page: Page) -> None:
    open_settled(page, f"/check/?member={kinds.CONDITIONS}&on=2026-05-03")
    expect(page.locator("#verdict")).to_have_attribute("data-verdict", "good")
    expect(page.locator("#verdict")).to_contain_text("Good on that day, under conditions")
    expect(page.locator(".verdict--good")).to_have_count(0)
    expect(page.locator("[data-part=conditions]")).to_contain_text(kinds.IMPOSED)


def test_a_stamp_is_checked_from_the_front_page_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Check a stamp")
    tab_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    tab_to(page, page.get_by_label("Registration number"))
    page.keyboard.type(kinds.PERMITTED)
    tab_to(page, page.get_by_label("Date on the stamp"))
    page.keyboard.type("05032026")
    tab_to(page, page.get_by_label("Permit number"))
    page.keyboard.type(kinds.IN_FORCE.lower())
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_attribute("data-verdict", "good")
    expect(page.locator("#verdict")).to_be_focused()
    assert page.url.endswith(f"?member={kinds.PERMITTED}&permit=p-9001&on=2026-05-03")
    page.go_back()
    expect(page.locator("#verdict")).to_have_count(0)
    page.go_forward()
    expect(page.locator("#verdict")).to_have_attribute("data-verdict", "good")


def test_what_is_missing_is_named_and_led_to(page: Page) -> None:
    open_settled(page, PROBLEM)
    problem = page.get_by_role("region", name="There is a problem")
    expect(problem).to_be_focused()
    expect(problem.get_by_role("link")).to_have_count(3)
    problem.get_by_role("link", name="Type the date on the stamp").click()
    expect(page.get_by_label("Date on the stamp")).to_be_focused()
    expect(page.get_by_label("Date on the stamp")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#verdict")).to_have_count(0)


def test_an_answer_that_can_t_be_had_is_no_answer(page: Page) -> None:
    page.route("**/register/current.json", lambda route: route.abort())
    page.goto(GOOD)
    expect(page.get_by_text("The register can’t be reached just now")).to_be_visible()
    expect(page.locator("[data-verdict]")).to_have_count(0)
    page.unroute("**/register/current.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#verdict")).to_have_attribute("data-verdict", "good")


def test_the_link_is_copied(visitor: Visitor) -> None:
    page = visitor.page(permissions=["clipboard-read", "clipboard-write"])
    open_settled(page, GOOD)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("path", [GOOD, BAD, UNCLEAR, PROBLEM])
def test_an_answer_has_no_barrier_and_keeps_the_strict_policy(
    page: Page, address: str, path: str
) -> None:
    complaints = Complaints(page, address, missing=OTHERS)
    serve_strictly(page)
    open_settled(page, path)
    expect(page.locator("#verdict, #problem")).to_have_count(1)
    assert barriers(page) == []
    assert complaints == []


@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_an_answer_prints_on_one_sheet_with_its_days(page: Page, paper: str) -> None:
    open_settled(page, BAD)
    expect(page.locator("#verdict")).to_be_visible()
    assert sheets(page, paper) == 1
    page.emulate_media(media="print")
    checked = page.get_by_text(re.compile(r"Checked on \d+ \w+ \d{4}; register current to 2 Nov"))
    expect(checked).to_be_visible()
    expect(page.get_by_text(f"{BAD}")).to_be_visible()
    expect(page.locator("#check")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)


def test_without_scripts_the_page_says_how_to_read_the_same(visitor: Visitor) -> None:
    page = visitor.page(java_script_enabled=False)
    page.goto("/check/")
    expect(page.locator(".check__plain")).to_be_visible()
    expect(page.locator("#check")).to_be_hidden()
    page.goto(kinds.member(kinds.SUSPENDED))
    expect(page.get_by_role("heading", name="Standing over time")).to_be_visible()


@pytest.fixture
def asked(tmp_path: Path) -> list[Asked]:
    entries = register_of(kinds.write_records(tmp_path))
    return list(islice(stamps(entries, FIELDS, 5), examples(200)))


def test_the_page_answers_random_stamps_as_the_command_does(
    page: Page, built: Path, asked: list[Asked]
) -> None:
    page.goto("/check/")
    answers = page.evaluate(ASK, [stamp._asdict() for stamp in asked])
    for stamp, answer in zip(asked, answers, strict=True):
        assert answer == check(str(built), stamp), stamp
    marks = [answer["verdict"] for answer in answers]
    assert all(marks.count(mark) * 25 > len(asked) for mark in ("good", "bad", "unclear"))
