"""The sweep for what was interrupted: waiting files, expired claims, orphaned copies.

The scheduler runs it. Running it twice, or twice at once, has no further effect.
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

# Objects that couldn't be checked for so long are deleted: quarantine isn't for storage.
QUARANTINED = timedelta(days=1)
PARTS = 256  # batches of sealed copies, by the first two digits of their file's ID
log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """The result of a sweep, counted in files.

    `strays` counts orphaned copies, `failed` the files left for the next sweep.
    """

    sealed: int = 0
    refused: int = 0
    gone: int = 0
    strays: int = 0
    failed: int = 0


def batch_prefix(number: int) -> str:
    """Return the ID prefix of a batch; there are PARTS of them."""
    return f"{number % PARTS:02x}"


def sweep(
    how: Means,
    now: datetime,
    today: date,
    among: str = "",
    should_continue: Callable[[], bool] = lambda: True,
) -> Swept:
    """Finish interrupted work, and delete orphaned copies of files whose IDs begin with `among`.

    No table is scanned: quarantine lists what arrived, an index what is claimed. A file that fails
    doesn't hold up the others. Once `should_continue` returns False, the rest of quarantine is left
    for the next call. Raises Unavailable when nothing can be listed.
    """
    done = _arrived(how, now, today, should_continue)
    gone = _aged(how, today)
    strays = checking.clear_leftovers(how, FILES + among)
    return Swept(done[FileState.SEALED], done[FileState.REFUSED], gone, strays, done["failed"])


def _arrived(
    how: Means, now: datetime, today: date, should_continue: Callable[[], bool]
) -> Counter[str]:
    """Process the objects in quarantine, whether or not an event announced them."""
    done: Counter[str] = Counter()
    for key, since in how.objects.lying(FILES):
        if not should_continue():
            break
        if since + QUARANTINED <= now:
            how.objects.clear(key)
            continue
        try:
            file = checking.process(key, how, today)
        except Unavailable:
            log.warning("a file of a complaint could not be dealt with")
            done["failed"] += 1
        else:
            done[file.state if file else ""] += 1
    return done


def _aged(how: Means, today: date) -> int:
    """Age claims, and refuse files that were deleted meanwhile; return how many were refused."""
    gone = 0
    for claim in claims.waiting():
        if not claim.free:
            claims.grow_older(claim)
        elif how.objects.arrived(claim.file.key) is None:
            try:
                gone += checking.refuse_gone(claim, today)
            except Conflict:
                log.info("a file of a complaint was decided by another worker")
    return gone
