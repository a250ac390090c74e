"""A request from draft to the register: once, whole, by two officers, seen in the audit log."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from signet.accounts.model import Role
from signet.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from signet.letters.service import Service, Way
from signet.policy.requests import RequestPolicy
from signet.proposals import actions as proposals
from signet.proposals.model import State
from signet.requests import approval, contributing, deciding, drafting, serving, store
from signet.requests.drafting import NotComplete
from signet.requests.model import What
from signet.requests.operation import subject_of
from signet.requests.stage import Actor, Stage, Status
from signet.transactions import audit
from signet.transactions.tables import OutboxRow
from tests import request_kind
from tests.request_kind import NewName, Statement
from tests.request_office import (
    MEMBER,
    OTHER,
    POLICY,
    TODAY,
    begun,
    case,
    family_of,
    filled,
    member,
    referee,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting")
KIND_MOST_LINES = 60


def decided(id_: str | None = None) -> str:
    """Return a request that one registrar approved."""
    id_ = id_ or submitted()
    deciding.find_complete(staff("clerk", Role.REGISTER_OFFICER), seen(id_))
    deciding.approve(staff(), seen(id_), "As proved.")
    return id_


def hash_of(id_: str) -> str:
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    return waiting.proposal.head.hash


def refused() -> str:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.refuse(staff(), seen(id_), ["no-proof"], "There is no proof.")
    return id_


def test_an_approval_reaches_the_register_by_a_second_officer() -> None:
    id_ = decided()
    assert case(id_).standing.must_act is Actor.SECOND_OFFICER
    assert family_of() == "Lee"
    approval.approve(staff("second"), id_, seen(id_).version, hash_of(id_))
    assert family_of() == "Roy"
    assert case(id_).standing.stage is Stage.APPROVED
    said = [line.what for line in audit.of_subject(subject_of(id_))]
    assert {"request-submitted", "request-approved", "request-entered"} <= set(said)


def test_who_decided_it_does_not_enter_it() -> None:
    id_ = decided()
    with pytest.raises(NotAllowed):
        approval.approve(staff(), id_, seen(id_).version, hash_of(id_))
    assert family_of() == "Lee"


def test_an_approval_that_is_sent_twice_is_one() -> None:
    id_, again = submitted(), staff()
    deciding.find_complete(staff(), seen(id_))
    shown = seen(id_)
    deciding.approve(again, shown, "As proved.")
    deciding.approve(again, shown, "As proved.")
    assert len(proposals.of_source(subject_of(id_))) == 1
    assert [event.what for event in case(id_).file.events].count(What.APPROVED) == 1


def test_nothing_is_submitted_before_it_is_whole() -> None:
    id_ = begun()
    with pytest.raises(NotComplete) as told:
        drafting.submit(member(), id_, seen(id_).version)
    assert {fault.field for fault in told.value.errors} == {"name", "referee"}
    assert case(id_).standing.stage is Stage.DRAFT


def test_a_second_request_of_the_kind_is_refused_while_one_is_open() -> None:
    begun()
    with pytest.raises(Refused):
        begun()


def test_another_person_s_request_does_not_exist_for_me() -> None:
    id_, other = begun(), member("ben", OTHER)
    with pytest.raises(NotFound):
        drafting.save_section(other, id_, "name", 0, NewName(family="Roy"), {})
    with pytest.raises(NotFound):
        drafting.withdraw(other, id_, "")


def test_two_tabs_lose_nothing() -> None:
    id_ = begun()
    drafting.save_section(member(), id_, "name", 0, NewName(family="Roy"), {})
    with pytest.raises(Conflict):
        drafting.save_section(member(), id_, "name", 0, NewName(family="Kim"), {})
    held = case(id_).file.sections["name"]
    assert held.data == {"family": "Roy"}


def test_what_is_not_right_yet_is_kept_as_it_was_typed() -> None:
    id_ = begun()
    drafting.save_section(member(), id_, "name", 0, None, {"family": [""]})
    assert case(id_).file.sections["name"].typed == {"family": ("",)}


def test_a_file_that_changed_since_it_was_shown_is_not_decided() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    shown = seen(id_)
    deciding.note(staff("clerk", Role.REGISTER_OFFICER), seen(id_), "Called the member.")
    with pytest.raises(Conflict):
        deciding.approve(staff(), shown, "As proved.")


def test_nobody_decides_on_their_own_request() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    for concerned in (staff("ana"), staff("other", number=MEMBER)):
        with pytest.raises(NotAllowed):
            deciding.approve(concerned, seen(id_), "As proved.")


def test_an_officer_with_a_conflict_takes_no_part_any_more() -> None:
    id_ = submitted()
    deciding.recuse(staff("kin"), seen(id_), "My cousin")
    with pytest.raises(NotAllowed):
        deciding.note(staff("kin"), seen(id_), "All the same")
    with pytest.raises(Invalid):
        deciding.assign(staff(), seen(id_), "kin")


def test_a_request_waits_for_its_referee_and_goes_on_with_a_late_answer() -> None:
    id_, secret = filled()
    drafting.submit(member(), id_, seen(id_).version)
    assert case(id_).standing.must_act is Actor.CONTRIBUTOR
    with pytest.raises(Refused):
        deciding.find_complete(staff(), seen(id_))
    late = case(id_, days=90).standing
    assert {Status.WAITING, Status.CONTRIBUTOR_LATE, Status.OVERDUE} <= late.statuses
    contributing.answer(referee(), secret, Statement(knows="yes"))
    assert case(id_).standing.must_act is Actor.CLERK


def test_a_referee_who_can_t_is_replaced_and_the_old_link_is_dead() -> None:
    id_, secret = filled()
    drafting.submit(member(), id_, seen(id_).version)
    contributing.decline(referee(), secret, "I don’t know the work")
    assert Status.CONTRIBUTOR_DECLINED in case(id_).standing.statuses
    (asked,) = case(id_).file.contributions
    other = contributing.Invited("referee", "Cy Poe", "cy@example.org")
    contributing.invite(member(), id_, other, secrets.token_hex(16), instead_of=asked.id)
    invitations = [row for row in OutboxRow.scan() if row.template == "request_contribution"]
    assert [row.limited for row in invitations] == [True, True]
    with pytest.raises(NotFound):
        contributing.asked(referee(), secret)


def test_a_link_is_dead_once_its_request_is_withdrawn() -> None:
    id_, secret = filled()
    drafting.withdraw(member(), id_, "Not needed")
    with pytest.raises(NotFound):
        contributing.answer(referee(), secret, Statement(knows="yes"))


def test_an_answer_is_given_once() -> None:
    _, secret = filled()
    contributing.answer(referee(), secret, Statement(knows="yes"))
    with pytest.raises(Refused):
        contributing.answer(referee(), secret, Statement(knows="no"))


def test_as_many_are_asked_in_all_as_the_policy_allows_however_often_they_are_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = RequestPolicy((request_kind.POLICY._replace(invited_most=3),))
    monkeypatch.setattr("tests.request_office.POLICY", POLICY._replace(requests=few))
    id_ = begun()

    def ask(name: str, instead_of: str = "") -> str:
        who = contributing.Invited("referee", name, f"{name}@example.org")
        contributing.invite(member(), id_, who, secrets.token_hex(16), instead_of=instead_of)
        return next(one.id for one in case(id_).file.contributions if one.name == name)

    first = ask("ben")
    ask("dan", instead_of=ask("cy", instead_of=first))
    mails = OutboxRow.count()
    (last,) = (one for one in case(id_).file.contributions if one.open)
    for instead_of in ("", last.id):
        with pytest.raises(Refused, match="asked 3 people for this request"):
            ask("eve", instead_of)
    assert OutboxRow.count() == mails
    assert case(id_).file.contribution(last.id) == last, "who was asked last can still answer"


def test_nobody_is_their_own_referee() -> None:
    id_, own = begun(), contributing.Invited("referee", "Me", "ANA@example.org")
    with pytest.raises(Invalid):
        contributing.invite(member(), id_, own, secrets.token_hex(16))


def test_what_is_missing_is_asked_for_and_submitted_again() -> None:
    id_ = submitted()
    deciding.send_back(staff(), seen(id_), ["name"], "Write the name as in your passport.")
    assert case(id_).standing.must_act is Actor.APPLICANT
    drafting.save_section(member(), id_, "name", 1, NewName(family="Roy-Lee"), {})
    drafting.submit(member(), id_, seen(id_).version)
    assert case(id_).standing.stage is Stage.COMPLETENESS


def test_nobody_changes_what_was_submitted() -> None:
    id_ = submitted()
    with pytest.raises(Refused):
        drafting.save_section(member(), id_, "name", 1, NewName(family="Kim"), {})


def test_time_that_passes_refuses_nobody() -> None:
    id_ = submitted()
    deciding.send_back(staff(), seen(id_), ["name"], "Write it in full.")
    late = case(id_, days=400).standing
    assert (late.stage, Status.OVERDUE in late.statuses) == (Stage.RETURNED, True)
    drafting.submit(member(days=400), id_, seen(id_).version)


def test_deferrals_add_up_until_they_can_be_appealed() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    until = TODAY.replace(year=TODAY.year + 2)
    deciding.defer(staff(), seen(id_), until, ["no-proof"], "Send a certificate.")
    assert Status.DEFERRAL_APPEALABLE in case(id_).standing.statuses
    drafting.appeal(member(), id_, "It is proved.")
    assert case(id_).standing.must_act is Actor.APPEAL_BODY


def test_an_appeal_runs_from_service_and_another_officer_decides_it() -> None:
    id_ = refused()
    assert Status.NOT_SERVED in case(id_).standing.statuses
    serving.serve(staff(), seen(id_), Service(Way.MAIL, TODAY, within=True))
    assert case(id_).standing.appeal_until == TODAY.replace(month=12, day=31)
    drafting.appeal(member(days=60), id_, "It is proved.")
    assert Status.APPEAL_LATE in case(id_, days=60).standing.statuses
    with pytest.raises(NotAllowed):
        deciding.decide_appeal(staff(), seen(id_), upheld=False, text="It isn’t.")
    deciding.decide_appeal(staff("board"), seen(id_), upheld=True, text="It is.")
    assert case(id_).standing.stage is Stage.DECISION
    deciding.approve(staff("third"), seen(id_), "As the board says.")


def test_a_kind_of_one_module_goes_through_a_referee_a_deferral_and_an_appeal() -> None:
    module = request_kind.__file__
    assert module
    assert len(Path(module).read_text("utf-8").splitlines()) <= KIND_MOST_LINES
    id_, secret = filled()
    drafting.submit(member(), id_, seen(id_).version)
    assert case(id_).standing.must_act is Actor.CONTRIBUTOR
    contributing.answer(referee(), secret, Statement(knows="yes"))
    deciding.find_complete(staff(), seen(id_))
    until = TODAY.replace(year=TODAY.year + 1)
    deciding.defer(staff(), seen(id_), until, ["no-proof"], "Send a certificate.")
    assert case(id_).standing.must_act is Actor.APPLICANT
    drafting.submit(member(days=30), id_, seen(id_).version)
    deciding.refuse(staff(days=31), seen(id_), ["no-proof"], "There is no certificate.")
    on = TODAY + timedelta(days=31)
    serving.serve(staff(days=31), seen(id_), Service(Way.PERSONAL, on, within=True))
    drafting.appeal(member(days=40), id_, "It is proved.")
    deciding.decide_appeal(staff("board", days=50), seen(id_), upheld=True, text="It is.")
    deciding.approve(staff("third", days=51), seen(id_), "As the board says.")
    approval.approve(staff("second", days=52), id_, seen(id_).version, hash_of(id_))
    assert case(id_).standing.stage is Stage.APPROVED
    entry = proposals.of_source(subject_of(id_))[0].opened().records[0].entries[0]
    assert (entry.kind, entry.data["family"]) == ("name_changed", "Roy")


def test_a_decision_is_appealed_once() -> None:
    id_ = refused()
    drafting.appeal(member(), id_, "It is proved.")
    deciding.decide_appeal(staff("board"), seen(id_), upheld=False, text="It isn’t.")
    assert case(id_).standing.stage is Stage.REFUSED
    with pytest.raises(Refused):
        drafting.appeal(member(), id_, "It is, though.")


def test_a_withdrawn_request_is_never_entered() -> None:
    id_ = decided()
    shown, hash_ = seen(id_), hash_of(id_)
    drafting.withdraw(member(), id_, "Not needed")
    with pytest.raises(Refused):
        approval.approve(staff("second"), id_, shown.version, hash_)
    (proposal,) = proposals.of_source(subject_of(id_))
    assert proposal.state is State.WITHDRAWN
    assert (family_of(), case(id_).standing.stage) == ("Lee", Stage.WITHDRAWN)


def test_what_a_second_officer_does_not_enter_is_decided_again() -> None:
    id_ = decided()
    approval.refuse(staff("second"), id_, seen(id_).version, "Look at the passport again.")
    assert case(id_).standing.stage is Stage.DECISION
    deciding.approve(staff(), seen(id_), "Looked: as proved.")
    approval.approve(staff("second"), id_, seen(id_).version, hash_of(id_))
    assert family_of() == "Roy"


def test_a_request_on_hold_is_not_decided() -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.hold(staff(), seen(id_), "The Court decides first")
    with pytest.raises(Refused):
        deciding.approve(staff(), seen(id_), "As proved.")
    deciding.release(staff(), seen(id_), "The Court has decided")
    deciding.approve(staff(), seen(id_), "As proved.")


def test_the_work_list_says_who_must_act() -> None:
    id_ = submitted()
    assert [one.id for one in store.work(Actor.CLERK)] == [id_]
    deciding.send_back(staff(), seen(id_), ["name"], "Write it in full.")
    assert not store.work(Actor.CLERK)
    drafting.withdraw(member(), id_, "")
    assert not store.work(Actor.APPLICANT)
    assert [one.work for one in store.owned("ana")] == [""]
