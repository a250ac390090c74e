"""Complaints: making one, coming back to it, and the desk.

The desk has no count here. The index has no right to complaints, and a number without those that
an officer may not know of can be told only by who can read them
(docs/decisions/2026-11-30-counts-on-the-index.md).
"""

from __future__ import annotations

from lambdas.index.model import Audience, Service
from signet.accounts.model import Role

SERVICES = (
    Service(
        "Make a complaint",
        "/services/complaints/",
        "About a member, or a firm that holds a permit. You need no account.",
        Audience.PUBLIC,
    ),
    Service(
        "Your complaint",
        "/services/complaints/followup/",
        "Come back with your receipt code: where it stands, answers to us, more files.",
        Audience.PUBLIC,
    ),
    Service(
        "Complaints desk",
        "/services/complaints/desk/",
        "What came in, what is due, each case, the report, and what may be erased.",
        Audience.STAFF,
        frozenset({Role.COMPLAINTS_OFFICER, Role.REGISTRAR}),
    ),
)
