"""Finding what was left between two steps: files that wait, claims that ran out, stray copies.

Called by the clock. Doing it twice, or twice at once, does nothing more.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from signet.complaints.files import checking, claims
from signet.complaints.files.checking import Means
from signet.complaints.model import FILES, FileState
from signet.errors import Conflict, Unavailable

# What nobody could check for so long goes: quarantine is no place to keep anything.
QUARANTINED = timedelta(days=1)
PARTS = 256  # of the sealed copies, by the first two digits of their files' ids
log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What a sweep came to, in files; `strays` counts copies, `failed` what is for the next one."""

    sealed: int = 0
    refused: int = 0
    gone: int = 0
    strays: int = 0
    failed: int = 0


def part(number: int) -> str:
    """Return what the ids of one of the parts begin with; there are PARTS of them."""
    return f"{number % PARTS:02x}"


def sweep(
    how: Means, now: datetime, today: date, among: str = "", goes: Callable[[], bool] = lambda: True
) -> Swept:
    """Finish what was left; stray copies are looked for among ids that begin so, all by default.

    No table is scanned: quarantine lists what arrived, an index what is claimed. A file that can't
    be dealt with keeps no other from it. What is left when `goes` says no is for the next call.
    Raises Unavailable when nothing can be listed.
    """
    done = _arrived(how, now, today, goes)
    gone = _aged(how, today)
    strays = checking.clear_leftovers(how, FILES + among)
    return Swept(done[FileState.SEALED], done[FileState.REFUSED], gone, strays, done["failed"])


def _arrived(how: Means, now: datetime, today: date, goes: Callable[[], bool]) -> Counter[str]:
    """Deal with what lies in quarantine, whether or not anybody told of it."""
    done: Counter[str] = Counter()
    for key, since in how.objects.lying(FILES):
        if not goes():
            break
        if since + QUARANTINED <= now:
            how.objects.clear(key)
            continue
        try:
            file = checking.take(key, how, today)
        except Unavailable:
            log.warning("a file of a complaint could not be dealt with")
            done["failed"] += 1
        else:
            done[file.state if file else ""] += 1
    return done


def _aged(how: Means, today: date) -> int:
    """Let claims grow older, and decide on files that went meanwhile; return how many."""
    gone = 0
    for claim in claims.waiting():
        if not claim.free:
            claims.grow_older(claim)
        elif how.objects.arrived(claim.file.key) is None:
            try:
                gone += checking.refuse_gone(claim, today)
            except Conflict:
                log.info("a file of a complaint was decided on by somebody else")
    return gone
