"""Differences between another system's rows and the register, as entries to add.

Only what a row says counts: a column that isn't there leaves the register's value. A record that a
file doesn't name is never touched (STA-2). What can't be an entry by itself, because it would
rewrite the past, is returned as a note for a person to decide.
"""

from signet.register.differences.common import Difference, Wanted, as_entries
from signet.register.differences.members import member, new_member
from signet.register.differences.permits import new_permit, permit

__all__ = [
    "Difference",
    "Wanted",
    "as_entries",
    "member",
    "new_member",
    "new_permit",
    "permit",
]
