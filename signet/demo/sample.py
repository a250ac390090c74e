"""A whole sample: members, permits and contacts, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from signet.demo import contacts, histories, lists, people, permits
from signet.demo.chance import Chance
from signet.policy import Policy
from signet.register.model import Entry

FIRST_DATE = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """Sample records. Each of the three streams starts over whenever it is read, in any order."""

    member_count: int
    permit_count: int
    seed: int
    dated: date
    policy: Policy

    @property
    def members(self) -> Iterator[list[Entry]]:
        """Each member's entries as they were recorded, by number."""
        for index in range(self.member_count):
            chance = Chance(self.seed, "history", index)
            yield histories.write(self._person(index), chance, self.dated, self.policy)

    @property
    def permits(self) -> Iterator[list[Entry]]:
        """Each permit's entries as they were recorded, by number."""
        return permits.write(
            self.member_count, self.permit_count, self.seed, self.dated, self.policy
        )

    @property
    def contacts(self) -> Iterator[Mapping[str, str]]:
        """Each member's private contact data, by number."""
        for index in range(self.member_count):
            yield contacts.write(self._person(index), Chance(self.seed, "contact", index))

    def _person(self, index: int) -> people.Person:
        practitioner = people.is_practitioner(self.seed, index)
        return people.draw(self.seed, index, self.dated, practitioner)


def generate(members: int, permits: int, seed: int, dated: date, policy: Policy) -> Sample:
    """Return a sample as at `dated`, the same for the same arguments.

    Raises ValueError when there are too many or too few records or `dated` is too early, and
    PolicyError when the pack doesn't have the sample's designations, statuses or disciplines.
    """
    if members < 0 or permits < 0:
        raise ValueError("the number of members and of permits can't be negative")
    if permits and not members:
        raise ValueError("permits need members to answer for them (PER-3)")
    if members and int(people.number(members - 1)) > people.LAST_NUMBER:
        raise ValueError(f"{members} members don't fit into six-digit numbers")
    if dated < FIRST_DATE:
        raise ValueError(f"a sample can't be dated before {FIRST_DATE}")
    lists.check(policy)
    return Sample(members, permits, seed, dated, policy)
