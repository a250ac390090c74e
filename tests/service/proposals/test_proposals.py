"""Nobody alone changes the public register: one officer proposes, another approves just that."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from signet.accounts.model import Role
from signet.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from signet.proposals import actions
from signet.proposals.model import State, Wanted
from signet.proposals.tables import ProposalRow
from signet.publish.proposed import PageComparison
from signet.register import actions as register
from signet.register import fold
from signet.transactions import audit
from signet.transactions.tables import AuditRow, OutboxRow
from tests.entries import POLICY
from tests.proposal_office import (
    MEMBER,
    OTHER,
    TODAY,
    entered,
    entries_of,
    issue,
    join,
    new,
    officer,
    person,
    proposal_tables,
    proposed,
    proposing,
    second,
    shell,
    status_of,
    suspension,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")


def test_what_is_proposed_changes_nothing_until_another_officer_approves_it() -> None:
    proposal = proposed()
    assert status_of() == "registered"
    outcome = actions.approve(second(), proposal.id, proposal.head.hash)
    assert status_of() == "suspended"
    assert outcome.entered == (f"member#{MEMBER}",)
    assert actions.get(proposal.id).state is State.ENTERED
    said = [line.what for line in audit.of_subject(actions.subject_of(proposal.id))]
    assert sorted(said) == ["proposal-approved", "proposal-proposed"]


def test_an_approver_is_shown_name_authority_evidence_and_the_difference_it_makes() -> None:
    proposal = proposed(evidence="Minutes of 2 November, item 12")
    shown = proposal.opened()
    (record,) = shown.records
    (page,) = record.pages
    assert record.name == "Ana Lee"
    assert shown.authority == "Council, motion 12"
    assert shown.evidence == "Minutes of 2 November, item 12"
    assert [(line.before, line.after) for line in page.lines] == [("registered", "suspended")]


def test_who_entered_it_and_who_approved_it_stand_with_the_entry() -> None:
    proposal = proposed(officer("ana"))
    actions.approve(second("ben"), proposal.id, proposal.head.hash)
    assert entries_of()[-1].entered_by == "ana, approved by ben"


def test_nobody_approves_or_refuses_what_they_proposed() -> None:
    proposal = proposed(officer("ana"))
    with pytest.raises(NotAllowed):
        actions.approve(officer("ana"), proposal.id, proposal.head.hash)
    with pytest.raises(NotAllowed):
        actions.refuse(officer("ana"), proposal.id, "No")
    assert status_of() == "registered"


def test_nobody_approves_what_they_decided() -> None:
    proposal = proposed(officer("ana"), decided_by=("ben",))
    with pytest.raises(NotAllowed):
        actions.approve(second("ben"), proposal.id, proposal.head.hash)
    actions.approve(second("cai"), proposal.id, proposal.head.hash)
    assert status_of() == "suspended"


def test_nobody_proposes_or_approves_what_is_about_themself() -> None:
    with pytest.raises(NotAllowed):
        proposed(officer(member=MEMBER))
    proposal = proposed()
    with pytest.raises(NotAllowed):
        actions.approve(second(member=MEMBER), proposal.id, proposal.head.hash)
    assert status_of() == "registered"


def test_who_is_named_as_concerned_decides_on_nothing_of_it() -> None:
    proposal = proposed(concerned=(OTHER,))
    with pytest.raises(NotAllowed):
        actions.approve(second(member=OTHER), proposal.id, proposal.head.hash)


@pytest.mark.parametrize("kind", ["responsible_member_added", "responsible_member_ceased"])
def test_who_answers_for_a_permit_before_or_after_decides_on_nothing_of_it(kind: str) -> None:
    join(OTHER)
    permit = issue("P-1001", *([MEMBER, OTHER] if "ceased" in kind else [MEMBER]))
    change = register.Proposal(kind, {"member": OTHER}, TODAY)
    proposal = proposed(None, change, subject="permit", number=permit)
    for concerned in (MEMBER, OTHER):
        with pytest.raises(NotAllowed):
            actions.approve(second(member=concerned), proposal.id, proposal.head.hash)
    actions.approve(second(), proposal.id, proposal.head.hash)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REGISTRAR, Role.REGISTER_OFFICER}))
def test_other_roles_neither_propose_nor_approve(role: Role) -> None:
    with pytest.raises(NotAllowed):
        proposed(officer("ana", role))
    proposal = proposed()
    with pytest.raises(NotAllowed):
        actions.approve(second("ben", role), proposal.id, proposal.head.hash)


def test_one_of_two_who_enter_a_complaints_outcome_is_the_registrar() -> None:
    proposal = proposed(officer("ana", Role.COMPLAINTS_OFFICER), source="complaint#x")
    with pytest.raises(NotAllowed):
        actions.approve(second("ben", Role.COMPLAINTS_OFFICER), proposal.id, proposal.head.hash)
    actions.approve(second("cai", Role.REGISTRAR), proposal.id, proposal.head.hash)


def test_another_hash_than_what_was_shown_approves_nothing() -> None:
    proposal, other = proposed(), proposed()
    with pytest.raises(Conflict):
        actions.approve(second(), proposal.id, "0" * 64)
    with pytest.raises(Conflict):
        actions.approve(second(), proposal.id, other.head.hash)
    assert status_of() == "registered"


def test_a_proposal_that_was_altered_in_the_database_cannot_be_approved() -> None:
    proposal = proposed()
    row = ProposalRow.get(proposal.id, "proposal")
    altered = row.content.replace("suspended", "cancelled")
    row.update(actions=[ProposalRow.content.set(altered)])
    with pytest.raises(Conflict):
        actions.approve(second(), proposal.id, proposal.head.hash)
    assert status_of() == "registered"


def test_a_record_that_was_changed_since_is_told_and_left_as_it_is() -> None:
    proposal = proposed()
    entered("moved", {"city": "Olds"})
    with pytest.raises(Refused, match="was changed since"):
        actions.approve(second(), proposal.id, proposal.head.hash)
    assert status_of() == "registered"
    assert actions.get(proposal.id).state is State.OPEN


def test_of_many_records_those_changed_since_fall_out_and_are_named() -> None:
    join(OTHER)
    both = [Wanted("member", number, [suspension()]) for number in (MEMBER, OTHER)]
    proposal = proposed(records=both)
    entered("moved", {"city": "Olds"}, number=OTHER)
    outcome = actions.approve(second(), proposal.id, proposal.head.hash)
    assert (outcome.entered, outcome.fell_out) == ((f"member#{MEMBER}",), (f"member#{OTHER}",))
    assert (status_of(MEMBER), status_of(OTHER)) == ("suspended", "registered")


def test_the_same_approval_sent_again_enters_once_and_is_answered_alike() -> None:
    proposal, by = proposed(), second()
    answers = [actions.approve(by, proposal.id, proposal.head.hash) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len([e for e in entries_of() if e.kind == "status_changed"]) == 1


def test_the_same_proposal_sent_again_is_one() -> None:
    by = officer()
    assert proposed(by).id == proposed(by).id
    assert len(list(ProposalRow.scan())) == 1


def test_of_two_who_approve_at_once_one_does_and_the_other_is_told() -> None:
    proposal = proposed()
    told: list[str] = []

    def approve(account: str) -> None:
        try:
            actions.approve(second(account), proposal.id, proposal.head.hash)
            told.append("entered")
        except (Conflict, Refused):
            told.append("told")

    both = [threading.Thread(target=approve, args=(name,)) for name in ("ben", "cai")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["entered", "told"]
    assert len([e for e in entries_of() if e.kind == "status_changed"]) == 1


def test_what_was_refused_or_withdrawn_cannot_be_approved() -> None:
    refused, withdrawn = proposed(), proposed()
    actions.refuse(second(), refused.id, "The motion names another member")
    actions.withdraw(officer(), withdrawn.id)
    for proposal in (refused, withdrawn):
        with pytest.raises(Refused):
            actions.approve(second("cai"), proposal.id, proposal.head.hash)
    assert status_of() == "registered"
    reason = actions.get(refused.id).head.outcome
    assert reason
    assert reason.reason == "The motion names another member"


def test_only_who_proposed_withdraws() -> None:
    proposal = proposed()
    with pytest.raises(NotAllowed):
        actions.withdraw(second(), proposal.id)


def test_a_proposal_obeys_the_rules_of_the_register_when_made_and_when_entered() -> None:
    struck = {"status": "struck_off", "reason": "fees"}
    with pytest.raises(Refused, match="STA-2"):
        proposed(None, register.Proposal("status_changed", struck, TODAY))
    with pytest.raises(Invalid):
        proposed(None, register.Proposal("status_changed", {"state": "gone"}, TODAY))


def test_a_source_finds_its_proposals_and_its_own_check_is_asked() -> None:
    proposal = proposed(source="cpd#100001#2040")
    assert [one.id for one in actions.of_source("cpd#100001#2040")] == [proposal.id]

    def recused(*_: object) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        actions.approve(second(), proposal.id, proposal.head.hash, check=recused)
    assert status_of() == "registered"


def test_what_is_sealed_leaves_nothing_of_itself_and_is_approved_by_its_hash() -> None:
    ready = actions.prepare(officer(), "a" * 32, new(source="complaint#x", sealed=True))
    for change in ready.changes:
        change.row.save()
    kept = " ".join(
        str(row.serialize()) for table in (ProposalRow, AuditRow) for row in table.scan()
    )
    for told in (MEMBER, "Lee", "suspended", "motion 12"):
        assert told not in kept
    with pytest.raises(NotFound):
        actions.prepare_approval(second(), ready.id, ready.hash)
    altered = ready.content.replace("suspended", "cancelled")
    with pytest.raises(Conflict):
        actions.prepare_approval(second(), ready.id, ready.hash, content=altered)
    decided = actions.prepare_approval(second(), ready.id, ready.hash, content=ready.content)
    for change in decided.changes:
        change.row.save()
    assert status_of() == "suspended"


def test_who_proposed_is_told_by_mail_what_became_of_it_and_nothing_of_whom() -> None:
    ana = person(Role.REGISTRAR, email="ana@example.com")
    proposal = proposed(officer(ana.account))
    actions.approve(second(), proposal.id, proposal.head.hash)
    (mail,) = OutboxRow.scan()
    assert mail.recipient == "ana@example.com"
    assert json.loads(mail.facts) == {"proposal": proposal.id}


def test_an_entry_is_taken_back_by_another_proposal() -> None:
    proposal = proposed()
    actions.approve(second(), proposal.id, proposal.head.hash)
    wrong = entries_of()[-1].id
    back = actions.void(
        second(), "member", MEMBER, [wrong], authority="Registrar", reason="Another member"
    )
    assert status_of() == "suspended"
    actions.approve(officer(), back, actions.get(back).head.hash)
    assert status_of() == "registered"
    with pytest.raises(Refused):
        actions.void(second(), "member", MEMBER, ["not-there"], authority="Registrar", reason="x")


def test_a_large_proposal_is_kept_in_portions_and_comes_back_whole() -> None:
    proposal = proposed(evidence="é" * 250_000)
    assert proposal.opened().evidence == "é" * 250_000
    actions.approve(second(), proposal.id, proposal.head.hash)
    assert status_of() == "suspended"


def test_an_entry_of_later_is_recorded_when_it_is_approved() -> None:
    proposal = proposed()
    later = second(now=officer().now + timedelta(days=2))
    actions.approve(later, proposal.id, proposal.head.hash)
    assert entries_of()[-1].recorded_at == later.now


def back(days: int = 30) -> register.Proposal:
    data = {"status": "registered", "reason": "reinstated"}
    return register.Proposal("status_changed", data, TODAY + timedelta(days=days))


def test_a_suspension_that_a_return_of_a_later_day_would_end_is_proposed_with_its_voiding() -> None:
    (later,) = entered("status_changed", dict(back().data), back().effective_on)
    with pytest.raises(Refused, match=f"entry {later.id}.*void or correct it"):
        proposed()
    void = register.Proposal("voided", {}, later.effective_on, later.id)
    proposal = proposed(None, suspension(), void)
    actions.approve(second(), proposal.id, proposal.head.hash)
    record = fold.member(entries_of(), later.effective_on)
    assert record is not None
    assert record.status == "suspended"


def test_a_return_that_waits_while_a_suspension_is_entered_is_looked_at_anew() -> None:
    """Whoever approves it then knows of the suspension, and sees what becomes of it."""
    proposal = proposed(None, back())
    entered("status_changed", {"status": "suspended", "reason": "fees"})
    with pytest.raises(Refused, match="was changed since"):
        actions.approve(second(), proposal.id, proposal.head.hash)
    again = proposed(replace(officer(), difference=PageComparison(POLICY, TODAY)), back())
    (page,) = again.opened().records[0].pages
    assert any("Suspended" in line.before for line in page.lines)
    actions.approve(second(), again.id, again.head.hash)
    assert status_of() == "suspended", "until its day"


def test_a_suspension_that_waits_while_a_return_is_entered_is_refused() -> None:
    proposal = proposed()
    entered("status_changed", dict(back().data), back().effective_on)
    with pytest.raises(Refused, match="was changed since"):
        actions.approve(second(), proposal.id, proposal.head.hash)
    with pytest.raises(Refused, match="void or correct it"):
        proposed()
