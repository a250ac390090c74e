"""What one person may enter by their own word, and what takes a second officer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signet.proposals import model
from signet.proposals.model import Content, Head, Outcome, ProposalContext, ProposedRecord, State
from signet.proposals.rules import (
    barred_from_approving,
    concerns,
    is_emergency,
    may_enter_alone,
    may_propose,
    needs_two,
    role_names,
)
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
    assert alone(subject, number, kind, data, days=30) is (kind != "status_changed")
    assert not alone(subject, number, kind, data, days=-1), "dated back"
    assert not alone(subject, number, kind, data, corrects="e-1"), "a correction"
    assert not alone(subject, number, kind, data, member=""), "nobody's account"
    assert not alone(subject, number, kind, data, member=OTHER), "another's"


def test_nobody_lets_another_cease_or_resign() -> None:
    assert not alone("permit", "P-1", "responsible_member_ceased", {"member": OTHER})
    assert not alone("member", OTHER, "moved", {"city": "Olds"})


def test_nobody_has_a_status_wait_that_would_end_a_later_suspension() -> None:
    """An entry for a later day takes effect whatever was entered meanwhile."""
    retiring: dict[str, Any] = {"status": "retired", "reason": "own_request"}
    waits = entry("status_changed", "2026-12-25", recorded="2026-11-24T10:00:00", **retiring)
    suspended = entry("status_changed", "2026-12-01", status="suspended", reason="discipline")
    then = fold.member([registered(), waits, suspended], day("2026-12-25"))
    assert then is not None
    assert then.status == "retired"
    assert not alone("member", ME, "status_changed", retiring, days=1)


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


# -- who proposes and approves (T30)

NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)


def content(source: str = "register-desk", **said: Any) -> Content:
    """Return what "proposer" proposed: an entry on the record of member 300a."""
    changed = ProposedRecord(subject="member", number="300a", name="Lee", version=1, entries=())
    usual: dict[str, Any] = {"records": (changed,), "proposed_as": ("register-officer",)}
    return Content(
        authority="App. 5", source=source, proposed_by="proposer", proposed_at=NOW, salt="s",
        **usual | said,
    )  # fmt: skip


def bar(
    held: Content,
    account: str = "approver",
    roles: tuple[str, ...] = ("register-officer",),
    *,
    member: str = "",
    entered_by: str = "",
    taken_back: bool = False,
) -> str:
    """Return why somebody is barred from approving, or ""."""
    done = Outcome(state=State.ENTERED, by=entered_by, at=NOW) if entered_by else None
    head = Head(
        source=held.source, proposed_by=held.proposed_by, proposed_at=NOW, hash="h", outcome=done
    )
    proposal = model.Proposal("p-1", 1, head, "")
    who = ProposalContext(
        account, "o-1", NOW, TODAY, POLICY, member, roles=frozenset(roles), salt="s"
    )
    barred = barred_from_approving(proposal, held, who, taken_back=taken_back)
    return barred.why if barred else ""


def test_two_officers_of_the_register_propose_and_approve() -> None:
    assert bar(content()) == ""
    assert bar(content(), roles=("registrar",)) == ""
    assert "right to approve" in bar(content(), roles=("cpd-officer",))
    assert "right to approve" in bar(content(), roles=())


def test_nobody_approves_what_they_proposed_entered_or_decided_whatever_their_roles() -> None:
    every = ("registrar", "register-officer", "complaints-officer", "cpd-officer")
    assert bar(content(), "proposer", every).startswith("You proposed this")
    assert bar(content(), "approver", every, entered_by="approver").startswith("You entered this")
    assert bar(content(), "approver", every, entered_by="colleague") == ""
    decided = content(decided_by=("panel-1", "panel-2"))
    assert bar(decided, "panel-2", every).startswith("You decided this")
    assert bar(decided, "approver", every) == ""


@pytest.mark.parametrize("member", ["300a", "300A"])
def test_nobody_approves_what_is_about_themself(member: str) -> None:
    assert bar(content(), member=member).startswith("This is about you")
    assert bar(content(), member="301") == ""
    permit = ProposedRecord(subject="permit", number="300A", name="x", version=1, entries=())
    other = content(records=(permit,))
    assert not concerns(other, member), "a permit of the same number"
    assert concerns(content(records=(permit,), concerned=("300a",)), member)
    assert not concerns(content(), "")


def test_of_the_two_who_settle_a_complaint_one_is_the_registrar() -> None:
    """A refusal needs none: it enters nothing."""
    officer, registrar = ("complaints-officer",), ("registrar",)
    source = "complaint#c-1"
    by_officer = content(source, proposed_as=officer)
    assert bar(by_officer, roles=registrar) == ""
    assert "has to be registrar" in bar(by_officer, roles=officer)
    assert bar(by_officer, roles=officer, taken_back=True) == ""
    assert bar(content(source, proposed_as=registrar), roles=officer) == ""


@pytest.mark.parametrize(
    ("source", "role", "may"),
    [
        ("register-desk", "register-officer", True),
        ("register-desk", "cpd-officer", False),
        ("cpd#a-1", "cpd-officer", True),
        ("complaint#c-1", "complaints-officer", True),
        ("complaint#c-1", "register-officer", False),
    ],
)
def test_each_desk_proposes_what_is_its_own(source: str, role: str, may: bool) -> None:
    assert may_propose(POLICY, source, [role, "reader"]) is may
    assert not may_propose(POLICY, source, [])


def test_roles_are_stored_in_order_whoever_named_them() -> None:
    assert role_names(["registrar", "cpd-officer"]) == ("cpd-officer", "registrar")


def test_what_one_officer_may_do_is_the_policy_s_unless_it_corrects() -> None:
    moved = Proposal("moved", {"city": "Olds"}, TODAY)
    rules = POLICY.proposals._replace(one_officer=frozenset({"member moved"}))
    free = POLICY._replace(proposals=rules)
    assert not needs_two(free, "member", [moved])
    assert needs_two(free, "permit", [moved])
    assert needs_two(free, "member", [Proposal("moved", {"city": "Olds"}, TODAY, "e-1")])
    assert needs_two(free, "member", [moved, Proposal("voided", {}, TODAY)])
    assert not needs_two(free, "member", [])


def test_one_of_another_standing_or_reason_needs_the_office() -> None:
    """A declared reason and standing are among those that the policy names."""
    away = {"status": "non_practising", "reason": "administrative"}
    assert not alone("member", ME, "status_changed", away)
    for standing in ("non_practising", "retired"):
        data = {"status": "resigned", "reason": "own_request"}
        held = record(entry("status_changed", "2026-01-01", status=standing))
        assert alone("member", ME, "status_changed", data, held=held)
    other = Proposal("moved", {"city": "Olds"}, TODAY)
    assert not may_enter_alone(POLICY, ME, "member", ME, other, None, TODAY)
    assert not may_enter_alone(
        POLICY, ME, "member", ME, other, record()._replace(number=OTHER), TODAY
    )
