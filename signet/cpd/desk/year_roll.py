"""The roll of a year: who is subject at a date and why, from the register (CPD-1, CPD-5).

It is worked out in portions, each of which can be repeated: a portion that was interrupted has the
same result when it is run again.
"""

from __future__ import annotations

from collections.abc import Sequence

from signet.cpd import rules
from signet.cpd.desk.context import load, load_all, of_year, perform_at_desk, put_model
from signet.cpd.desk.year_model import Roll, RollPortion
from signet.cpd.standings import stored_standings
from signet.cpd.standings.stored_standings import Judged, StandingChange
from signet.errors import Refused
from signet.register import portions
from signet.transactions.context import Context
from signet.transactions.perform import Plan

ROLL = "roll"
PORTION = 1_000  # members


def of(year: int) -> Roll | None:
    """Return the year's latest roll, or None."""
    return load(Roll, year, ROLL)


def begin(context: Context, year: int) -> None:
    """Begin a roll as at today, or as at the year's last day once the year is over.

    The scheduler carries it on. Raises Refused while another isn't finished, and for a year whose
    logs can't be written to.
    """

    def plan() -> Plan:
        cpd = rules.of_year(year, context.policy)
        if year not in rules.open_years(context.today, cpd):
            raise Refused(f"There are no logs of {year} now that a roll could be made of.")
        held = of(year)
        if held is not None and held.done_at is None:
            raise Refused("The roll of this year is being worked out already.")
        new = Roll(
            year=year,
            ordinal=held.ordinal + 1 if held else 1,
            as_at=rules.as_at(year, context.today, cpd),
            begun_at=context.now,
            by=context.account,
            act=context.operation,
            version=held.version + 1 if held else 1,
        )
        change = put_model(new, year, ROLL, version=new.version, held=held.version if held else 0)
        return Plan("", [change], {"roll": new.ordinal, "as_at": new.as_at.isoformat()})

    perform_at_desk(context, of_year(year), "cpd.desk.roll.begun", [year], plan)


def continue_roll(context: Context, year: int, most: int) -> Roll:
    """Work out the next portion of the roll, `most` members; return the roll as it then is.

    A finished roll is returned unchanged. Raises Refused when none was begun.
    """
    held = of(year)
    if held is None:
        raise Refused("No roll of this year has been begun.")
    if held.done_at is not None:
        return held
    portion = portions.members(held.after, most, held.as_at)
    about = stored_standings.judged(year, held.as_at, portion.members, context.policy)

    def write(stood: Sequence[StandingChange]) -> str:
        detail = {"roll": held.ordinal, "members": len(stood)}
        plan = Plan("", stored_standings.put_years(stood), detail)
        # Named for what it changes: a repeat after an interruption does only what is left.
        one = context.next(f"roll {[(s.number, s.new.version) for s in stood]}")
        return perform_at_desk(one, of_year(year), "cpd.desk.roll.stood", [], lambda: plan)

    stored_standings.write_standings(about, context.policy, write)
    return _turned(context, held, about, portion.after)


def _turned(context: Context, held: Roll, about: Judged, after: str) -> Roll:
    """Store the portion and where the next one begins, in one transaction; return the roll."""
    found = about.members.items()
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
            "done_at": None if after else context.now,
            "version": held.version + 1,
        }
    )
    part = f"{ROLL}#{held.ordinal:03d}#{held.portions:05d}"
    changes = [
        put_model(portion, held.year, part),
        put_model(new, held.year, ROLL, version=new.version, held=held.version),
    ]
    plan = Plan("", changes, {"roll": held.ordinal, "members": len(found)})
    one = context.next(f"roll {held.ordinal} {held.portions} turned")
    perform_at_desk(one, of_year(held.year), "cpd.desk.roll.portion", [held.portions], lambda: plan)
    return new


def portions_of(roll: Roll) -> list[RollPortion]:
    """Return all of a roll's portions, in one query."""
    return load_all(RollPortion, roll.year, f"{ROLL}#{roll.ordinal:03d}#")
