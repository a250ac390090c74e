"""What is marked late, in the member's API and on the desk, by Alberta's days (CPD-6).

2026 is due by 31 December 2026. That day ends in Alberta at seven in the morning of the world's
clock on 1 January: a moment before is the day itself, a moment after is late by a day.
"""

from __future__ import annotations

import html
import re
import secrets
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lambdas.cpd import api
from lambdas.cpd.desk.function import app as desk_app
from lambdas.cpd.desk.function import handler as desk
from signet.accounts.model import Role
from signet.cpd.model import Standing
from signet.cpd.standings import following
from tests.cpd_members import NUMBER, POLICY, YEAR, draft, enter, join
from tests.cpd_office import DESK, rolled, signed
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.events import Answered, ask, get, send_json
from tests.people import Person
from tests.people import shell as shell

IN_TIME = datetime(2026, 11, 21, 19, tzinfo=UTC)
DUE_DAY = datetime(2027, 1, 1, 6, 59, 59, tzinfo=UTC)  # a second before midnight in Alberta
A_DAY_LATE = datetime(2027, 1, 1, 7, tzinfo=UTC)  # midnight
API = f"{api.API}{YEAR}"
CATEGORIES = ("formal", "peer")
ALBERTA = ZoneInfo(POLICY.regulator.time_zone)


class Clock:
    """The moment at which the member's function and the desk's are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = IN_TIME
        for app in (api.app, desk_app):
            monkeypatch.setattr(app, "clock", lambda: self.now)


@pytest.fixture
def clock(office: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    join()
    return Clock(monkeypatch)


@pytest.fixture
def ana(clock: Clock) -> Person:
    return signed(member=NUMBER)


def read(who: Person, path: str = "") -> dict[str, Any]:
    found = ask(api.app, get(f"{API}{path}", session=who.token))
    assert found.status == 200, found.text
    given: dict[str, Any] = found.json()
    return given


def send(who: Person, path: str, content: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    event = send_json(method, f"{API}{path}", content, act=secrets.token_hex(16), session=who.token)
    answered = ask(api.app, event)
    assert answered.status == 200, answered.text
    given: dict[str, Any] = answered.json()
    return given


def said(category: str, **more: Any) -> dict[str, Any]:
    return draft(category).model_dump(mode="json", exclude_none=True) | more


def log_both(who: Person) -> list[dict[str, Any]]:
    return [send(who, "/activities", said(category)) for category in CATEGORIES]


def declare(who: Person) -> None:
    send(who, "/declaration", {"agreed": "yes"})


def seen(path: str) -> Answered:
    answered = ask(desk, get(f"{DESK}{YEAR}/{path}", session=signed(Role.CPD_OFFICER).token))
    assert answered.status == 200, answered.text
    return answered


def told(path: str) -> str:
    """Return what a page of the desk says, without its tags."""
    main = seen(path).text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def marked(standing: Standing = Standing.DECLARED) -> bool:
    """Whether the desk's list of a standing marks the member late."""
    rows = re.findall(r"<tr>.*?</tr>", seen(f"members/?standing={standing}").text, re.S)
    (row,) = [row for row in rows if NUMBER in row]
    return 'class="late"' in row


@pytest.mark.parametrize(
    ("moment", "day_in_alberta", "late"),
    [
        (IN_TIME, "2026-11-21", False),
        (DUE_DAY, "2026-12-31", False),
        (A_DAY_LATE, "2027-01-01", True),
    ],
    ids=["in time", "on the day that it is due", "a day late"],
)
def test_the_day_in_alberta_decides_what_is_late(
    clock: Clock, ana: Person, moment: datetime, day_in_alberta: str, late: bool
) -> None:
    clock.now = moment
    made = log_both(ana)
    declare(ana)
    assert [one["late"] for one in made] == [late, late]
    year = read(ana)
    assert (year["standing"], year["late"]) == ("declared", late)
    assert (year["declared_on"], year["declaration_due"]) == (day_in_alberta, "2026-12-31")
    for listed in (year["activities"], read(ana, "/activities")["activities"]):
        assert [(one["logged_on"], one["late"]) for one in listed] == [(day_in_alberta, late)] * 2
    alone = read(ana, f"/activities/{made[0]['id']}")
    assert (alone["logged_on"], alone["late"]) == (day_in_alberta, late)
    assert marked() is late
    page = told(f"members/{NUMBER}/")
    assert ("Declared late: on 1 January 2027, after 31 December 2026." in page) is late
    mark = "Logged 1 January 2027, after the deadline of 31 December 2026"
    assert page.count(mark) == (2 if late else 0)


