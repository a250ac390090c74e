"""What one officer enters at once stays on the list until a second has looked at it."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from lambdas.register import work
from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.errors import Invalid, NotAllowed, Refused
from signet.proposals import actions, alone, reminders, store
from signet.proposals.model import NewProposal, Proposal, ProposalContext, State
from signet.register import actions as register
from signet.register import fold
from signet.transactions import mailer
from signet.transactions.commit import Operation, commit
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import AuditRow, OutboxRow
from tests.entries import POLICY
from tests.proposal_office import (
    MEMBER,
    NOW,
    TODAY,
    entered,
    entries_of,
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
DANGER = "A collapse on site; the next shift begins at six"


def emergency(by: ProposalContext | None = None, *entries: Any) -> Proposal:
    by = by or officer()
    alone.enter_in_emergency(by, new(*entries), DANGER)
    return store.get(by.operation)


OFFICER = "100009"  # the record of an officer who is a member


def to_review() -> list[str]:
    return [one.id for one in store.list_proposals(store.REVIEW)]


def mails() -> list[tuple[str, str]]:
    return sorted((row.recipient, row.template) for row in OutboxRow.scan())


def test_an_emergency_is_entered_at_once_and_reviewed_by_another() -> None:
    found = emergency(officer("ana"))
    assert status_of() == "suspended"
    assert to_review() == [found.id]
    with pytest.raises(NotAllowed):
        alone.review(officer("ana"), found.id, "Looks right")
    alone.review(second("ben"), found.id, "The site report is there")
    assert not to_review()
    assert status_of() == "suspended"


def test_an_emergency_not_reviewed_in_time_stays_and_is_told_every_day() -> None:
    person(Role.REGISTER_OFFICER, email="ben@example.com")
    person(Role.ADMINISTRATOR, email="adm@example.com")
    found = emergency()
    assert mails() == [("ben@example.com", "proposal_emergency")]
    hours = officer().policy.proposals.emergency.hours
    for late in (hours - 1, hours, hours, hours + 24):
        reminders.remind(officer("scheduler", now=NOW + timedelta(hours=late)))
    overdue = [one for one in mails() if one[1] == "proposal_overdue"]
    assert overdue == [
        ("adm@example.com", "proposal_overdue"),
        ("adm@example.com", "proposal_overdue"),
        ("ben@example.com", "proposal_overdue"),
        ("ben@example.com", "proposal_overdue"),
    ]
    assert status_of() == "suspended"
    assert to_review() == [found.id]


def test_who_may_approve_is_told_once_of_each_open_proposal_and_its_proposer_is_not() -> None:
    ana = person(Role.REGISTRAR, email="ana@example.com")
    person(Role.REGISTER_OFFICER, email="ben@example.com")
    person(Role.MEMBER, email="cai@example.com")
    proposal = proposed(officer(ana.account))
    for _ in range(2):
        reminders.remind(officer("scheduler"))
    assert mails() == [("ben@example.com", "proposal_waits")]
    (row,) = OutboxRow.scan()
    assert MEMBER not in row.facts
    assert json.loads(row.facts)["proposal"] == proposal.id


def test_who_may_decide_is_mailed_once_a_day_how_many_still_wait_and_nothing_of_what() -> None:
    ana = person(Role.REGISTRAR, email="ana@example.com")
    person(Role.REGISTER_OFFICER, email="ben@example.com")
    for _ in range(2):
        proposed(officer(ana.account))
    for days in (0, 2, 2, 3):
        reminders.remind(officer("scheduler", now=NOW + timedelta(days=days)))
    counts = [row for row in OutboxRow.scan() if row.template == "proposals_wait"]
    assert [row.recipient for row in counts] == ["ben@example.com"] * 2
    assert [json.loads(row.facts) for row in counts] == [{"count": 2}] * 2
    for number, subject in ((1, "1 proposal waits"), (2, "2 proposals wait")):
        mail = QueuedMail("m", "ben@example.com", "proposals_wait", {"count": number})
        assert subject in mailer.compose(mail, mail.to, NOW)["Subject"]


def test_whom_it_is_about_is_mailed_nothing_of_it() -> None:
    ana = person(Role.REGISTRAR, email="ana@example.com")
    person(Role.REGISTER_OFFICER, email="lee@example.com", member=MEMBER)
    person(Role.ADMINISTRATOR, email="adm@example.com", member=MEMBER)
    proposed(officer(ana.account))
    emergency(officer(ana.account))
    reminders.remind(officer("scheduler", now=NOW + timedelta(days=3)))
    assert mails() == [("ana@example.com", "proposal_overdue")]


@pytest.mark.parametrize(
    "entry",
    [
        register.Proposal("status_changed", {"status": "resigned", "reason": "own_request"}, TODAY),
        register.Proposal("moved", {"city": "Olds"}, TODAY),
        register.Proposal("designation_withdrawn", {"designation": "P.Tech.(Eng.)"}, TODAY),
    ],
)
def test_what_is_no_emergency_waits_for_approval(entry: register.Proposal) -> None:
    with pytest.raises(Refused):
        emergency(None, entry)
    assert not to_review()


def test_nobody_without_the_role_or_about_themself_enters_in_an_emergency() -> None:
    for by in (officer("ana", Role.CPD_OFFICER), officer(member=MEMBER)):
        with pytest.raises(NotAllowed):
            emergency(by)
    with pytest.raises(Invalid):
        alone.enter_in_emergency(officer(), new(), " ")
    assert status_of() == "registered"


def test_an_emergency_voids_the_return_of_a_later_day_that_would_end_it() -> None:
    back = {"status": "registered", "reason": "reinstated"}
    (later,) = entered("status_changed", back, TODAY + timedelta(days=30))
    by = officer("ana")
    for _ in range(2):  # the same again enters nothing more
        found = emergency(by)
    assert sorted(one.kind for one in entries_of()[-2:]) == ["status_changed", "voided"]
    assert fold_of(TODAY + timedelta(days=60)) == "suspended"
    (record,) = found.opened().records
    assert [one.corrects for one in record.entries] == ["", later.id], "the reviewer sees it"
    (line,) = [row.body for row in AuditRow.scan() if "proposal-emergency" in row.body]
    assert f'"voided":["{later.id}"]' in line.replace(" ", "")


def test_no_return_that_is_entered_at_the_same_moment_holds_up_an_emergency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, reads = alone.in_emergency, count(1)

    def unaware(by: ProposalContext, wanted: NewProposal) -> NewProposal:
        return wanted if next(reads) == 1 else read(by, wanted)

    entered(
        "status_changed",
        {"status": "registered", "reason": "reinstated"},
        TODAY + timedelta(days=30),
    )
    monkeypatch.setattr(alone, "in_emergency", unaware)
    emergency()
    assert fold_of(TODAY + timedelta(days=60)) == "suspended"


def fold_of(on: date) -> str:
    record = fold.member(entries_of(), on)
    assert record is not None
    return record.status


def test_the_same_emergency_sent_again_is_entered_once() -> None:
    by = officer()
    for _ in range(2):
        emergency(by)
    assert len([one for one in entries_of() if one.kind == "status_changed"]) == 1
    assert to_review() == [by.operation]


def test_what_the_command_line_enters_alone_needs_a_reason_and_is_listed_with_it() -> None:
    shell_user = officer("command-line: root", Role.MEMBER)
    with pytest.raises(Invalid):
        alone.enter_alone(shell_user, new(source="command-line"), "")
    alone.enter_alone(shell_user, new(source="command-line"), "The office has one officer today")
    (listed,) = store.list_proposals(store.REVIEW)
    assert listed.head.outcome
    assert listed.head.outcome.reason == "The office has one officer today"
    assert entries_of()[-1].entered_by == "command-line: root"
    alone.review(second(), listed.id, "Motion 12 is in the minutes")
    assert not to_review()


def test_an_import_is_listed_for_review_with_its_counts() -> None:
    by = officer("command-line: root")
    for _ in range(2):
        alone.record_import(by, {"members added": 3}, "members.csv", "Nightly file")
    (listed,) = store.list_proposals(store.REVIEW)
    assert dict(listed.head.counts) == {"members added": 3}
    alone.review(second(), listed.id, "Three, as announced")
    assert not to_review()


def test_what_was_entered_alone_can_be_taken_back() -> None:
    emergency()
    back = actions.void(
        second(), "member", MEMBER, [entries_of()[-1].id], authority="Registrar", reason="Wrong"
    )
    actions.approve(officer(), back, actions.get(back).head.hash)
    assert status_of() == "registered"


def test_the_scheduled_function_reminds_within_its_rights() -> None:
    person(Role.REGISTER_OFFICER, email="ben@example.com")
    proposed()
    assert [work.handler({}, None) for _ in range(2)] == [{"mails": 1}, {"mails": 0}]
    assert mails() == [("ben@example.com", "proposal_waits")]


def first_account() -> ProposalContext:
    """Return an officer who is a member, with an account that is stored."""
    stored = Account("officer-a", "a@example.org", NOW, OFFICER)
    commit(Operation("stored", "test", ""), [accounts.save(stored)])
    return officer("officer-a", member=OFFICER)


def test_nobody_approves_by_another_account_what_they_proposed() -> None:
    proposal = proposed(first_account())
    with pytest.raises(NotAllowed):
        actions.approve(second(member=OFFICER), proposal.id, proposal.head.hash)
    assert status_of() == "registered"
    actions.approve(second(member="100008"), proposal.id, proposal.head.hash)
    assert status_of() == "suspended"


def test_nobody_reviews_by_another_account_what_they_entered() -> None:
    waiting = emergency(first_account())
    with pytest.raises(NotAllowed):
        alone.review(second(member=OFFICER), waiting.id, "Looks right")
    alone.review(second(member="100008"), waiting.id, "The site report is there")
    assert not to_review()


def test_the_policy_says_what_one_officer_enters_without_a_review() -> None:
    free = POLICY._replace(
        proposals=POLICY.proposals._replace(one_officer=frozenset({"member moved"}))
    )
    by = replace(officer("ana"), policy=free)
    moved = register.Proposal("moved", {"city": "Olds"}, TODAY)
    outcome = alone.enter_as_one(by, new(moved))
    assert (outcome.state, outcome.entered) == (State.ENTERED, (f"member#{MEMBER}",))
    assert not to_review()
    for entries in ([suspension()], [moved, suspension()]):
        with pytest.raises(Refused, match="second officer"):
            alone.enter_as_one(replace(by, operation=secrets.token_hex(16)), new(*entries))
    with pytest.raises(Refused, match="second officer"):
        alone.enter_as_one(officer("ana"), new(moved))
    nobody = replace(by, operation=secrets.token_hex(16), roles=frozenset({Role.CPD_OFFICER}))
    with pytest.raises(NotAllowed):
        alone.enter_as_one(nobody, new(moved))
