"""The random audit's draw as officers carry it out (CPD-7): list, two sealed seeds, outcome.

The order is the safeguard: the list is fixed before anyone chooses a seed, both seeds are sealed
before either is opened, and no officer holds both. docs/audit-draw.md explains it to the public.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from signet.cpd import conflicts, draw
from signet.cpd.desk import year_roll
from signet.cpd.desk.context import load, load_all, of_year, perform_at_desk, put_model
from signet.cpd.desk.year_model import DrawnPart, DrawRecord, DrawState, GivenUp, ListPart, Seal
from signet.cpd.draw import RULE, EligibleList, Line, Seed
from signet.errors import FieldError, Invalid, NotAllowed, NotFound, Refused
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Plan

DRAW = "draw"
A_PART = 20_000  # numbers in a row, which can hold 400 kB
Item = TypeVar("Item")


class ListChanged(Refused):
    """The stored list isn't the one whose hash was published; nothing may be drawn (CPD-7)."""

    code = "list-changed"
    usual = (
        "The list is not the one whose hash was published, so nothing can be drawn from it. Tell "
        "the administrators: somebody changed what is stored."
    )


def of(year: int) -> DrawRecord | None:
    """Return the year's draw, or None while there is none."""
    return load(DrawRecord, year, DRAW)


def _standing(year: int) -> DrawRecord:
    draw = of(year)
    if draw is None or draw.given_up:
        raise NotFound("No list has been fixed for this year's audit.", rule=RULE)
    return draw


def hundredths(percent: Decimal) -> int:
    """Return a percentage as hundredths of a percent. Raises Invalid when it isn't a rate."""
    # The bounds are checked first: multiplying a huge number could exceed what Decimal can hold.
    rate = percent * 100 if percent.is_finite() and 0 < percent <= 100 else Decimal(0)
    if rate != rate.to_integral_value() or not 0 < rate <= draw.WHOLE:
        raise Invalid(
            FieldError("rate", "Enter a percentage above 0 and up to 100, such as 5 or 2.5")
        )
    return int(rate)


def fix_list(context: Context, year: int, percent: Decimal, secret: bytes) -> None:
    """Fix the rate and the list of members who may be drawn, taken from the roll (CPD-7).

    `secret` is 32 random bytes. Raises Refused without a finished roll or while a draw stands,
    NotAllowed for an officer whom the draw concerns.
    """

    def plan() -> Plan:
        draw = of(year)
        if draw is not None and not draw.given_up:
            raise Refused("This year's list is fixed already and can't be changed.", rule=RULE)
        rate = hundredths(percent)
        listed = _from_roll(year, draw.ordinal + 1 if draw else 1, secret)
        check_unconcerned(context, (line.number for line in listed.lines))
        parts = list(_parts([line.number for line in listed.lines], A_PART))
        new = _fixed(context, listed, rate, len(parts), draw)
        changes = [_put(new, draw.version if draw else 0)]
        for position, numbers in enumerate(parts):
            part = ListPart(secret=secret.hex(), numbers=tuple(numbers))
            changes.append(put_model(part, year, _list_key(new, position)))
        detail = {"draw": new.ordinal, "list": new.list_hash, "members": new.members, "rate": rate}
        return Plan(new.list_hash, changes, detail)

    perform_at_desk(context, of_year(year), "cpd.desk.draw.fixed", [year, percent], plan)


def _from_roll(year: int, ordinal: int, secret: bytes) -> EligibleList:
    roll = year_roll.of(year)
    if roll is None or roll.done_at is None:
        raise Refused("Work out the roll of the year first: it says who is subject.", rule=RULE)
    numbers = [n for portion in year_roll.portions_of(roll) for n in portion.subject]
    return draw.eligible(year, ordinal, roll.as_at, numbers, secret)


def _fixed(
    context: Context, listed: EligibleList, rate: int, parts: int, before: DrawRecord | None
) -> DrawRecord:
    members = len(listed.lines)
    return DrawRecord(
        year=listed.year,
        ordinal=listed.ordinal,
        as_at=listed.as_at,
        list_hash=draw.list_hash(listed),
        members=members,
        rate=rate,
        size=draw.size(members, rate),
        fixed_at=context.now,
        by=context.account,
        parts=parts,
        past=before.past if before else (),
        version=before.version + 1 if before else 1,
    )


