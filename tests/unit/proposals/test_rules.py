"""What one person may enter by their own word, and what takes a second officer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from signet.proposals.rules import is_emergency, may_enter_alone, needs_two
from signet.register import fold
from signet.register.actions import Proposal
from signet.register.model import MemberRecord, Subject
from signet.register.payloads import KINDS
from tests.entries import POLICY, day, entry, registered

TODAY = day("2026-11-24")
ME, OTHER = "100", "200"
OWN: list[tuple[Subject, str, str, dict[str, Any]]] = [
    ("member", ME, "not_practising_declared", {}),
    ("member", ME, "status_changed", {"status": "non_practising", "reason": "own_declaration"}),
    ("member", ME, "status_changed", {"status": "retired", "reason": "own_request"}),
    ("member", ME, "status_changed", {"status": "resigned", "reason": "own_request"}),
    ("member", ME, "moved", {"city": "Olds"}),
    ("permit", "P-1", "responsible_member_ceased", {"member": ME}),
]


def record(*more: Any) -> MemberRecord:
    found = fold.member([registered(), *more], TODAY)
    assert found is not None
    return found


def alone(
    subject: Subject,
    number: str,
    kind: str,
    data: dict[str, Any],
    *,
    member: str = ME,
    held: MemberRecord | None = None,
    days: int = 0,
    corrects: str = "",
) -> bool:
    proposal = Proposal(kind, data, TODAY + timedelta(days=days), corrects)
    return may_enter_alone(POLICY, member, subject, number, proposal, held or record(), TODAY)


@pytest.mark.parametrize(("subject", "number", "kind", "data"), OWN)
def test_one_alone_restricts_themself_and_changes_their_own_place(
    subject: Subject, number: str, kind: str, data: dict[str, Any]
) -> None:
    assert alone(subject, number, kind, data)
    assert alone(subject, number, kind, data, days=30)
    assert not alone(subject, number, kind, data, days=-1), "dated back"
    assert not alone(subject, number, kind, data, corrects="e-1"), "a correction"
    assert not alone(subject, number, kind, data, member=""), "nobody's account"
    assert not alone(subject, number, kind, data, member=OTHER), "another's"


def test_nobody_lets_another_cease_or_resign() -> None:
    assert not alone("permit", "P-1", "responsible_member_ceased", {"member": OTHER})
    assert not alone("member", OTHER, "moved", {"city": "Olds"})


@pytest.mark.parametrize("status", ["suspended", "cancelled", "struck_off"])
@pytest.mark.parametrize("to", ["non_practising", "retired", "resigned"])
def test_nobody_leaves_a_suspension_by_their_own_word(status: str, to: str) -> None:
    out = record(entry("status_changed", "2026-01-01", status=status))
    data = {"status": to, "reason": "own_request"}
    assert not alone("member", ME, "status_changed", data, held=out)


def test_whatever_grants_or_restores_takes_two() -> None:
    free = {(subject, kind) for subject, _, kind, _ in OWN}
    for subject, kinds in KINDS.items():
        for kind in kinds:
            given: dict[str, Any] = {"status": "registered", "reason": "resumed", "member": ME}
            if (subject, kind) in free and kind != "status_changed":
                continue
            assert not alone("permit" if subject == "permit" else "member", ME, kind, given), kind


@pytest.mark.parametrize("subject", sorted(KINDS))
def test_an_officer_makes_no_entry_of_any_kind_without_a_second(subject: str) -> None:
    for kind in KINDS[subject]:
        assert needs_two(POLICY, subject, [Proposal(kind, {}, TODAY)]), kind


def test_an_emergency_is_a_suspension_or_a_condition_and_nothing_that_restores() -> None:
    def emergency(kind: str, corrects: str = "", **data: Any) -> bool:
        return is_emergency(POLICY, Proposal(kind, data, TODAY, corrects))

    assert emergency("status_changed", status="suspended", reason="discipline")
    assert emergency("condition_imposed", condition="C1", text="Supervised")
    assert not emergency("status_changed", status="registered", reason="reinstated")
    assert not emergency("condition_lifted", condition="C1")
    assert not emergency("status_changed", corrects="e-1", status="suspended")
