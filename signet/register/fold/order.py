"""The selection of entries that count as at a date, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from signet.register.model import Entry


def applicable(
    entries: Iterable[Entry], as_of: date | None, known_at: datetime | None = None
) -> list[Entry]:
    """Return the entries that count, in the order they apply.

    `as_of` leaves out what takes effect later (None: nothing), `known_at` what was recorded later.
    An entry that a known one corrects doesn't count, even when the correction is itself corrected.
    """
    known = [e for e in entries if known_at is None or e.recorded_at <= known_at]
    corrected = {e.corrects for e in known if e.corrects}
    counting = [
        e
        for e in known
        if e.id not in corrected
        and e.kind != "voided"
        and (as_of is None or e.effective_on <= as_of)
    ]
    counting.sort(key=lambda e: (e.effective_on, e.recorded_at, e.id))
    return counting


def full_name(given: str, family: str) -> str:
    """Return a person's name as it is written: given names, then family name."""
    return f"{given} {family}".strip()