def _list_key(draw: DrawRecord, position: int) -> str:
    return f"{DRAW}#{draw.ordinal:03d}#list#{position:03d}"


def _drawn_key(draw: DrawRecord, position: int) -> str:
    return f"{DRAW}#{draw.ordinal:03d}#drawn#{position:03d}"


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _put(new: DrawRecord, version: int) -> Change:
    return put_model(new, new.year, DRAW, version=new.version, stored_version=version)


def the_list(stored: DrawRecord) -> EligibleList:
    """Return the stored list. Raises ListChanged when it isn't the one that was published."""
    parts = load_all(ListPart, stored.year, f"{DRAW}#{stored.ordinal:03d}#list#")
    secret = bytes.fromhex(parts[0].secret) if parts else b""
    lines = tuple(Line(n, draw.token(secret, n)) for part in parts for n in part.numbers)
    listed = EligibleList(stored.year, stored.ordinal, stored.as_at, lines)
    if draw.list_hash(listed) != stored.list_hash:
        raise ListChanged(rule=RULE)
    return listed


def _listed(draw: DrawRecord) -> list[str]:
    """Return the numbers on the stored list, without checking its hash."""
    parts = load_all(ListPart, draw.year, f"{DRAW}#{draw.ordinal:03d}#list#")
    return [number for part in parts for number in part.numbers]


def check_unconcerned(context: Context, numbers: Iterable[str]) -> None:
    """Raise NotAllowed when an officer is one of these members, or is recused from one."""
    barred = conflicts.barred(context.account, context.member)
    if barred and any(number.upper() in barred for number in numbers):
        message = (
            "You, or a member from whose record you are recused, can be drawn. Officers who aren’t "
            "concerned have to carry out this draw."
        )
        raise NotAllowed(message, rule=RULE)


def seal(context: Context, year: int, commitment: str) -> None:
    """Submit the sealed form of a seed (CPD-7).

    Raises NotAllowed for an officer who sealed one already or whom the draw concerns, Refused when
    both are sealed, Invalid for text that can't be a sealed seed or is the other officer's.
    """

    def plan() -> Plan:
        draw = _standing(year)
        check_unconcerned(context, _listed(draw))
        _check_seal(draw, context.account, commitment)
        new_seal = Seal(account=context.account, sealed_at=context.now, commitment=commitment)
        new = _next(draw, seals=(*draw.seals, new_seal))
        detail = {"draw": draw.ordinal, "seal": len(new.seals), "commitment": commitment}
        return Plan(str(len(new.seals)), [_put(new, draw.version)], detail)

    perform_at_desk(context, of_year(year), "cpd.desk.draw.sealed", [year, commitment], plan)


def _check_seal(stored: DrawRecord, account: str, commitment: str) -> None:
    if stored.seal_of(account) is not None:
        message = "You have sealed a seed already. The other must come from another officer."
        raise NotAllowed(message, rule=RULE)
    if stored.state is not DrawState.FIXED:
        raise Refused("Both seeds of this draw are sealed already.", rule=RULE)
    if not draw.is_commitment(commitment):
        raise Invalid(FieldError("commitment", "Enter the 64 digits 0-9 and a-f, in small letters"))
    if commitment in {seal.commitment for seal in stored.seals}:
        raise Invalid(
            FieldError("commitment", "This is the other officer's: seal a seed of your own")
        )


def open_seed(context: Context, year: int, seed: Seed) -> DrawRecord:
    """Open the officer's own sealed seed and return the draw; the second decides it (CPD-7).

    Raises NotAllowed for an officer who sealed none or whom the draw concerns, Refused before both
    are sealed or when the officer's own is open, Invalid for a seed other than the one sealed, and
    ListChanged.
    """

    def plan() -> Plan:
        draw = _standing(year)
        check_unconcerned(context, _listed(draw))
        mine = _to_open(draw, context.account, seed)
        opened = mine.model_copy(
            update={"opened_at": context.now, "nonce": seed.nonce, "words": seed.words}
        )
        seals = tuple(opened if one is mine else one for one in draw.seals)
        new = _next(draw, seals=seals)
        seeds = [one.seed for one in seals if one.seed is not None]
        detail = {"draw": draw.ordinal, "opened": len(seeds)}
        if len(seeds) < 2:
            return Plan("", [_put(new, draw.version)], detail)
        changes = list(_outcome(context, new, seeds[0], seeds[1], draw.version))
        return Plan("drawn", changes, {**detail, "drawn": draw.size})

    submitted = [year, seed.nonce, seed.words]
    perform_at_desk(context, of_year(year), "cpd.desk.draw.opened", submitted, plan)
    return _standing(year)


