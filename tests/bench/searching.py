"""The desks' search: filling its index beside plain boto3, and the calls of a search."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from infra.local import dynamodb as local
from tests.bench import importing
from tests.bench.handlers import database
from tests.bench.services import NOW, SESSION_FROM, TODAY
from tests.bench.tables import Row, at_most

TABLE = "desks"
SEARCH = "/services/register/search/"
CALLS = 11  # as docs/search.md promises
USUAL = 5  # for the session, the account, the search and what is held, and the audit line
FIRST = 100_001


def measured(members: int) -> Iterator[Row]:
    """Yield the rows; `members` are on the register, with the names of the sample records."""
    from tests.search_office import MODELS

    with database(MODELS):
        names = _fill(members)
        counted = f"{members:,} members"
        took, peer = _rebuilt(), _peer(os.environ)
        told = f"the same rows by boto3 with {importing.WRITERS} writers: {peer:.0f} s"
        what = f"Filling the search by `signet search rebuild`, {counted}"
        yield Row(TABLE, what, f"{took:.0f} s ({told})")
        yield Row(TABLE, f"The same again, nothing to write, {counted}", f"{_rebuilt():.0f} s")
        yield from _asking(names, counted)


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


def _peer(env: Mapping[str, str]) -> float:
    """Return the seconds that boto3 takes for the index's rows, in a database of its own."""
    rows = [one for one in importing.rows_of(env) if one[0]["TableName"] == "signet-search"]
    with local.running() as server:
        return importing.written(local.environment(server.endpoint), rows)


def _asking(names: list[str], counted: str) -> Iterator[Row]:
    """How often searches ask the database, the signed-in officer and the audit line included."""
    from tests.cpd_office import calls

    session = officer()
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
            send(session, typed)
        if "Scan" in heard:
            raise AssertionError(f"a search for {what} scans a table")
        asked[what] = len(heard)
    most = max(asked, key=lambda what: asked[what])
    about = f"no scan; most for {most}"
    yield at_most(
        TABLE, f"Any search of the desks, {counted}: calls", asked[most], CALLS + USUAL, "", about
    )


def officer() -> str:
    """Sign a registrar in; return the session."""
    from signet.accounts.model import Role
    from tests.people import person

    return person(Role.REGISTRAR, now=SESSION_FROM).token


def send(session: str, typed: str) -> int:
    """Search for what was typed, as the form does; return the status."""
    from lambdas.register.desk import function as desk
    from tests.events import ask, post

    desk.app.clock = lambda: NOW
    sent = post(SEARCH, {"wanted": typed}, act=secrets.token_hex(16), session=session)
    return ask(desk.handler, sent).status
