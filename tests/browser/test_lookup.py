"""The look-up as a visitor uses it: typing, keyboard, address bar, back button, bad networks."""

from __future__ import annotations

import dataclasses
import gzip
import re
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from signet.publish.lookup.entry import ListEntry, LookupEntry
from signet.publish.lookup.index import build, indexed, indexed_list
from tests.browser.visiting import Windows, follow, look_up, wait_for_results
from tests.lookup_client import SCRIPT
from tests.lookup_records import register

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD_SECONDS = 300  # longest, in a test that fails
# As in the script, milliseconds: before a query is looked up, and before its outcome is said.
PAUSE, QUIET = 120, 700

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<script defer src="/assets/lookup.js"></script>
<script defer src="/assets/lookup-page.js"></script>
<h1>{title}</h1>
<form data-lookup data-help="/register/not-found-help/" action="/register/" role="search">
<label for="q">Name or number</label><input id="q" type="search" name="q">
<button type="submit">Look up</button></form>
<div id="results"></div>"""


def person(number: str, name: str, *others: tuple[str, str], city: str = "Red Deer") -> LookupEntry:
    names = (("", name), *others)
    detail = f"C.E.T. · {city}"
    return LookupEntry(
        "member", number, name, detail, "Permitted to practise", "good", 0, names, city
    )


PEOPLE = [
    person("7001", "Anna Nowak", ("formerly", "Anna Kowalska"), city="Vulcan"),
    person("7002", "Seán O’Connellan"),
    person("7003", "Xiaoming Wang", ("native script", "王小明")),
    person("7004", "Владимир Жуковский"),
    person("7005", "Zoë <img src=x onerror=alert(1)> Quarles"),
    LookupEntry(
        "member", "7006", "Quentin Quarles", "R.E.T.", "Not permitted to practise", "bad", 1,
        (("", "Quentin Quarles"),), "Canmore",
    ),
    LookupEntry(
        "permit", "P7007", "Nordlys Engineering Ltd.", "Permit to practise", "In force", "good", 0,
        (("", "Nordlys Engineering Ltd."), ("operating as", "Aurora Surveys")), "Calgary",
    ),
]  # fmt: skip


class Site:
    """A small register served over HTTP, with every request for the index written down."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.unchanged: list[str] = []  # those that the browser had, and was told it may keep
        self.bytes = 0
        self.held: dict[str, threading.Event] = {}
        self.broken = False
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, content = site.answer(self.path.partition("?")[0])
                etag = f'"{sha256(content).hexdigest()[:16]}"'
                if status == 200 and self.headers.get("If-None-Match") == etag:
                    status, content = 304, b""
                    site.unchanged.append(self.path.removeprefix("/register/lookup/"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("ETag", etag)
                self.send_header("Cache-Control", "max-age=0, must-revalidate")
                self.send_header("Content-Encoding", "gzip")
                body = gzip.compress(content, 6) if content else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: the requests are in the site's own list."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path.startswith("/assets/"):
            return 200, "text/javascript", (SCRIPT.parent / Path(path).name).read_bytes()
        if path.startswith("/register/lookup/"):
            return self._index_file(path.removeprefix("/"))
        return 200, "text/html", PAGE.format(title=path).encode()

    def _index_file(self, path: str) -> tuple[int, str, bytes]:
        name = path.removeprefix("register/lookup/")
        self.requests.append(name)
        for start, gate in list(self.held.items()):
            if name.startswith(start):
                gate.wait(HELD_SECONDS)
        if self.broken:
            return 503, "text/plain", b"down"
        if path not in self.files:
            return 404, "text/plain", b"gone"
        self.bytes += len(gzip.compress(self.files[path], 6))
        return 200, "application/json", self.files[path]

    def close(self) -> None:
        for gate in self.held.values():
            gate.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def entries() -> list[LookupEntry]:
    return [*register(3_000), *PEOPLE]


@pytest.fixture(scope="module")
def files(entries: list[LookupEntry]) -> dict[str, bytes]:
    return dict(build(map(indexed, entries)))


@pytest.fixture
def site(files: dict[str, bytes]) -> Iterator[Site]:
    served = Site()
    served.files = files
    yield served
    served.close()


@pytest.fixture
def page(windows: Windows) -> Iterator[Page]:
    """Yield an empty page; each test's site has its own address, so nothing of it is cached."""
    opened = windows.page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("dialog", lambda dialog: errors.append(dialog.message))
    yield opened
    windows.leave()
    assert errors == []


def ask(page: Page, text: str) -> None:
    """Put a whole query in the box at once, as by pasting it, and wait for its results."""
    page.get_by_role("searchbox").fill(text)
    wait_for_results(page)


def test_typing_a_name_shows_who_it_is_and_whether_they_may_practise(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    look_up(page, "quentin quarles")
    item = page.locator("#results li")
    expect(item).to_have_count(1)
    expect(item).to_have_attribute("data-number", "7006")
    expect(item).to_have_attribute("data-kind", "member")
    expect(item.locator(".status--bad")).to_have_text("Not permitted to practise")
    expect(item).to_contain_text("7006 · R.E.T.")
    link = item.get_by_role("link", name="Quentin Quarles")
    assert link.get_attribute("href") == f"{site.address}/register/members/7006/"


def test_the_first_answer_takes_a_manifest_and_one_shard(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/?q=smith")
    expect(page.locator("#results li")).to_have_count(20)
    assert site.requests[0] == "manifest.json"
    assert len(site.requests) == 2
    assert site.bytes <= 15_000


def test_the_manifest_is_fetched_when_the_box_is_entered_not_before(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    assert site.requests == []
    with page.expect_response("**/manifest.json"):
        page.get_by_role("searchbox").focus()
    assert site.requests == ["manifest.json"]


@pytest.mark.parametrize(
    ("typed", "number", "said"),
    [
        ("kowalska anna", "7001", "formerly Anna Kowalska"),
        ("o'connellan", "7002", ""),
        ("sean OCONNELLAN", "7002", ""),
        ("王小明", "7003", "native script 王小明"),
        ("жуковский", "7004", ""),
        ("zhukovskiy", "7004", ""),
        ("aurora sur", "P7007", "operating as Aurora Surveys"),
        ("nordlys", "P7007", ""),
        ("7007", "P7007", ""),
        ("quarles canmore", "7006", ""),
    ],
)
def test_whoever_is_sought_is_found_and_another_name_is_said_to_be_one(
    page: Page, site: Site, typed: str, number: str, said: str
) -> None:
    page.goto(f"{site.address}/register/")
    look_up(page, typed)
    item = page.locator(f"#results li[data-number='{number}']")
    expect(item).to_be_visible()
    expect(item.locator(".results__other")).to_have_count(1 if said else 0)
    if said:
        expect(item.locator(".results__other")).to_have_text(said)


def test_a_name_is_shown_as_text_whatever_is_in_it(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/?q=zoe+quarles")
    item = page.locator("#results li[data-number='7005']")
    expect(item.get_by_role("link")).to_have_text("Zoë <img src=x onerror=alert(1)> Quarles")
    expect(page.locator("#results img")).to_have_count(0)


def test_a_common_name_says_how_many_match_and_what_to_do(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    look_up(page, "s")
    expect(page.locator("#results")).to_contain_text(re.compile(r"\d+ match.* Add a letter"))
    look_up(page, "mith red deer")
    expect(page.locator("#results li").first).to_contain_text("Red Deer")
    expect(page.locator(".results__summary")).to_have_text(re.compile(r"^\d+ results?$"))


def test_more_results_are_a_button_away(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/?q=1000")
    expect(page.locator("#results li")).to_have_count(20)
    page.get_by_role("button", name="Show 20 more").click()
    expect(page.locator("#results li")).to_have_count(40)
    expect(page.locator("#results li").nth(20).get_by_role("link")).to_be_focused()


def test_the_address_keeps_in_step_and_back_leads_to_the_query_before(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    box, items = page.get_by_role("searchbox"), page.locator("#results li")
    look_up(page, "quentin")
    expect(page).to_have_url(f"{site.address}/register/?q=quentin")
    box.press("Enter")
    expect(page).to_have_url(f"{site.address}/register/?q=quentin")
    box.fill("nordlys eng")
    expect(page).to_have_url(f"{site.address}/register/?q=nordlys+eng")
    box.press("Enter")
    expect(items).to_have_attribute("data-number", "P7007")
    page.go_back()
    expect(box).to_have_value("quentin")
    expect(items).to_have_attribute("data-number", "7006")
    page.go_back()
    expect(page).to_have_url(f"{site.address}/register/")
    expect(box).to_have_value("")
    expect(items).to_have_count(0)
    page.go_forward()
    expect(items).to_have_attribute("data-number", "7006")


def test_coming_back_from_a_record_shows_the_results_again(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    look_up(page, "quentin")
    follow(page, page.get_by_role("link", name="Quentin Quarles"))
    expect(page).to_have_url(f"{site.address}/register/members/7006/")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("quentin")
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")


def test_the_front_page_shows_results_too_and_enter_leads_to_the_register(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/")
    look_up(page, "quentin")
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")
    expect(page).to_have_url(f"{site.address}/")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(f"{site.address}/register/?q=quentin")
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")


def test_results_are_reached_and_left_by_the_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    box = page.get_by_role("searchbox")
    look_up(page, "quarles")
    links = page.locator("#results li a")
    expect(links).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(links).to_have_count(0)
    expect(page).to_have_url(f"{site.address}/register/")


def test_a_screen_reader_hears_the_outcome_once_typing_rests(windows: Windows, site: Site) -> None:
    """By a clock of its own that stands still: how long anything takes here can't matter."""
    page = windows.page("whose clock stands still")  # a clock is the whole window's
    page.clock.install()
    page.goto(f"{site.address}/register/")
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => window.said.push(
        document.querySelector('[role=status]').textContent)).observe(
        document.querySelector('[role=status]'), { childList: true }); }"""
    )
    for words in ("quentin", " quarles"):
        page.get_by_role("searchbox").press_sequentially(words)
        page.clock.run_for(PAUSE)
        wait_for_results(page)
        page.clock.run_for(QUIET - 1)
    assert page.evaluate("said") == []
    page.clock.run_for(1)
    assert page.evaluate("said") == ["1 result"]
    expect(page.locator("#results").get_by_role("list")).to_have_count(1)
    windows.leave()


def test_one_wrong_letter_still_finds_the_name_and_says_so(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    ask(page, "lukowalska")
    expect(page.locator("#results")).to_contain_text("No match")
    before = len(site.requests)
    for typed in ("kovalska", "koawlska", "kowaska", "kowalskka", "nowalska", "anna kowalskq"):
        ask(page, typed)
        expect(page.locator("#results li[data-number='7001']")).to_be_visible()
        expect(page.locator(".results__summary")).to_contain_text(f"“{typed}” exactly")
        expect(page.locator(".results__summary")).to_contain_text("close in spelling")
    assert len(site.requests) - before <= 3 * 6


def test_no_match_says_what_to_try(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    look_up(page, "xyzzyplugh")
    results = page.locator("#results")
    expect(results).to_contain_text("No match for “xyzzyplugh”")
    expect(results).to_contain_text("Check the spelling")
    expect(results).to_contain_text("former name")
    browse = results.get_by_role("link", name="Browse the register")
    assert browse.get_attribute("href") == f"{site.address}/register/browse/"
    away = results.get_by_role("link", name="name isn’t here")
    assert away.get_attribute("href") == "/register/not-found-help/"


def test_a_release_while_the_page_is_open_goes_unnoticed(
    page: Page, site: Site, entries: list[LookupEntry]
) -> None:
    page.goto(f"{site.address}/register/")
    with page.expect_response("**/manifest.json"):
        page.get_by_role("searchbox").focus()
    suspended = [
        LookupEntry(e.kind, e.number, e.label, e.detail, "Suspended", "bad", 1, e.names, e.city)
        for e in entries
    ]
    site.files = dict(build(map(indexed, suspended)))
    look_up(page, "nowak anna")
    item = page.locator("#results li[data-number='7001']")
    expect(item.locator(".status--bad")).to_have_text("Suspended")


def test_the_next_visit_is_told_what_has_changed_and_fetches_nothing_else(
    page: Page, site: Site, entries: list[LookupEntry]
) -> None:
    status = page.locator("#results li .status")
    page.goto(f"{site.address}/register/?q=quentin")
    expect(status).to_have_text("Not permitted to practise")
    page.goto(f"{site.address}/register/?q=quentin")
    expect(status).to_have_text("Not permitted to practise")
    assert [name for name in site.unchanged if name in site.requests] == site.requests[2:]
    suspended = [dataclasses.replace(e, status="Suspended", tone="bad") for e in entries]
    site.files = dict(build(map(indexed, suspended)))
    page.goto(f"{site.address}/register/?q=quentin")
    expect(status).to_have_text("Suspended")


def test_a_slow_answer_to_an_earlier_query_never_replaces_a_later_one(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    box = page.get_by_role("searchbox")
    with page.expect_response("**/manifest.json"):
        box.focus()
    site.held["b-"] = site.held["n-"] = threading.Event()
    with page.expect_request(re.compile(r"/[bn]-")) as first:
        box.fill("nordlys")
    expect(page.locator("#results")).to_have_text("Looking…")
    gate = site.held.pop("b-")
    site.held.pop("n-")
    box.fill("quentin quarles")
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")
    gate.set()
    answer = first.value.response()
    assert answer
    answer.finished()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")


def test_who_goes_to_a_result_while_later_ones_are_on_their_way_stays_at_it(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    box, results = page.get_by_role("searchbox"), page.locator("#results")
    links = results.get_by_role("link")
    ask(page, "quarles")
    expect(links).to_have_count(2)
    for later, stays in (("7006", True), ("nordlys", False)):
        gate = site.held["b-"] = site.held["n-"] = threading.Event()
        with page.expect_request(re.compile(r"/[bn]-")):
            box.fill(later)
        expect(results).to_have_attribute("aria-busy", "true")
        box.press("ArrowDown")
        reached = links.filter(has_text="Quentin Quarles")
        if links.nth(0).inner_text() != "Quentin Quarles":
            page.keyboard.press("ArrowDown")
        expect(reached).to_be_focused()
        site.held.clear()
        gate.set()
        wait_for_results(page)
        expect(links).to_have_count(1)
        expect(reached if stays else box).to_be_focused()


def test_a_failing_network_is_said_plainly_and_can_be_tried_again(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    site.broken = True
    look_up(page, "quentin")
    results = page.locator("#results")
    expect(results).to_contain_text("can’t be reached")
    expect(results.get_by_role("link", name="Browse the register")).to_be_visible()
    site.broken = False
    results.get_by_role("button", name="Try again").click()
    expect(page.locator("#results li")).to_have_attribute("data-number", "7006")


def test_signs_without_letters_and_an_empty_box_are_told_what_to_type(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    results = page.locator("#results")
    assert results.inner_html() == ""
    look_up(page, "!!!")
    expect(results).to_contain_text("has no letters or digits. Type a name")
    page.get_by_role("searchbox").fill("")
    expect(results).to_be_empty()
    page.get_by_role("button", name="Look up").click()
    expect(results).to_contain_text("Type a name, a registration or permit number, or a company.")
    page.goto(f"{site.address}/register/?q=")
    expect(results).to_contain_text("Type a name")


def test_the_title_names_the_query(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/?q=quentin")
    expect(page).to_have_title("“quentin” – /register/")
    ask(page, "quentin quarles")
    expect(page).to_have_title("“quentin quarles” – /register/")
    page.get_by_role("searchbox").press("Escape")
    expect(page).to_have_title("/register/")


@pytest.mark.parametrize("path", ["/", "/register/"])
def test_back_from_a_result_leads_to_the_query_and_as_many_results_as_were_shown(
    windows: Windows, site: Site, path: str
) -> None:
    """Without what browsers keep of pages gone by: a page that is unloaded for good isn't kept."""
    page = windows.page(f"keeps nothing of {path}")
    page.add_init_script("addEventListener('unload', () => {})")
    page.goto(site.address + path)
    look_up(page, "1000")
    items = page.locator("#results li")
    page.get_by_role("button", name="Show 20 more").click()
    expect(items).to_have_count(40)
    opened = items.nth(33).get_by_role("link")
    name = opened.inner_text()
    follow(page, opened)
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("1000")
    expect(items).to_have_count(40)
    expect(items.nth(33).get_by_role("link", name=name)).to_be_focused()
    page.get_by_role("searchbox").fill("100")
    expect(items).to_have_count(20)
    windows.leave()


def test_back_to_an_earlier_query_shows_as_much_of_it_as_was_shown(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/register/")
    box, items = page.get_by_role("searchbox"), page.locator("#results li")
    ask(page, "1000")
    box.press("Enter")
    page.get_by_role("button", name="Show 20 more").click()
    expect(items).to_have_count(40)
    ask(page, "nordlys")
    box.press("Enter")
    expect(items).to_have_count(1)
    page.go_back()
    expect(box).to_have_value("1000")
    expect(items).to_have_count(40)


def test_pasted_lines_of_numbers_show_whose_they_are_and_which_nobody_has(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/register/")
    page.get_by_role("searchbox").focus()
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.setData("text", "100001\\n100002\\n999999\\n");
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_role("searchbox")).to_have_value("100001, 100002, 999999")
    expect(page.locator("#results li")).to_have_count(2)
    summary = page.locator(".results__summary")
    expect(summary).to_have_text("2 results. No record has the number 999999.")


def test_a_city_leads_to_its_list_beside_those_of_that_name(page: Page, site: Site) -> None:
    calgary = ListEntry("/register/browse/cities/calgary/", "Members", "Calgary", 1020)
    site.files = dict(build([*map(indexed, PEOPLE), indexed_list(calgary)]))
    page.goto(f"{site.address}/register/?q=calgary")
    first = page.locator("#results li").first
    expect(first.get_by_role("link", name="Members: Calgary")).to_have_attribute(
        "href", f"{site.address}/register/browse/cities/calgary/"
    )
    expect(first).to_contain_text("1,020 in this list")
    expect(page.locator(".results__summary")).not_to_contain_text("result")


def test_a_field_in_a_city_leads_to_the_list_of_each(page: Page, site: Site) -> None:
    lists = [
        ListEntry("/register/browse/cities/calgary/", "Members", "Calgary", 1020),
        ListEntry("/register/browse/disciplines/civil/", "Members", "Civil", 304),
    ]
    site.files = dict(build([*map(indexed, PEOPLE), *map(indexed_list, lists)]))
    page.goto(f"{site.address}/register/?q=civil+calgary+ab")
    items = page.locator("#results li")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text("Members: Calgary 1,020 in this list")
    expect(items.nth(1)).to_contain_text("Members: Civil 304 in this list")
    summary = page.locator(".results__summary")
    expect(summary).to_have_text("No name matches, but the register has these lists.")
    assert len(site.requests) == 2
