"""A lease on a place to publish to: who holds it may write there, until it lapses.

It is renewed while its holder works. A holder that stood still for too long stops by itself before
anybody else may begin: it looks at its own clock before each write.
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
# How long before its end a holder stops writing: longer than one call takes with all its tries.
MARGIN = 95.0
ASK_AGAIN_SECONDS = 1.0

DATABASE_ERRORS = (PynamoDBException, BotoCoreError)


@dataclass(slots=True)
class Lease:
    """A lease that is held. `term` is higher than that of everybody who held it before."""

    place: str
    holder: str
    term: int
    safe_until: float  # by this process's own clock, which nobody sets

    def check(self) -> None:
        """Raise ReleaseError unless nobody else can hold it yet."""
        if monotonic() >= self.safe_until:
            raise ReleaseError(
                f"the right to publish to {self.place} lapsed before the release was done; "
                "the next run mends what is unfinished"
            )

    def renew(self) -> None:
        """Hold it for longer; raises ReleaseError when somebody else holds it."""
        asked = monotonic()
        mine = (LeaseRow.holder == self.holder) & (LeaseRow.term == self.term)
        with _told(self.place):
            LeaseRow(self.place).update([LeaseRow.until.set(time() + SECONDS)], condition=mine)
        self.safe_until = asked + SECONDS - MARGIN

    def give_back(self) -> None:
        """Let the next one in at once. Where that fails, the lease lapses."""
        mine = (LeaseRow.holder == self.holder) & (LeaseRow.term == self.term)
        with suppress(*DATABASE_ERRORS):
            LeaseRow(self.place).update([LeaseRow.until.set(0)], condition=mine)


@contextmanager
def held(place: str, holder: str, patience: float = 0.0) -> Iterator[Lease]:
    """Hold the lease on a place while the block runs.

    `holder` is a name that nobody else takes. `patience` is how many seconds to wait for somebody
    else to be done. Raises ReleaseError when they aren't by then, or without a database.
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
    """Take the lease, and give its term; None while somebody else holds it."""
    now = time()
    # Asked again after an answer was lost, the holder is this one already.
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
    """Renew until done. A renewal that fails isn't the end: the next may come in time."""
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
