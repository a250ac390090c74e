"""The professional technologists of the sample, who can answer for permits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from signet.demo import people
from signet.demo.people import Person
from signet.policy import Policy

ALWAYS = date.max


class Practitioner(NamedTuple):
    """A P.Tech. and when they were permitted to practise: spans of first and last day."""

    number: str
    discipline: str
    spans: tuple[tuple[date, date], ...]

    def permitted_on(self, day: date) -> bool:
        """Tell whether they were permitted to practise on a day."""
        return any(first <= day <= last for first, last in self.spans)


def _spans(person: Person, policy: Policy) -> tuple[tuple[date, date], ...]:
    spans: list[tuple[date, date]] = []
    since: date | None = person.stages[-1].on
    for step in person.steps:
        status = policy.statuses.get(step.data.get("status", ""))
        may = status.good and status.practice if status else step.kind == "practice_resumed"
        if since is not None and not may:
            spans.append((since, step.on - timedelta(days=1)))
            since = None
        elif since is None and may:
            since = step.on
    if since is not None:
        spans.append((since, ALWAYS))
    return tuple(spans)


def of_sample(members: int, seed: int, dated: date, policy: Policy) -> list[Practitioner]:
    """Return those among the members; light enough to fit in memory all at once (PER-3)."""
    practitioners: list[Practitioner] = []
    for index in range(members):
        if people.is_practitioner(seed, index):
            person = people.draw(seed, index, dated, practitioner=True)
            if person.practises:
                spans = _spans(person, policy)
                practitioners.append(Practitioner(person.number, person.disciplines[0], spans))
    return practitioners
