"""A register of any size with its requests, for the measurements of the desks.

The rows are those that the domain itself makes of entries and of requests, put in batches: by way
of the handlers, two hundred thousand members would take hours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from itertools import chain, count, islice
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.rates import CLIENTS
from tests.bench.services import NOW, SESSION_FROM, TODAY

if TYPE_CHECKING:
    from datetime import datetime

    from pynamodb.models import Model

    from signet.demo.names import Name
    from signet.register.model import Entry
    from signet.requests.model import Event, What
    from signet.transactions.commit import Change

FIRST = 100_001
OPEN = 100  # members for each open request
LEAST_OPEN = 250  # so that the work list is full
CLOSED = 25  # members for each request that is closed
REACHED = 10  # members for each one whose contact data are on record
OFFICERS = 12
MOVES, ASKED, LOOKS = 60, 30, 150  # in the longest files
WRITERS, PART = 8, 250


class Made(NamedTuple):
    """What was made: the members' names by position, whose files are the longest, and rows."""

    names: list[str]
    longest: list[str]
    rows: int


def fill(members: int) -> Made:
    """Put the rows of a register into empty tables; one client's member each has a long file."""
    from signet.accounts.model import Role
    from signet.demo import names
    from signet.demo.chance import Chance
    from tests.people import person

    drawn = [names.draw(Chance(1, "person", at), at % 2 == 0) for at in range(members)]
    longest = [str(FIRST + which * members // CLIENTS) for which in range(CLIENTS)]
    officers = [
        person(Role.REGISTER_OFFICER, email=f"officer{at}@example.org", now=SESSION_FROM).account
        for at in range(OFFICERS)
    ]
    long = set(longest)
    rows = chain(
        chain.from_iterable(
            _member(str(FIRST + at), name, MOVES if str(FIRST + at) in long else 0)
            for at, name in enumerate(drawn)
        ),
        chain.from_iterable(_beside(number) for number in longest),
        _asked(members, longest, officers),
    )
    return Made([f"{one.given} {one.family}" for one in drawn], longest, _put(rows))


def _member(number: str, name: Name, moves: int) -> Iterator[Model]:
    from signet.register import store
    from signet.register.actions import snapshot_body
    from signet.register.contacts import Emails
    from signet.register.tables import ContactRow
    from signet.search import sources
    from signet.search import store as search
    from signet.search.sources import When
    from tests.entries import POLICY

    entries = _entries(number, name, moves)
    body = snapshot_body("member", entries, TODAY, POLICY)
    yield from _saved(store.additions("member", number, entries, body, 0, "made"))
    held = sources.of_entries("member", number, entries, When(TODAY, POLICY))
    yield from _saved(search.added(f"member#{number}", "register", held))
    if moves or int(number) % REACHED == 0:
        email = f"m{number}@example.org"
        yield ContactRow(number, email=email, phone="403-555-0101", address="1 Elm Street, Olds")
        of_emails = sources.of_emails(Emails(number, email, ()))
        yield from _saved(search.added(f"member#{number}", "contacts", of_emails))


def _entries(number: str, name: Name, moves: int) -> list[Entry]:
    from tests.entries import entry, registered

    said = {"given": name.given, "family": name.family, "native_name": name.native_name}
    first = registered(number=number, **said)
    moved = [
        entry(
            "moved",
            (first.effective_on + timedelta(days=30 * (at + 1))).isoformat(),
            number=number,
            city=f"Town {at}",
        )
        for at in range(moves)
    ]
    return [first, *moved]


def _beside(number: str) -> Iterator[Model]:
    """Yield what a long file has beside entries and requests: CPD of ten years, and who looked."""
    from signet.cpd.model import AuditCase, AuditState, Notice, Standing, Year
    from signet.cpd.store import put_audit, put_year
    from signet.transactions import audit
    from signet.transactions.audit import Audit

    for year in range(TODAY.year - 9, TODAY.year + 1):
        notice = Notice(id="n", made_on=TODAY.replace(year=year))
        case = AuditCase(
            year=year,
            member=number,
            state=AuditState.ASKED,
            selected_on=notice.made_on,
            notices=(notice,),
        )
        stood = Year(year=year, standing=Standing.SHORT, activities=7, version=1)
        yield from _saved([put_audit(case, None), *put_year(number, stood, None)])
    for at in range(LOOKS):
        seen = Audit(f"member#{number}", "record-seen", f"b{at}", NOW - timedelta(hours=at + 1))
        yield audit.row(seen, f"{at:032x}")


# Requests -------------------------------------------------------------------------------------


def _asked(members: int, longest: Sequence[str], officers: Sequence[str]) -> Iterator[Model]:
    """Yield open and closed requests of every kind and age, and those of the longest files."""
    from signet.requests.model import What

    begun, more = (What.SUBMITTED,), (What.SUBMITTED, What.COMPLETE)
    open_ = (
        *(begun, more, (*begun, What.ASSIGNED), (*more, What.ASSIGNED), (*begun, What.HELD)),
        *((*more, What.APPROVED), (*begun, What.RETURNED)),
    )
    closed = ((*more, What.REFUSED), (*more, What.APPROVED, What.ENTERED))
    places = count()
    for many, whats in ((max(members // OPEN, LEAST_OPEN), open_), (members // CLOSED, closed)):
        for at in range(many):
            number = str(FIRST + at * 7919 % members)
            yield from _request(next(places), number, whats[at % len(whats)], officers)
    for number in longest:
        for at in range(ASKED):
            yield from _request(next(places), number, closed[at % len(closed)], officers)


def _request(
    place: int, number: str, whats: Sequence[What], officers: Sequence[str]
) -> Iterator[Model]:
    from signet.requests import store
    from signet.requests.model import File, Head, Letter, What
    from signet.requests.stage import standing
    from signet.search import sources
    from signet.search import store as search
    from tests.entries import POLICY

    begun = NOW - timedelta(days=place % 120 + len(whats))
    code = ("name", "status")[place % 2]
    head = Head(
        kind=code,
        owner=f"owner-{number}",
        subject=f"member#{number}",
        started_at=begun,
        started_on=begun.date(),
    )
    by = officers[place % len(officers)]
    events = [_event(what, by, begun + timedelta(days=at)) for at, what in enumerate(whats)]
    letters = [
        Letter(about=at, what=one.what, made_on=one.on, by=by, digest="d")
        for at, one in enumerate(events, start=1)
        if one.what in (What.REFUSED, What.APPROVED)
    ]
    id_ = sha256(str(place).encode()).hexdigest()[:32]
    file = File(id_, head, len(events), events=events, letters=letters)
    policy = POLICY.requests.kind(code, begun.date())
    assert policy is not None
    yield from _saved(store.changes(None, file, standing(file, policy, TODAY)))
    yield from _saved(search.added(f"request#{id_}", "requests", sources.of_file(file)))


def _event(what: What, by: str, at: datetime) -> Event:
    from signet.requests.model import Event, What

    return Event(
        what=what,
        by=by,
        at=at,
        on=at.date(),
        assignee=by if what is What.ASSIGNED else "",
        proposal="made" if what is What.APPROVED else "",
        until=at.date() + timedelta(days=30) if what is What.RETURNED else None,
    )


# Writing --------------------------------------------------------------------------------------


def _saved(changes: Iterable[Change]) -> Iterator[Model]:
    from signet.transactions.commit import Save

    return (one.row for one in changes if isinstance(one, Save))


def _put(rows: Iterable[Model]) -> int:
    """Put rows in batches, by several writers; return how many."""
    waiting, written = iter(rows), 0
    running: deque[Future[None]] = deque()
    with ThreadPoolExecutor(WRITERS) as pool:
        while some := list(islice(waiting, PART)):
            if len(running) == 2 * WRITERS:
                running.popleft().result()
            running.append(pool.submit(_put_part, some))
            written += len(some)
        for one in running:
            one.result()
    return written


def _put_part(rows: Sequence[Model]) -> None:
    by_table: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_table.setdefault(type(row), []).append(row)
    for model, some in by_table.items():
        with model.batch_write() as batch:
            for row in some:
                batch.save(row)
