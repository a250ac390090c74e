"""Mail to the office that something waits: to who may see it, once, with no word of it (E5)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from signet.accounts.model import Account, Role
from signet.complaints import followup
from signet.complaints.desk import alerts
from signet.complaints.desk.context import Officer
from signet.transactions.tables import OutboxRow
from tests.complaint_desk import desk, filed, first, join, noon, officer, signed, standing
from tests.complaint_office import TODAY, complaint_tables_made, file, office, shell
from tests.people import Person

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
pytestmark = pytest.mark.usefixtures("desk")
CANARY = "zebrafish-9143"


@pytest.fixture
def ana() -> Person:
    return signed(Role.COMPLAINTS_OFFICER, email="ana@office.example")


@pytest.fixture
def rae() -> Person:
    return signed(Role.REGISTRAR, email="rae@office.example")


def as_(account: Account) -> Officer:
    made = officer(account.id, *account.roles, member=account.member or "")
    return replace(made, email=account.email, roles=account.roles)


def hour(number: int, day: date = TODAY) -> int:
    """Let the scheduler call in an hour of a day."""
    return alerts.send(datetime(day.year, day.month, day.day, number, 5, tzinfo=UTC), day, as_)


def told() -> dict[str, str]:
    """Return the facts of the mails that wait, by whom they go to; forgets them."""
    found = {
        one.recipient: one.facts for one in OutboxRow.scan() if one.template == "complaint_waits"
    }
    for row in OutboxRow.scan():
        row.delete()
    return found


def test_a_new_complaint_is_told_to_who_may_see_it_once(ana: Person, rae: Person) -> None:
    filed(happened=CANARY, name=CANARY)
    assert hour(9) == 2
    assert hour(9) == 0  # the same hour again
    mails = told()
    assert set(mails) == {"ana@office.example", "rae@office.example"}
    assert all('"new":1' in facts and CANARY not in facts for facts in mails.values())
    assert hour(10) == 0
    assert told() == {}


def test_nobody_is_told_of_a_complaint_about_themselves_or_from_which_they_are_recused(
    ana: Person, rae: Person
) -> None:
    join("100026")
    signed(Role.COMPLAINTS_OFFICER, member="100026", email="rory@office.example")
    filed(numbers=("100026",))
    hour(9)
    assert "rory@office.example" not in told()


def test_of_what_isn_t_settled_the_registrar_hears_whom_it_doesn_t_name(
    ana: Person, rae: Person
) -> None:
    join("100026")  # Ana Lee
    signed(Role.REGISTRAR, member="100026", email="lee@office.example")
    filed(about="unsure", numbers=(), described="Mr. Lee of the office")
    hour(9)
    assert set(told()) == {"rae@office.example"}


def test_administrators_hear_of_what_nobody_at_the_desk_may_open(ana: Person) -> None:
    signed(Role.ADMINISTRATOR, email="boss@office.example")
    filed(about="unsure", numbers=(), described="The one with the van")
    assert hour(9) == 1
    (mail,) = OutboxRow.scan()
    assert (mail.recipient, mail.template) == ("boss@office.example", "complaint_nobody")


def test_an_answer_is_told_to_who_manages_the_case(ana: Person, rae: Person) -> None:
    receipt = file()
    standing(first(receipt), manager=ana.account, managed=(ana.account,))
    hour(9)
    assert told() == {}
    opened = followup.open_filing(receipt.code)
    followup.add(opened, CANARY, operation_id=secrets.token_hex(16), today=TODAY)
    hour(10)
    mails = told()
    assert set(mails) == {"ana@office.example"}
    assert '"came":1' in mails["ana@office.example"]
    assert CANARY not in repr([row.serialize() for row in OutboxRow.scan()])


def test_a_day_due_is_told_once_and_again_when_it_is_another(ana: Person) -> None:
    case = standing(filed(), manager=ana.account, managed=(ana.account,))
    assert case.due is not None
    day = case.due
    assert hour(9, day - timedelta(days=1)) == 0
    assert hour(9, day) == 1
    assert '"due":1' in told()["ana@office.example"]
    assert hour(10, day) == 0
    standing(case, due=day + timedelta(days=30))
    assert hour(9, day + timedelta(days=30)) == 1


def test_the_moments_of_mails_tell_no_more_than_the_hour() -> None:
    """Threat 8: of a filing nothing but the day is kept."""
    signed(Role.COMPLAINTS_OFFICER, email="ana@office.example")
    assert hour(9) == 0  # the hour is done with
    filed()
    assert hour(9) == 0
    assert hour(10) == 1


def test_the_scheduler_s_call_reaches_the_desk_s_function(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.complaints.desk import function as complaints_desk

    class Clock:
        now = staticmethod(lambda _zone: noon())

    monkeypatch.setattr(complaints_desk, "datetime", Clock)
    filed()
    event = {"source": "aws.events", "detail-type": "Scheduled Event"}
    assert complaints_desk.handler(event, None) == {"mails": 1}
