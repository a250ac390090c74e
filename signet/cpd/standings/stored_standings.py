"""Updates of many members' stored years from the register: judge, compare, write (CPD-1, CPD-5).

The roll and the nightly run use it. A repeat finds nothing left to write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zlib import crc32

from signet.cpd import rules, store, tables
from signet.cpd.desk.context import version_is
from signet.cpd.model import NotPractising, Standing, Subjection, Year
from signet.cpd.tables import FIGURE_SHARDS, CpdRow
from signet.policy import CpdPolicy, Policy
from signet.register.model import MemberRecord
from signet.tables import reachable
from signet.transactions.commit import Change, Save, Update
from signet.transactions.perform import retry

A_TRANSACTION = 90  # members' rows, of the hundred that a transaction allows


class StandingChange(NamedTuple):
    """A member's year as it should be stored, and as it was stored before."""

    number: str
    new: Year
    before: Year | None


class Judged(NamedTuple):
    """Which members are subject to a year as at a day and which aren't, by member."""

    year: int
    as_at: date
    members: Mapping[str, Subjection]


def judged(
    year: int, as_at: date, members: Iterable[tuple[str, MemberRecord | None]], policy: Policy
) -> Judged:
    """Judge members by their records as at a day and by their own declarations."""
    absent = _absences(as_at)
    subjects = {
        number: rules.subject(record, as_at, policy, absent.get(number, ()))
        for number, record in members
    }
    return Judged(year, as_at, subjects)


def _absences(on: date) -> dict[str, list[NotPractising]]:
    """Return the declarations of not practising that end on the day or later, by member."""
    by_member: dict[str, list[NotPractising]] = defaultdict(list)
    for row in store.list_rows(store.NOT_PRACTISING, after=on.isoformat()):
        by_member[row.owner.partition("#")[2]].append(NotPractising.model_validate_json(row.body))
    return by_member


def write_standings(
    about: Judged,
    policy: Policy,
    write: Callable[[Sequence[StandingChange]], str],
    begin_for: Collection[str] | None = None,
) -> int:
    """Write the years whose standing or reason differs from what is stored; return how many.

    `write` takes some of them, to be written with `put_years` in one transaction. Members for whom
    nothing is stored get a year if the reason's code is one of `begin_for`; None means all of them.
    """
    cpd, numbers, count = rules.of_year(about.year, policy), list(about.members), 0
    for at in range(0, len(numbers), A_TRANSACTION):
        some = {number: about.members[number] for number in numbers[at : at + A_TRANSACTION]}
        count += _write_standings(Judged(about.year, about.as_at, some), cpd, write, begin_for)
    return count


def _write_standings(
    about: Judged,
    cpd: CpdPolicy,
    write: Callable[[Sequence[StandingChange]], str],
    begin_for: Collection[str] | None,
) -> int:
    changes: list[StandingChange] = []

    def go() -> str:
        changes[:] = _changed(about, cpd, begin_for)
        return write(changes) if changes else ""

    retry(go)
    return len(changes)


def _changed(
    about: Judged, cpd: CpdPolicy, begin_for: Collection[str] | None
) -> Iterator[StandingChange]:
    stored = summaries(about.year, about.members)
    nothing = Year(year=about.year, standing=Standing.SHORT)
    for number, subjection in about.members.items():
        before = stored.get(number)
        if before is None and begin_for is not None and subjection.code not in begin_for:
            continue
        new = _summary(about, before or nothing, subjection, cpd)
        same = before is not None and before.standing == new.standing
        if before is None or not same or before.subject_code != new.subject_code:
            yield StandingChange(number, new, before)


def _summary(about: Judged, before: Year, subjection: Subjection, cpd: CpdPolicy) -> Year:
    return before.model_copy(
        update={
            "standing": _standing(subjection, before, cpd),
            "subject_code": subjection.code,
            "as_at": about.as_at,
            "version": before.version + 1,
        }
    )


def _standing(subjection: Subjection, summary: Year, cpd: CpdPolicy) -> Standing:
    """Return where a year stands by the counts in its summary (CPD-2, CPD-6)."""
    if not subjection.applies:
        return Standing.EXEMPT
    enough = summary.counting >= cpd.minimum_activities
    if not enough or summary.categories < cpd.minimum_categories:
        return Standing.SHORT
    return Standing.DECLARED if summary.declarations else Standing.SATISFIED


@reachable
def summaries(year: int, numbers: Iterable[str]) -> dict[str, Year]:
    """Return the stored summaries of several members' year, by member."""
    keys = [(tables.partition_key(number), tables.year_key(year)) for number in numbers]
    rows = CpdRow.batch_get(keys, consistent_read=True)
    return {row.owner.partition("#")[2]: Year.model_validate_json(row.body) for row in rows}


def put_years(stood: Sequence[StandingChange]) -> list[Change]:
    """Return the changes that store several members' summaries and count them all at once.

    A transaction may touch a row once, so one shard of the figures takes the sum.
    """
    steps: dict[str, int] = defaultdict(int)
    changes: list[Change] = []
    for one in stood:
        row = CpdRow(
            owner=tables.partition_key(one.number),
            part=tables.year_key(one.new.year),
            body=one.new.model_dump_json(),
            version=one.new.version,
            listed=f"{one.new.year:04d}#{one.new.standing}",
            place=one.number,
        )
        changes.append(Save(row, version_is(one.before.version if one.before else 0)))
        for year, step in ((one.before, -1), (one.new, 1)):
            if year is not None:
                steps[year.standing] += step
                steps["under_audit"] += step * year.under_audit
    actions = [getattr(CpdRow, name).add(step) for name, step in steps.items() if step]
    if actions:
        shard = crc32(stood[0].number.encode()) % FIGURE_SHARDS
        row = CpdRow(tables.desk(stood[0].new.year), tables.figures_key(shard))
        changes.append(Update(row, actions))
    return changes
