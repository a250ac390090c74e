"""A record's standing over time, by both clocks: what held when, and when the register said so.

A *period* is a run of days on which the same held of a record. A *statement* is a period together
with the days on which the register said it: entries recorded late, and corrections, change what it
says of days that are past. For each day and each later day there is one statement at most.
"""

from signet.register.periods.answering import KINDS as NAMING
from signet.register.periods.members import MemberStanding, of_member
from signet.register.periods.permits import (
    Known,
    KnownPractice,
    PermitStanding,
    of_permit,
    practice_as_known,
)
from signet.register.periods.statements import Statement, recorded_on

__all__ = [
    "NAMING",
    "Known",
    "KnownPractice",
    "MemberStanding",
    "PermitStanding",
    "Statement",
    "of_member",
    "of_permit",
    "practice_as_known",
    "recorded_on",
]
