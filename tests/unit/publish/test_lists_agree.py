"""The lists say what the records say: for every city, discipline, designation and action."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from signet.publish.render.order import slug
from signet.publish.render.pages import Pages
from tests.browser import kinds
from tests.built_site import POLICY, Ledger, build, page

ROW = re.compile(
    r'<tr[^>]*><th scope="row"><a href="/register/(member|permit)s/([^/]+)/">.*?</th>'
    r"<td>[^<]*</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>",
    re.DOTALL,
)


class Read(NamedTuple):
    """A row as a reader sees it."""

    kind: str
    number: str
    third: str
    fourth: str
    status: str


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(html: str) -> list[Read]:
    return [Read(kind, number, *map(plain, cells)) for kind, number, *cells in ROW.findall(html)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built site with more members than one page of a list holds."""
    folder = tmp_path_factory.mktemp("lists")
    build(kinds.write_records(folder / "records", members=400), folder / "site")
    return folder / "site"


def records(site: Path, kind: str) -> list[Any]:
    lines = (site / f"register/data/{kind}s.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def listed(site: Path, base: str) -> list[Read]:
    """Return every row of a list, from all its pages but the repeated first one."""
    folder = site / base.strip("/")
    pages = sorted(folder.glob("*/index.html")) or [folder / "index.html"]
    return [row for path in pages for row in rows(path.read_text("utf-8"))]


def by(found: Iterable[Any], keys: Any) -> dict[str, set[tuple[str, str]]]:
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in found:
        for key in keys(one):
            if key:
                groups[slug(key)].add((one["number"], one["headline"]["words"]))
    return groups


def designations(member: Any) -> list[str]:
    codes = [d["code"] for d in (*member["designations"], *member["withheld_designations"])]
    built_on = {old for code in codes for old in POLICY.designations[code].supersedes}
    return [POLICY.designations[code].slug for code in codes if code not in built_on]


LISTS = {
    "cities": ("member", lambda one: [one["city"]]),
    "disciplines": ("member", lambda one: one["disciplines"]),
    "designations": ("member", designations),
    "permit-cities": ("permit", lambda one: [one["city"]]),
    "permit-fields": ("permit", lambda one: one["fields"]),
}


@pytest.mark.parametrize("folder", LISTS)
def test_every_list_has_exactly_the_records_that_belong_on_it_with_their_verdicts(
    site: Path, folder: str
) -> None:
    kind, keys = LISTS[folder]
    expected = by(records(site, kind), keys)
    found = {
        place.name: {
            (row.number, row.status)
            for row in listed(site, f"register/browse/{folder}/{place.name}")
        }
        for place in (site / "register/browse" / folder).iterdir()
    }
    assert found == expected
    assert len(found) > 1


def test_all_conditions_are_on_a_page_with_their_day_and_a_link(site: Path) -> None:
    expected = sorted(
        (kind, one["number"], plain(condition["text"]), one["headline"]["words"])
        for kind in ("member", "permit")
        for one in records(site, kind)
        for condition in one["conditions"]
    )
    unsaid = "A condition applies. Its wording is not public."
    found = listed(site, "register/browse/conditions/")
    assert sorted(
        (row.kind, row.number, "" if row.third == unsaid else row.third, row.status)
        for row in found
    ) == expected  # fmt: skip
    (imposed,) = (row for row in found if row.third == kinds.IMPOSED)
    assert imposed.fourth == "4 March 2025"
    assert kinds.KEPT_PRIVATE not in page(site, "register/browse/conditions")


def test_all_current_suspensions_are_on_a_page_with_reason_and_days(site: Path) -> None:
    found = listed(site, "register/browse/suspensions/")
    expected = {
        (kind, one["number"], one["headline"]["reason"], one["headline"]["words"])
        for kind in ("member", "permit")
        for one in records(site, kind)
        if one["status"] == "suspended"
    }
    assert {(row.kind, row.number, row.third, row.status) for row in found} == expected
    assert len(found) == len(expected)
    days = {row.number: row.fourth for row in found}
    assert days[kinds.SUSPENDED] == "11 May 2026 until 10 May 2027"
    assert days[kinds.PERMIT_SUSPENDED] == "6 July 2026"
    assert kinds.STRUCK not in days


def test_all_published_decisions_are_on_a_page_and_no_others(site: Path) -> None:
    found = listed(site, "register/browse/decisions/")
    expected = sorted(
        (one["number"], plain(f"{decision['title']} {decision['summary']}"))
        for one in records(site, "member")
        for decision in one["decisions"]
    )
    assert sorted((row.number, row.third) for row in found) == expected
    (decided,) = (row for row in found if row.number == kinds.DECIDED)
    assert decided.fourth == "20 October 2025"
    assert kinds.UNDIRECTED not in page(site, "register/browse/decisions")


def test_the_lists_of_actions_are_reached_from_browse_with_their_counts(site: Path) -> None:
    html = page(site, "register/browse")
    for kind in ("conditions", "suspensions", "decisions"):
        base = f"/register/browse/{kind}/"
        count = re.search(rf'<a href="{base}">[^<]*</a> <span class="aside">([\d,]+)</span>', html)
        assert count
        assert int(count[1]) == len(listed(site, base)) > 0


def test_a_wrong_verdict_in_a_list_of_actions_is_found_and_the_strictest_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger()
    ledger.practitioner("1", "One")
    imposed = {"condition": "review", "text": "Reviewed by another."}
    ledger.add("1", "condition_imposed", "2025-03-04", **imposed)
    whole = Pages.action_row
    verdict = "Not permitted to practise"
    monkeypatch.setattr(
        Pages,
        "action_row",
        lambda self, action: whole(self, action._replace(status=verdict, tone="bad")),
    )
    report = build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert "member 1" in report.disputed[0]
    (row,) = listed(tmp_path / "site", "register/browse/conditions/")
    assert row.status == verdict
    (one,) = records(tmp_path / "site", "member")
    assert one["headline"]["words"] == verdict