def test_declared_in_time_on_what_was_complete_stays_so_whatever_is_added(
    clock: Clock, ana: Person
) -> None:
    log_both(ana)
    declare(ana)
    clock.now = A_DAY_LATE
    send(ana, "/activities", said("informal"))
    declare(ana)  # again, as the log now is
    year = read(ana)
    assert (year["late"], year["declarations"], year["declared_on"]) == (False, 2, "2027-01-01")
    assert sorted(one["late"] for one in year["activities"]) == [False, False, True]
    assert not marked()
    assert "Declared late" not in told(f"members/{NUMBER}/")


def test_declared_in_time_but_resting_on_what_came_late_is_late(clock: Clock, ana: Person) -> None:
    first, _ = log_both(ana)
    declare(ana)
    clock.now = A_DAY_LATE
    send(ana, "/activities", said("informal"))
    send(ana, f"/activities/{first['id']}/remove", {"version": first["version"]})
    year = read(ana)
    assert (year["standing"], year["late"]) == ("declared", True)
    assert marked()
    page = told(f"members/{NUMBER}/")
    assert "Declared in time, but rests on what was logged after 31 December 2026." in page


def test_logged_in_time_and_declared_a_day_late_is_late_without_a_late_activity(
    clock: Clock, ana: Person
) -> None:
    log_both(ana)
    clock.now = A_DAY_LATE
    declare(ana)
    year = read(ana)
    assert (year["late"], [one["late"] for one in year["activities"]]) == (True, [False, False])
    assert marked()


@pytest.mark.parametrize(
    ("change", "late"),
    [
        ({"title": "Course on boiler codes"}, False),
        ({"reflection": "What I took from it"}, False),
        ({"started_on": "2026-03-15"}, True),
        ({"better_practitioner": False, "advances_profession": True}, True),
    ],
    ids=["title", "reflection", "day", "why it counts"],
)
def test_a_change_after_the_deadline_is_late_where_it_decides_what_counts(
    clock: Clock, ana: Person, change: dict[str, Any], late: bool
) -> None:
    first, _ = log_both(ana)
    declare(ana)
    clock.now = A_DAY_LATE
    content = said("formal") | change | {"version": first["version"]}
    changed = send(ana, f"/activities/{first['id']}", content, "PUT")
    assert (changed["late"], changed["logged_on"]) == (late, "2026-11-21")
    assert (read(ana)["late"], marked()) == (late, late)
    mark = "Changed 1 January 2027, after the deadline of 31 December 2026"
    assert (mark in told(f"members/{NUMBER}/")) is late


def test_nothing_is_late_that_is_not_declared(clock: Clock, ana: Person) -> None:
    clock.now = A_DAY_LATE
    log_both(ana)
    year = read(ana)
    assert (year["standing"], year["late"]) == ("satisfied", False)
    assert not marked(Standing.SATISFIED)


@pytest.mark.parametrize("way", ["the register's stream", "a roll"])
def test_who_was_exempt_for_a_while_is_marked_late_again_and_not_meanwhile(
    clock: Clock, ana: Person, way: str
) -> None:
    """Only who has to declare can be late; what was late is late still when they have to again."""
    clock.now = A_DAY_LATE
    log_both(ana)
    declare(ana)
    today = clock.now.astimezone(ALBERTA).date()

    def stand(status: str, reason: str) -> None:
        enter(NUMBER, "status_changed", f"{YEAR}-12-01", status=status, reason=reason)
        if way == "a roll":
            rolled(today=today)
        else:
            following.follow(NUMBER, today, POLICY)

    stand("retired", "own_request")
    assert (read(ana)["standing"], read(ana)["late"]) == ("exempt", False)
    assert not marked(Standing.EXEMPT)
    stand("registered", "elected")
    assert (read(ana)["standing"], read(ana)["late"]) == ("declared", True)
    assert marked()
