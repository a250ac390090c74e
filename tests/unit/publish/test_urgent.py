"""Publishing named records alone: what can't wait for the night (design: urgent changes)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from signet.cli.build import main
from signet.publish import urgent
from signet.publish.urgent import CannotName, NothingPublished
from tests.built_site import Ledger, build, document, page, prepared, tree

TODAY = "2026-11-01"


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.practitioner("100001", "Abara")
    made.practitioner("100002", "Boyko")
    made.member("100003", "Castro")
    made.permit("P-1", "Lonepine Ltd.", "100001")
    made.permit("P-2", "Sandbar Ltd.", "100002")
    return made


def publish(folder: Path, out: Path, *words: str) -> None:
    urgent.publish(prepared(folder, out), *urgent.named(words))


def results(out: Path, number: str) -> set[str]:
    """Return the standings that the look-up tells of a record."""
    shards = (out / "register/lookup").rglob("[nb]-*.json")
    read = [json.loads(shard.read_text("utf-8")) for shard in shards]
    records = [r for held in read for name in ("records", "best") for r in held.get(name, ())]
    return {record[5] for record in records if record[1] == number}


def test_a_suspension_is_on_the_page_the_permit_and_the_look_up_without_a_whole_build(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100001", TODAY)
    publish(ledger.write(tmp_path / "after"), out, "member/100001")
    assert "Not permitted to practise" in page(out, "/register/members/100001/")
    assert document(out, "member", "100001")["headline"]["tone"] == "bad"
    assert document(out, "permit", "P-1")["unanswered"] is True
    assert "No current responsible member" in page(out, "/register/permits/P-1/")
    assert results(out, "100001") == {"Not permitted to practise"}
    assert results(out, "100002") == {"Permitted to practise"}


def test_a_suspension_is_published_where_there_are_no_permits(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.practitioner("100001", "Abara")
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100001", TODAY)
    publish(ledger.write(tmp_path / "after"), out, "member/100001")
    assert results(out, "100001") == {"Not permitted to practise"}


def test_only_what_the_named_record_touches_is_published(ledger: Ledger, tmp_path: Path) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    before = tree(out)
    ledger.suspend("100001", TODAY)
    ledger.suspend("100003", TODAY)
    publish(ledger.write(tmp_path / "after"), out, "member/100001")
    after = tree(out)
    changed = {path for path in before if before[path] != after.get(path)}
    pages = {path for path in changed if path.endswith("index.html")}
    assert pages == {"register/members/100001/index.html", "register/permits/P-1/index.html"}
    assert document(out, "member", "100003")["headline"]["tone"] == "neutral"


def test_a_permits_change_reaches_the_pages_of_those_who_answer_for_it(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("P-1", TODAY)
    publish(ledger.write(tmp_path / "after"), out, "permit/P-1")
    assert "Not in force" in page(out, "/register/permits/P-1/")
    answered = document(out, "member", "100001")["responsible_for"]
    assert [permit["headline"]["words"] for permit in answered] == ["Not in force"]
    assert results(out, "P-1") == {"Not in force"}


def test_the_next_whole_build_gives_what_it_would_have_given_without(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100001", TODAY)
    after = ledger.write(tmp_path / "after")
    publish(after, out, "member/100001")
    build(after, out)
    build(after, undisturbed := tmp_path / "undisturbed")
    assert tree(out) == tree(undisturbed)


def test_a_record_that_is_no_longer_public_leaves_nothing_behind(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.add("100003", "category_changed", TODAY, category="student")
    publish(ledger.write(tmp_path / "after"), out, "member/100003")
    assert not (out / "register/members/100003").exists()
    assert results(out, "100003") == set()


def test_publishing_the_same_twice_writes_nothing_the_second_time(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100001", TODAY)
    after = ledger.write(tmp_path / "after")
    publish(after, out, "member/100001")
    report = urgent.publish(prepared(after, out), *urgent.named(["member/100001"]))
    assert (report.written, report.deleted) == (0, 0)


def test_an_urgent_release_can_be_taken_back(ledger: Ledger, tmp_path: Path) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    before = tree(out)
    ledger.suspend("100001", TODAY)
    publish(ledger.write(tmp_path / "after"), out, "member/100001")
    assert main(["--out", str(out), "--restore"]) == 0
    assert tree(out) == before


def test_there_must_be_a_site_to_publish_to(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="whole build first"):
        publish(ledger.write(tmp_path / "records"), tmp_path / "site", "member/100001")


@pytest.mark.parametrize("word", ["100001", "person/100001", "member/", ""])
def test_a_word_that_names_no_record_is_refused(word: str) -> None:
    with pytest.raises(CannotName, match="member/NUMBER"):
        urgent.named([word])
