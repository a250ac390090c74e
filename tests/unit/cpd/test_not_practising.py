"""A declaration of not practising: declared, renewed, and ended by an entry alone (CPD-5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signet.publish.render import history
from signet.register import differences, fold, rules, standing
from signet.register.differences import Wanted
from signet.register.model import Entry, MemberRecord, NotPractising
from tests.entries import P_TECH, POLICY, day, entry, practitioner, registered

DECLARED = "2026-07-05"


def declared(on: str = DECLARED, **said: Any) -> Entry:
    return entry("not_practising_declared", on, **said)


def resumed(on: str) -> Entry:
    return entry("practice_resumed", on)


def member(entries: list[Entry], on: str) -> MemberRecord:
    record = fold.member(entries, day(on))
    assert record is not None
    return record


def refused(held: list[Entry], *proposed: Entry) -> set[str]:
    return {r.rule for r in rules.refusals(held, proposed, POLICY, lambda _: None)}


def titled(code: str) -> list[Entry]:
    return [registered(), entry("designation_granted", "2020-01-01", designation=code)]


def test_a_declaration_forbids_practice_from_its_day_until_an_entry_ends_it() -> None:
    """CPD-5, G 18(3): past its stated end too, for nothing ends by itself."""
    entries = [*practitioner(), declared(until="2027-07-04")]
    assert standing.of_member(member(entries, "2026-07-04"), POLICY).answer == "permitted"
    for on in (DECLARED, "2027-07-04", "2027-07-05", "2030-01-01"):
        record = member(entries, on)
        found = standing.of_member(record, POLICY)
        assert (found.answer, found.reason) == ("not_permitted", "Declared not practising")
        assert (found.since, found.until) == (day(DECLARED), day("2027-07-04"))
        assert standing.scopes_in_force(record, POLICY) == ()
        assert not standing.may_answer_for_permit(record, POLICY)
    back = standing.of_member(member([*entries, resumed("2026-09-01")], "2026-09-01"), POLICY)
    assert (back.answer, back.since) == ("permitted", day("2026-09-01"))


def test_a_renewal_keeps_the_day_on_which_it_began() -> None:
    entries = [declared(until="2027-07-04"), declared("2027-07-05", until="2028-07-04")]
    record = member([registered(), *entries], "2027-08-01")
    assert record.not_practising == NotPractising(day(DECLARED), day("2028-07-04"))


@pytest.mark.parametrize("code", ["C.Tech.", "C.E.T."])
def test_a_titled_member_stays_in_good_standing_and_is_said_not_to_practise(code: str) -> None:
    found = standing.of_member(member([*titled(code), declared()], "2026-08-01"), POLICY)
    assert (found.answer, found.reason) == ("good_standing", "Declared not practising")
    assert found.since == day(DECLARED)


def test_a_suspension_outlasts_the_declaration() -> None:
    """Resuming practice reinstates nobody."""
    suspension = entry("status_changed", "2026-08-01", status="suspended", reason="fees")
    entries = [*practitioner(), declared(), suspension, resumed("2026-09-01")]
    for on in ("2026-08-15", "2026-09-15"):
        found = standing.of_member(member(entries, on), POLICY)
        assert (found.answer, found.reason) == ("not_permitted", "Suspended: fees not paid")


def test_who_reinstates_a_member_doesn_t_end_their_declaration() -> None:
    back = entry("status_changed", "2026-08-01", status="registered", reason="reinstated")
    assert member([*practitioner(), declared(), back], "2026-09-01").not_practising is not None


def test_a_declaration_holds_a_year_at_most() -> None:
    """G 18(2)."""
    held = practitioner()
    assert refused(held, declared(until="2027-07-04")) == set()
    assert refused(held, declared()) == set()
    assert refused(held, declared(until="2027-07-05")) == {"CPD-5"}
    assert refused(held, declared(until="2026-07-04")) == {"CPD-5"}


def test_only_who_is_on_the_roll_declares_and_only_who_declared_resumes() -> None:
    struck = entry("status_changed", "2026-01-01", status="resigned", reason="own_request")
    assert refused([*practitioner(), struck], declared()) == {"CPD-5"}
    assert refused(practitioner(), resumed("2026-09-01")) == {"CPD-5"}
    held = [*practitioner(), declared()]
    assert refused(held, resumed("2026-07-04")) == {"CPD-5"}
    assert refused(held, resumed(DECLARED)) == set()
    assert refused([*held, resumed("2026-08-01")], resumed("2026-09-01")) == {"CPD-5"}


def test_the_history_tells_both_and_no_reason() -> None:
    entries = [declared(until="2027-07-04"), resumed("2026-09-01")]
    told = history.events(entries, POLICY, ZoneInfo("America/Edmonton"))
    assert [(event.what, event.detail) for _, event in told] == [
        ("Practice resumed", ""),
        ("Declared not practising", "scheduled to end 4 July 2027"),
    ]


# -- files


def compared(held: list[Entry], **row: Any) -> differences.Difference:
    on = date(2026, 11, 1)
    wanted = Wanted("member", "100", {"family": "Lee", "given": "Ana", **row})
    return differences.member(fold.member(held, on), wanted, on)


def test_a_file_says_who_declared_and_since_when() -> None:
    row = {"not_practising_since": day(DECLARED), "not_practising_until": day("2027-07-04")}
    said = ("not_practising_declared", day(DECLARED), {"until": "2027-07-04"})
    assert compared([registered()], **row).changes == [said]
    assert (
        said in compared([], registered_on=day("2020-01-01"), designations=[P_TECH], **row).changes
    )
    held = [registered(), declared(until="2027-07-04")]
    assert compared(held, **row).changes == []
    renewed = compared(held, **{**row, "not_practising_until": day("2028-07-04")})
    assert [kind for kind, _, _ in renewed.changes] == ["not_practising_declared"]


def test_an_empty_cell_lets_nobody_practise_again() -> None:
    difference = compared([registered(), declared()], not_practising_since=None)
    assert difference.changes == []
    assert "CPD-5" in difference.notes[0]
    assert compared([registered()], not_practising_since=None).notes == []
