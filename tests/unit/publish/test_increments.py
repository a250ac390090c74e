"""How much a build writes: only what changed, so that a night costs little to upload and cache."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.built_site import DAY, Ledger, build, differing, document, page, tree

# A member, their permits, and the lists of both: a permit's verdict follows its members'.
MOST_HTML, MOST_FILES = 28, 46


@pytest.fixture
def ledger() -> Ledger:
    """Sixty members in many places, and permits that some of them answer for."""
    made = Ledger()
    cities = ("Calgary", "Edmonton", "Red Deer", "Olds")
    for at in range(60):
        number = str(100 + at)
        register = made.practitioner if at % 3 == 0 else made.member
        register(number, f"Family{at:02d}", city=cities[at % 4])
    made.permit("P-1", "First Ltd.", "100")
    made.permit("P-2", "Second Ltd.", "100", "103")
    made.permit("P-3", "Third Ltd.", "103")
    made.permit("P-4", "Tonight Ltd.", "106", on="2025-11-03")
    return made


@pytest.fixture
def out(ledger: Ledger, tmp_path: Path) -> Path:
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    return tmp_path / "site"


def changed_by(ledger: Ledger, out: Path, as_of: date = DAY) -> set[str]:
    """Build again; gives the paths written or deleted, which are what the report tells."""
    before = tree(out)
    report = build(ledger.write(out.with_name("records")), out, as_of)
    after = tree(out)
    changed = differing(before, after)
    assert report.written + report.deleted == len(changed)
    assert report.unchanged == len(after) - report.written
    return changed


def test_nothing_changed_writes_nothing(ledger: Ledger, out: Path) -> None:
    assert changed_by(ledger, out) == set()


def test_a_new_day_without_a_change_writes_no_page_of_a_record_or_list(
    ledger: Ledger, out: Path
) -> None:
    del ledger.entries["P-4"]  # which expires tonight
    changed_by(ledger, out)
    changed = changed_by(ledger, out, DAY + timedelta(days=1))
    downloads = {path for path in changed if path.startswith("register/data/")}
    assert changed - downloads == {"register/current.json", "register/current.css"}
    assert "register/data/members.csv" in downloads  # a download says of what day it is


@pytest.mark.parametrize(
    "number",
    ["101", "148", "109", "103", "100"],
    ids=["a technologist", "another", "a practitioner", "with two permits", "with a lone permit"],
)
def test_one_member_suspended_changes_few_files(ledger: Ledger, out: Path, number: str) -> None:
    ledger.suspend(number, DAY.isoformat())
    changed = changed_by(ledger, out)
    assert f"register/members/{number}/index.html" in changed
    assert "register/changes.atom" in changed
    html = {path for path in changed if path.endswith(".html")}
    assert len(html) <= MOST_HTML, sorted(html)
    assert len(changed) <= MOST_FILES, sorted(changed)


def test_a_suspension_reaches_the_permits_that_the_member_answers_for(
    ledger: Ledger, out: Path
) -> None:
    ledger.suspend("100", DAY.isoformat())
    changed = changed_by(ledger, out)
    permits = {path for path in changed if "/permits/" in path and path.endswith(".html")}
    assert permits == {f"register/permits/P-{n}/index.html" for n in (1, 2)}
    assert document(out, "permit", "P-1")["unanswered"]
    assert not document(out, "permit", "P-2")["unanswered"]


def test_a_permit_that_expires_overnight_changes_by_itself(ledger: Ledger, out: Path) -> None:
    changed = changed_by(ledger, out, DAY)
    assert changed == set()
    changed = changed_by(ledger, out, DAY + timedelta(days=1))
    assert document(out, "permit", "P-4")["headline"]["reason"] == "Expired"
    assert changed >= {
        "register/permits/P-4/index.html",
        "register/permits/P-4/index.json",
        "register/members/106/index.html",  # the page of who answers for it says so too
        "register/browse/permit-holders/index.html",
        "register/changes/index.html",
        "register/current.json",
    }
    assert len(changed) <= MOST_FILES
    assert "Not in force" in page(out, "register/permits/P-4")


def test_a_member_who_moves_changes_few_files(ledger: Ledger, out: Path) -> None:
    ledger.add("101", "moved", DAY.isoformat(), city="Olds", province="AB")
    assert len(changed_by(ledger, out)) <= MOST_FILES


def test_a_record_that_is_no_longer_there_takes_its_files_and_empty_folders(
    ledger: Ledger, out: Path
) -> None:
    del ledger.entries["101"]
    ledger.member("999", "Onlyhere", city="Lonelyplace")
    changed_by(ledger, out)
    assert not (out / "register/members/101").exists()
    assert (out / "register/browse/cities/lonelyplace/index.html").exists()
    del ledger.entries["999"]
    changed = changed_by(ledger, out)
    assert "register/browse/cities/lonelyplace/index.html" in changed
    assert not (out / "register/browse/cities/lonelyplace").exists()
    assert not (out / "register/members/999").exists()
    assert all(any(path.iterdir()) for path in out.rglob("*") if path.is_dir())


def test_an_increment_gives_what_a_fresh_build_gives(
    ledger: Ledger, out: Path, tmp_path: Path
) -> None:
    ledger.suspend("100", "2026-10-30")
    ledger.add("105", "name_changed", "2026-10-31", family="Zimmer")
    ledger.add("P-2", "responsible_member_ceased", "2026-10-31", member="103")
    changed_by(ledger, out, DAY + timedelta(days=3))
    build(tmp_path / "records", tmp_path / "fresh", DAY + timedelta(days=3))
    assert differing(tree(out), tree(tmp_path / "fresh")) == set()


def test_a_full_build_with_nothing_amiss_writes_nothing(ledger: Ledger, out: Path) -> None:
    report = build(ledger.write(out.with_name("records")), out, full=True)
    assert (report.written, report.deleted) == (0, 0)
