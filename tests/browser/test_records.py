"""What a member's or permit's page tells whoever must decide whether to rely on somebody."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import PHONE, open_settled
from tests.built_site import SCOPE

TODAY = "Register current to 2 November 2026"
HEADLINES = {
    member(kinds.PERMITTED): ("Permitted to practise", "Registered", "2 March 2015"),
    member(kinds.CONDITIONS): (
        "Permitted to practise, with conditions", "Conditions apply", "4 March 2025"
    ),
    member(kinds.SUSPENDED): (
        "Not permitted to practise", "Suspended: through discipline", "11 May 2026"
    ),
    member(kinds.STRUCK): (
        "Not permitted to practise",
        "Struck off: professional development requirements not met",
        "15 June 2026",
    ),
    member(kinds.IN_GOOD_STANDING): ("In good standing", "Registered", "2 March 2015"),
    permit(kinds.IN_FORCE): ("In force", "", "1 February 2026"),
    permit(kinds.EXPIRED): ("Not in force", "Expired", "1 February 2026"),
    permit(kinds.UNANSWERED): (
        "In force, without a responsible member", "No responsible member", "11 May 2026"
    ),
    permit(kinds.PERMIT_SUSPENDED): (
        "Not in force", "Suspended: through discipline", "6 July 2026"
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", HEADLINES)
def test_the_answer_comes_first_in_words_with_reason_date_and_a_sign(page: Page, path: str) -> None:
    words, reason, since = HEADLINES[path]
    page.set_viewport_size(PHONE)
    page.goto(path)
    headings = page.locator("main :is(h1, h2)")
    assert headings.nth(0).evaluate("(element) => element.tagName") == "H1"
    assert headings.nth(1).inner_text() == words
    verdict = page.get_by_role("region", name=words, exact=True)
    expect(verdict).to_contain_text(reason)
    expect(verdict).to_contain_text(f"Since {since}")
    sign = verdict.locator("svg").bounding_box()
    assert sign
    assert sign["width"] > 20
    box = verdict.bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE["height"], "the answer isn't on a phone's first screen"


def test_good_and_bad_news_differ_in_shape_too_not_by_colour_alone(page: Page) -> None:
    shapes = []
    for path in (member(kinds.PERMITTED), member(kinds.SUSPENDED), permit(kinds.UNANSWERED)):
        page.goto(path)
        shapes.append(page.locator(".verdict svg").inner_html())
    assert len(set(shapes)) == 3
    page.goto("/register/browse/designations/p-tech-eng/")
    marks = page.locator(".status").evaluate_all(
        "(all) => all.map((mark) => [mark.textContent, mark.className, "
        "getComputedStyle(mark, '::before').clipPath])"
    )
    shape_of_tone = {(tone, shape) for _, tone, shape in marks}
    assert len(shape_of_tone) >= 3
    assert len({shape for _, shape in shape_of_tone}) == len(shape_of_tone)
    assert all(words for words, _, _ in marks)


def test_a_stated_end_of_a_suspension_is_told(page: Page) -> None:
    page.goto(member(kinds.SUSPENDED))
    expect(page.locator(".verdict")).to_contain_text("Scheduled to end 10 May 2027")


def test_the_scope_of_practice_is_there_in_full(page: Page) -> None:
    page.goto(member(kinds.PERMITTED))
    scope = page.get_by_role("region", name="Scope of practice")
    expect(scope).to_contain_text("P.Tech.(Eng.) Civil since 2 March 2015")
    expect(scope).to_contain_text(str(SCOPE["text"]))
    expect(scope).to_contain_text(str(SCOPE["limits"]))
    activities = scope.get_by_role("list", name="Activities").get_by_role("listitem")
    expect(activities).to_have_text(list(SCOPE["activities"]))
    expect(scope).to_contain_text("Practice outside this scope is not permitted.")


def test_a_suspended_members_scope_is_shown_as_giving_no_right(page: Page) -> None:
    page.goto(member(kinds.SUSPENDED))
    scope = page.get_by_role("region", name="Scope of practice")
    expect(scope).to_contain_text("gives no right to practise")
    expect(scope).not_to_contain_text("Practice outside this scope")


def test_a_professional_technologist_without_a_scope_is_no_blank_cheque(page: Page) -> None:
    page.goto(member(kinds.WITHOUT_SCOPE))
    scope = page.get_by_role("region", name="Scope of practice")
    expect(scope).to_contain_text("No scope of practice is recorded")


def test_conditions_are_announced_under_the_answer_and_told_in_full(page: Page) -> None:
    page.goto(member(kinds.CONDITIONS))
    page.get_by_role("link", name="Subject to 2 conditions on practice").click()
    conditions = page.get_by_role("region", name="Conditions on practice")
    expect(conditions).to_be_in_viewport()
    expect(conditions.get_by_role("listitem")).to_have_count(2)
    expect(conditions).to_contain_text(f"{kinds.IMPOSED} since 4 March 2025")
    expect(conditions).to_contain_text("A condition applies. Its wording is not public.")
    assert kinds.KEPT_PRIVATE not in page.content()


def test_only_decisions_whose_publication_was_directed_are_shown(page: Page) -> None:
    page.goto(member(kinds.DECIDED))
    decisions = page.get_by_role("region", name="Published discipline decisions")
    expect(decisions.get_by_role("heading", level=3)).to_have_text([kinds.DECISION])
    expect(decisions).to_contain_text("Publication directed by the Appeal Board")
    assert kinds.UNDIRECTED not in page.content()


def test_a_name_in_another_script_stands_beside_the_romanised_one(page: Page) -> None:
    page.goto(member(kinds.NATIVE_NAMED))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nasrin Al-Khwarizmi")
    expect(page.locator(".record__head")).to_contain_text("نسرين الخوارزمي")


def test_a_permits_responsible_members_lead_to_their_pages_and_show_their_scopes(
    page: Page,
) -> None:
    page.goto(permit(kinds.IN_FORCE))
    for number in (kinds.PERMITTED, kinds.CONDITIONS):
        name = kinds.NAMES[number]
        answerer = page.locator(".answerer").filter(has_text=name)
        expect(answerer).to_contain_text("Permitted to practise")
        expect(answerer).to_contain_text(str(SCOPE["limits"]))
        expect(answerer.get_by_role("link", name=name)).to_have_attribute("href", member(number))
    expect(page.locator(".answerer").nth(1)).to_contain_text(kinds.IMPOSED)
    page.get_by_role("link", name=kinds.NAMES[kinds.PERMITTED]).click()
    page.wait_for_url(f"**{member(kinds.PERMITTED)}")
    permits = page.get_by_role("region", name="Permits this member is responsible for")
    expect(permits.get_by_role("link", name=kinds.NAMES[kinds.IN_FORCE])).to_be_visible()


def test_a_permit_that_nobody_may_answer_for_warns_right_under_the_answer(page: Page) -> None:
    page.goto(permit(kinds.UNANSWERED))
    expect(page.locator(".verdict + .alarm")).to_contain_text("No current responsible member.")
    answerer = page.locator(".answerer").filter(has_text=kinds.NAMES[kinds.SUSPENDED])
    expect(answerer).to_contain_text("Not permitted to practise")
    expect(answerer).to_contain_text("This member may not practise at the moment.")
    page.goto(permit(kinds.IN_FORCE))
    expect(page.locator(".alarm")).to_have_count(0)


def test_the_history_is_dated(page: Page) -> None:
    page.goto(member(kinds.STRUCK))
    page.get_by_role("heading", name="History").click()
    events = page.get_by_role("region", name="History").get_by_role("listitem")
    expect(events.filter(has_text="15 June 2026")).to_have_count(1)
    expect(events.filter(has_text="2 March 2015").first).to_be_visible()


def test_every_page_says_up_to_which_day_the_register_is_current(page: Page) -> None:
    for path in ("/", "/register/", "/about/permits/", member(kinds.PERMITTED), "/nothing-here/"):
        page.goto(path)
        expect(page.get_by_text(TODAY)).to_be_visible()


def test_that_day_is_read_from_one_small_file_as_a_quiet_night_changes_no_page(
    page: Page,
) -> None:
    def later(route: Route) -> None:
        route.fulfill(body=json.dumps({"as_of": "2026-11-09"}), content_type="application/json")

    page.route("**/register/current.json", later)
    page.goto(member(kinds.PERMITTED))
    expect(page.get_by_text("Register current to 9 November 2026")).to_be_visible()
    assert "2026-11-02" not in page.request.get(member(kinds.PERMITTED)).text()


def test_where_that_file_is_out_of_reach_a_link_tells_how_current_the_page_is(page: Page) -> None:
    page.route("**/register/current.json", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(member(kinds.PERMITTED))
    page.get_by_role("link", name="How current is this?").click()
    expect(page.locator("#how-current")).to_be_in_viewport()


def test_a_page_says_when_its_own_facts_last_changed(page: Page) -> None:
    page.goto(member(kinds.SUSPENDED))
    expect(page.locator(".record__foot")).to_contain_text("last changed on 11 May 2026")


def test_the_same_record_is_there_as_data(page: Page) -> None:
    page.goto(member(kinds.SUSPENDED))
    link = page.get_by_role("link", name="This record as data (JSON)")
    address = link.evaluate("(element) => element.href")
    record = page.request.get(address).json()
    assert record["number"] == kinds.SUSPENDED
    assert record["headline"]["words"] == "Not permitted to practise"
    linked = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert re.search(r"schema\.org", json.dumps(linked["@context"]))
    assert kinds.NAMES[kinds.SUSPENDED] in json.dumps(linked, ensure_ascii=False)


@pytest.mark.parametrize(
    "path", [member(kinds.PERMITTED), member(kinds.SUSPENDED), permit(kinds.EXPIRED)]
)
def test_the_answer_begins_in_the_first_300_pixels_of_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 740})
    open_settled(page, path)
    found = page.locator("#verdict").bounding_box()
    assert found is not None
    assert found["y"] < 300


def test_the_menu_of_a_phone_opens_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 740}
    )
    page = context.new_page()
    page.goto(member(kinds.PERMITTED))
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Browse").click()
    page.wait_for_url("**/register/browse/")
    context.close()
