"""The career centre's public pages in a browser: search, lists, a job, and attacks in its text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from signet.jobs.model import Way
from signet.jobs.postings import markdown, structured
from signet.jobs.postings.public import PublicJob
from signet.publish.render.pages import Pages
from signet.publish.render.shell import with_jobs
from tests.browser.barriers import barriers
from tests.browser.kinds import write_records
from tests.browser.visiting import (
    PHONE,
    Complaints,
    address_of,
    follow,
    open_settled,
    serve_strictly,
    tab_to,
    wait_for_results,
)
from tests.built_site import DAY, POLICY, SITE, made_shell
from tests.job_records import build, pictured, sample

ONE, TWO, HOME, OVER = "500000001", "500000002", "500000003", "500000004"
PICTURED = "500000005"
PATHS = {
    "front": "/jobs/",
    "all": "/jobs/all/",
    "discipline": "/jobs/discipline/civil/",
    "place": "/jobs/place/calgary/",
    "empty place": "/jobs/place/lethbridge/",
    "from home": "/jobs/place/from-home/",
    "job": f"/jobs/{ONE}/",
    "job by link": f"/jobs/{TWO}/",
    "job from home": f"/jobs/{HOME}/",
    "job that is over": f"/jobs/{OVER}/",
    "job with pictures": f"/jobs/{PICTURED}/",
}
SEEN = "**/services/jobs/seen"
every_page = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a site with a career centre, in place of the register alone."""
    folder = tmp_path_factory.mktemp("jobs")
    centre = sample()
    video = "https://video.example/kestrel"
    # Over by now, so that the lists are those of the sample.
    earlier = DAY - timedelta(days=40)
    centre.add(PICTURED, company=pictured(centre, video=video), starts_on=earlier)
    build(write_records(folder / "records", members=20), folder / "site", centre)
    command = [sys.executable, "-m", "infra.local.gateway", str(folder / "site"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout
        yield gateway.stdout.readline().strip()
        gateway.terminate()


@pytest.fixture
def beacons(page: Page) -> list[str]:
    """Return what the page's script sends, in place of the function that counts it."""
    sent: list[str] = []

    def take(route: Any) -> None:
        sent.append(route.request.post_data)
        route.fulfill(status=200, json={})

    page.route(SEEN, take)
    return sent


def after_what_was_sent(page: Page) -> None:
    """Wait until what the page had sent by now has arrived: its requests come in their order."""
    with page.expect_response("**/robots.txt"):
        page.evaluate("void navigator.sendBeacon('/robots.txt')")


def titles(page: Page) -> list[str]:
    return page.locator("#results li a").all_inner_texts()


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox").last.press_sequentially(words)
    wait_for_results(page)


@every_page
def test_a_page_has_no_barrier_keeps_the_strict_policy_and_fits_the_narrowest_phone(
    page: Page, address: str, path: str
) -> None:
    complaints = Complaints(page, address)
    serve_strictly(page)
    page.route(SEEN, lambda route: route.fulfill(status=200, json={}))
    open_settled(page, path)
    assert barriers(page) == []
    assert complaints == []
    levels = page.locator("main :is(h1, h2, h3, h4, h5)").evaluate_all(
        "(all) => all.map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_an_employers_logo_and_pictures_are_seen_at_their_own_proportions(
    page: Page, beacons: list[str]
) -> None:
    open_settled(page, f"/jobs/{PICTURED}/")
    for image, ratio in ((".job__logo", 64 / 48), (".job__pictures img", 24 / 16)):
        found = page.locator(image)
        found.scroll_into_view_if_needed()
        page.wait_for_function("(one) => one.complete", arg=found.element_handle())
        natural = found.evaluate("(one) => one.naturalWidth / one.naturalHeight")
        assert natural == pytest.approx(ratio)
    box = page.locator(".job__pictures img").bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(24 / 16, rel=0.02)


def test_typing_finds_by_title_employer_place_and_occupation(page: Page, address: str) -> None:
    open_settled(page, "/jobs/")
    for words, found in (
        ("bridge insp", ["Bridge inspection technologist"]),
        ("KESTREL calgary", ["Bridge inspection technologist"]),
        ("red deer", ["Geomatics field lead"]),
        ("energie fils", ["Énergie – analyste (à distance)"]),
        (ONE, ["Bridge inspection technologist"]),
        ("brigde", ["Bridge inspection technologist"]),
        ("remote geomatics", ["Geomatics field lead"]),
        ("work from home analyste", ["Énergie – analyste (à distance)"]),
        ("alberta kestrel bridge", ["Bridge inspection technologist"]),
        ("climb measure", ["Bridge inspection technologist"]),
        ("jobs in Red Deer", ["Geomatics field lead"]),
        ("the job at Kestrel in Calgary", ["Bridge inspection technologist"]),
        ("work-from-home analyste", ["Énergie – analyste (à distance)"]),
        ("NOC kestrel bridge", ["Bridge inspection technologist"]),
    ):
        page.get_by_role("searchbox").fill(words)
        wait_for_results(page)
        expect(page.locator("#results li")).to_have_count(len(found))
        assert titles(page) == found
        assert address_of(page).startswith("/jobs/?q=")
    page.get_by_role("searchbox").fill("zzzz")
    expect(page.locator(".results__summary")).to_have_text("No job for “zzzz”.")


def test_the_address_bar_asks_and_back_leads_back(page: Page, beacons: list[str]) -> None:
    open_settled(page, "/jobs/?q=bridge")
    wait_for_results(page)
    expect(page.get_by_role("searchbox")).to_have_value("bridge")
    follow(page, page.locator("#results li a"))
    assert address_of(page) == f"/jobs/{ONE}/"
    page.go_back()
    wait_for_results(page)
    assert titles(page) == ["Bridge inspection technologist"]
    page.get_by_role("searchbox").fill("geomatics")
    page.keyboard.press("Enter")
    wait_for_results(page)
    assert titles(page) == ["Geomatics field lead"]
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("bridge")
    wait_for_results(page)
    assert titles(page) == ["Bridge inspection technologist"]


def test_a_list_searches_itself_and_the_head_of_a_page_all_jobs(page: Page) -> None:
    open_settled(page, "/jobs/place/from-home/")
    main = page.get_by_role("main").get_by_role("searchbox")
    main.fill("geomatics")
    wait_for_results(page)
    assert titles(page) == ["Geomatics field lead"]
    assert address_of(page) == "/jobs/place/from-home/?q=geomatics"
    head = page.get_by_role("banner").get_by_role("searchbox")
    head.fill("bridge")
    with page.expect_navigation():
        head.press("Enter")
    wait_for_results(page)
    assert titles(page) == ["Bridge inspection technologist"]


def test_by_keyboard_alone_from_the_box_to_a_job_and_to_applying(
    page: Page, beacons: list[str]
) -> None:
    open_settled(page, "/jobs/")
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("e")
    wait_for_results(page)
    page.keyboard.press("ArrowDown")
    first = page.locator("#results li a").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results li a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator("#results")).to_be_empty()
    page.keyboard.type("bridge")
    wait_for_results(page)
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Apply for this job"))


def test_a_screen_reader_is_told_how_many_there_are(page: Page) -> None:
    open_settled(page, "/jobs/")
    search(page, "kestrel")  # one of the three is posted by it for a client
    expect(page.get_by_role("status")).to_have_text("3 jobs")


def test_a_broken_connection_is_said_and_asking_again_helps(page: Page) -> None:
    page.route("**/jobs/search.json", lambda route: route.abort())
    open_settled(page, "/jobs/")
    search(page, "bridge")
    expect(page.locator(".results__summary")).to_contain_text("can’t be reached")
    page.unroute("**/jobs/search.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#results li")).to_have_count(1)


