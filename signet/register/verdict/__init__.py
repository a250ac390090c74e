"""The one verdict on a record, which every page, list, result and file shows for a day.

A verdict has its sentence, its tone, its reason, what it allows, and its own "since": the day from
which the deciding fact has held without a break. A wrong answer is worse than none: whatever isn't
clearly permitted is *not permitted*, and green only ever means *may practise*.
"""

from signet.register.verdict.members import Practice, of_member, practice
from signet.register.verdict.model import GOOD, Answer, Tone, Verdict
from signet.register.verdict.permits import (
    Answering,
    covered,
    has_expired,
    is_in_force,
    of_permit,
)

__all__ = [
    "GOOD",
    "Answer",
    "Answering",
    "Practice",
    "Tone",
    "Verdict",
    "covered",
    "has_expired",
    "is_in_force",
    "of_member",
    "of_permit",
    "practice",
]
