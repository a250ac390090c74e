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
        roll = of(year)
        if roll is not None and roll.done_at is None:
            raise Refused("The roll of this year is being worked out already.")
        new = Roll(
            year=year,
            ordinal=roll.ordinal + 1 if roll else 1,
            as_at=rules.as_at(year, context.today, cpd),
            begun_at=context.now,
            by=context.account,
            act=context.operation,
            version=roll.version + 1 if roll else 1,
        )
        change = put_model(
            new, year, ROLL, version=new.version, stored_version=roll.version if roll else 0
        )
        return Plan("", [change], {"roll": new.ordinal, "as_at": new.as_at.isoformat()})

    perform_at_desk(context, of_year(year), "cpd.desk.roll.begun", [year], plan)


def continue_roll(context: Context, year: int, limit: int) -> Roll:
    """Work out the next portion of the roll, `limit` members; return the roll as it then is.

    A finished roll is returned unchanged. Raises Refused when none was begun.
    """
    roll = of(year)
    if roll is None:
        raise Refused("No roll of this year has been begun.")
    if roll.done_at is not None:
        return roll
    portion = portions.members(roll.after, limit, roll.as_at)
    about = stored_standings.judged(year, roll.as_at, portion.members, context.policy)

    def write(stood: Sequence[StandingChange]) -> str:
        detail = {"roll": roll.ordinal, "members": len(stood)}
        plan = Plan("", stored_standings.put_years(stood), detail)
        # Named for what it changes: a repeat after an interruption does only what is left.
        one = context.next(f"roll {[(s.number, s.new.version) for s in stood]}")
        return perform_at_desk(one, of_year(year), "cpd.desk.roll.stood", [], lambda: plan)

    stored_standings.write_standings(about, context.policy, write)
    return _turned(context, roll, about, portion.after)


def _turned(context: Context, roll: Roll, about: Judged, after: str) -> Roll:
    """Store the portion and where the next one begins, in one transaction; return the roll."""
    listed = about.members.items()
    portion = RollPortion(
        subject=tuple(number for number, one in listed if one.applies),
        exempt=tuple((number, one.code) for number, one in listed if not one.applies),
    )
    new = roll.model_copy(
        update={
            "after": after,
            "portions": roll.portions + 1,
            "subject": roll.subject + len(portion.subject),
            "exempt": roll.exempt + len(portion.exempt),
            "done_at": None if after else context.now,
            "version": roll.version + 1,
        }
    )
    sort_key = f"{ROLL}#{roll.ordinal:03d}#{roll.portions:05d}"
    changes = [
        put_model(portion, roll.year, sort_key),
        put_model(new, roll.year, ROLL, version=new.version, stored_version=roll.version),
    ]
    plan = Plan("", changes, {"roll": roll.ordinal, "members": len(listed)})
    one = context.next(f"roll {roll.ordinal} {roll.portions} turned")
    perform_at_desk(one, of_year(roll.year), "cpd.desk.roll.portion", [roll.portions], lambda: plan)
    return new


def portions_of(roll: Roll) -> list[RollPortion]:
    """Return all of a roll's portions, in one query."""
    return load_all(RollPortion, roll.year, f"{ROLL}#{roll.ordinal:03d}#")
