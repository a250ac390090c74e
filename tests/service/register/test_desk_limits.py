"""Those whose time in a category runs out are listed at the register desk, and nothing more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lambdas.register.desk.function import app
from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.register import limits, store
from signet.register.checking import stale_snapshots
from signet.register.loading import Held
from signet.register.tables import RegisterRow
from signet.transactions import audit
from signet.transactions.commit import Save
from tests.complaint_desk import FAR
from tests.entries import POLICY
from tests.events import ask, get
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    TODAY,
    entered,
    person,
    proposal_tables,
    proposing,
    shell,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
LIST = "/services/register/limits/in_training/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", lambda: NOW)


@pytest.fixture
def ana() -> Person:
    return person(Role.REGISTER_OFFICER, email="ana@example.com", member="300009", now=FAR)


def training(number: str, since: date, category: str = "in_training") -> str:
    data = {"family": f"Roy{number}", "given": "Cy", "category": category}
    entered("registered", data, on=since, number=number)
    return number


def test_who_is_past_the_limit_or_near_it_is_listed_the_longest_first(ana: Person) -> None:
    past = training("300001", date(2030, 3, 1))
    near = training("300002", date(2035, 6, 30))
    later = training("300003", date(2036, 6, 30))
    student = training("300004", date(2030, 3, 1), "student")
    text = ask(app, get(LIST, session=ana.token)).text
    assert text.index(past) < text.index(near)
    assert later not in text
    assert student not in text, "policy knows no limit for students"
    assert MEMBER not in text
    assert "over for 1,729 days" in text
    assert "218 days left" in text
    assert [one.what for one in audit.of_subject("register-limits")] == ["limits-seen"]
    assert "limits/in_training/" in ask(app, get("/services/register/", session=ana.token)).text


def test_nobody_finds_their_own_record_there_or_one_they_are_recused_from(ana: Person) -> None:
    own = training("300009", date(2030, 3, 1))
    recused = training("300008", date(2030, 3, 1))
    change = conflicts.put(
        conflicts.Recusal(
            account=ana.account, number=recused, by=ana.account, on=TODAY, reason="A cousin"
        )
    )
    assert isinstance(change, Save)
    change.row.save()
    text = ask(app, get(LIST, session=ana.token)).text
    assert own not in text
    assert recused not in text


def test_one_who_becomes_a_member_leaves_the_list_on_the_day_itself() -> None:
    number = training("300001", date(2030, 3, 1))
    entered("category_changed", {"category": "member"}, on=TODAY + timedelta(3), number=number)
    assert [one.number for one in listed(TODAY).people] == [number]
    assert listed(TODAY + timedelta(days=3)).people == ()
    assert RegisterRow.get(f"member#{number}", "snapshot").limited == "in_training"


def test_one_who_is_to_be_in_training_is_found_when_it_is_time() -> None:
    number = training("300001", TODAY + timedelta(days=2))
    then = TODAY + timedelta(days=6 * 365)
    assert [one.number for one in listed(then).people] == [number]


def listed(today: date, after: str = "") -> limits.Page:
    return limits.running_out("in_training", POLICY, today, after)


def test_the_list_comes_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_PAGE", 2)
    numbers = [training(f"30000{at}", date(2030, 3, 1)) for at in range(5)]
    found, after = [], ""
    for _ in range(3):
        page = listed(TODAY, after)
        found += [one.number for one in page.people]
        after = page.after
    assert (found, after) == (numbers, "")


def test_fsck_writes_the_index_of_records_from_before_it() -> None:
    number = training("300001", date(2030, 3, 1))
    row = RegisterRow.get(f"member#{number}", "snapshot")
    row.limited = row.limited_since = None
    row.body = row.body.partition(',"limited"')[0] + "}"
    row.save()
    assert listed(TODAY).people == ()
    known = Held([store.read_acts("member", number), store.read_acts("member", MEMBER)])
    told = [str(one) for one in stale_snapshots(known, TODAY, POLICY, mend=True)]
    assert told == [f"member {number}: its snapshot is stale (mended)"]
    assert [one.number for one in listed(TODAY).people] == [number]
