"""The verdict's data, and the rule for its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from signet.policy import Policy

MemberAnswer = Literal["permitted", "not_permitted", "good_standing", "not_good_standing"]
PermitAnswer = Literal["in_force", "not_in_force"]
Answer = Literal[MemberAnswer, PermitAnswer]
Tone = Literal["good", "bad", "warn", "neutral"]
Fact = tuple[str, ...]

WITH_CONDITIONS = ", with conditions"
CONDITIONS = "Conditions apply"
AND_CONDITIONS = "; conditions apply"
# The good answers: a title may be used, a permit is in force.
GOOD: frozenset[Answer] = frozenset({"permitted", "good_standing", "in_force"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a record.

    `reason` is in words; `until` is the stated end of a status, or a permit's last valid day.
    `allows` says in a sentence or two what follows for people who rely on it.
    """

    answer: Answer
    words: str
    tone: Tone
    since: date
    reason: str
    until: date | None = None
    allows: str = ""

    @property
    def good(self) -> bool:
        """Whether the answer is one a reader hopes for."""
        return self.answer in GOOD


class Judgment(NamedTuple):
    """A verdict without its day. `fact` is the deciding fact; `holds` are all facts that hold.

    A fact that has not held in between starts again. So "with conditions" has its own day, and a
    member who is permitted without them has been since before they were lifted.
    """

    answer: Answer
    words: str
    tone: Tone
    reason: str
    fact: Fact
    holds: frozenset[Fact]


def with_conditions(judgment: Judgment) -> Judgment:
    """Return the judgment on a record under conditions, which have a day of their own.

    A reason that says more than that all is well is shown beside the conditions, since the day is
    the later of the two.
    """
    fact = (*judgment.fact, WITH_CONDITIONS)
    all_well = judgment.tone != "warn" and judgment.fact == (judgment.words,)
    return judgment._replace(
        words=f"{judgment.words}{WITH_CONDITIONS}",
        tone="warn",
        reason=CONDITIONS if all_well else f"{judgment.reason}{AND_CONDITIONS}",
        fact=fact,
        holds=judgment.holds | {fact},
    )


def latest(judged: Iterable[tuple[date, Judgment]], first: date) -> tuple[Judgment, date]:
    """Return the last judgment, and since when its deciding fact has held, or `first`."""
    days = list(judged)
    latest_judgment, since = days[-1][1], first
    for on, judgment in reversed(days):
        if latest_judgment.fact not in judgment.holds:
            break
        since = on
    return latest_judgment, since


def status_in_words(status: str, reason: str, policy: Policy) -> str:
    """Return a status in the pack's words, as "Suspended: fees not paid"."""
    table = policy.statuses.get(status) or policy.permit_statuses.get(status)
    name = table.name if table else status
    return f"{name}: {policy.reasons[reason].name}" if reason in policy.reasons else name
