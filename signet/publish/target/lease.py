"""A lease on a release target: its holder may write there until it expires.

It is renewed while its holder works. A holder that was paused for too long stops by itself before
anyone else may start: it checks its own clock before each write.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, time

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException, UpdateError
from pynamodb.expressions.update import Action

from signet.publish.tables import LeaseRow
from signet.publish.target.release import ReleaseError
from signet.tables import condition_failed

SECONDS = 150.0
RENEWED_EVERY = SECONDS / 6
# Seconds before expiry at which a holder stops writing: longer than one call with all its retries.
MARGIN = 95.0
ASK_AGAIN_SECONDS = 1.0

DATABASE_ERRORS = (PynamoDBException, BotoCoreError)


@dataclass(slots=True)
class Lease:
    """A lease that is held. `term` is a fencing number, higher than every earlier holder's."""

    place: str
    holder: str
    term: int
    safe_until: float  # by this process's monotonic clock, which is never set

    def check(self) -> None:
        """Raise ReleaseError if another publisher may hold the lease by now."""
        if monotonic() >= self.safe_until:
            raise ReleaseError(
                f"the right to publish to {self.place} lapsed before the release was done; "
                "the next run mends what is unfinished"
            )

    def renew(self) -> None:
        """Extend the lease. Raises ReleaseError when another publisher holds it."""
        asked = monotonic()
        mine = (LeaseRow.holder == self.holder) & (LeaseRow.term == self.term)
        with _told(self.place):
            LeaseRow(self.place).update([LeaseRow.until.set(time() + SECONDS)], condition=mine)
        self.safe_until = asked + SECONDS - MARGIN

    def give_back(self) -> None:
        """Release the lease, so that the next publisher can start; if that fails, it expires."""
        mine = (LeaseRow.holder == self.holder) & (LeaseRow.term == self.term)
        with suppress(*DATABASE_ERRORS):
            LeaseRow(self.place).update([LeaseRow.until.set(0)], condition=mine)


@contextmanager
def hold(place: str, holder: str, patience: float = 0.0) -> Iterator[Lease]:
    """Hold the lease on a release target while the block runs.

    `holder` is a unique name. `patience` is how many seconds to wait for another publisher to
    finish. Raises ReleaseError when it hasn't by then, or without a database.
    """
    lease = _taken(place, holder, monotonic() + patience)
    done = threading.Event()
    renewing = threading.Thread(target=_keep, args=(lease, done), daemon=True)
    renewing.start()
    try:
        yield lease
    finally:
        done.set()
        renewing.join()
        lease.give_back()


def _taken(place: str, holder: str, patient_until: float) -> Lease:
    while True:
        asked = monotonic()
        with _told(place):
            term = _take(place, holder)
        if term is not None:
            return Lease(place, holder, term, asked + SECONDS - MARGIN)
        if monotonic() >= patient_until:
            raise ReleaseError(f"another build is writing to {place}")
        threading.Event().wait(ASK_AGAIN_SECONDS)


def _take(place: str, holder: str) -> int | None:
    """Take the lease and return its term, or None while another publisher holds it."""
    now = time()
    # After a retry of a call whose answer was lost, this process may be the holder already.
    free = LeaseRow.until.does_not_exist() | (LeaseRow.until < now) | (LeaseRow.holder == holder)
    row = LeaseRow(place)
    changes: list[Action] = [
        LeaseRow.holder.set(holder),
        LeaseRow.until.set(now + SECONDS),
        LeaseRow.term.add(1),
    ]
    try:
        row.update(changes, condition=free)
    except UpdateError as error:
        if condition_failed(error):
            return None
        raise
    return int(row.term)


def _keep(lease: Lease, done: threading.Event) -> None:
    """Renew the lease until done; after a failed renewal, the next may still be in time."""
    while not done.wait(RENEWED_EVERY):
        with suppress(ReleaseError):
            lease.renew()


@contextmanager
def _told(place: str) -> Iterator[None]:
    try:
        yield
    except DATABASE_ERRORS as error:
        code = getattr(error, "cause_response_code", None) or type(error).__name__
        raise ReleaseError(f"the right to publish to {place} can't be had: {code}") from error
