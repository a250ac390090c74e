"""What a verdict is, and how its day is found."""

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
# The good answers: a title may be used, a permit stands.
GOOD: frozenset[Answer] = frozenset({"permitted", "good_standing", "in_force"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is in words; `until` the stated end of a status, or a permit's last valid day.

    `allows` says what follows for who relies on it, in a sentence or two.
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
    """A verdict but for its day. `fact` decided; `holds` are all facts that hold beside it.

    A fact begins again when it has not held in between. So "with conditions" has its own day, and
    who is permitted without them has been since before they were lifted.
    """

    answer: Answer
    words: str
    tone: Tone
    reason: str
    fact: Fact
    holds: frozenset[Fact]


def with_conditions(found: Judgment) -> Judgment:
    """The judgment on one under conditions, which have a day of their own.

    A reason that says more than that all is well is kept beside them, since the day is the later.
    """
    fact = (*found.fact, WITH_CONDITIONS)
    all_well = found.tone != "warn" and found.fact == (found.words,)
    return found._replace(
        words=f"{found.words}{WITH_CONDITIONS}",
        tone="warn",
        reason=CONDITIONS if all_well else f"{found.reason}{AND_CONDITIONS}",
        fact=fact,
        holds=found.holds | {fact},
    )


def latest(judged: Iterable[tuple[date, Judgment]], first: date) -> tuple[Judgment, date]:
    """The last judgment, and since when the fact that decided it has held; `first` if it hasn't."""
    days = list(judged)
    found, since = days[-1][1], first
    for on, judgment in reversed(days):
        if found.fact not in judgment.holds:
            break
        since = on
    return found, since


def status_in_words(status: str, reason: str, policy: Policy) -> str:
    """ "Suspended: fees not paid", from the pack's words."""
    table = policy.statuses.get(status) or policy.permit_statuses.get(status)
    name = table.name if table else status
    return f"{name}: {policy.reasons[reason].name}" if reason in policy.reasons else name
