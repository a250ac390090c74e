"""Registers that are out of the ordinary, and what is published of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from signet.publish.verify import VerificationFailed
from tests.built_site import Ledger, build, document, page, tree
from tests.page_records import text


def everything(out: Path) -> bytes:
    return b"\n".join(path.encode() + b"\n" + content for path, content in tree(out).items())


def test_a_decision_whose_publication_is_directed_later_is_published_then(
    tmp_path: Path,
) -> None:
    """Entered again with the direction, its words become public; the build must not refuse."""
    ledger = Ledger()
    ledger.member("1", "Decided")
    said = {
        "decision": "D1",
        "title": "Unskilled practice in 2024",
        "summary": "A bridge was signed off without a visit.",
        "decided_on": "2025-01-06",
    }
    ledger.add("1", "decision_recorded", "2025-01-07", **said)
    ledger.add(
        "1", "decision_recorded", "2026-01-07", publication_directed_by="the Appeal Board", **said
    )
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert "without a visit" in text(page(tmp_path / "site", "register/members/1"))


def test_a_private_decision_that_shares_its_title_with_a_published_one_stays_private(
    tmp_path: Path,
) -> None:
    ledger = Ledger()
    ledger.member("1", "Decided")
    common = {"title": "Unskilled practice", "decided_on": "2025-01-06"}
    ledger.add("1", "decision_recorded", "2025-01-07", decision="D1", summary="It was public.",
               publication_directed_by="the Committee", **common)  # fmt: skip
    ledger.add("1", "decision_recorded", "2025-01-08", decision="D2",
               summary="It was between the two of them.", **common)  # fmt: skip
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert len(document(tmp_path / "site", "member", "1")["decisions"]) == 1
    assert b"between the two" not in everything(tmp_path / "site")


def test_a_day_s_register_has_those_registered_by_then(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Earlier", "2015-03-02")
    ledger.member("2", "Afterward", "2026-06-01")
    records = ledger.write(tmp_path / "records")
    report = build(records, tmp_path / "site", date(2026, 5, 31))
    assert report.members == 1
    assert b"Afterward" not in everything(tmp_path / "site")


def test_places_that_are_written_in_two_ways_share_one_page(tmp_path: Path) -> None:
    """St. Albert and St Albert have one address; a page each would overwrite the other."""
    ledger = Ledger()
    ledger.member("1", "Dotted", city="St. Albert", disciplines=["Civil"])
    ledger.member("2", "Plain", city="St Albert", disciplines=["CIVIL"])
    ledger.practitioner("3", "Third", city="ST ALBERT")
    records = ledger.write(tmp_path / "records")
    build(records, tmp_path / "site")
    for folder in ("cities/st-albert", "disciplines/civil"):
        told = text(page(tmp_path / "site", f"register/browse/{folder}"))
        assert all(name in told for name in ("Dotted, Ada", "Plain, Ada", "Third, Ada"))
    ledger.suspend("3", "2026-10-01")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert "Not permitted" in text(page(tmp_path / "site", "register/browse/cities/st-albert"))


def test_an_empty_register_is_published_too(tmp_path: Path) -> None:
    report = build(Ledger().write(tmp_path / "records"), tmp_path / "site")
    assert (report.members, report.permits) == (0, 0)
    assert (tmp_path / "site" / "sitemap.xml").exists()


def test_names_in_lists_are_safe_in_a_page(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "<script>alert(1)</script>", city='"><b>')
    ledger.permit("P-1", "A & B </title><i> {{ 7 * 7 }}")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    for path, content in tree(tmp_path / "site").items():
        if path.endswith(".html"):
            assert b"<script>alert" not in content, path
            assert b"<b>" not in content, path
            assert b"</title><i>" not in content, path


def test_the_build_refuses_to_publish_an_e_mail_address_in_a_name(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.member("1", "Leak ada@Example.COM")
    with pytest.raises(VerificationFailed) as failed:
        build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert any("members/1/" in fault and "e-mail" in fault for fault in failed.value.errors)
