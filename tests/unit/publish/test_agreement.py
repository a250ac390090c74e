"""One verdict everywhere: where finished outputs differ, the strictest goes out, and it is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signet.cli.build import main
from signet.publish import project, urgent
from signet.publish.agreement import marks
from signet.publish.agreement.outputs import Outputs, settled
from signet.publish.public import Headline
from signet.publish.render import documents, linked_data, rows
from signet.publish.render.pages import Pages
from signet.publish.report import Report
from signet.register.model import Entry
from tests.built_site import POLICY, Ledger, build, document, page, prepared, tree
from tests.entries import DAYS, histories

GOOD, BAD = "In good standing", "Not in good standing"
BAD_HEADLINE = Headline(
    BAD, "bad", "2026-05-04", "Suspended: fees not paid", "", "not_good_standing"
)
IN_FORCE = Headline("In force", "good", "2026-02-01", "", "2027-01-31", "in_force", "")


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.practitioner("1", "One")
    made.member("2", "Two")
    made.member("3", "Three")
    made.permit("P-1", "Firm Ltd.", "1")
    return made


def results(out: Path, number: str) -> set[str]:
    shards = (out / "register/lookup").rglob("[nb]-*.json")
    held = [json.loads(shard.read_text("utf-8")) for shard in shards]
    found = [r for h in held for name in ("records", "best") for r in h.get(name, ())]
    return {record[5] for record in found if record[1] == number}


def said(out: Path, kind: str, number: str) -> dict[str, set[str]]:
    """Return what each published output says of a record."""
    html = page(out, f"register/{kind}s/{number}")
    data = out / "register/data"
    with (data / f"{kind}s.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [row["standing"] for row in csv.DictReader(file) if row["number"] == number]
    bulk = map(json.loads, (data / f"{kind}s.jsonl").read_text("utf-8").splitlines())
    browse = [p.read_text("utf-8") for p in (out / "register/browse").rglob("*.html")]
    rows_of = [
        text.split(f"<td>{number}</td>", 1)[1] for text in browse if f"<td>{number}</td>" in text
    ]
    return {
        "page": {marks.page(html).words},
        "description": {marks.description(html).words},
        "preview": {marks.preview(html).words},
        "structured data": {marks.structured(html).words},
        "JSON": {document(out, kind, number)["headline"]["words"]},
        "JSON Lines": {one["headline"]["words"] for one in bulk if one["number"] == number},
        "CSV": set(lines),
        "lists": {marks.row(text).words for text in rows_of},
        "look-up": results(out, number),
    }


Plant = Callable[[pytest.MonkeyPatch, Headline], None]


def _replaced(member: Any, headline: Headline) -> Any:
    return replace(member, headline=headline) if member.number == "2" else member


def in_page(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = Pages.member
    patch.setattr(Pages, "member", lambda self, m: whole(self, _replaced(m, headline)))


def in_words(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = Pages.member

    def other(self: Pages, member: Any) -> str:
        html = whole(self, member)
        return marks.page_with(html, headline) if member.number == "2" else html

    patch.setattr(Pages, "member", other)


def in_description(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = Pages.member

    def other(self: Pages, member: Any) -> str:
        html = whole(self, member)
        return marks.description_with(html, headline) if member.number == "2" else html

    patch.setattr(Pages, "member", other)


def in_preview(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = Pages.member

    def other(self: Pages, member: Any) -> str:
        html = whole(self, member)
        head, sign, rest = html.partition('<meta property="og:description"')
        again = marks.description_with(html, headline).partition(sign)[2]
        end = again.index(">")
        new = head + sign + again[:end] + rest[rest.index(">") :]
        return new if member.number == "2" else html

    patch.setattr(Pages, "member", other)


def in_structured_data(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = linked_data.LinkedData.person

    def other(self: Any, member: Any, address: str) -> Any:
        return whole(self, _replaced(member, headline), address)

    patch.setattr(linked_data.LinkedData, "person", other)


def in_json(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = documents.document
    patch.setattr(documents, "document", lambda r, url: whole(_replaced(r, headline), url))


def in_csv(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = documents.member_line
    patch.setattr(documents, "member_line", lambda m, day: whole(_replaced(m, headline), day))


def in_lists(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = rows.member_row
    patch.setattr(rows, "member_row", lambda m, policy: whole(_replaced(m, headline), policy))


def in_look_up(patch: pytest.MonkeyPatch, headline: Headline) -> None:
    whole = rows.member_entry
    patch.setattr(rows, "member_entry", lambda m, policy: whole(_replaced(m, headline), policy))


EVERYWHERE = (
    in_page, in_words, in_description, in_preview, in_structured_data, in_json, in_csv, in_lists,
    in_look_up,
)  # fmt: skip


@pytest.mark.parametrize("plant", EVERYWHERE)
def test_a_stricter_word_anywhere_goes_out_everywhere_and_nobody_else_waits(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    plant(monkeypatch, BAD_HEADLINE)
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    assert {words for found in said(out, "member", "2").values() for words in found} == {BAD}
    assert {words for found in said(out, "member", "3").values() for words in found} == {GOOD}
    (told,) = report.disputed
    assert told.startswith("member 2: ")
    assert BAD in told
    assert GOOD in told
    assert "C.E.T." not in str(document(out, "member", "2")["designations"])  # DES-4


@pytest.mark.parametrize("plant", EVERYWHERE)
def test_a_laxer_word_anywhere_goes_out_nowhere(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    ledger.suspend("2", "2026-05-04", reason="fees")
    plant(monkeypatch, Headline(GOOD, "neutral", "2015-03-02", "Registered", "", "good_standing"))
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    assert {words for found in said(out, "member", "2").values() for words in found} == {BAD}
    assert len(report.disputed) == 1


@pytest.mark.parametrize("plant", [in_page, in_csv, in_json])
def test_another_day_is_told_nowhere(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    """No day is better than a wrong one."""
    plant(monkeypatch, Headline(GOOD, "neutral", "2001-01-01", "Registered", "", "good_standing"))
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    assert document(out, "member", "2")["headline"]["since"] == ""
    assert "2001-01-01" not in page(out, "register/members/2")
    assert "2001-01-01" not in (out / "register/data/members.csv").read_text("utf-8")
    assert len(report.disputed) == 1


def test_another_sentence_on_what_is_allowed_is_told_nowhere(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that differ nobody knows which is right: then none of them is said."""
    whole, lax = Pages.member, "May practise independently."
    monkeypatch.setattr(
        Pages,
        "member",
        lambda self, m: whole(
            self, replace(m, headline=replace(m.headline, allows=lax)) if m.number == "2" else m
        ),
    )
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    assert len(report.disputed) == 1
    assert lax not in page(out, "register/members/2")
    assert document(out, "member", "2")["headline"]["allows"] == ""
    assert marks.page(page(out, "register/members/2")).words == GOOD
    assert "May practise independently" in page(out, "register/members/1")


