"""Standing over time, as it is published, on the page and in the document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signet.publish import project
from signet.publish.agreement import marks
from signet.publish.project import Viewpoint
from signet.publish.public import Headline
from signet.register import fold
from tests.built_site import DAY, POLICY, SCOPE, Ledger, build, document, page


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def built(ledger: Ledger, folder: Path) -> Path:
    build(ledger.write(folder / "records"), folder / "site")
    return folder / "site"


def periods(out: Path, kind: str, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(out, kind, number)["periods"]
    return found


def over_time(out: Path, path: str) -> list[list[str]]:
    """Return the cells of a page's table, as a reader has them."""
    table = page(out, path).partition('<table class="periods">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    return [
        [" ".join(re.sub("<[^>]+>", " ", c).split()) for c in row.split("<td>")] for row in rows
    ]


def test_a_page_tells_what_held_when_without_scripts(ledger: Ledger, tmp_path: Path) -> None:
    ledger.practitioner("1", "Lee")
    ledger.suspend("1", "2025-02-01")
    ledger.add("1", "status_changed", "2025-05-01", recorded="2025-05-20", status="registered")
    out = built(ledger, tmp_path)
    lines = over_time(out, "register/members/1")
    assert [line[0] for line in lines] == [
        "Since 1 May 2025",
        "1 February 2025 to 30 April 2025",
        "2 March 2015 to 31 January 2025",
    ]
    assert lines[0][1].startswith("Permitted to practise Registered")
    assert "Recorded on 20 May 2025" in lines[0][1]
    assert lines[1][1].startswith("Not permitted to practise Suspended: through discipline")
    assert all(f"limits: {SCOPE['limits']}" in line[1] for line in lines)


def test_the_document_has_both_clocks(ledger: Ledger, tmp_path: Path) -> None:
    ledger.practitioner("1", "Lee")
    ledger.add("1", "status_changed", "2025-02-01", recorded="2025-03-01", status="suspended",
               reason="discipline")  # fmt: skip
    found = periods(built(ledger, tmp_path), "member", "1")
    told = [
        tuple(one[n] for n in ("first_day", "last_day", "recorded_on", "corrected_on"))
        for one in found
    ]
    assert told == [
        ("2025-02-01", "", "2025-03-01", ""),
        ("2025-02-01", "2025-02-28", "2025-02-01", "2025-03-01"),
        ("2015-03-02", "2025-01-31", "2015-03-02", ""),
    ]
    assert [one["verdict"]["answer"] for one in found] == [
        "not_permitted",
        "permitted",
        "permitted",
    ]
    assert found[0]["withheld_designations"] == ["P.Tech.(Eng.)", "C.E.T."]
    assert found[2]["designations"] == ["P.Tech.(Eng.)", "C.E.T."]


def test_the_period_of_today_has_the_verdict_at_the_head_of_the_page(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.practitioner("1", "Lee")
    ledger.suspend("1", "2026-02-01", until="2027-01-31")
    ledger.permit("P-1", "Firm Ltd.", "1", on="2026-01-05")
    out = built(ledger, tmp_path)
    for kind, number in (("member", "1"), ("permit", "P-1")):
        record = document(out, kind, number)
        assert record["periods"][0]["verdict"] == record["headline"]
    assert record["periods"][0]["responsible_members"] == [{"number": "1", "name": "Ada Lee"}]


def test_a_member_s_periods_name_the_permits_answered_for_in_the_past_too(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.practitioner("1", "Lee")
    ledger.permit("P-1", "Firm Ltd.", "1", on="2025-01-06")
    ledger.add("P-1", "responsible_member_ceased", "2025-03-01", member="1")
    ledger.permit("P-2", "Other Ltd.", on="2025-01-06")
    wrong = ledger.add("P-2", "responsible_member_added", "2025-06-02", member="1")
    ledger.add("P-2", "voided", "2025-06-09", corrects=wrong.id)
    out = built(ledger, tmp_path)
    named = [
        (one["first_day"], one["corrected_on"], [p["number"] for p in one["responsible_for"]])
        for one in periods(out, "member", "1")
    ]
    assert named == [
        ("2025-06-02", "", []),
        ("2025-06-02", "2025-06-09", ["P-2"]),
        ("2025-03-01", "", []),
        ("2025-01-06", "", ["P-1"]),
        ("2015-03-02", "", []),
    ]
    rows = over_time(out, "register/members/1")
    assert "Responsible for: Firm Ltd. (P-1)" in rows[2][1]
    assert not any("Responsible for" in rows[at][1] for at in (0, 1, 3))


def test_a_text_that_a_correction_takes_back_isn_t_repeated(ledger: Ledger, tmp_path: Path) -> None:
    ledger.practitioner("1", "Lee")
    text = "Is treated at the Foothills clinic and works under supervision."
    wrong = ledger.add("1", "condition_imposed", "2026-02-01", condition="C1", text=text)
    ledger.add("1", "condition_imposed", "2026-02-01", recorded="2026-02-05", corrects=wrong.id,
               condition="C1", text="Works under supervision.")  # fmt: skip
    wrong = ledger.add("1", "scope_granted", "2026-03-02", **{**SCOPE, "text": "Bring it to Zoë."})
    ledger.add(
        "1", "scope_granted", "2026-03-02", recorded="2026-03-09", corrects=wrong.id, **SCOPE
    )
    found = periods(built(ledger, tmp_path), "member", "1")
    assert "clinic" not in json.dumps(found)
    assert "Zoë" not in json.dumps(found, ensure_ascii=False)
    assert {"2026-02-05", "2026-03-09"} <= {one["corrected_on"] for one in found}


def test_the_strictest_verdict_is_put_into_the_period_of_today_too(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.practitioner("1", "Lee")
    out = built(ledger, tmp_path)
    content = (out / "register/members/1/index.json").read_bytes()
    strict = Headline("Not permitted to practise", "bad", "2026-05-04", "Suspended", "")
    again = json.loads(marks.document_with(content, strict))
    assert again["headline"]["words"] == again["periods"][0]["verdict"]["words"] == strict.words


def test_the_titles_of_today_are_withheld_in_its_period_as_on_the_page(ledger: Ledger) -> None:
    ledger.practitioner("1", "Lee")
    strict = Headline("Not permitted to practise", "bad", "2026-05-04", "Suspended", "")
    zone = ZoneInfo(POLICY.regulator.time_zone)
    entries = ledger.entries["1"]
    record = fold.member(entries, DAY)
    assert record is not None
    view = Viewpoint(DAY, POLICY, zone, {"member 1": strict})
    member, _ = project.public_member(record, (), view, entries)
    (today,) = member.periods
    assert today.verdict == strict
    assert not today.designations
    assert not member.designations
    assert today.withheld_designations == tuple(d.code for d in member.withheld_designations)
