"""The roll of a year: who is subject at a date and why, from the register (CPD-1, CPD-5).

It is worked out in portions, each of which can be done again: a portion that was broken off
half-way comes to the same when it is done anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from signet.acts.write import Change, Save, Update
from signet.cpd import rules, store, tables
from signet.cpd.desk_model import Roll, RollPortion
from signet.cpd.desk_office import (
    Officer,
    Plan,
    keep,
    kept,
    kept_all,
    of_year,
    perform,
    persist,
    unchanged,
)
from signet.cpd.model import NotPractising, Standing, Subjection, Year
from signet.cpd.tables import FIGURE_SHARDS, CpdRow
from signet.errors import Refused
from signet.policy import CpdPolicy
from signet.register import portions

ROLL = "roll"
PORTION = 1_000  # members
A_TRANSACTION = 90  # rows of members, of the hundred that a transaction takes


@dataclass(frozen=True, slots=True)
class Stood:
    """A member's year as the roll finds it, and as it was stored."""

    number: str
    new: Year
    before: Year | None


def of(year: int) -> Roll | None:
    """The year's latest roll, or None."""
    return kept(Roll, year, ROLL)


def begin(officer: Officer, year: int) -> None:
    """Begin a roll as at today, or the year's last day once it is over.

    Raises Refused while another isn't finished.
    """

    def plan() -> Plan:
        held = of(year)
        if held is not None and held.done_at is None:
            raise Refused("The roll of this year is being worked out already: go on with it.")
        cpd = rules.of_year(year, officer.policy)
        new = Roll(
            year=year,
            ordinal=held.ordinal + 1 if held else 1,
            as_at=rules.as_at(year, officer.today, cpd),
            begun_at=officer.now,
            by=officer.account,
            version=held.version + 1 if held else 1,
        )
        change = keep(new, year, ROLL, version=new.version, held=held.version if held else 0)
        return Plan("", [change], {"roll": new.ordinal, "as_at": new.as_at.isoformat()})

    perform(officer, of_year(year), "cpd.desk.roll.begun", [year], plan)


def go_on(officer: Officer, year: int, most: int = PORTION) -> Roll:
    """Work out the next portion of the roll; gives the roll as it then is.

    Does nothing to a roll that is finished. Raises Refused when none was begun.
    """
    held = of(year)
    if held is None:
        raise Refused("No roll of this year has been begun.")
    if held.done_at is not None:
        return held
    cpd = rules.of_year(year, officer.policy)
    found, after = _judged(officer, held, most)
    for some in _batches(found, A_TRANSACTION):
        _stand(officer, held, dict(some), cpd)
    return _turned(officer, held, found, after)


def _judged(officer: Officer, held: Roll, most: int) -> tuple[list[tuple[str, Subjection]], str]:
    absent = _absences(held.as_at)
    portion = portions.members(held.after, most, held.as_at)
    judged = [
        (number, rules.subject(record, held.as_at, officer.policy, absent.get(number, ())))
        for number, record in portion.members
    ]
    return judged, portion.after


def _absences(on: date) -> dict[str, list[NotPractising]]:
    """The declarations of not practising that end on the day or later, by member."""
    found: dict[str, list[NotPractising]] = defaultdict(list)
    for row in store.listed(store.NOT_PRACTISING, after=on.isoformat()):
        found[row.owner.partition("#")[2]].append(NotPractising.model_validate_json(row.body))
    return found


