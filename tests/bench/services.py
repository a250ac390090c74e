"""The services: the audit's draw, pages and writes with sixteen clients, and starting a function.

Everything runs against DynamoDB Local in memory.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus

import pytest

from tests.bench import filing, imports
from tests.bench.handlers import database, rates
from tests.bench.rates import CLIENTS
from tests.bench.tables import Row, at_most

TABLE = "services"
ACTIVITIES = 200
YEAR, TODAY = 2026, date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
SESSION_FROM = datetime(2200, 1, 1, tzinfo=UTC)  # the database removes sessions that are over
FORM = {
    "title": "Course on pressure vessel codes",
    "category": "formal",
    "started_on": "2026-03-14",
    "better_practitioner": "yes",
    "advances_profession": "no",
}


def measured(members: int) -> Iterator[Row]:
    """Yield the rows of every part; `members` are on the register."""
    from tests.cpd_members import MODELS

    yield from starting()
    with database(MODELS):
        numbers = [str(100_001 + position) for position in range(members)]
        _fill(numbers)
        yield from drawing(numbers)
        yield from answering(numbers[0])
        filing.prepare()
        yield from rates(TABLE, "Filing a complaint", filing.file, 200)
        yield from rates(TABLE, "Putting one row and nothing more", filing.put, 200)


def starting() -> Iterator[Row]:
    """Yield what importing each function takes, of what the libraries do."""
    for name, goes in imports.taken(imports.functions(), goes=7).items():
        best = min(go.function for go in goes), min(go.libraries for go in goes)
        told = f"at best {best[0] * 1000:.0f} ms beside {best[1] * 1000:.0f} ms"
        times = round(imports.ratio(goes), 2)
        yield at_most(TABLE, f"Import of `{name}`", times, imports.LIMIT, "×", told)


def _fill(numbers: list[str]) -> None:
    from signet.register import store
    from signet.register.actions import snapshot_body
    from tests.entries import POLICY, registered

    store.put_new(
        ("member", number, entries, snapshot_body("member", entries, TODAY, POLICY))
        for number in numbers
        for entries in ([registered(number=number)],)
    )


# The draw -------------------------------------------------------------------------------------


def drawing(numbers: list[str]) -> Iterator[Row]:
    """Yield the roll, the draw beside reading the members once, and the desk's page afterwards."""
    from signet.cpd import draw
    from signet.cpd.desk import overview
    from signet.register import portions
    from tests.cpd_office import held

    counted = f"{len(numbers):,} members"

    def read() -> None:
        after, more = "", True
        while more:
            portion = portions.members(after, 1000, TODAY)
            after, more = portion.after, bool(portion.after)

    def draw_all() -> None:
        listed = draw.eligible(YEAR, 1, TODAY, numbers, bytes(32))
        terms = draw.Terms(draw.list_hash(listed), 500)
        seed = draw.Seed("0" * 64, "twenty characters of words")
        draw.drawn(draw.key(terms, seed, seed), listed.lines, draw.size(len(numbers), 500))

    reading, drawn = _best(read, 3), _best(draw_all, 5)
    what = f"Draw of 5 % of {counted}, from the list to the outcome"
    told = f"reading the same members once takes {reading:.2f} s"
    yield Row(TABLE, what, f"{drawn * 1000:.0f} ms ({told})", "less than reading", drawn < reading)
    yield Row(TABLE, f"Roll of {counted}, first time", f"{_once(_roll):.1f} s")
    yield Row(
        TABLE,
        f"The desk's figures, {counted}",
        f"{_best(lambda: overview.figures(YEAR), 20) * 1000:.1f} ms",
    )
    took = f"{_once(_audit):.1f} s"
    yield Row(TABLE, f"Whole audit of 5 % of {counted}, with {held().size} notices", took)
    yield from _asking(counted)
    yield Row(TABLE, f"First night of a year, {counted}", f"{_once(_night):.1f} s")


def _roll() -> None:
    from tests.cpd_office import rolled

    rolled(YEAR)


