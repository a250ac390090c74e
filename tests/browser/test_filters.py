"""Filters of lists and of results, as a reader uses them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from signet.publish.render.order import slug
from tests.browser import kinds
from tests.browser.barriers import barriers
from tests.browser.visiting import (
    PHONE,
    WIDE,
    Windows,
    look_up,
    open_settled,
    tab_to,
    wait_for_results,
)


@pytest.fixture(scope="session")
def members(built: Path) -> list[Any]:
    lines = (built / "register/data/members.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def choices(select: Locator) -> dict[str, int]:
    """Return the values that a filter offers, with their counts."""
    found: list[str] = select.locator("option").all_inner_texts()
    pairs = (text.rpartition(" (") for text in found[1:])
    return {value: int(count.rstrip(")")) for value, _, count in pairs}


def shown(page: Page) -> int:
    return page.locator("main tbody tr").count()


def test_a_citys_list_is_filtered_by_what_the_records_say(page: Page, members: list[Any]) -> None:
    city, _ = Counter(one["city"] for one in members if one["city"]).most_common(1)[0]
    own = [one for one in members if one["city"] == city]
    open_settled(page, f"/register/browse/cities/{slug(city)}/")
    page.get_by_text("Filter and sort").click()
    disciplines = Counter(name for one in own for name in one["disciplines"])
    assert choices(page.get_by_label("Discipline")) == disciplines
    assert choices(page.get_by_label("Status")) == Counter(o["headline"]["words"] for o in own)
    titles = Counter(d["code"] for one in own for d in one["designations"])
    assert choices(page.get_by_label("Designation")) == titles
    name, count = disciplines.most_common(1)[0]
    page.get_by_label("Discipline").select_option(name)
    assert shown(page) == count
    expect(page.get_by_role("status").filter(has_text="shown")).to_contain_text(
        f"{count} of {len(own)} shown."
    )
    # Kept in the address: whoever opens it sees the same.
    page.goto(page.url)
    assert shown(page) == count
    expect(page.get_by_label("Discipline")).to_have_value(name)
    page.get_by_role("button", name="Clear filters").click()
    assert shown(page) == len(own)
    assert "?" not in page.url
    expect(page.locator(".filters summary")).to_be_focused()


def test_a_list_is_sorted_by_city_and_back(page: Page) -> None:
    open_settled(page, "/register/browse/disciplines/civil/?sort=city")
    cities = page.locator("main tbody tr td:nth-of-type(3)").all_inner_texts()
    assert [c for c in cities if c] == sorted((c for c in cities if c), key=str.casefold)
    page.get_by_label("Order").select_option("")
    names = page.locator("main tbody th").all_inner_texts()
    assert slug(names[0]) <= slug(names[-1])


def test_suspensions_are_filtered_by_person_or_company(page: Page) -> None:
    open_settled(page, "/register/browse/suspensions/")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Person or company").select_option("permit")
    numbers = page.locator("main tbody tr td:first-of-type").all_inner_texts()
    assert kinds.PERMIT_SUSPENDED in numbers
    assert all(number.startswith("P-") for number in numbers)


def test_results_are_filtered_without_another_request_and_in_the_address(
    page: Page, members: list[Any]
) -> None:
    open_settled(page, "/register/")
    look_up(page, "t")
    wait_for_results(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_text("Filter and sort").click()
    offered = choices(page.get_by_label("City"))
    city = max(offered, key=lambda name: offered[name])
    page.get_by_label("City").focus()
    page.get_by_label("City").select_option(city)
    expect(page.get_by_label("City")).to_be_focused()
    expect(page.locator(".filters__told")).to_contain_text(f"{offered[city]} of ")
    places = {one["number"]: one["city"] for one in members}
    found = page.locator("#results li[data-kind=member]").evaluate_all(
        "(all) => all.map((item) => item.dataset.number)"
    )
    assert {places[number] for number in found} == {city}
    assert [url for url in asked if "/register/" in url] == []
    assert "city=" in page.url
    page.goto(page.url)
    wait_for_results(page)
    expect(page.get_by_label("City")).to_have_value(city)


def test_a_filter_never_hides_who_is_asked_for_next(page: Page) -> None:
    open_settled(page, "/register/?q=t&status=Nothing")
    wait_for_results(page)
    expect(page.locator("#results li[data-number]")).to_have_count(0)
    look_up(page, "thornbury")
    expect(page.locator(f"#results li[data-number='{kinds.PERMITTED}']")).to_be_visible()
    assert "status" not in page.url


def test_filters_are_used_by_keys_alone_and_have_no_barrier_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    open_settled(page, "/register/browse/designations/c-e-t/")
    tab_to(page, page.locator(".filters summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = "document.activeElement.tagName"
    assert page.evaluate(focused) == "SELECT"
    assert barriers(page) == []


def test_filters_arent_there_without_scripts_or_on_paper(
    windows: Windows, page: Page, address: str
) -> None:
    open_settled(page, "/register/browse/cities/calgary/")
    expect(page.locator(".filters")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    plain = windows.page(base_url=address, viewport=WIDE, java_script_enabled=False)
    plain.goto("/register/browse/cities/calgary/")
    expect(plain.locator(".filters")).to_have_count(0)
    assert shown(plain) > 10
