"""What a regulator's pack says of CPD: dated, cited, and such that it can be kept."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from signet.cpd.forms import ActivityDraft
from signet.policy import Policy, PolicyError, load
from signet.policy.cpd import MENTIONED
from signet.policy.pack import PACKS
from tests.entries import POLICY, day

PACK = PACKS / "alberta.toml"
CPD = POLICY.cpd(day("2026-11-21"))


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Packs are read once; a test's own must not be what the next one gets."""
    load.cache_clear()
    yield
    load.cache_clear()


def pack(tmp_path: Path, old: str = "", new: str = "", more: str = "") -> Policy:
    """Return the example pack with something changed, or with more at its end."""
    text = PACK.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "other.toml"
    path.write_text(text.replace(old, new, 1) + more, encoding="utf-8")
    return load(str(path))


def test_every_value_of_cpd_cites_where_it_is_from() -> None:
    raw: list[dict[str, Any]] = tomllib.loads(PACK.read_text(encoding="utf-8"))["cpd"]
    for held in raw:
        for name, value in held.items():
            if name == "from":
                continue
            rows = value if isinstance(value, list) else [value]
            assert all(row["cites"].strip() for row in rows), name
    assert set(CPD.cites) >= {"minimum_activities", "notice_days", "audit_rate"}


def test_the_numbers_are_the_sources_own() -> None:
    """CPD-2, CPD-5 (G 18(2)), NOT-1 (G 61), NOT-2 (G 19.1)."""
    assert (CPD.minimum_activities, CPD.minimum_categories, len(CPD.categories)) == (2, 2, 4)
    assert CPD.not_practising_years == 1
    assert (CPD.mail_days_within, CPD.mail_days_elsewhere, CPD.notice_days) == (7, 14, 30)
    assert CPD.categories["peer"].name == "Peer and Professional Interaction"


def test_the_two_questions_are_what_an_activity_answers() -> None:
    """CPD-3."""
    assert tuple(q.field for q in CPD.questions) == MENTIONED
    assert set(MENTIONED) <= ActivityDraft.model_fields.keys()


def test_mentoring_and_volunteering_are_suggested() -> None:
    """CPD-4."""
    by_slug = {s.slug: s for s in CPD.suggestions}
    assert by_slug["mentoring"].category == by_slug["career-support"].category == "peer"
    assert "volunteering" in by_slug


def test_a_later_value_holds_from_its_day_on(tmp_path: Path) -> None:
    text = PACK.read_text(encoding="utf-8")
    begin = text.index("[[cpd]]")
    end = text.index("\n[uploads]", begin) if "\n[uploads]" in text[begin:] else len(text)
    later = text[begin:end].replace("from = 1900-01-01", "from = 2030-01-01", 1)
    later = later.replace("minimum_activities = { value = 2", "minimum_activities = { value = 3")
    other = pack(tmp_path, more="\n" + later)
    assert other.cpd(day("2029-12-31")).minimum_activities == 2
    assert other.cpd(day("2030-01-01")).minimum_activities == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minimum_categories = { value = 2", "minimum_categories = { value = 3"),
        ("minimum_categories = { value = 2", "minimum_categories = { value = 5"),
        ('audit_rate = { value = "0.05"', 'audit_rate = { value = "1.5"'),
        ('year_ends = { value = "12-31"', 'year_ends = { value = "02-29"'),
        ('"12-22"]', '"13-01"]'),
        ('field = "advances_profession"', 'field = "is_fun"'),
        ('category = "contributions"\nabout', 'category = "golf"\nabout'),
        ('applies_to = { value = ["member"]', 'applies_to = { value = ["members"]'),
        ('[[cpd.exemption]]\nstatus = "retired"', '[[cpd.exemption]]\nstatus = "idle"'),
        ("notice_days = { value = 30", "notice_day = { value = 30"),
    ],
)
def test_a_pack_that_nobody_could_keep_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(PolicyError):
        pack(tmp_path, old, new)


def test_before_the_first_value_there_is_no_cpd() -> None:
    with pytest.raises(PolicyError, match="CPD"):
        POLICY.cpd(date(1899, 12, 31))


def test_a_year_may_end_in_summer(tmp_path: Path) -> None:
    other = pack(tmp_path, 'year_ends = { value = "12-31"', 'year_ends = { value = "06-30"')
    cpd = other.cpd(day("2026-01-01"))
    assert cpd.span(2026) == (day("2025-07-01"), day("2026-06-30"))
    assert (cpd.year_of(day("2026-06-30")), cpd.year_of(day("2026-07-01"))) == (2026, 2027)
    assert cpd.day(2026, "10-15") == day("2025-10-15")
    assert cpd.day(2026, "03-01") == day("2026-03-01")
    assert cpd.declaration_due(2026) == day("2026-06-30")


def test_the_rate_is_exact() -> None:
    assert Decimal("0.05") == CPD.audit_rate
