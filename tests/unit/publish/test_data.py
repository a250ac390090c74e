"""What the register tells other machines: bulk files, feed, site maps, structured data."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from signet.publish.render import feeds
from signet.publish.site import Site
from tests.built_site import DAY, POLICY, SITE, Ledger, build, document, page, sample, tree

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    build(sample(folder / "records", members=90, permits=14), folder / "site")
    return folder / "site"


def package(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "register/data/datapackage.json").read_bytes())
    return read


def rows(out: Path, name: str) -> list[dict[str, str]]:
    text = (out / "register/data" / name).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def documents(out: Path, subject: str) -> dict[str, dict[str, Any]]:
    found = sorted((out / "register" / f"{subject}s").glob("*/index.json"))
    return {path.parent.name: json.loads(path.read_bytes()) for path in found}


def test_the_descriptor_agrees_with_the_files_beside_it(out: Path) -> None:
    resources = package(out)["resources"]
    folder = out / "register/data"
    assert {r["path"] for r in resources} == {path.name for path in folder.iterdir()} - {
        "datapackage.json",
        "index.html",
    }
    for resource in resources:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{_hash(content)}"
        if resource["format"] == "csv":
            header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert [field["name"] for field in resource["schema"]["fields"]] == header


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_cells_of_columns_that_are_called_dates_are_dates(out: Path) -> None:
    for resource in package(out)["resources"]:
        if resource["format"] != "csv":
            continue
        dates = [f["name"] for f in resource["schema"]["fields"] if f["type"] == "date"]
        for row in rows(out, resource["path"]):
            for name in dates:
                assert not row[name] or date.fromisoformat(row[name])


def test_every_record_has_a_row_a_line_a_page_and_a_document(out: Path) -> None:
    for subject in ("member", "permit"):
        numbers = sorted(documents(out, subject))
        assert numbers
        assert [row["number"] for row in rows(out, f"{subject}s.csv")] == numbers
        lines = (out / f"register/data/{subject}s.jsonl").read_bytes().splitlines(keepends=True)
        folders = (out / f"register/{subject}s").iterdir()
        assert sorted(path.name for path in folders) == numbers
        for number, line in zip(numbers, lines, strict=True):
            alone = json.loads((out / f"register/{subject}s/{number}/index.json").read_bytes())
            assert json.loads(line) == {"as_of": DAY.isoformat(), **alone}


def test_the_page_of_downloads_leads_to_every_file(out: Path) -> None:
    html = page(out, "register/data")
    for resource in package(out)["resources"]:
        assert f'href="/register/data/{resource["path"]}"' in html
    assert "datapackage.json" in html


def test_the_bulk_files_say_what_the_documents_say(out: Path) -> None:
    members = documents(out, "member")
    for row in rows(out, "members.csv"):
        record = members[row["number"]]
        assert row["standing"] == record["headline"]["words"]
        assert row["designations"] == "; ".join(d["code"] for d in record["designations"])
    scopes = [(r["number"], r["designation"], r["text"]) for r in rows(out, "scopes.csv")]
    assert scopes == [
        (number, scope["designation"], scope["text"])
        for number, record in members.items()
        for scope in record["scopes"]
    ]


def test_every_file_says_its_day_licence_keys_and_what_its_fields_mean(out: Path) -> None:
    described = package(out)
    licence = {
        "name": POLICY.regulator.licence,
        "title": POLICY.regulator.licence_title,
        "path": POLICY.regulator.licence_url,
    }
    for told in (described, *described["resources"]):
        assert told["as_of"] == DAY.isoformat()
        assert told["licenses"] == [licence]
    names = {resource["name"]: resource for resource in described["resources"]}
    for resource in described["resources"]:
        schema = resource["schema"]
        own = {field["name"] for field in schema["fields"]}
        assert all(field["description"] for field in schema["fields"]), resource["path"]
        assert set(schema.get("primaryKey", ())) <= own
        for leads in schema.get("foreignKeys", ()):
            other = names[leads["reference"]["resource"]]["path"]
            known = {row["number"] for row in rows(out, other)}
            assert {row[leads["fields"]] for row in rows(out, resource["path"])} <= known
    for name, key in (("members.csv", ("number",)), ("scopes.csv", ("number", "designation"))):
        found = [tuple(row[column] for column in key) for row in rows(out, name)]
        assert len(set(found)) == len(found)
        assert {row["as_of"] for row in rows(out, name)} == {DAY.isoformat()}


def test_the_fields_of_the_json_lines_are_those_described(out: Path) -> None:
    for resource in package(out)["resources"]:
        if resource["format"] == "jsonl":
            line = (out / "register/data" / resource["path"]).read_bytes().splitlines()[0]
            fields = [field["name"] for field in resource["schema"]["fields"]]
            assert sorted(fields) == sorted(json.loads(line))


def test_a_spreadsheet_is_told_that_a_table_is_utf_8(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Müller", given="Zoë")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    content = (tmp_path / "site/register/data/members.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfnumber,")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_a_permit_past_its_last_valid_day_is_called_expired_everywhere(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.permit("P-1", "Over Ltd.", on="2025-10-01")
    ledger.permit("P-2", "Stopped Ltd.", on="2025-10-01")
    ledger.suspend("P-2", "2026-01-01")
    ledger.permit("P-3", "Good Ltd.")
    out = tmp_path / "site"
    build(ledger.write(tmp_path / "records"), out)
    told = {row["number"]: row["status"] for row in rows(out, "permits.csv")}
    assert told == {"P-1": "expired", "P-2": "suspended", "P-3": "in_force"}
    for number, status in told.items():
        assert document(out, "permit", number)["status"] == status
    assert re.search(r">Status</a></dt><dd>Expired</dd>", page(out, "register/permits/P-1"))


def test_former_names_and_others_are_kept_apart(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Lee", known_as="Addie Lee")
    ledger.add("1", "name_changed", "2020-01-01", family="Park", given="Ada", known_as="Addie Lee")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    (row,) = rows(tmp_path / "site", "members.csv")
    assert (row["known_as"], row["former_names"]) == ("Addie Lee", "Ada Lee")


def test_the_site_map_says_when_a_record_last_changed(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Lee")
    ledger.suspend("1", "2026-10-01")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    text = (tmp_path / "site/sitemap.xml").read_text()
    assert "/register/members/1/</loc><lastmod>2026-10-01</lastmod>" in text
    assert "/register/browse/</loc></url>" in text


def test_the_scopes_file_says_whether_each_may_be_practised_now(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.practitioner("1", "May")
    ledger.practitioner("2", "Maynot")
    ledger.suspend("2", "2026-10-01")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    told = {row["number"]: row["permitted"] for row in rows(tmp_path / "site", "scopes.csv")}
    assert told == {"1": "yes", "2": "no"}


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_is_text(tmp_path: Path, formula: str) -> None:
    ledger = Ledger()
    ledger.practitioner("1", formula, given="", city=formula)
    ledger.add("1", "condition_imposed", "2026-01-02", condition="C", text=f"{formula}\n{formula}")
    ledger.permit("P-1", formula, "1", operating_names=[formula])
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    for path in (tmp_path / "site/register/data").glob("*.csv"):
        reader = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        for cell in (cell for row in reader for cell in row):
            for line in cell.split("\n"):
                assert not line.lstrip().startswith(tuple("=+-@＝")), (path.name, cell)
    assert document(tmp_path / "site", "member", "1")["name"] == formula.strip()


def feed(out: Path) -> ElementTree.Element:
    return ElementTree.fromstring((out / "register/changes.atom").read_bytes())  # noqa: S314


def entries(out: Path) -> list[dict[str, str]]:
    return [
        {part.tag.removeprefix(ATOM): part.text or part.get("href") or "" for part in entry}
        for entry in feed(out).iter(f"{ATOM}entry")
    ]


def test_the_feed_is_valid_atom_with_one_identity_an_entry_and_the_newest_first(out: Path) -> None:
    told = entries(out)
    assert 150 < len(told) <= 200  # whole days, as many as there is room for
    assert len({entry["id"] for entry in told}) == len(told)
    updated = [entry["updated"] for entry in told]
    assert updated == sorted(updated, reverse=True)
    root = feed(out)
    assert root.findtext(f"{ATOM}updated") == updated[0]
    assert root.findtext(f"{ATOM}id") == f"{SITE.url}/register/changes/"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == POLICY.regulator.name
    for entry in told:
        assert entry.keys() >= {"id", "title", "updated", "link", "summary"}
        assert (out / entry["link"].removeprefix(f"{SITE.url}/") / "index.html").exists()


def test_a_feed_s_identities_stay_the_same_while_records_change(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "First")
    ledger.permit("P-1", "Over Ltd.", on="2025-10-01")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    before = {entry["id"]: entry for entry in entries(tmp_path / "site")}
    ledger.suspend("1", "2026-10-01")
    ledger.add("1", "name_changed", "2026-10-02", family="Renamed")
    ledger.add("P-1", "renewed", "2026-10-05")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    after = {entry["id"]: entry for entry in entries(tmp_path / "site")}
    assert before.keys() < after.keys()
    assert len(after) == len(before) + 3
    assert all(after[key]["updated"] == entry["updated"] for key, entry in before.items())


def test_a_permit_that_expires_is_among_the_changes_of_that_day(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.permit("P-1", "Over Ltd.", on="2025-10-20")
    records = ledger.write(tmp_path / "records")
    build(records, tmp_path / "site", date(2026, 10, 19))
    assert all("expired" not in entry["title"] for entry in entries(tmp_path / "site"))
    build(records, tmp_path / "site", date(2026, 10, 20))
    newest = entries(tmp_path / "site")[0]
    assert newest["title"] == "Over Ltd. (P-1): Permit expired"
    assert newest["updated"] == "2026-10-20T00:00:00Z"
    assert "Permit expired" in page(tmp_path / "site", "register/changes")


def test_a_late_entry_is_told_when_it_could_first_be_read(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Late")
    ledger.add("1", "moved", "2025-01-10", recorded="2026-10-30", city="Olds")
    ledger.member("2", "Other")
    ledger.add("2", "moved", "2026-10-20", recorded="2026-10-20", city="Olds")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    newest = entries(tmp_path / "site")[:2]
    assert [entry["updated"][:10] for entry in newest] == ["2026-10-30", "2026-10-20"]
    assert "in effect from 10 January 2025" in newest[0]["summary"]


@pytest.mark.parametrize("character", ["\x0b", "\x00", "\x1f", "\ufffe"])
def test_a_character_that_xml_can_t_hold_doesn_t_break_the_feed(
    tmp_path: Path, character: str
) -> None:
    ledger = Ledger()
    ledger.member("1", f"Odd{character}Name")
    ledger.permit("P-1", f"A & B <{character}> Ltd.")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    titles = [entry["title"] for entry in entries(tmp_path / "site")]
    assert any("Odd" in title and "Name" in title for title in titles)
    assert any(title.startswith("A & B <") for title in titles)


def locations(content: bytes, of: str) -> list[str]:
    root = ElementTree.fromstring(content)  # noqa: S314
    return [found.text or "" for found in root.iter(f"{MAP}{of}")]


def test_the_site_map_names_every_page_and_nothing_else(out: Path) -> None:
    mapped = locations((out / "sitemap.xml").read_bytes(), "loc")
    pages = {
        f"{SITE.url}/{path.removesuffix('index.html')}"
        for path in tree(out)
        if path.endswith("index.html")
    }
    assert set(mapped) == pages
    assert len(mapped) == len(pages)
    assert f"Sitemap: {SITE.url}/sitemap.xml" in (out / "robots.txt").read_text()


def test_more_than_fifty_thousand_pages_get_an_index_of_site_maps() -> None:
    paths = [f"/register/members/{number}/" for number in range(120_000)]
    maps = dict(feeds.sitemaps(paths, Site(url="https://a.example/?x&y")))
    assert list(maps) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    named = locations(maps["sitemap.xml"], "loc")
    assert named == [f"https://a.example/?x&y/sitemap-{at}.xml" for at in (1, 2, 3)]
    found = [loc for at in (1, 2, 3) for loc in locations(maps[f"sitemap-{at}.xml"], "loc")]
    assert len(found) == len(set(found)) == 120_000
    assert max(len(locations(maps[f"sitemap-{at}.xml"], "url")) for at in (1, 2, 3)) == 50_000


def test_exactly_fifty_thousand_pages_are_one_site_map() -> None:
    maps = dict(feeds.sitemaps((f"/{number}/" for number in range(50_000)), SITE))
    assert list(maps) == ["sitemap.xml"]


def test_every_json_file_is_valid_and_every_page_s_structured_data(out: Path) -> None:
    for path, content in tree(out).items():
        if path.endswith(".json"):
            json.loads(content)
        if path.endswith(".jsonl"):
            assert all(json.loads(line) for line in content.splitlines())
        for found in re.findall(rb'<script type="application/ld\+json">(.*?)</script>', content):
            assert json.loads(found)["@context"] == "https://schema.org"


def test_the_register_s_day_stands_in_one_small_file(out: Path) -> None:
    current = json.loads((out / "register/current.json").read_bytes())
    assert current == {
        "as_of": DAY.isoformat(),
        "members": len(documents(out, "member")),
        "permits": len(documents(out, "permit")),
    }
    day = f"{DAY.day} {DAY:%B} {DAY.year}"
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    for path, content in tree(out).items():
        assert path == "register/current.json" or tomorrow.encode() not in content
        if path.startswith("register/data/"):
            continue  # a download is of a day, wherever it is taken
        if path.endswith(".html") and "/members/" not in path and "/permits/" not in path:
            assert f"as of {day}".encode() not in content, path