def test_without_a_difference_nothing_is_told(ledger: Ledger, tmp_path: Path) -> None:
    assert build(ledger.write(tmp_path / "records"), tmp_path / "site").disputed == []


def test_the_build_ends_as_for_a_bad_posting(
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    in_csv(monkeypatch, BAD_HEADLINE)
    folder, out = ledger.write(tmp_path / "records"), tmp_path / "site"
    day = "2026-11-02"
    assert main(["--source", str(folder), "--out", str(out), "--as-of", day, "--quiet"]) == 3
    told = capsys.readouterr().err
    assert f"CSV: “{BAD}” (4 May 2026, Suspended: fees not paid)" in told
    assert f"Published everywhere: “{BAD}”" in told


def test_an_output_that_says_nothing_at_all_is_not_published(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Pages.row
    monkeypatch.setattr(
        Pages, "row", lambda self, row, kind: whole(self, row, kind).replace("status--", "x")
    )
    folder, out = ledger.write(tmp_path / "records"), tmp_path / "site"
    day = "2026-11-02"
    assert main(["--source", str(folder), "--out", str(out), "--as-of", day, "--quiet"]) == 1
    assert not out.exists()


# -- other people's pages


def test_a_permit_is_told_on_its_members_pages_as_on_its_own(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.suspend("P-1", "2026-06-01")
    whole = project.permit_answered
    monkeypatch.setattr(
        project, "permit_answered", lambda record, member, _: whole(record, member, IN_FORCE)
    )
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    (named,) = document(out, "member", "1")["responsible_for"]
    assert named["headline"]["words"] == "Not in force"
    assert dict(marks.others(page(out, "register/members/1")))["permit P-1"].words == "Not in force"
    assert "permit P-1: " in report.disputed[0]


def test_a_member_is_told_on_a_permit_s_page_as_on_their_own(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.suspend("1", "2026-06-01")
    whole = project.as_responsible
    permitted = Headline("Permitted to practise", "good", "2015-03-02", "", "", "permitted")
    monkeypatch.setattr(project, "as_responsible", lambda m: replace(whole(m), headline=permitted))
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    (named,) = document(out, "permit", "P-1")["responsible_members"]
    assert named["headline"]["words"] == "Not permitted to practise"
    html = page(out, "register/permits/P-1")
    assert dict(marks.others(html))["member 1"].words == "Not permitted to practise"
    assert "member 1: " in report.disputed[0]


@pytest.mark.parametrize("gone", [("struck_off", "fees"), ("retired", "own_request")])
def test_a_permit_whose_only_responsible_member_is_gone_says_so_everywhere(
    ledger: Ledger, tmp_path: Path, gone: tuple[str, str]
) -> None:
    """A1."""
    status, reason = gone
    ledger.add("1", "status_changed", "2026-06-01", status=status, reason=reason, direction="C 1")
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    words = "In force, without a responsible member"
    assert {w for found in said(out, "permit", "P-1").values() for w in found} == {words}
    (named,) = document(out, "member", "1")["responsible_for"]
    assert named["headline"]["words"] == words
    assert document(out, "permit", "P-1")["headline"]["since"] == "2026-06-01"
    assert report.disputed == []


# -- the recent changes and their feed


def test_the_changes_and_the_feed_tell_the_verdict_of_today(ledger: Ledger, tmp_path: Path) -> None:
    ledger.suspend("3", "2026-10-20")
    ledger.add("3", "status_changed", "2026-10-25", status="registered", reason="reinstated")
    build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    changes = list(marks.others(page(out, "register/changes")))
    assert {one.words for key, one in changes if key == "member 3"} == {GOOD}
    feed = list(marks.feed((out / "register/changes.atom").read_bytes()))
    assert {one.words for key, one in feed if key == "member 3"} == {GOOD}


@pytest.mark.parametrize("words", [BAD, "In good standing, with conditions"])
def test_a_stricter_word_in_the_changes_goes_out_everywhere(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    ledger.add("2", "moved", "2026-10-20", city="Olds")
    whole = project.changes

    def other(record: Any, told: Any) -> Any:
        for change in whole(record, told):
            yield change._replace(standing=words) if record.number == "2" else change

    monkeypatch.setattr(project, "changes", other)
    report = build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    assert {one for found in said(out, "member", "2").values() for one in found} == {words}
    feed = dict(marks.feed((out / "register/changes.atom").read_bytes()))
    assert feed["member 2"].words == words
    assert len(report.disputed) == 1


# -- the urgent path


def published(folder: Path, out: Path, *words: str) -> Report:
    return urgent.publish(prepared(folder, out), *urgent.named(words))


def test_a_suspension_reaches_at_once_whoever_answers_for_the_same_permits(
    ledger: Ledger, tmp_path: Path
) -> None:
    """The permit is without a responsible member now, and the other's page says so too."""
    ledger.practitioner("4", "Four")
    ledger.suspend("4", "2026-05-01")
    ledger.add("P-1", "responsible_member_added", "2026-02-01", member="4")
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    (named,) = document(out, "member", "4")["responsible_for"]
    assert named["headline"]["words"] == "In force"
    ledger.suspend("1", "2026-11-01")
    after = ledger.write(tmp_path / "after")
    published(after, out, "member/1")
    (named,) = document(out, "member", "4")["responsible_for"]
    assert named["headline"]["words"] == "In force, without a responsible member"
    build(after, out)
    build(after, fresh := tmp_path / "fresh")
    assert tree(out) == tree(fresh)


def test_an_urgent_publishing_tells_of_a_difference_and_publishes_the_strictest(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ledger.write(tmp_path / "records")
    build(folder, out := tmp_path / "site")
    in_look_up(monkeypatch, BAD_HEADLINE)
    report = published(folder, out, "member/2")
    assert len(report.disputed) == 1
    assert document(out, "member", "2")["headline"]["words"] == BAD
    assert results(out, "2") == {BAD}


# -- the parts


def outputs(ledger: Ledger, tmp_path: Path, number: str) -> Outputs:
    """Return the finished outputs of a member, taken from the real build."""
    taken: list[Outputs] = []

    def listening(made: Outputs, *rest: Any) -> Any:
        taken.append(made)
        return settled(made, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signet.publish.records.settled", listening)
        build(ledger.write(tmp_path / "records"), tmp_path / "site")
    return next(made for made in taken if made.key == f"member {number}")


@pytest.mark.parametrize(
    "headline",
    [
        BAD_HEADLINE,
        Headline("Deceased", "neutral", "2026-01-02", "Deceased", "", "not_good_standing"),
        Headline("Permitted to practise, with conditions", "warn", "", "", "", "permitted", "May."),
    ],
)
def test_a_verdict_put_into_finished_outputs_is_read_back_from_each(
    ledger: Ledger, tmp_path: Path, headline: Headline
) -> None:
    made = outputs(ledger, tmp_path, "2").with_verdict(headline)
    for name, one in made.statements():
        assert one is not None, name
        told = zip(one, marks.of(headline), strict=True)
        assert all(a in (b, marks.NOT_SAID) for a, b in told), name


def test_words_that_no_verdict_has_are_never_published(ledger: Ledger, tmp_path: Path) -> None:
    made = outputs(ledger, tmp_path, "2")
    odd = replace(made, row=made.row.replace(GOOD, "Splendid"))
    meant = Headline(GOOD, "neutral", "2015-03-02", "Registered", "", "good_standing")
    _, dispute = settled(odd, meant, {}, POLICY)
    assert dispute is not None
    assert dispute.headline.words == GOOD
    again, none = settled(odd, meant, {"member 2": dispute.headline}, POLICY)
    assert none is None
    assert marks.row(again.row).words == GOOD


# -- any histories


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_all_outputs_agree_whatever_the_histories(data: st.DataObject) -> None:
    """Conditions, suspensions, declarations, corrections, entries of days to come, mixed."""
    made = Ledger()
    for number in map(str, range(100, 112)):
        made.entries[number] = _readable(data.draw(histories("member", number, most=9)))
    for number in ("P-1", "P-2", "P-3", "P-4"):
        made.entries[number] = _readable(data.draw(histories("permit", number, most=9)))
    as_of = data.draw(DAYS)
    with TemporaryDirectory() as folder:
        records = made.write(Path(folder) / "records", dated=as_of)
        report = build(records, out := Path(folder) / "site", as_of)
        assert report.disputed == []
        for kind in ("member", "permit"):
            for path in (out / f"register/{kind}s").glob("*/index.json"):
                told = said(out, kind, path.parent.name)
                words = {one for found in told.values() for one in found}
                assert len(words) == 1, told
                _check(json.loads(path.read_bytes()))


def _readable(entries: list[Entry]) -> list[Entry]:
    """Entries without the texts that a page may not hold, and with names that sort."""
    return [e._replace(data={k: v for k, v in e.data.items() if k != "until"}) for e in entries]


def _check(record: dict[str, Any]) -> None:
    """Check what holds of every document, whatever the history."""
    found = record["headline"]
    is_green = found["tone"] == "good"
    assert is_green == (found["words"] in ("Permitted to practise", "In force"))
    if "in_force_since" in record and found["answer"] != "in_force":
        assert record["in_force_since"] == ""
        assert [one["since"] for one in record["responsible_members"]] == [
            "" for _ in record["responsible_members"]
        ]
    if "withheld_designations" in record and found["answer"] == "not_good_standing":
        assert record["designations"] == []