def _batches(
    items: Sequence[tuple[str, Subjection]], size: int
) -> Iterator[Sequence[tuple[str, Subjection]]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _stand(officer: Officer, held: Roll, found: dict[str, Subjection], cpd: CpdPolicy) -> None:
    """Write the years that the roll finds otherwise than they are stored, and count them."""

    def go() -> str:
        stood = list(_changed(held, found, cpd))
        if not stood:
            return ""
        plan = Plan("", put_years(stood), {"roll": held.ordinal, "members": len(stood)})
        # Named for what it changes: done again after a break, only what is still to do is done.
        one = officer.again(f"roll {[(s.number, s.new.version) for s in stood]}")
        return perform(one, of_year(held.year), "cpd.desk.roll.stood", [], lambda: plan)

    persist(go)


def _changed(held: Roll, found: dict[str, Subjection], cpd: CpdPolicy) -> Iterator[Stood]:
    stored = summaries(held.year, found)
    nothing = Year(year=held.year, standing=Standing.SHORT)
    for number, subjection in found.items():
        before = stored.get(number)
        new = _summary(held, before or nothing, subjection, cpd)
        same = before is not None and before.standing == new.standing
        if before is None or not same or before.subject_code != new.subject_code:
            yield Stood(number, new, before)


def _summary(held: Roll, before: Year, subjection: Subjection, cpd: CpdPolicy) -> Year:
    return before.model_copy(
        update={
            "standing": _standing(subjection, before, cpd),
            "subject_code": subjection.code,
            "as_at": held.as_at,
            "version": before.version + 1,
        }
    )


def _standing(subjection: Subjection, summary: Year, cpd: CpdPolicy) -> Standing:
    """Where a year stands by what its summary counts (CPD-2, CPD-6)."""
    if not subjection.applies:
        return Standing.EXEMPT
    enough = summary.counting >= cpd.minimum_activities
    if not enough or summary.categories < cpd.minimum_categories:
        return Standing.SHORT
    return Standing.DECLARED if summary.declarations else Standing.SATISFIED


@store.reachable
def summaries(year: int, numbers: Iterable[str]) -> dict[str, Year]:
    """The stored summaries of several members' year, by member."""
    keys = [(tables.owner(number), tables.year_part(year)) for number in numbers]
    rows = CpdRow.batch_get(keys, consistent_read=True)
    return {row.owner.partition("#")[2]: Year.model_validate_json(row.body) for row in rows}


def put_years(stood: Sequence[Stood]) -> list[Change]:
    """Write several members' summaries and count them all at once.

    A transaction may touch a row once, so one shard of the figures takes the sum.
    """
    steps: dict[str, int] = defaultdict(int)
    changes: list[Change] = []
    for one in stood:
        row = CpdRow(
            owner=tables.owner(one.number),
            part=tables.year_part(one.new.year),
            body=one.new.model_dump_json(),
            version=one.new.version,
            listed=f"{one.new.year:04d}#{one.new.standing}",
            place=one.number,
        )
        changes.append(Save(row, unchanged(one.before.version if one.before else 0)))
        for year, step in ((one.before, -1), (one.new, 1)):
            if year is not None:
                steps[year.standing] += step
                steps["under_audit"] += step * year.under_audit
    actions = [getattr(CpdRow, name).add(step) for name, step in steps.items() if step]
    if actions:
        shard = crc32(stood[0].number.encode()) % FIGURE_SHARDS
        row = CpdRow(tables.desk(stood[0].new.year), tables.figures_part(shard))
        changes.append(Update(row, actions))
    return changes


def _turned(
    officer: Officer, held: Roll, found: Sequence[tuple[str, Subjection]], after: str
) -> Roll:
    """Keep the portion and where the next begins, in one transaction."""
    portion = RollPortion(
        subject=tuple(number for number, one in found if one.applies),
        exempt=tuple((number, one.code) for number, one in found if not one.applies),
    )
    new = held.model_copy(
        update={
            "after": after,
            "portions": held.portions + 1,
            "subject": held.subject + len(portion.subject),
            "exempt": held.exempt + len(portion.exempt),
            "done_at": None if after else officer.now,
            "version": held.version + 1,
        }
    )
    part = f"{ROLL}#{held.ordinal:03d}#{held.portions:05d}"
    changes = [
        keep(portion, held.year, part),
        keep(new, held.year, ROLL, version=new.version, held=held.version),
    ]
    plan = Plan("", changes, {"roll": held.ordinal, "members": len(found)})
    one = officer.again(f"roll {held.ordinal} {held.portions} turned")
    perform(one, of_year(held.year), "cpd.desk.roll.portion", [held.portions], lambda: plan)
    return new


def portions_of(roll: Roll) -> list[RollPortion]:
    """All of a roll's portions, in one query."""
    return kept_all(RollPortion, roll.year, f"{ROLL}#{roll.ordinal:03d}#")
