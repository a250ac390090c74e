"""What people come to the register for, from the first page to the answer."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import (
    PHONE,
    Complaints,
    Visitor,
    address_of,
    follow,
    look_up,
    open_settled,
)
from tests.built_site import SCOPE, SITE

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_client_looks_up_a_person_and_reads_whether_they_may_practise(
    page: Page, address: str
) -> None:
    complaints = Complaints(page, address)
    open_settled(page, "/")
    look_up(page, "vandermast cyr")
    result = page.locator(f"#results li[data-number='{kinds.SUSPENDED}']")
    expect(result).to_contain_text("Not permitted to practise")
    follow(page, result.get_by_role("link"), to=member(kinds.SUSPENDED))
    assert address_of(page) == member(kinds.SUSPENDED)
    expect(page.get_by_role("heading", name="Not permitted to practise")).to_be_visible()
    expect(page.get_by_text("Register current to")).to_be_visible()
    assert complaints == []


def test_an_inspector_on_a_phone_follows_a_company_to_who_answers_for_it_and_in_what(
    visitor: Visitor,
) -> None:
    page = visitor.page(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto("/register/")
    look_up(page, "ridge inspection")  # an operating name
    result = page.locator(f"#results li[data-number='{kinds.IN_FORCE}']")
    expect(result).to_contain_text("In force")
    result.get_by_role("link").tap()
    page.wait_for_url(f"**{permit(kinds.IN_FORCE)}")
    page.get_by_role("link", name=kinds.NAMES[kinds.PERMITTED]).tap()
    page.wait_for_url(f"**{member(kinds.PERMITTED)}")
    scope = page.get_by_role("region", name="Scope of practice")
    expect(scope).to_contain_text(str(SCOPE["limits"]))


def test_a_client_who_knows_only_the_work_finds_who_is_entitled_to_it(page: Page) -> None:
    page.goto("/")
    main = page.get_by_role("navigation", name="Main")
    follow(page, main.get_by_role("link", name="Scopes of practice"))
    disciplines = page.get_by_role("region", name="By discipline")
    follow(page, disciplines.get_by_role("link", name="Civil"))
    entitled = page.locator(".entitled")
    expect(entitled.filter(has_text="Thornbury, Amelia")).to_contain_text(str(SCOPE["limits"]))
    expect(entitled.filter(has_text="Ravnsborg")).to_contain_text("2 conditions on practice")
    expect(entitled.filter(has_text="Vandermast")).to_have_count(0)
    entitled.get_by_role("link", name="Thornbury, Amelia").click()
    page.wait_for_url(f"**{member(kinds.PERMITTED)}")


def test_a_back_and_forward_between_results_and_records_loses_nothing(page: Page) -> None:
    page.goto("/register/")
    look_up(page, "thornbury")
    follow(page, page.locator("#results li a"), to=member(kinds.PERMITTED))
    assert address_of(page) == member(kinds.PERMITTED)
    page.go_back()
    assert address_of(page) == "/register/?q=thornbury"
    expect(page.locator("#results li")).to_have_count(1)
    page.go_forward()
    assert address_of(page) == member(kinds.PERMITTED)


def test_an_employer_downloads_the_register_and_checks_many_names_at_once(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/")
    follow(page, page.get_by_role("link", name="Download the register").first)
    with page.expect_download() as download:
        page.get_by_role("link", name="Members", exact=True).click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "members.csv"
    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["number"]: row for row in csv.DictReader(file)}
    assert len(rows) == page.request.get("/register/current.json").json()["members"]
    assert "Vandermast" in str(rows[kinds.SUSPENDED])
    assert "Not permitted to practise" in rows[kinds.SUSPENDED].values()


def test_every_download_is_what_the_page_and_the_descriptor_say_it_is(page: Page) -> None:
    page.goto("/register/data/")
    base = "/register/data/"
    resources = page.request.get(f"{base}datapackage.json").json()["resources"]
    described = {base + resource["path"]: resource for resource in resources}
    offered = page.locator("tbody a").evaluate_all("(all) => all.map((a) => a.pathname)")
    assert sorted(offered) == sorted(described)
    current = page.request.get("/register/current.json").json()
    expected = {f"{base}{of}.csv": current[of] for of in ("members", "permits")}
    types = {".csv": "text/csv; charset=utf-8", ".jsonl": "application/jsonl"}
    for path in offered:
        answer = page.request.get(path)
        body = answer.body()
        assert answer.headers["content-type"] == types[Path(path).suffix]
        text = body.decode("utf-8-sig")
        if path.endswith(".csv"):
            held = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
            fields = [field["name"] for field in described[path]["schema"]["fields"]]
            assert list(held[0]) == fields
        else:
            held = [json.loads(line) for line in text.splitlines()]
        assert len(held) == expected.get(path.replace(".jsonl", ".csv"), len(held)) > 0
        assert described[path]["bytes"] == len(body)
        sum_of_all = hashlib.sha256(body).hexdigest()
        assert described[path]["hash"] == f"sha256:{sum_of_all}"


@pytest.mark.parametrize("path", ["/", member(kinds.PERMITTED), "/about/permits/"])
def test_a_feed_reader_finds_the_feed_from_any_page(page: Page, path: str) -> None:
    page.goto(path)
    feed = page.locator("link[rel=alternate][type='application/atom+xml']")
    expect(feed).to_have_attribute("href", "/register/changes.atom")


def test_a_journalist_subscribes_to_the_changes_and_each_leads_to_its_record(page: Page) -> None:
    page.goto("/register/changes/")
    newest = page.locator(".day li a").first.inner_text()
    href = page.get_by_role("link", name="Follow the changes").get_attribute("href")
    assert href
    answer = page.request.get(href)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.body())  # noqa: S314 - the site's own
    assert feed.tag == f"{ATOM}feed"
    assert all(feed.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) > 20
    assert all(entry.findtext(f"{ATOM}updated") for entry in entries)
    assert newest in str(entries[0].findtext(f"{ATOM}title"))
    for entry in entries[:10]:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        target = str(link.get("href"))
        assert target.startswith(SITE.url)
        assert page.request.get(urlsplit(target).path).ok
