"""Reminders go out once each; time refuses nobody; an abandoned draft is closed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from signet.accounts.model import Role
from signet.requests import contributing, deciding, reminders, store
from signet.requests.stage import Actor, Stage
from signet.transactions.context import Context
from signet.transactions.tables import OutboxRow
from tests.complaint_desk import signed
from tests.request_kind import Statement
from tests.request_office import (
    MEMBER,
    TODAY,
    begun,
    case,
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


def scheduler(*, days: int = 0) -> Context:
    return replace(member("scheduler", "", days=days), email="", roles=frozenset())


def templates() -> list[str]:
    return sorted(row.template for row in OutboxRow.scan())


def owner() -> str:
    """Sign in the member whose requests these are; return the account."""
    return signed(email="ana@example.org", member=MEMBER).account


def test_a_contributor_is_reminded_and_the_owner_told_once_for_each_reminder() -> None:
    filled()
    for day in (0, 27, 28, 28, 38, 39, 39):
        reminders.run(scheduler(days=day))
    assert templates().count("request_contributor_reminded") == 2


def test_nobody_is_reminded_of_what_they_have_answered() -> None:
    _, secret = filled()
    contributing.answer(referee(), secret, Statement(knows="yes"))
    reminders.run(scheduler(days=39))
    assert "request_contributor_reminded" not in templates()


def test_what_is_missing_is_asked_for_again_but_never_refused() -> None:
    account = owner()
    id_ = submitted(owner=account)
    deciding.send_back(staff(), seen(id_), ["name"], "Write it in full.")
    for day in (10, 30, 40, 41, 300):
        reminders.run(scheduler(days=day))
    assert templates().count("request_reminded") == 2
    assert case(id_, days=300).standing.stage is Stage.RETURNED


def test_a_draft_that_nobody_goes_on_with_is_closed_after_its_days() -> None:
    id_ = begun()
    reminders.run(scheduler(days=180))
    assert case(id_, days=180).standing.stage is Stage.DRAFT
    reminders.run(scheduler(days=181))
    reminders.run(scheduler(days=181))
    assert case(id_, days=181).standing.stage is Stage.WITHDRAWN


def test_staff_are_told_once_a_day_how_much_waits_and_nothing_of_what() -> None:
    signed(Role.REGISTRAR, email="reg@example.org")
    submitted()
    for _ in range(2):
        reminders.run(scheduler())
    reminders.run(scheduler(days=1))
    mails = [row for row in OutboxRow.scan() if row.template == "request_work"]
    assert [row.recipient for row in mails] == ["reg@example.org"] * 2
    assert all("Roy" not in str(row.facts) for row in mails)


def test_a_deferral_whose_days_are_over_is_on_the_list_of_who_decides_again() -> None:
    """Its end writes nothing, so that the lists would show it with the applicant for ever."""
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.defer(staff(), seen(id_), TODAY + timedelta(days=10), ("no-proof",), "Send a proof.")
    reminders.run(scheduler(days=10))
    assert [one.id for one in store.work(Actor.APPLICANT)] == [id_]
    assert store.work(Actor.CLERK) == []
    version = seen(id_).version
    for _ in range(2):
        reminders.run(scheduler(days=11))
        assert [one.id for one in store.work(Actor.CLERK)] == [id_]
        assert store.work(Actor.APPLICANT) == []
    assert seen(id_).version == version, "an open page of it can still be sent"


def test_a_list_too_long_for_one_run_is_gone_through_by_several_and_nobody_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those at its head are late for good: they are never refused, and keep their place."""
    monkeypatch.setattr(reminders, "MOST", 2)
    people = [signed(email=f"m{at}@example.org", member=MEMBER) for at in range(5)]
    for at, one in enumerate(people):
        id_ = submitted(owner=one.account)
        clerk = staff(days=at)
        deciding.send_back(clerk, seen(id_), ["name"], "Write it in full.")
    runs = [reminders.run(scheduler(days=100)) for _ in range(3)]
    assert [run.unfinished for run in runs] == [("applicant",), ("applicant",), ()]
    reminded = [row.recipient for row in OutboxRow.scan() if row.template == "request_reminded"]
    assert sorted(reminded) == sorted(one.email for one in people)
    again = [reminders.run(scheduler(days=100)) for _ in range(3)]
    assert [run.mails for run in again] == [0, 0, 0]


def test_drafts_that_lapse_and_deferrals_that_end_are_all_seen_to_by_several_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reminders, "MOST", 2)
    drafts = [begun(member(f"d{at}")) for at in range(5)]
    deferred = [submitted(owner=f"e{at}") for at in range(3)]
    for id_ in deferred:
        deciding.find_complete(staff(), seen(id_))
        deciding.defer(staff(), seen(id_), TODAY + timedelta(days=9), ("no-proof",), "Wait.")
    for _ in range(3):
        reminders.run(scheduler(days=181))
    assert {case(id_, days=181).standing.stage for id_ in drafts} == {Stage.WITHDRAWN}
    assert {one.id for one in store.work(Actor.CLERK)} == set(deferred)


def test_staff_are_told_of_all_that_waits_however_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "MOST", 2)
    signed(Role.REGISTRAR, email="reg@example.org")
    for at in range(5):
        submitted(owner=f"m{at}")
    reminders.run(scheduler())
    (mail,) = (row for row in OutboxRow.scan() if row.template == "request_work")
    assert json.loads(mail.facts)["free"] == 5
