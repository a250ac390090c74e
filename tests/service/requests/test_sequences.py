"""Whatever people do to a request, in whatever order: its stage agrees with its rows."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from signet.errors import SignetError
from signet.proposals import actions as proposals
from signet.proposals.model import State
from signet.requests import approval, contributing, deciding, drafting, single, store
from signet.requests.letters import LETTERED
from signet.requests.model import File, What
from signet.requests.operation import Case, subject_of
from signet.requests.stage import Actor, Stage
from tests.complaint_desk import join
from tests.emptying import empty
from tests.examples import examples
from tests.function_ground import Ground
from tests.request_kind import NewName, Statement
from tests.request_office import (
    MEMBER,
    OTHER,
    TODAY,
    begun,
    case,
    family_of,
    member,
    referee,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
)

__all__ = ["request_tables", "requesting", "shell"]
OFFICERS = st.sampled_from(["clerk", "first", "second", "third"])


class Requests(RuleBasedStateMachine):
    """One request, and everything that can be done to it by its member, referees and officers."""

    def __init__(self) -> None:
        super().__init__()
        self.clear: Callable[[], None] = type(self).emptied
        self.clear()
        self.id = begun()
        self.secrets: list[str] = []

    emptied: Callable[[], None]

    def tried(self, operation: Callable[..., Any], *given: Any, **more: Any) -> None:
        """Do something that the rules may forbid."""
        try:
            operation(*given, **more)
        except SignetError:
            return

    @rule(family=st.sampled_from(["Roy", "Kim"]))
    def fill_in(self, family: str) -> None:
        held = case(self.id).file.sections.get("name")
        version = held.version if held else 0
        answers = NewName(family=family)
        self.tried(drafting.save_section, member(), self.id, "name", version, answers, {})

    @rule(name=st.sampled_from("abc"))
    def invite(self, name: str) -> None:
        secret = secrets.token_hex(16)
        who = contributing.Invited("referee", name, f"{name}@example.com")
        self.tried(contributing.invite, member(), self.id, who, secret)
        self.secrets.append(secret)

    @rule(data=st.data(), declines=st.booleans())
    def contribute(self, data: st.DataObject, declines: bool) -> None:
        secret = data.draw(st.sampled_from(self.secrets)) if self.secrets else "0" * 32
        if declines:
            self.tried(contributing.decline, referee(), secret, "No time")
        else:
            self.tried(contributing.answer, referee(), secret, Statement(knows="yes"))

    @rule()
    def submit(self) -> None:
        self.tried(drafting.submit, member(), self.id, seen(self.id).version)

    @rule()
    def withdraw(self) -> None:
        self.tried(drafting.withdraw, member(), self.id, "")

    @rule()
    def appeal(self) -> None:
        self.tried(drafting.appeal, member(), self.id, "It is proved.")

    @rule(by=OFFICERS)
    def find_complete(self, by: str) -> None:
        self.tried(deciding.find_complete, staff(by), seen(self.id))

    @rule(by=OFFICERS)
    def send_back(self, by: str) -> None:
        self.tried(deciding.send_back, staff(by), seen(self.id), ["name"], "In full.")

    @rule(by=OFFICERS)
    def approve(self, by: str) -> None:
        self.tried(deciding.approve, staff(by), seen(self.id), "As proved.")

    @rule(by=OFFICERS)
    def refuse(self, by: str) -> None:
        self.tried(deciding.refuse, staff(by), seen(self.id), ["no-proof"], "Not proved.")

    @rule(by=OFFICERS, days=st.integers(1, 400))
    def defer(self, by: str, days: int) -> None:
        until = TODAY + timedelta(days=days)
        self.tried(deciding.defer, staff(by), seen(self.id), until, ["no-proof"], "Prove it.")

    @rule(by=OFFICERS, upheld=st.booleans())
    def decide_appeal(self, by: str, upheld: bool) -> None:
        self.tried(deciding.decide_appeal, staff(by), seen(self.id), upheld=upheld, text="So.")

    @rule(by=OFFICERS, on=st.booleans())
    def hold(self, by: str, on: bool) -> None:
        self.tried(deciding.hold if on else deciding.release, staff(by), seen(self.id), "Wait")

    @rule(by=OFFICERS)
    def recuse(self, by: str) -> None:
        self.tried(deciding.recuse, staff(by), seen(self.id), "A cousin")

    @rule(by=OFFICERS, enter=st.booleans())
    def second(self, by: str, enter: bool) -> None:
        try:
            waiting = approval.waiting(staff(by), case(self.id))
        except SignetError:
            return
        if waiting is None:
            return
        version = seen(self.id).version
        if enter:
            hash_ = waiting.proposal.head.hash
            self.tried(approval.approve, staff(by), self.id, version, hash_)
        else:
            self.tried(approval.refuse, staff(by), self.id, version, "Look again")

    @invariant()
    def the_register_says_what_was_entered_and_once(self) -> None:
        now = case(self.id)
        entered = [e for e in now.file.events if e.what is What.ENTERED]
        found = proposals.of_source(subject_of(self.id))
        done = [one for one in found if one.state is State.ENTERED]
        assert len(entered) == len(done) <= 1
        assert (family_of() == "Lee") is (not done)
        assert (now.standing.stage is Stage.APPROVED) is bool(done)

    @invariant()
    def an_open_proposal_waits_exactly_while_its_request_does(self) -> None:
        now = case(self.id)
        open_ = [one for one in proposals.of_source(subject_of(self.id)) if one.state is State.OPEN]
        assert len(open_) == (now.standing.stage is Stage.APPROVAL)

    @invariant()
    def who_decided_never_entered(self) -> None:
        events = case(self.id).file.events
        for at, one in enumerate(events):
            if one.what is What.ENTERED:
                decided = next(e for e in reversed(events[:at]) if e.what is What.APPROVED)
                assert decided.by != one.by

    @invariant()
    def the_lists_say_what_the_rows_say(self) -> None:
        now = case(self.id)
        (listed,) = store.owned("ana")
        assert listed.work == _list_of(now)

    @invariant()
    def each_decision_that_is_final_has_its_letter_and_no_other_has(self) -> None:
        file = case(self.id).file
        final = {
            number
            for number, one in enumerate(file.events, start=1)
            if one.what in LETTERED or (one.what is What.APPROVED and _entered_after(file, number))
        }
        assert [one.about for one in file.letters] == sorted(final)
        if file.letters:
            newest = file.letters[-1]
            content = store.letter_content(self.id, newest.about)
            assert sha256(content).hexdigest() == newest.digest

    @invariant()
    def its_row_keeps_another_from_being_begun_exactly_while_it_is_open(self) -> None:
        now = case(self.id)
        assert single.holder(now.file.head) == ("" if now.standing.closed else self.id)

    @invariant()
    def versions_count_every_write(self) -> None:
        assert case(self.id).file.version >= len(case(self.id).file.events)


def _entered_after(file: File, number: int) -> bool:
    """Tell whether what an approval proposed was entered, rather than sent back or withdrawn."""
    after = (one.what for one in file.events[number:])
    ends = {What.ENTERED, What.NOT_ENTERED, What.WITHDRAWN}
    return next((what for what in after if what in ends), None) is What.ENTERED


def _list_of(now: Case) -> str:
    if now.standing.closed:
        return ""
    if now.standing.stage is Stage.DRAFT:
        return store.DRAFTS
    assert now.standing.must_act is not Actor.NOBODY
    return now.standing.must_act.value


@pytest.mark.usefixtures("requesting")
def test_no_sequence_leaves_a_stage_that_the_rows_contradict(
    request: pytest.FixtureRequest,
) -> None:
    ground: Ground = request.getfixturevalue("request_tables")

    def clear() -> None:
        empty(tuple(ground.connections))
        join(MEMBER)
        join(OTHER)

    Requests.emptied = staticmethod(clear)
    run_state_machine_as_test(
        Requests,
        settings=settings(
            max_examples=examples(6),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
