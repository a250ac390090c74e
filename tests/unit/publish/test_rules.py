"""What the published register says of people and permits, rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.built_site import DAY, Ledger, build, document, page, tree
from tests.page_records import text, words


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Return a register in which every rule has somebody."""
    made = Ledger()
    made.practitioner("200", "Bridges")
    made.practitioner("201", "Suspended")
    made.suspend("201", "2026-05-04", until="2027-05-04")
    made.practitioner("202", "Limited")
    made.add("202", "condition_imposed", "2025-01-07", condition="C1", text="No sole practice.")
    made.add(
        "202",
        "condition_imposed",
        "2025-02-07",
        condition="C2",
        text="Reports to a physician twice a year.",
        published=False,
    )
    made.member("203", "Unscoped", "2015-03-02", "C.E.T.", "P.Tech.(Geo.)")
    made.member("204", "Technician", "2015-03-02", "C.Tech.")
    made.member("205", "Struck", "2015-03-02", "C.E.T.")
    direction = "Council minute 44 of 3 March"
    made.add(
        "205", "status_changed", "2026-03-04", status="struck_off", reason="fees",
        direction=direction,
    )  # fmt: skip
    made.add("206", "registered", "2012-09-04", family="Learner", category="student")
    made.add("206", "moved", "2014-01-06", city="Studentville", province="AB")
    made.add("206", "category_changed", "2016-04-05", category="member")
    made.add("206", "designation_granted", "2016-04-05", designation="C.E.T.")
    made.add("207", "registered", "2024-09-04", family="Pupil", given="Nonpublic",
             category="student", city="Campusfield")  # fmt: skip
    made.add("208", "registered", "2024-09-04", family="Trainee", category="in_training")
    made.add("209", "registered", "2024-09-04", family="Sitter", category="examination_candidate")
    made.member("210", "Decided")
    made.add("210", "decision_recorded", "2025-04-01", decision="D1", decided_on="2025-03-28",
             title="File 25-001", summary="Unskilled practice was found.",
             publication_directed_by="the Discipline Committee")  # fmt: skip
    made.add("210", "decision_recorded", "2025-06-01", decision="D2", decided_on="2025-05-28",
             title="Private file 25-002", summary="A caution that stays private.")  # fmt: skip
    made.member("211", "Newname", given="Zoë")
    made.add("211", "name_changed", "2020-07-08", family="Latername", given="Zoë")
    made.member("212", "Mistaken")
    wrong = made.add("212", "status_changed", "2026-01-05", status="cancelled", reason="error")
    made.add("212", "voided", "2026-01-05", recorded="2026-01-09", corrects=wrong.id)
    made.practitioner("213", "Tomorrow")
    made.suspend("213", "2026-11-03")
    made.practitioner("214", "Twofold")
    made.add("214", "designation_granted", "2020-01-06", designation="P.Tech.(Geo.)")
    made.add("214", "scope_granted", "2020-01-06", designation="P.Tech.(Geo.)",
             discipline="Geological")  # fmt: skip
    made.member("215", "Separate", "2012-09-04", "C.Tech.", "C.E.T.", "R.E.T.")
    made.practitioner("216", "Dead")
    made.add("216", "status_changed", "2026-04-01", status="deceased")
    made.permit("P-1", "Answered Ltd.", "200")
    made.permit("P-2", "Suspended Answers Ltd.", "201")
    made.permit("P-3", "Nobody Ltd.")
    made.permit("P-4", "Student Answers Ltd.", "207")
    made.permit("P-5", "Expired Ltd.", "200", on="2025-11-02")
    made.permit("P-6", "Last Day Ltd.", "200", on="2025-11-03")
    made.permit("P-7", "Stopped Ltd.", "200")
    made.suspend("P-7", "2026-06-01")
    made.permit("P-8", "Left Ltd.", "202")
    made.add("P-8", "responsible_member_ceased", "2026-08-01", member="202")
    made.permit("P-9", "Two Ltd.", "200", "202")
    made.permit("P-10", "Lapsed And Back Ltd.", "200", on="2024-02-01")
    made.add("P-10", "renewed", "2026-02-10")
    made.permit("P-11", "Wide Ltd.", "200", fields=["Civil", "Mechanical"])
    return made


