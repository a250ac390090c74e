"""Finding who may do the work: words, filters, what the address has, and nobody suspended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from signet.publish.scope_search import ADDRESS
from tests.browser import kinds
from tests.browser.barriers import barriers
from tests.browser.kinds import member
from tests.browser.visiting import (
    PHONE,
    WIDE,
    Complaints,
    Windows,
    address_of,
    follow,
    open_settled,
    serve_strictly,
    tab_to,
    wait_for_results,
)

BRIDGES = "municipal bridges"
WORDS = "What needs doing"


def ask(page: Page, query: str) -> None:
    """Open the search with a query, and wait for its answer."""
    open_settled(page, f"{ADDRESS}?{query}")
    wait_for_results(page)


def names(page: Page) -> list[str]:
    return page.locator("#results h2").all_inner_texts()


def summary(page: Page) -> str:
    return page.locator(".results__summary").inner_text()


def test_who_may_practise_is_found_as_one_types_with_scope_city_and_conditions(page: Page) -> None:
    open_settled(page, ADDRESS)
    page.get_by_label(WORDS).press_sequentially("municipal bridg")
    wait_for_results(page)
    expect(page.locator("#results h2", has_text="Thornbury, Amelia")).to_be_visible()
    found = page.locator("#results li", has_text="Ravnsborg")
    expect(found).to_contain_text("Calgary")
    expect(found).to_contain_text("Small bridges on municipal roads.")
    expect(found).to_contain_text("Spans up to 12 m.")
    expect(found.locator("mark")).to_have_text(["bridges", "municipal"])
    expect(found).to_contain_text("Answers for permit P-9001 Kestrel Ridge Engineering Ltd.")
    follow(page, found.get_by_role("link", name="2 conditions on practice"))
    assert address_of(page) == member(kinds.CONDITIONS)


def test_nobody_who_may_not_practise_is_found(page: Page) -> None:
    ask(page, f"words={BRIDGES}")
    found = names(page)
    assert "Thornbury, Amelia" in found
    for name in ("Vandermast, Cyril", "Ouimet-Lacasse, Delphine", "Whitlock, Esme"):
        assert name not in found


def test_a_permit_that_is_not_in_force_is_not_beside_a_name(page: Page) -> None:
    ask(page, f"words={BRIDGES}")
    expect(page.locator("#results li", has_text="Thornbury")).to_contain_text("P-9001")
    expect(page.locator("#results")).not_to_contain_text(kinds.EXPIRED)
    expect(page.locator("#results")).not_to_contain_text(kinds.PERMIT_SUSPENDED)


def test_filters_say_how_many_there_are_and_are_kept_in_the_address(page: Page) -> None:
    ask(page, "words=design")
    city = page.get_by_label("City")
    options = city.locator("option").all_inner_texts()
    assert options[0] == "Anywhere"
    calgary = next(option for option in options if option.startswith("Calgary ("))
    city.select_option(label=calgary)
    wait_for_results(page)
    assert address_of(page) == f"{ADDRESS}?words=design&city=Calgary"
    number = re.sub(r"\D", "", calgary)
    assert summary(page).startswith(f"{number} ")
    page.get_by_label("Discipline").select_option("Civil")
    wait_for_results(page)
    civil = names(page)
    assert address_of(page) == f"{ADDRESS}?words=design&city=Calgary&discipline=Civil"
    page.reload()
    wait_for_results(page)
    assert names(page) == civil
    assert city.input_value() == "Calgary"
    page.go_back()
    wait_for_results(page)
    assert address_of(page) == f"{ADDRESS}?words=design&city=Calgary"
    assert page.get_by_label("Discipline").input_value() == ""


def test_a_city_alone_finds_everyone_there(page: Page) -> None:
    ask(page, "city=calgary")
    assert page.get_by_label("City").input_value() == "Calgary"
    assert "Thornbury, Amelia" in names(page)


def test_one_wrong_letter_is_met_with_the_word_that_there_is(page: Page) -> None:
    ask(page, "words=municpal+bridges")
    assert "“municpal”" in summary(page)
    page.get_by_role("button", name="municipal").click()
    expect(page.locator("#results h2", has_text="Thornbury, Amelia")).to_be_visible()
    assert address_of(page) == f"{ADDRESS}?words=municipal+bridges"


def test_where_nobody_near_has_it_others_are_offered_where_there_are_any(page: Page) -> None:
    ask(page, f"words={BRIDGES}&city=Nowhere+Falls")
    assert "Nobody who may practise today" in summary(page)
    page.get_by_role("button", name="Look anywhere").click()
    expect(page.locator("#results h2", has_text="Thornbury, Amelia")).to_be_visible()
    ask(page, "words=qxqxqx&city=Calgary")
    assert summary(page) == "Nobody’s scope has the word “qxqxqx”."
    expect(page.locator("#results button")).to_have_count(0)


def test_a_first_answer_takes_two_requests(page: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if f"{ADDRESS}" in request.url and request.url.endswith(".json"):
            asked.append(request.url)

    page.on("request", note)
    ask(page, f"words={BRIDGES}")
    assert len(asked) == 2


@pytest.mark.parametrize(
    "query", [f"words={BRIDGES}", "city=Calgary", "words=municpal", "words=wall&city=Nowhere", ""]
)
def test_no_answer_has_a_barrier_or_breaks_the_strict_policy(
    page: Page, address: str, query: str
) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    ask(page, query)
    assert barriers(page) == []
    assert complaints == []


def test_results_are_reached_by_keys_alone(page: Page) -> None:
    ask(page, "city=Calgary")
    box = page.get_by_label(WORDS)
    tab_to(page, box)
    page.keyboard.type(BRIDGES)
    wait_for_results(page)
    tab_to(page, page.get_by_role("link", name="Thornbury, Amelia"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{member(kinds.PERMITTED)}")
    page.go_back()
    wait_for_results(page)
    assert box.input_value() == BRIDGES
    assert page.get_by_label("City").input_value() == "Calgary"


@pytest.mark.parametrize("start", ["/", "/register/", "/register/scopes/"])
def test_the_search_is_a_link_away(page: Page, start: str) -> None:
    open_settled(page, start)
    follow(page, page.locator(f"main a[href='{ADDRESS}']"))
    expect(page.get_by_label(WORDS)).to_be_visible()


def test_on_a_phone_the_first_person_is_on_the_first_screen(page: Page) -> None:
    page.set_viewport_size(PHONE)
    ask(page, f"words={BRIDGES}")
    expect(page.locator("#results h2").first).to_be_in_viewport()


def test_on_paper_the_scope_is_in_full(page: Page) -> None:
    ask(page, f"words={BRIDGES}")
    page.emulate_media(media="print")
    expect(page.get_by_text("Spans up to 12 m.").first).to_be_visible()
    expect(page.get_by_text("Register current to 2 November 2026")).to_be_visible()


@pytest.fixture
def plain(windows: Windows, address: str) -> Iterator[Page]:
    """Yield a page where JavaScript is off."""
    yield windows.page(base_url=address, viewport=WIDE, java_script_enabled=False)
    windows.leave()


def test_without_scripts_the_page_leads_to_the_lists(plain: Page) -> None:
    plain.goto(f"{ADDRESS}?words={BRIDGES}")
    expect(plain.locator(".filters")).to_be_hidden()
    plain.locator(".lookup__plain a").click()
    plain.wait_for_url("**/register/scopes/")