def _to_open(stored: DrawRecord, account: str, seed: Seed) -> Seal:
    mine = stored.seal_of(account)
    if mine is None:
        raise NotAllowed("You have sealed no seed of this draw.", rule=RULE)
    if len(stored.seals) < 2:
        message = (
            "Wait until the other officer has sealed a seed: yours must stay closed until then."
        )
        raise Refused(message, rule=RULE)
    if mine.opened_at is not None:
        raise Refused("You have opened your seed already.", rule=RULE)
    if not draw.opens(mine.commitment, stored.terms, seed):
        message = "These words and this nonce are not the ones that you sealed"
        raise Invalid(FieldError("words", message), rule=RULE)
    return mine


def _outcome(
    context: Context, stored: DrawRecord, first: Seed, second: Seed, version: int
) -> Iterator[Change]:
    lines = the_list(stored).lines
    drawn = draw.drawn(draw.key(stored.terms, first, second), lines, stored.size)
    places = {line.number: place for place, line in enumerate(lines, 1)}
    done = {"drawn_at": context.now, "limit": drawn[-1].digest}
    yield _put(stored.model_copy(update=done), version)
    listed = [(one.number, places[one.number]) for one in drawn]
    for position, some in enumerate(_parts(listed, A_PART)):
        yield put_model(DrawnPart(drawn=tuple(some)), stored.year, _drawn_key(stored, position))


def drawn_of(draw: DrawRecord) -> list[tuple[str, int]]:
    """Return the members drawn, in the order of the draw, each with its place on the list."""
    drawn_parts = load_all(DrawnPart, draw.year, f"{DRAW}#{draw.ordinal:03d}#drawn#")
    return [one for part in drawn_parts for one in part.drawn]


def give_up(context: Context, year: int, reason: str) -> None:
    """Give up a draw that has no outcome yet; it stays visible, with the reason (CPD-7).

    Raises Refused once the draw has its outcome, NotAllowed for an officer whom it concerns,
    because the one who opens the second seed could know the outcome first.
    """

    def plan() -> Plan:
        draw = _standing(year)
        check_unconcerned(context, _listed(draw))
        if draw.state is DrawState.DRAWN:
            raise Refused("This draw has its outcome and can't be given up.", rule=RULE)
        past = GivenUp(
            ordinal=draw.ordinal,
            list_hash=draw.list_hash,
            members=draw.members,
            rate=draw.rate,
            seals=draw.seals,
            reason=reason,
            given_up_at=context.now,
            by=context.account,
        )
        new = _next(draw, given_up=True, past=(*draw.past, past), seals=())
        return Plan("", [_put(new, draw.version)], {"draw": draw.ordinal})

    perform_at_desk(context, of_year(year), "cpd.desk.draw.given_up", [year, reason], plan)


def _next(draw: DrawRecord, **changes: object) -> DrawRecord:
    return draw.model_copy(update={**changes, "version": draw.version + 1})


def own_line(year: int, number: str) -> tuple[DrawRecord, Line, int, str] | None:
    """Return a member's draw, line, place and digest ("" before the outcome).

    Returns None when the member isn't on the list. Raises NotFound when no list is fixed.
    """
    stored = _standing(year)
    lines = the_list(stored).lines
    place = next((at for at, line in enumerate(lines, 1) if line.number == number), 0)
    if not place:
        return None
    line, seeds = lines[place - 1], [seal.seed for seal in stored.seals]
    if stored.state is not DrawState.DRAWN or seeds[0] is None or seeds[1] is None:
        return stored, line, place, ""
    return stored, line, place, draw.digest(draw.key(stored.terms, seeds[0], seeds[1]), line)
