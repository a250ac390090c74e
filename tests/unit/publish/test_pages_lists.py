"""The lists and the other pages, and what holds for pages of every kind."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from signet import policy as policies
from signet.publish import upload_pages
from signet.publish.public import (
    Change,
    DataFile,
    IndexPage,
    ListPage,
    PageLink,
    Row,
    ScopeListPage,
    ScopeRow,
)
from signet.publish.render import shell
from signet.publish.render.changes import ChangesPage, Day
from signet.publish.render.pages import Pages
from tests.page_records import (
    MEMBER,
    PERMIT,
    SCOPE,
    SITE,
    text,
    values,
    words,
)


@pytest.fixture(scope="module")
def pages() -> Pages:
    policy = policies.load()
    return Pages(shell.build(policy, SITE).template, SITE, policy)


UP = (PageLink("Register", "/register/"),)
SISTERS = (PageLink("A", "/register/browse/a/"), PageLink("B", "/register/browse/b/", current=True))
ROW = Row("1007", "Ann Lee", "Lee, Ann", "C.E.T.", "Olds", "In good standing", "good")


def whole(pages: Pages, page: ListPage) -> str:
    before, after = pages.around_rows(page)
    return "".join((before, *page.rows, after))


def test_a_list_shows_its_rows_and_marks_the_page_one_is_on(pages: Pages) -> None:
    page = ListPage(
        "/register/browse/b/",
        "Names: B",
        "Everyone.",
        "member",
        (pages.row(ROW, "member"),),
        SISTERS,
        UP,
    )
    html = whole(pages, page)
    assert "Lee, Ann 1007 C.E.T. Olds In good standing" in text(html)
    assert 'href="/register/members/1007/"' in html
    assert 'href="/register/browse/b/" aria-current="page"' in html
    assert '<a href="/register/">Register</a>' in html


def test_a_list_of_permits_leads_to_permits(pages: Pages) -> None:
    page = ListPage(
        "/register/browse/p/", "Permits", "", "permit", (pages.row(ROW, "permit"),), (), UP
    )
    assert 'href="/register/permits/1007/"' in whole(pages, page)


def test_a_scope_listing_shows_each_scope_and_its_conditions(pages: Pages) -> None:
    row = ScopeRow("1007", "Ann Lee", "Lee, Ann", "Olds", "P.Tech.(Eng.)", SCOPE, 1)
    page = ScopeListPage("/register/scopes/x/", "Electrical", "Entitled.", (row,), (), UP)
    before, after = pages.around_scopes(page)
    seen = text(before + pages.scope_row(row) + after)
    for shown in ("Lee, Ann", "1007", "Olds", "1 condition on practice", *values(SCOPE)):
        assert shown in seen


def test_an_index_leads_into_its_lists(pages: Pages) -> None:
    link = PageLink("Civil", "/register/browse/disciplines/civil/", note="12")
    html = pages.index_page(IndexPage("/register/browse/", "Browse", "", (("Field", (link,)),), UP))
    assert "Field Civil 12" in text(html)
    assert f'href="{link.path}"' in html


def test_changes_are_told_by_day_the_newest_first(pages: Pages) -> None:
    old = Change("2026-11-18", "permit", "P-1", "Oak", "Renewed", "a year", "2026-11-01", "k1",
                 "renewed", "2026-11-18T10:00:00+00:00")  # fmt: skip
    new = Change("2026-11-20", "member", "7", "Ann Lee", "Suspended", "fees", "2026-11-20", "k2",
                 "status_changed", "2026-11-20T10:00:00+00:00")  # fmt: skip
    days = (Day("2026-11-20", (new,)), Day("2026-11-18", (old,)))
    html = pages.changes(ChangesPage("/register/changes/", days))
    seen = text(html)
    assert seen.index("20 November 2026") < seen.index("18 November 2026")
    assert "Oak P-1 Renewed a year in effect from 1 November 2026" in seen
    assert "Ann Lee 7 Suspended fees" in seen
    assert 'href="/register/permits/P-1/"' in html


def test_downloads_are_listed_with_their_format_and_rows(pages: Pages) -> None:
    html = pages.data((DataFile("/register/data/m.csv", "Members", "text/csv"),), "2026-11-02")
    assert "Members CSV" in text(html)
    assert 'href="/register/data/m.csv"' in html


def test_the_look_up_works_without_scripts_as_a_form_and_points_to_the_lists(pages: Pages) -> None:
    html = pages.register()
    assert re.search(r'<form[^>]* data-lookup [^>]*action="/register/" method="get"', html)
    assert 'id="results"' in html
    assert re.search(r'<noscript>.*?href="/register/browse/".*?</noscript>', html, re.DOTALL)
    assert html.count('name="q"') == 1


def test_the_look_up_script_is_loaded_only_where_there_is_a_look_up(pages: Pages) -> None:
    assert "/assets/lookup." in pages.register()
    assert "/assets/lookup." not in pages.member(MEMBER)


def test_a_missing_page_says_that_it_proves_nothing(pages: Pages) -> None:
    html = pages.not_found()
    assert "doesn’t mean that someone was removed" in text(html)
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("page", upload_pages.PAGES)
def test_a_page_instead_of_the_stores_answer_tells_what_may_be_sent_and_leads_back(
    pages: Pages, page: str
) -> None:
    html = pages.upload_failed(page)
    seen = text(html)
    for purpose in policies.load().uploads.values():
        assert purpose.name in seen
    for said in (
        "PDF, PNG or JPEG up to 10 MB",
        "PDF up to 5 MB",
        "JPEG up to 200 kB",
        "Back button",
    ):
        assert said in seen
    assert ("nothing over 100 MB" in seen) == (page == "refused")
    for way in ("/services/", "/services/complaints/followup/"):
        assert f'href="{way}"' in html
    assert '<meta name="robots" content="noindex">' in html


def test_each_failure_of_sending_has_words_of_its_own(pages: Pages) -> None:
    titles = {re.findall(r"<h1>(.*?)</h1>", pages.upload_failed(p))[0] for p in upload_pages.PAGES}
    assert len(titles) == len(upload_pages.PAGES)


def every_kind(pages: Pages) -> list[str]:
    return [
        pages.member(MEMBER),
        pages.permit(PERMIT),
        whole(
            pages,
            ListPage(
                "/register/browse/b/", "B", "", "member", (pages.row(ROW, "member"),), SISTERS, UP
            ),
        ),
        "".join(pages.around_scopes(ScopeListPage("/register/scopes/x/", "Civil", "", (), (), UP))),
        pages.index_page(IndexPage("/register/browse/", "Browse", "", (), UP)),
        pages.changes(ChangesPage("/register/changes/", ())),
        pages.data((), PERMIT.last_changed_on),
        pages.register(),
        pages.not_found(),
        *map(pages.upload_failed, upload_pages.PAGES),
    ]


def test_every_page_has_one_title_one_main_part_and_ordered_headings(pages: Pages) -> None:
    for html in every_kind(pages):
        assert re.search(r"<title>\S.*? – \S.*?</title>", html)
        assert html.count("<main ") == html.count("<h1") == 1
        levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_pages_hold_no_inline_scripts_or_styles_and_no_date_but_their_own(pages: Pages) -> None:
    told = {words(day) for day in re.findall(r"\d{4}-\d\d-\d\d", f"{MEMBER}{PERMIT}")}
    for html in every_kind(pages):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
        for attributes in re.findall(r"<script([^>]*)>", html):
            assert "src=" in attributes or 'type="application/ld+json"' in attributes
        dates = set(re.findall(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b", text(html)))
        assert dates <= told


def test_the_same_record_gives_the_same_page(pages: Pages) -> None:
    policy = policies.load()
    again = Pages(shell.build(policy, SITE).template, SITE, policy)
    assert every_kind(again) == every_kind(pages)