@pytest.fixture(scope="module")
def out(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    build(ledger.write(folder / "records"), folder / "site")
    return folder / "site"


def member_page(out: Path, number: str) -> str:
    return text(page(out, f"register/members/{number}"))


def permit_page(out: Path, number: str) -> str:
    return text(page(out, f"register/permits/{number}"))


def scope_pages(out: Path) -> str:
    return " ".join(text(p.read_text("utf-8")) for p in (out / "register/scopes").rglob("*.html"))


def browse_pages(out: Path) -> dict[str, str]:
    found = (
        p
        for p in (out / "register/browse").rglob("*.html")
        if "permit-c" not in str(p) and "permit-f" not in str(p)
    )
    return {p.parent.name: text(p.read_text("utf-8")) for p in found}


def everything(out: Path) -> bytes:
    return b"\n".join(path.encode() + b"\n" + content for path, content in tree(out).items())


def test_a_professional_technologist_with_a_scope_is_permitted_and_the_scope_is_told(
    out: Path,
) -> None:
    told = member_page(out, "200")
    assert "Permitted to practise" in told
    for part in ("Small bridges on municipal roads.", "Spans up to 12 m.", "Design", "Inspection"):
        assert part in told  # SCO-1
    assert "Bridges, Ada" in scope_pages(out)


def test_a_suspended_one_is_not_permitted_and_is_told_until_when(out: Path) -> None:
    headline = document(out, "member", "201")["headline"]
    assert headline["words"] == "Not permitted to practise"
    assert (headline["tone"], headline["since"], headline["until"]) == (
        "bad", "2026-05-04", "2027-05-04",
    )  # fmt: skip
    assert "Suspended: through discipline" in member_page(out, "201")


def test_a_suspended_one_is_not_among_those_entitled_yet_stays_in_the_browse_lists(
    out: Path,
) -> None:
    assert "Suspended, Ada" not in scope_pages(out)
    pages = browse_pages(out)
    for name in ("names", "civil", "calgary", "p-tech-eng"):
        row = pages[name].split("Suspended, Ada", 1)[1][:140]
        assert "Not permitted to practise" in row


@pytest.mark.parametrize(
    ("number", "name", "beside"),
    [
        ("201", "Suspended, Ada", "not entitled to P.Tech.(Eng.)"),
        ("205", "Struck, Ada", "formerly C.E.T."),
        ("216", "Dead, Ada", "formerly P.Tech.(Eng.)"),
    ],
)
def test_a_title_that_may_not_be_used_stands_beside_no_name(
    out: Path, number: str, name: str, beside: str
) -> None:
    """DES-4: on the page, in lists and in results."""
    record = document(out, "member", number)
    assert record["designations"] == []
    assert record["withheld_designations"]
    assert beside in browse_pages(out)["names"].split(name, 1)[1][:60]
    found = b"".join(p.read_bytes() for p in (out / "register/lookup").rglob("*.json"))
    assert beside.encode() in found.split(f'"{number}"'.encode(), 1)[1][:120]


def test_each_register_lists_everyone_on_it(out: Path) -> None:
    """DES-4, DES-7: who holds a title and one built on it is listed under the latter alone."""
    pages = browse_pages(out)
    names = ("c-tech", "c-e-t", "r-e-t", "p-tech-eng", "p-tech-geo")
    assert [name for name in names if "Twofold" in pages.get(name, "")] == [
        "p-tech-eng",
        "p-tech-geo",
    ]
    assert [name for name in names if "Separate" in pages.get(name, "")] == ["c-e-t", "r-e-t"]


def test_a_suspension_that_begins_tomorrow_is_not_told_today(ledger: Ledger, out: Path) -> None:
    assert "Permitted to practise" in member_page(out, "213")
    assert "Suspended" not in member_page(out, "213")
    assert "Tomorrow, Ada" in scope_pages(out)


def test_without_a_scope_nobody_is_permitted(out: Path) -> None:
    assert document(out, "member", "203")["headline"]["words"] == "Not permitted to practise"
    assert "No scope of practice is on the register" in member_page(out, "203")
    assert "Unscoped" not in scope_pages(out)


def test_a_title_gives_good_standing_and_no_permission(out: Path) -> None:
    assert document(out, "member", "204")["headline"]["words"] == "In good standing"
    assert "Permitted to practise" not in member_page(out, "204")


def test_one_who_is_struck_off_stays_on_the_register_with_the_reason(out: Path) -> None:
    headline = document(out, "member", "205")["headline"]
    assert headline["words"] == "Not in good standing"
    assert headline["reason"] == "Struck off: fees not paid"
    assert "Struck, Ada" in browse_pages(out)["names"]


def test_a_direction_of_council_is_cited_nowhere(out: Path) -> None:
    assert b"Council minute 44" not in everything(out)
    assert b"Council decision 12" not in everything(out)


def test_a_member_s_days_as_a_student_are_not_told(out: Path) -> None:
    record = document(out, "member", "206")
    assert record["registered_on"] == "2016-04-05"
    assert record["headline"]["since"] == "2016-04-05"
    assert [(e["effective_on"], e["what"]) for e in record["history"]] == [
        ("2016-04-05", "Designation granted"),
        ("2016-04-05", "Registered"),
    ]
    assert "2012" not in page(out, "register/members/206").split("<main")[1]
    assert b"2014-01-06" not in (out / "register/data/members.jsonl").read_bytes()


@pytest.mark.parametrize("number", ["207", "208", "209"])
def test_one_whose_record_is_not_public_has_no_page(out: Path, number: str) -> None:
    assert not (out / "register" / "members" / number).exists()


@pytest.mark.parametrize("secret", ["Pupil", "Nonpublic", "Trainee", "Sitter", "Campusfield"])
def test_one_whose_record_is_not_public_is_nowhere(out: Path, secret: str) -> None:
    assert secret.encode() not in everything(out)  # DES-6: lists, look-up, data, feed, permits


def test_a_permit_speaks_of_no_responsible_member_who_is_not_public(out: Path) -> None:
    record = document(out, "permit", "P-4")
    assert (record["responsible_members"], record["former_responsible_members"]) == ([], [])
    assert "207" not in permit_page(out, "P-4")
    assert record["unanswered"]
    assert b",207," not in (out / "register/data/responsible_members.csv").read_bytes()


def test_only_a_decision_whose_publication_was_directed_is_told(out: Path) -> None:
    told = member_page(out, "210")
    assert "Unskilled practice was found." in told
    assert "Publication directed by the Discipline Committee" in told
    for secret in (b"Private file", b"25-002", b"A caution that stays"):
        assert secret not in everything(out)  # STA-6
    assert "2025-05-28" not in str(document(out, "member", "210"))


def test_of_a_condition_whose_words_are_private_only_the_fact_is_told(out: Path) -> None:
    told = member_page(out, "202")
    assert "Permitted to practise, with conditions" in told
    assert "No sole practice." in told
    assert "A condition applies. Its wording is not public." in told
    assert b"physician" not in everything(out)
    assert "(not published)" in (out / "register/data/members.csv").read_text("utf-8")


def test_a_former_name_is_shown_as_such_with_its_last_day(out: Path) -> None:
    told = member_page(out, "211")
    assert f"Former name Zoë Newname until {words('2020-07-08')}" in told


def test_what_was_entered_in_error_is_told_no_more(out: Path) -> None:
    record = document(out, "member", "212")
    assert record["headline"]["words"] == "In good standing"
    assert all(e["what"] != "Cancelled" for e in record["history"])


def test_a_permit_shows_who_answers_with_their_standing_and_scope(out: Path) -> None:
    (bridges,) = document(out, "permit", "P-1")["responsible_members"]
    assert bridges["headline"]["words"] == "Permitted to practise"
    assert bridges["scopes"][0]["text"] == "Small bridges on municipal roads."  # SCO-3
    told = permit_page(out, "P-1")
    for part in ("Ada Bridges", "Small bridges on municipal roads.", "Spans up to 12 m."):
        assert part in told
    assert "No current responsible member" not in told
    two = document(out, "permit", "P-9")["responsible_members"]
    assert [m["number"] for m in two] == ["200", "202"]
    assert "Permits this member is responsible for" in member_page(out, "200")


@pytest.mark.parametrize("number", ["P-2", "P-3", "P-4", "P-8"])
def test_a_permit_without_a_member_who_may_practise_says_so(out: Path, number: str) -> None:
    assert "No current responsible member." in permit_page(out, number)  # PER-5
    headline = document(out, "permit", number)["headline"]
    assert headline["words"] == "In force, without a responsible member"
    assert headline["tone"] == "warn"
    name = document(out, "permit", number)["name"]
    assert name in browse_pages(out)["permit-holders"]


def test_one_who_ceased_is_told_as_a_former_responsible_member(out: Path) -> None:
    (former,) = document(out, "permit", "P-8")["former_responsible_members"]
    assert (former["number"], former["until"]) == ("202", "2026-08-01")
    assert "P-8" not in [p["number"] for p in document(out, "member", "202")["responsible_for"]]


def test_a_permit_is_in_force_to_the_end_of_its_last_day_and_expired_after_it(out: Path) -> None:
    last_day = document(out, "permit", "P-6")
    assert (last_day["expires_on"], last_day["headline"]["words"]) == (DAY.isoformat(), "In force")
    expired = document(out, "permit", "P-5")["headline"]
    assert (expired["words"], expired["reason"], expired["since"]) == (
        "Not in force", "Expired", "2026-11-02",
    )  # fmt: skip
    assert "Permit expired" in permit_page(out, "P-5")


def test_a_suspended_permit_is_not_in_force_whatever_its_dates(out: Path) -> None:
    headline = document(out, "permit", "P-7")["headline"]
    assert (headline["words"], headline["reason"]) == (
        "Not in force", "Suspended: through discipline",
    )  # fmt: skip


def test_a_permit_that_isn_t_in_force_shows_no_running_dates(out: Path) -> None:
    stopped = document(out, "permit", "P-7")
    assert (stopped["in_force_since"], stopped["expires_on"]) == ("", "")
    assert [one["since"] for one in stopped["responsible_members"]] == [""]
    told = permit_page(out, "P-7")
    for running in ("In force without a break since", "Last valid day", "responsible since"):
        assert running not in told
        assert running in permit_page(out, "P-1")


def test_fields_that_nobody_who_may_practise_covers_are_marked_while_in_force(out: Path) -> None:
    record = document(out, "permit", "P-11")
    assert record["headline"]["words"] == "In force"
    assert record["uncovered_fields"] == ["Mechanical"]
    assert document(out, "permit", "P-1")["uncovered_fields"] == []
    assert document(out, "permit", "P-7")["uncovered_fields"] == []


def test_a_gap_between_two_terms_of_a_permit_is_told(out: Path) -> None:
    record = document(out, "permit", "P-10")
    assert record["in_force_since"] == "2026-02-10"
    assert ("2025-02-01", "Permit expired") in [
        (e["effective_on"], e["what"]) for e in record["history"]
    ]


@pytest.mark.parametrize(
    ("number", "says"), [("P-3", True), ("P-4", True), ("P-8", True), ("P-1", False)]
)
def test_lists_look_up_and_downloads_say_of_a_permit_that_it_names_nobody(
    out: Path, number: str, says: bool
) -> None:
    """PER-5."""
    row = page(out, "register/browse/permit-holders").split(f"<td>{number}</td>")[1]
    lines = (out / "register/data/permits.csv").read_text("utf-8").splitlines()
    shards = [p.read_text("utf-8") for p in (out / "register/lookup").rglob("*.json")]
    found = [text.split(f'"{number}"', 1)[1].split("]")[0] for text in shards if number in text]
    told = [row.split("</tr>")[0], *(s for s in lines if s.startswith(f"{number},")), *found]
    assert len(told) >= 3
    assert all(("In force, without a responsible member" in part) == says for part in told)