def _audit() -> None:
    """From the list over both seeds to every notice made."""
    from signet.cpd.desk import audit_draw, audits
    from tests.cpd_office import FIRST, SECOND, held, officer, seal

    audit_draw.fix_list(officer(), YEAR, Decimal(5), secrets.token_bytes(32))
    for seed, account in ((FIRST, "officer-a"), (SECOND, "officer-b")):
        seal(seed, account)
    for seed, account in ((FIRST, "officer-a"), (SECOND, "officer-b")):
        audit_draw.open_seed(officer(account), YEAR, seed)
    while audits.open_drawn(officer(), YEAR).opened < held().size:
        continue


def _asking(counted: str) -> Iterator[Row]:
    """How often each page of the desk asks the database, the signed-in officer included."""
    from tests.cpd_office import PAGE_CALLS, YEAR_CALLS

    asked = _asked()
    if scanned := [name for name, calls in asked.items() if "Scan" in calls]:
        raise AssertionError(f"these pages of the desk scan a table: {scanned}")
    year, most = len(asked["year"]), max(asked, key=lambda name: len(asked[name]))
    what = f"The desk's page of a year, {counted}: calls to the database"
    yield at_most(TABLE, what, year, YEAR_CALLS, "", "no scan")
    what = f"Any of {len(asked)} pages of the desk, {counted}: calls to the database"
    yield at_most(TABLE, what, len(asked[most]), PAGE_CALLS, "", f"no scan; most for “{most}”")


def _asked() -> dict[str, list[str]]:
    from lambdas.cpd.desk import function as cpd_desk
    from signet.accounts.model import Role
    from signet.cpd.desk import audit_draw
    from tests.cpd_office import calls, held, pages, signed
    from tests.events import ask, get

    cpd_desk.app.clock = lambda: NOW
    officer, (number, _) = signed(Role.CPD_OFFICER), next(iter(audit_draw.drawn_of(held())))
    made = {}
    for name, path in pages(number).items():
        with pytest.MonkeyPatch.context() as patch, calls(patch) as heard:
            status = ask(cpd_desk.handler, get(path, session=officer.token)).status
        if status != HTTPStatus.OK:
            raise AssertionError(f"{path} was answered {status}")
        made[name] = heard
    return made


def _night() -> None:
    """Give every member the year that begins."""
    from tests.cpd_office import night

    assert night(date(YEAR + 1, 1, 1)).restood > 0


def _once(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _best(call: Callable[[], object], goes: int) -> float:
    return min(_once(call) for _ in range(goes))


# Requests -------------------------------------------------------------------------------------


def answering(number: str) -> Iterator[Row]:
    """Yield a member's year and adding an activity, with and without a database behind the handler.

    Each client is a member of its own, as people are; all share this one process.
    """
    from lambdas.cpd.member import function as cpd
    from tests.events import ask, get, post

    cpd.app.clock = lambda: NOW
    sessions = [_member(str(int(number) + client)) for client in range(CLIENTS)]

    def look(client: int) -> int:
        asked = get(f"/services/cpd/{YEAR}/", session=sessions[client])
        return ask(cpd.handler, asked).status

    def add(client: int) -> int:
        asked = post(
            f"/services/cpd/{YEAR}/add/",
            FORM,
            act=secrets.token_hex(16),
            session=sessions[client],
        )
        return ask(cpd.handler, asked).status

    yield from rates(TABLE, f"A member's year with {ACTIVITIES} activities", look, 200)
    yield from rates(TABLE, "Adding an activity", add, 303)


def _member(number: str) -> str:
    """Make a member with a log, signed in; return the session."""
    from signet.cpd import actions, store
    from signet.cpd.model import Activity
    from signet.cpd.tables import CpdRow
    from tests.cpd_members import context, draft
    from tests.people import person

    categories = ("formal", "peer", "informal", "contributions")
    with CpdRow.batch_write() as batch:
        for position in range(ACTIVITIES - 1):
            said = draft(categories[position % 4]).model_dump()
            new = Activity(id=f"{position:032x}", year=YEAR, **said)
            batch.save(store.put_activity(number, new, None).row)
    actions.add_activity(context(number), YEAR, draft())  # by the form, so that the year stands
    return person(member=number, now=SESSION_FROM).token
