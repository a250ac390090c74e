"""A correction stands beside what it corrects, and says nothing again that it withholds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.built_site import SCOPE, Ledger, build, document, page, tree


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def built(ledger: Ledger, folder: Path) -> Path:
    build(ledger.write(folder / "records"), folder / "site")
    return folder / "site"


def history(out: Path, number: str) -> list[dict[str, Any]]:
    subject = "permit" if number.startswith("P-") else "member"
    found: list[dict[str, Any]] = document(out, subject, number)["history"]
    return found


def said(out: Path, number: str) -> list[tuple[str, str, str, str]]:
    """Return what a record said before: what, detail, from when to when it was recorded so."""
    return [
        (b["what"], b["detail"], b["recorded_on"], b["corrected_on"])
        for event in history(out, number)
        for b in event["said_before"]
    ]


def test_a_correction_shows_what_was_said_and_from_when_to_when(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.member("1", "Lee")
    wrong = ledger.add("1", "moved", "2025-02-01", recorded="2025-02-03", city="Olds")
    ledger.add("1", "moved", "2025-02-01", recorded="2025-03-04", corrects=wrong.id, city="Leduc")
    out = built(ledger, tmp_path)
    assert said(out, "1") == [("Place changed", "Olds", "2025-02-03", "2025-03-04")]
    event = next(e for e in history(out, "1") if e["said_before"])
    assert (event["what"], event["detail"], event["corrected"]) == ("Place changed", "Leduc", True)
    html = page(out, "register/members/1")
    assert "<del><strong>Place changed</strong> Olds, in effect from" in html
    assert "this page said:" in html  # in words too: not every reader is told of struck text


def test_a_correction_of_a_correction_shows_both(ledger: Ledger, tmp_path: Path) -> None:
    ledger.member("1", "Lee")
    first = ledger.add("1", "moved", "2025-02-01", city="Olds")
    second = ledger.add("1", "moved", "2025-02-01", recorded="2025-03-01", corrects=first.id,
                        city="Banff")  # fmt: skip
    ledger.add("1", "moved", "2025-02-01", recorded="2025-04-01", corrects=second.id, city="Leduc")
    assert said(built(ledger, tmp_path), "1") == [
        ("Place changed", "Banff", "2025-03-01", "2025-04-01"),
        ("Place changed", "Olds", "2025-02-01", "2025-03-01"),
    ]


def test_an_entry_taken_back_is_told_as_that(ledger: Ledger, tmp_path: Path) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "status_changed", "2026-01-05", status="suspended", reason="discipline")
    ledger.add("1", "voided", "2026-01-05", recorded="2026-01-09", corrects=wrong.id)
    out = built(ledger, tmp_path)
    event = history(out, "1")[0]
    assert (event["what"], event["effective_on"]) == ("Entry voided", "2026-01-09")
    assert said(out, "1") == [("Suspended", "through discipline", "2026-01-05", "2026-01-09")]
    record = document(out, "member", "1")
    assert record["headline"]["words"] == "Permitted to practise"
    assert record["last_changed_on"] == "2026-01-09"


def test_the_beginning_of_a_record_shows_what_it_said_otherwise(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.member("1", "Smiht", city="Olds")
    first = ledger.entries["1"][0]
    ledger.add("1", "registered", "2015-03-02", recorded="2015-04-02", corrects=first.id,
               family="Smith", given="Ada", city="Calgary", province="AB",
               disciplines=["Civil"])  # fmt: skip
    out = built(ledger, tmp_path)
    assert [words[:2] for words in said(out, "1")] == [
        ("Registered", "name Ada Smiht; place Olds, AB")
    ]
    assert document(out, "member", "1")["name"] == "Ada Smith"


def test_a_scope_shows_the_wording_it_had(ledger: Ledger, tmp_path: Path) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "scope_granted", "2020-01-06", **{**SCOPE, "limits": "Up to 120 m."})
    ledger.add("1", "scope_granted", "2020-01-06", recorded="2020-02-06", corrects=wrong.id,
               **SCOPE)  # fmt: skip
    ((_, detail, _, _),) = said(built(ledger, tmp_path), "1")
    assert detail == "P.Tech.(Eng.): Civil, Design, Inspection; limits: Up to 120 m."


def test_a_permit_shows_it_too_with_the_name_of_who_was_named_wrongly(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.practitioner("1", "Lee")
    ledger.practitioner("2", "Park")
    ledger.permit("P-1", "First Ltd.")
    wrong = ledger.add("P-1", "responsible_member_added", "2026-02-01", member="2")
    ledger.add("P-1", "responsible_member_added", "2026-02-01", recorded="2026-02-05",
               corrects=wrong.id, member="1")  # fmt: skip
    out = built(ledger, tmp_path)
    assert said(out, "P-1") == [
        ("Responsible member added", "Ada Park (2)", "2026-02-01", "2026-02-05")
    ]
    assert "Ada Park" in page(out, "register/permits/P-1")


def test_what_was_never_on_a_page_is_not_told(ledger: Ledger, tmp_path: Path) -> None:
    ledger.member("1", "Lee")
    wrong = ledger.add("1", "moved", "2026-09-01", recorded="2026-03-01", city="Canaryville")
    ledger.add("1", "moved", "2026-09-01", recorded="2026-04-01", corrects=wrong.id, city="Leduc")
    out = built(ledger, tmp_path)
    assert said(out, "1") == []
    assert all(b"Canaryville" not in content for content in tree(out).values())


CANARY = "A canary's private words"


def hidden_condition(ledger: Ledger) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "condition_imposed", "2025-01-06", condition="C1", text=CANARY)
    ledger.add("1", "condition_imposed", "2025-01-06", recorded="2025-02-06", corrects=wrong.id,
               condition="C1", text=CANARY, published=False)  # fmt: skip


def hidden_condition_in_other_words(ledger: Ledger) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "condition_imposed", "2025-01-06", condition="C1", text=CANARY)
    ledger.add("1", "condition_imposed", "2025-01-06", recorded="2025-02-06", corrects=wrong.id,
               condition="C1", text="Reviewed by a physician.", published=False)  # fmt: skip


def a_condition_published_later(ledger: Ledger) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "condition_imposed", "2025-01-06", condition="C1", text=CANARY,
                       published=False)  # fmt: skip
    ledger.add("1", "condition_imposed", "2025-01-06", recorded="2025-02-06", corrects=wrong.id,
               condition="C1", text="Works under review.")  # fmt: skip


def a_condition_taken_back(ledger: Ledger) -> None:
    ledger.practitioner("1", "Lee")
    wrong = ledger.add("1", "condition_imposed", "2025-01-06", condition="C1", text=CANARY)
    ledger.add("1", "voided", "2025-01-06", recorded="2025-02-06", corrects=wrong.id)


def decision(ledger: Ledger) -> dict[str, Any]:
    ledger.member("1", "Lee")
    return {"decision": "D1", "title": CANARY, "decided_on": "2025-01-02"}


def a_decision_nobody_directed(ledger: Ledger) -> None:
    data = decision(ledger)
    wrong = ledger.add("1", "decision_recorded", "2025-01-06", **data,
                       publication_directed_by="the Committee")  # fmt: skip
    ledger.add("1", "decision_recorded", "2025-01-06", recorded="2025-02-06", corrects=wrong.id,
               **data)  # fmt: skip


def what_was_taken_out_of_a_decision_s_summary(ledger: Ledger) -> None:
    data = {**decision(ledger), "title": "File 25-014", "publication_directed_by": "the Committee"}
    wrong = ledger.add("1", "decision_recorded", "2025-01-06", **data, summary=CANARY)
    ledger.add("1", "decision_recorded", "2025-01-06", recorded="2025-02-06", corrects=wrong.id,
               **data, summary="Unskilled practice was found.")  # fmt: skip


def a_decision_taken_back(ledger: Ledger) -> None:
    wrong = ledger.add("1", "decision_recorded", "2025-01-06", **decision(ledger),
                       publication_directed_by="the Committee")  # fmt: skip
    ledger.add("1", "voided", "2025-01-06", recorded="2025-02-06", corrects=wrong.id)


def days_as_a_student(ledger: Ledger) -> None:
    ledger.add("1", "registered", "2019-01-01", family="Lee", category="student")
    wrong = ledger.add("1", "moved", "2020-01-01", city=CANARY)
    ledger.add("1", "moved", "2020-01-01", recorded="2020-02-01", corrects=wrong.id, city="Olds")
    ledger.add("1", "category_changed", "2022-01-01", category="member")
    ledger.add("1", "designation_granted", "2022-01-01", designation="C.E.T.")


def days_as_a_student_corrected_as_a_member(ledger: Ledger) -> None:
    ledger.add("1", "registered", "2019-01-01", family="Lee", category="student")
    wrong = ledger.add("1", "moved", "2020-01-01", city=CANARY)
    ledger.add("1", "category_changed", "2022-01-01", category="member")
    ledger.add("1", "moved", "2020-01-01", recorded="2023-02-01", corrects=wrong.id, city="Olds")
    ledger.add("1", "designation_granted", "2022-01-01", designation="C.E.T.")


def a_former_name_that_isnt_kept(ledger: Ledger) -> None:
    ledger.member("1", "Lee")
    wrong = ledger.add("1", "name_changed", "2020-01-06", family=CANARY)
    ledger.add("1", "name_changed", "2020-01-06", recorded="2020-02-06", corrects=wrong.id,
               family="Park", keep_former=False)  # fmt: skip


def a_former_name_given_up_later(ledger: Ledger) -> None:
    ledger.member("1", CANARY)
    first = ledger.entries["1"][0]
    ledger.add("1", "registered", "2015-03-02", recorded="2015-04-02", corrects=first.id,
               family="Lee", given="Ada")  # fmt: skip
    ledger.add("1", "name_changed", "2020-01-06", family="Park", keep_former=False)


def an_earlier_name_in_the_history(ledger: Ledger) -> None:
    ledger.member("1", "Lee")
    ledger.add("1", "name_changed", "2018-01-06", family=CANARY)
    ledger.add("1", "name_changed", "2020-01-06", family="Park", keep_former=False)


def another_name_taken_back(ledger: Ledger) -> None:
    ledger.member("1", "Lee")
    wrong = ledger.add("1", "other_name_added", "2020-01-06", name=CANARY)
    ledger.add("1", "voided", "2020-01-06", recorded="2020-02-06", corrects=wrong.id)


@pytest.mark.parametrize(
    "write",
    [
        hidden_condition,
        hidden_condition_in_other_words,
        a_condition_published_later,
        a_condition_taken_back,
        a_decision_nobody_directed,
        what_was_taken_out_of_a_decision_s_summary,
        a_decision_taken_back,
        days_as_a_student,
        days_as_a_student_corrected_as_a_member,
        a_former_name_that_isnt_kept,
        a_former_name_given_up_later,
        an_earlier_name_in_the_history,
        another_name_taken_back,
    ],
)
def test_what_a_correction_withholds_is_in_no_file(
    ledger: Ledger, tmp_path: Path, write: Any
) -> None:
    write(ledger)
    out = built(ledger, tmp_path)
    assert (out / "register/members/1/index.html").exists()
    for path, content in tree(out).items():
        assert b"canary" not in content.lower(), path


def test_a_decision_that_wasnt_to_be_published_leaves_no_trace(
    ledger: Ledger, tmp_path: Path
) -> None:
    a_decision_taken_back(ledger)
    out = built(ledger, tmp_path)
    assert [event["what"] for event in history(out, "1")] == ["Designation granted", "Registered"]


def test_a_permit_s_condition_that_is_withheld_is_in_no_file(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.practitioner("1", "Lee")
    ledger.permit("P-1", "First Ltd.", "1")
    wrong = ledger.add("P-1", "condition_imposed", "2026-03-01", condition="C1", text=CANARY)
    ledger.add("P-1", "condition_imposed", "2026-03-01", recorded="2026-03-05", corrects=wrong.id,
               condition="C1", text=CANARY, published=False)  # fmt: skip
    out = built(ledger, tmp_path)
    for path, content in tree(out).items():
        assert b"canary" not in content.lower(), path
