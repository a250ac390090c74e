"""The responsible members of the sample's permits, over time (PER-3, PER-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from signet.demo.chance import Chance
from signet.demo.practitioners import Practitioner

MOST_PERMITS = 2  # per member, unless the sample has too few members to go round
SECOND = 0.32  # share of permits with a second responsible member
FROM_THE_START = 0.6
HANDED_OVER = 0.12
LEFT_VACANT = 0.025
VACANT_DAYS = 120
RECENT_DAYS = 500
TAKEN_OVER, TAKEN_OVER_RECENTLY = 0.65, 0.3
NOT_REPORTED = 0.4  # share of holders that don't report when a lead can't continue
PROBES = 60


@dataclass(frozen=True, slots=True)
class Term:
    """One responsible member of a permit; `until` is the day they ceased."""

    who: Practitioner
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """A permit's responsible members, and when the holder gave it up for lack of one."""

    issued_on: date
    terms: tuple[Term, ...]
    given_up_on: date | None


class Deck:
    """The practitioners in random order; deals leads in turn, and others while they have room."""

    def __init__(self, practitioners: list[Practitioner], permits: int, seed: int) -> None:
        self._cards = Chance(seed, "deck").shuffled(practitioners)
        count = len(self._cards)
        leads = [permits // count + (place < permits % count) for place in range(count)]
        most = max(MOST_PERMITS, leads[0])
        self._room = [most - led for led in leads]

    def lead(self, index: int) -> Practitioner:
        """Return the first responsible member of a permit."""
        return self._cards[index % len(self._cards)]

    def another(
        self, chance: Chance, day: date, discipline: str, besides: list[Practitioner]
    ) -> Practitioner | None:
        """Return one with room who may practise on a day, preferably in the discipline; or None."""
        start, second_best = chance.below(len(self._cards)), -1
        for place in range(start, start + PROBES):
            at = place % len(self._cards)
            card = self._cards[at]
            if not self._room[at] or card in besides or not card.permitted_on(day):
                continue
            if card.discipline == discipline:
                return self._take(at)
            second_best = at
        return self._take(second_best) if second_best >= 0 else None

    def _take(self, at: int) -> Practitioner:
        self._room[at] -= 1
        return self._cards[at]


def _longest(who: Practitioner, dated: date) -> tuple[date, date]:
    clipped = [(first, min(last, dated)) for first, last in who.spans]
    return max(clipped, key=lambda span: span[1] - span[0])


def draw(chance: Chance, deck: Deck, index: int, dated: date) -> Answering:
    """Return the responsible members of the permit at an index of the sample."""
    lead = deck.lead(index)
    first, last = _longest(lead, dated)
    issued_on = min(chance.day(first, last), chance.day(first, last))
    if last < dated:
        terms, given_up_on = _unable(chance, deck, lead, issued_on, last + timedelta(days=1), dated)
    else:
        terms, given_up_on = _able(chance, deck, lead, issued_on, dated), None
    if chance.happens(SECOND):
        terms += _second(chance, deck, terms, issued_on, given_up_on or dated)
    terms.sort(key=lambda term: term.since)
    return Answering(issued_on, tuple(terms), given_up_on)


def _able(chance: Chance, deck: Deck, lead: Practitioner, since: date, dated: date) -> list[Term]:
    """Return the terms for a lead still permitted to practise; a few have handed over or left."""
    if (dated - since).days > RECENT_DAYS:
        if chance.happens(HANDED_OVER):
            day = chance.day(since + timedelta(days=300), dated)
            if heir := deck.another(chance, day, lead.discipline, [lead]):
                return [Term(lead, since, day), *_to_their_end(heir, day, dated)]
        if chance.happens(LEFT_VACANT):
            return [Term(lead, since, dated - timedelta(days=chance.below(VACANT_DAYS)))]
    return [Term(lead, since)]


def _unable(
    chance: Chance, deck: Deck, lead: Practitioner, since: date, day: date, dated: date
) -> tuple[list[Term], date | None]:
    """Return the terms for a lead who couldn't continue, and when the permit was given up.

    From `day` on another member takes over, or the permit is without one.
    """
    recent = (dated - day).days < RECENT_DAYS
    taken_over = chance.happens(TAKEN_OVER_RECENTLY if recent else TAKEN_OVER)
    if taken_over and (heir := deck.another(chance, day, lead.discipline, [lead])):
        return [Term(lead, since, day), *_to_their_end(heir, day, dated)], None
    until = None if chance.happens(NOT_REPORTED) else day
    return [Term(lead, since, until)], None if recent else day


def _to_their_end(who: Practitioner, since: date, end: date) -> list[Term]:
    """Return a term from a day for as long as the member may practise."""
    last = next(last for first, last in who.spans if first <= since <= last)
    return [Term(who, since, last + timedelta(days=1) if last < end else None)]


def _second(
    chance: Chance, deck: Deck, terms: list[Term], issued_on: date, end: date
) -> list[Term]:
    since = issued_on if chance.happens(FROM_THE_START) else chance.day(issued_on, end)
    lead = terms[0].who
    other = deck.another(chance, since, lead.discipline, [term.who for term in terms])
    return _to_their_end(other, since, end) if other else []