def test_without_scripts_the_lists_lead_to_every_job(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport=PHONE, has_touch=True
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_role("link", name="Red Deer").click()
    page.get_by_role("link", name="Geomatics field lead").click()
    expect(page.get_by_role("link", name="Apply on the employer’s site")).to_have_attribute(
        "href", "https://jobs.example/apply?id=2"
    )
    page.goto("/jobs/?q=bridge")
    expect(page.locator(".lookup__plain")).to_be_visible()
    context.close()


def test_a_page_that_is_looked_at_says_so_once_and_sends_its_number_alone(
    page: Page, beacons: list[str], address: str
) -> None:
    with page.expect_request(SEEN) as asked:
        page.goto(f"/jobs/{ONE}/")
    assert asked.value.method == "POST"
    assert asked.value.headers["content-type"].startswith("application/x-www-form-urlencoded")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    after_what_was_sent(page)
    assert beacons == [f"number={ONE}"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_page_of_a_job_that_is_over_sends_nothing(page: Page, beacons: list[str]) -> None:
    open_settled(page, f"/jobs/{OVER}/")
    after_what_was_sent(page)
    assert beacons == []


# Attacks ------------------------------------------------------------------------------------------

CORPUS = (
    "<script>fired()</script>",
    "</script><script>fired()</script>",
    "<!--<script>fired()//-->",
    "]]><script>fired()</script>",
    "<img src=x onerror=fired()>",
    "<svg onload=fired()>",
    "<svg><script>fired()</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=fired()>",
    "<iframe srcdoc='<script>parent.fired()</script>'>",
    "<details open ontoggle=fired()>",
    "<input autofocus onfocus=fired()>",
    "<style>@import 'x'</style><base href='https://evil.example/'>",
    '"><script>fired()</script>',
    "' onmouseover='fired()",
    "[a](javascript:fired())",
    "[a](JaVaScRiPt:fired())",
    "[a](java\tscript:fired())",
    "[a](&#106;avascript:fired())",
    "[a](data:text/html,<script>fired()</script>)",
    "[a](vbscript:fired())",
    "<javascript:fired()>",
    "![a](x onerror=fired())",
    '[a](https://x.example/"onmouseover="fired())',
    "{{ fired() }}{% raw %}",
    "\u2028fired()\u2029",
    "\x00<scr\x00ipt>fired()</script>",
    '{"@type":"x"}</script >',
    "<a href=javascript:fired()>x</a>",
    "<form action=javascript:fired()><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:fired()'>",
    "<template><script>fired()</script></template>",
    "&lt;script&gt;fired()&lt;/script&gt;",
)
HTML = "text/html"
WATCH = "window.hits = 0; window.fired = () => { window.hits += 1; };"
# What is on a page that an attacker could have put there.
FOUND = """
  const document = window.document;
  const attributes = [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]);
  const links = ["href", "src", "action", "formaction", "srcdoc", "data"];
  const scheme = /^(https?:|mailto:|tel:|\\/|#|$)/i;
  return {
    hits: window.hits,
    handlers: attributes.filter(({ name }) => name.startsWith("on")).map(({ name }) => name),
    addresses: attributes
      .filter(({ name, value }) => links.includes(name) && !scheme.test(value.trim()))
      .map(({ value }) => value),
    scripts: document.querySelectorAll("script").length,
    strange: document.querySelectorAll(
      "main :is(script, iframe, object, embed, form, input, style, base, meta, img, link, template)"
    ).length,
    linked: document.querySelector("script[type='application/ld+json']")?.textContent,
  };
"""
# Each page in a frame of the same origin, whose links are pointed at once all of it is loaded.
FRAMES = (
    """async (htmls) => {
  const look = (window) => {"""
    + FOUND
    + """};
  const loaded = htmls.map((html) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = () => done(frame.contentWindow);
    frame.srcdoc = html;
    document.body.append(frame);
  }));
  const windows = await Promise.all(loaded);
  for (const { document } of windows) {
    for (const link of document.querySelectorAll("main a")) {
      link.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    }
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return windows.map(look);
}"""
)


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(with_jobs(made_shell(), present=True).template, SITE, POLICY)


def plain() -> PublicJob:
    job = sample().job(ONE)
    assert job is not None
    return job


def attacked(text: str, way: Way) -> PublicJob:
    """Return a job whose every word is an attack."""
    apply_at = {Way.SITE: "", Way.EMAIL: text, Way.LINK: text}[way]
    return replace(
        plain(), title=text, employer=text, posted_by=text, employer_website="",
        employer_about=markdown.html(text), employer_contact=text,
        discipline=text, occupation_name=text, level_name=text, employment_type_name=text,
        designation=text, description=markdown.html(text), summary=text, way=way,
        apply_at=apply_at,
    )  # fmt: skip


def found_in_frames(target: Page, htmls: list[str]) -> list[Any]:
    """Find what runs on pages, each in a frame of its own, once all are as far as they come."""
    target.unroute_all()
    target.route(SEEN, lambda route: route.fulfill(status=200, json={}))
    target.route(
        "**/jobs/attacked/",
        lambda route: route.fulfill(content_type=HTML, body="<!doctype html><title>x</title>"),
    )
    target.goto("/jobs/attacked/")
    found: list[Any] = target.evaluate(FRAMES, htmls)
    return found


def html_of(pages: Pages, job: PublicJob) -> str:
    """Render a job's page, with its row of a list on it."""
    row = f"<ol>{pages.job_row(job)}</ol>"
    return pages.job(job).replace('<footer class="record__foot">', f'{row}<footer class="x">')


def assert_harmless(target: Page, pages: Pages, jobs: list[PublicJob]) -> None:
    for job, found in zip(
        jobs, found_in_frames(target, [html_of(pages, job) for job in jobs]), strict=True
    ):
        assert found["hits"] == 0
        assert found["handlers"] == []
        assert found["addresses"] == []
        assert found["strange"] == 0
        assert found["scripts"] == 3  # the page's own, the structured data, and the beacon
        data = structured.job_posting(job, f"{SITE.url}/jobs/{job.number}/", POLICY.regulator)
        assert json.loads(found["linked"]) == json.loads(json.dumps(data))


@pytest.fixture(scope="module")
def target(browser: Browser, address: str) -> Iterator[Page]:
    """Yield a page without a content security policy: what is written has to hold by itself."""
    context = browser.new_context(base_url=address)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    yield page
    context.close()


@pytest.mark.parametrize("way", Way)
def test_nothing_in_a_posting_runs(target: Page, pages: Pages, way: Way) -> None:
    assert_harmless(target, pages, [attacked(text, way) for text in CORPUS])


def test_the_watch_sees_what_does_run(target: Page) -> None:
    run = ("<img src=x onerror=fired()>", "<script>fired()</script>")
    pictured, scripted, still = found_in_frames(target, [*run, "<p>Nothing</p>"])
    assert pictured["handlers"] == ["onerror"]
    assert [pictured["hits"], scripted["hits"], still["hits"]] == [1, 1, 0]


PIECES = st.sampled_from([*CORPUS, "<", ">", "&", '"', "'", "`", "](", "javascript:", "\n", "</"])
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), min_size=1, max_size=6).map("".join)


