"""Rights that functions of several domains have."""

from __future__ import annotations

from infra.functions.model import GET, MANY, PUT, UPDATE, Setting, may

# Identify the user: read the session and the account with its roles by key, and update the
# session's last use. Only sign-in and administrators write accounts, roles and sessions (threat
# 27).
SIGNED_IN = {"sessions": may(GET, UPDATE), "accounts": may(GET, MANY)}
# An operation: its row, its line of the audit log, and the mail about it.
ACT = {"acts": may(GET, PUT), "audit": may(PUT), "outbox": may(PUT)}
WEB: frozenset[Setting] = frozenset({"pages"})
# How many of each function that checks files may run at a time: a queue of slow ones uses that up
# and leaves all others alone (threat 25).
CHECKED_AT_ONCE = 20
FILES = {"quarantine": may("GetObject", "PutObject", "DeleteObject", "ListBucket")}
EVIDENCE = {"evidence": may("GetObject", "PutObject", "DeleteObject")}
