"""The desks' search: filling its index, calls of a search, and searches by sixteen clients."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest

from tests.bench import services
from tests.bench.rates import CLIENTS, rate
from tests.bench.services import NOW, SESSION_FROM, TABLE, TODAY
from tests.bench.tables import Row, at_most

SEARCH = "/services/register/search/"
CALLS = 11  # as docs/search.md promises
USUAL = 5  # for the session, the account, the search and what is held, and the audit line
FIRST = 100_001


def measured(members: int) -> Iterator[Row]:
    """Yield the rows; `members` are on the register, with the names of the sample records."""
    from signet.register.tables import MODELS as REGISTER_MODELS
    from signet.requests.tables import MODELS as REQUEST_MODELS
    from signet.search.tables import MODELS
    from tests.bench.services import _database

    with _database():
        from signet import tables

        more = (*MODELS, *REQUEST_MODELS, *REGISTER_MODELS)
        tables.bind(more, "signet-")
        tables.create_missing(more)
        names = _fill(members)
        counted = f"{members:,} members"
        yield Row(TABLE, f"Filling the desks' search, {counted}", f"{_rebuilt():.0f} s")
        yield from _asking(names, counted)
        yield from _searching(names, counted)


def _fill(members: int) -> list[str]:
    """Register members; return their names."""
    from signet.demo import names
    from signet.demo.chance import Chance
    from signet.register import store
    from signet.register.actions import snapshot_body
    from tests.entries import POLICY, registered

    drawn = [names.draw(Chance(1, "person", index), index % 2 == 0) for index in range(members)]
    store.put_new(
        ("member", number, entries, snapshot_body("member", entries, TODAY, POLICY))
        for index, name in enumerate(drawn)
        for number in (str(FIRST + index),)
        for entries in (
            [
                registered(
                    number=number,
                    given=name.given,
                    family=name.family,
                    native_name=name.native_name,
                )
            ],
        )
    )
    return [f"{name.given} {name.family}" for name in drawn]


def _rebuilt() -> float:
    from signet.search.rebuilding import rebuild
    from signet.search.sources import When
    from tests.entries import POLICY

    started = time.perf_counter()
    rebuild(When(date(2026, 11, 30), POLICY), lambda _: None)
    return time.perf_counter() - started


def _asking(names: list[str], counted: str) -> Iterator[Row]:
    """How often searches ask the database, the signed-in officer and the audit line included."""
    from tests.cpd_office import calls

    session = _officer()
    asked: dict[str, int] = {}
    family, _ = Counter(name.split()[-1] for name in names).most_common(1)[0]
    words = {
        "a name": names[len(names) // 2],
        "the commonest family name": family,
        "three letters and an initial": f"{family[:3]} {family[0]}",
        "a number": str(FIRST),
        "nobody": "zzyzx qqq",
    }
    for what, typed in words.items():
        with pytest.MonkeyPatch.context() as patch, calls(patch) as heard:
            _send(session, typed)
        if "Scan" in heard:
            raise AssertionError(f"a search for {what} scans a table")
        asked[what] = len(heard)
    most = max(asked, key=lambda what: asked[what])
    about = f"no scan; most for {most}"
    yield at_most(
        TABLE, f"Any search of the desks, {counted}: calls", asked[most], CALLS + USUAL, "", about
    )


def _searching(names: list[str], counted: str) -> Iterator[Row]:
    session, turns = _officer(), count()

    def search(_: int) -> int:
        return _send(session, names[next(turns) * 7919 % len(names)])

    with services._replayed(lambda: _send(session, names[0])):
        alone = rate(lambda _: _send(session, names[0]), 200)  # the same: its answers are replayed
    name = f"Searching for a name, {counted}"
    yield Row(TABLE, f"{name}, {CLIENTS} clients", str(rate(search, 200)))
    yield Row(TABLE, f"{name}, the handler without a database", str(alone))


def _officer() -> str:
    from signet.accounts.model import Role
    from tests.people import person

    return person(Role.REGISTRAR, now=SESSION_FROM).token


def _send(session: str, typed: str) -> int:
    from lambdas.register.desk import function as desk
    from tests.events import ask, post

    desk.app.clock = lambda: NOW
    sent = post(SEARCH, {"wanted": typed}, act=secrets.token_hex(16), session=session)
    return ask(desk.handler, sent).status