@given(st.lists(st.tuples(TEXTS, st.sampled_from(Way)), min_size=6, max_size=12))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mixture_of_attacks_runs(
    target: Page, pages: Pages, told: list[tuple[str, Way]]
) -> None:
    # Unpaired surrogates can't be sent or stored.
    jobs = [attacked(text.encode("utf-8", "ignore").decode(), way) for text, way in told]
    assert_harmless(target, pages, jobs)


def test_the_search_shows_attacks_as_text(page: Page, address: str) -> None:
    columns = ["number", "title", "employer", "where", "type", "discipline", "occupation", "level"]
    shared = {name: list(CORPUS[:1]) for name in columns[2:]}
    rows = [["1", f"zap {text}", 0, 0, 0, 0, 0, 0, text, "2026-11-01", []] for text in CORPUS]
    told = {"columns": [*columns, "ends", "posted", "scope"], "shared": shared, "jobs": rows}
    page.route("**/jobs/search.json", lambda route: route.fulfill(json=told))
    page.add_init_script(WATCH)
    open_settled(page, "/jobs/?q=zap")
    wait_for_results(page)
    expect(page.locator("#results li")).to_have_count(20)
    assert page.evaluate("window.hits") == 0
    assert page.locator("#results :is(script, img, svg, iframe)").count() == 0
