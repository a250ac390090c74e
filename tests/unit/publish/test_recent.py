"""The recent changes: in the order they were recorded, and nothing that must be seen left out."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from signet.publish.public import Change
from signet.publish.render import changes as recent
from signet.publish.render.changes import OLDER, PAGE, ROUTINE_A_DAY, Recent
from tests.built_site import DAY, SITE, Ledger, build, page, tree

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = DAY.isoformat()
FIRST = recent.since(DAY)


def change(at: int, kind: str = "moved", day: str = TODAY) -> Change:
    number = f"{at:06d}"
    return Change(day, "member", number, f"Name {at}", kind, "", day, f"key-{at}", kind,
                  f"{day}T10:00:00+00:00")  # fmt: skip


def feed(out: Path, name: str = "changes.atom") -> ElementTree.Element:
    return ElementTree.fromstring((out / "register" / name).read_bytes())  # noqa: S314


def titles(out: Path) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in feed(out).iter(f"{ATOM}entry")]


def test_one_record_s_entries_of_a_day_stand_in_the_order_they_were_recorded(
    tmp_path: Path,
) -> None:
    """A suspension lifted on the same day: who reads the top line reads how it is."""
    ledger = Ledger()
    for number in map(str, range(1, 9)):
        ledger.practitioner(number, f"Lee{number}")
        ledger.suspend(number, TODAY)
        ledger.add(number, "status_changed", TODAY, status="registered")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    html = page(tmp_path / "site", "register/changes")
    for number in map(str, range(1, 9)):
        told = re.findall(rf'members/{number}/".*?<strong>(.*?)</strong>', html)
        assert told[:2] == ["Registered", "Suspended"], number
        own = [title for title in titles(tmp_path / "site") if f"({number}):" in title]
        assert [title.rpartition(": ")[2] for title in own[:2]] == ["Registered", "Suspended"]


def test_many_changes_of_a_day_stand_on_as_many_pages_as_it_takes(tmp_path: Path) -> None:
    ledger = Ledger()
    for at in range(150):
        number = str(1000 + at)
        ledger.member(number, f"Family{at}")
        ledger.suspend(number, TODAY)
        ledger.add(number, "condition_imposed", TODAY, condition="C1", text="Works under review.")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    out = tmp_path / "site"
    assert f'href="/register/changes/{TODAY}/"' in page(out, "register/changes")
    found = "".join(
        content.decode()
        for path, content in tree(out).items()
        if path.startswith(f"register/changes/{TODAY}/")
    )
    assert found.count("<strong>Suspended</strong>") == 150
    assert found.count("<strong>Condition imposed</strong>") == 150
    assert (out / f"register/changes/{TODAY}/2/index.html").exists()
    assert sum("Suspended" in title for title in titles(out)) == 150


def test_a_first_load_hides_no_suspension() -> None:
    made = Recent(FIRST)
    for batch in range(40):
        part = Recent(FIRST)
        part.add(change(batch * 1000 + at, "registered") for at in range(1000))
        part.add([change(batch * 1000, "status_changed")])
        made.merge(part)
    (day,) = made.days()
    assert sum(c.entry_kind == "status_changed" for c in day.changes) == 40
    assert len(day.changes) == ROUTINE_A_DAY + 40
    assert day.more == 40_000 - ROUTINE_A_DAY
    shown = [
        c for p in recent.pages([day], FIRST) if p.path != recent.BASE for c in p.days[0].changes
    ]
    assert shown == list(day.changes)


def test_a_routine_change_that_corrects_is_never_only_counted() -> None:
    made = Recent(FIRST)
    made.add(change(at) for at in range(2 * ROUTINE_A_DAY))
    made.add([change(0)._replace(corrected=True)])
    (day,) = made.days()
    assert any(c.corrected for c in day.changes)


def test_it_doesn_t_matter_in_what_portions_they_come() -> None:
    changes = [
        change(at, kind, (DAY - timedelta(days=at % 50)).isoformat())
        for at in range(3000)
        for kind in ("moved", "status_changed")
    ]
    whole = Recent(FIRST)
    whole.add(changes)
    parts = Recent(FIRST)
    for at in range(0, len(changes), 170):
        part = Recent(FIRST)
        part.add(reversed(changes[at : at + 170]))
        parts.merge(part)
    assert parts.days() == whole.days()
    assert {day.day for day in whole.days()} == {
        (DAY - timedelta(days=at)).isoformat() for at in range(30)
    }


@pytest.mark.parametrize("count", [3, OLDER, OLDER + 50])
def test_where_little_changed_lately_older_days_are_shown_whole(count: int) -> None:
    made = Recent(FIRST)
    days = [(DAY - timedelta(days=40 + at // 30)).isoformat() for at in range(count)]
    made.add(change(at, day=day) for at, day in enumerate(days))
    shown = made.days()
    for day in shown:
        assert len(day.changes) == days.count(day.day), day.day
    assert sum(len(day.changes) for day in shown) <= OLDER
    assert shown[0].day == days[0]


def test_the_feed_goes_on_in_further_parts_and_names_what_each_entry_is_about(
    tmp_path: Path,
) -> None:
    ledger = Ledger()
    for at in range(380):
        ledger.member(str(1000 + at), f"Family{at}", TODAY)
        for kind in ("suspended", "registered"):
            ledger.add(str(1000 + at), "status_changed", TODAY, status=kind)
    out = tmp_path / "site"
    build(ledger.write(tmp_path / "records"), out)
    first, second = feed(out), feed(out, "changes-2.atom")
    ways = {link.get("rel"): link.get("href") for link in first.iter(f"{ATOM}link")}
    assert ways["next"] == f"{SITE.url}/register/changes-2.atom"
    entries = [e for part in (first, second) for e in part.iter(f"{ATOM}entry")]
    assert len({e.findtext(f"{ATOM}id") for e in entries}) == len(entries)
    told = [e.findtext(f"{ATOM}title") or "" for e in entries]
    assert sum(title.endswith(": Suspended") for title in told) == 380
    assert any(title.endswith("more registrations and other additions") for title in told)
    suspended = next(e for e in entries if (e.findtext(f"{ATOM}title") or "").endswith("Suspended"))
    terms = {c.get("term") for c in suspended.iter(f"{ATOM}category")}
    assert terms == {"members", "standing"}


def test_a_correction_and_an_entry_taken_back_are_among_the_changes(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Lee")
    wrong = ledger.add("1", "moved", "2026-10-20", city="Olds")
    ledger.add("1", "moved", "2026-10-20", recorded="2026-10-22", corrects=wrong.id, city="Banff")
    mistake = ledger.add("1", "status_changed", "2026-10-24", status="suspended")
    ledger.add("1", "voided", "2026-10-24", recorded="2026-10-25", corrects=mistake.id)
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    html = page(tmp_path / "site", "register/changes")
    assert "Correction: Place changed</strong> <span>Banff (before: Place changed: Olds" in html
    assert "Entry voided</strong> <span>Before: Suspended" in html


def test_a_page_holds_so_many_and_no_more() -> None:
    made = Recent(FIRST)
    made.add(change(at, "status_changed") for at in range(5 * PAGE + 1))
    for found in recent.pages(made.days(), FIRST):
        assert sum(len(day.changes) for day in found.days) <= PAGE
