"""Checking a file that has arrived, and deciding whether it is accepted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from signet.errors import Conflict, Unavailable
from signet.policy.uploads import UploadPurpose
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, Operation, commit, digest_of
from signet.uploads import store
from signet.uploads.content import Bounds, Clean, Kind, Reason, Unfit
from signet.uploads.content.cleaning import clean
from signet.uploads.model import AlreadySent, State, Upload
from signet.uploads.naming import harmless
from signet.uploads.objects import Arrived, Objects
from signet.uploads.removal import audit_subject
from signet.uploads.scanner import CannotScan, Scanner

SCAN_SECONDS = 15.0  # the response has to be sent within 30, the gateway's limit
# A check that takes longer was interrupted, and another may begin.
LEASE = timedelta(seconds=60)
log = logging.getLogger(__name__)


def nothing(_upload: Upload, _clean: Clean) -> Sequence[Change]:
    """Return no changes: only a clean file's row is written."""
    return ()


class Means(NamedTuple):
    """What a check needs. `beside` returns what to write along with the row of a clean file."""

    objects: Objects
    scanner: Scanner
    seconds: float = SCAN_SECONDS
    beside: Callable[[Upload, Clean], Sequence[Change]] = nothing


def check(upload: Upload, purpose: UploadPurpose, means: Means, now: datetime) -> Upload:
    """Check a file that waits for it, if it has arrived; return what is then known of it.

    A file that can't be checked just now stays in quarantine, to be checked later. Raises
    AlreadySent when the file was decided on and another was sent in its place, which is deleted;
    Unavailable when the store or the database can't be reached.
    """
    if upload.state in {State.CLEAN, State.REFUSED}:
        _refuse_another(upload, means.objects)
        return upload
    if not upload.waits(now):
        return upload
    arrived = means.objects.arrived(upload.key)
    if arrived is None and upload.state is State.AWAITED:
        return upload
    try:
        stored = _held(upload, now)
        if arrived is None:
            return _written(stored, {"state": State.REFUSED, "reason": Reason.GONE}, now)
        return _decided(stored, arrived, purpose, means, now)
    except Conflict:  # another check holds the claim, or was faster
        return store.get(upload.owner, upload.id)


def _refuse_another(upload: Upload, objects: Objects) -> None:
    if objects.arrived(upload.key) is not None:
        objects.clear(upload.key)
        raise AlreadySent


def _held(upload: Upload, now: datetime) -> Upload:
    """Claim a file for checking, so that nothing else checks it meanwhile."""
    stored, change = store.changed(upload, state=State.CHECKING, until=now + LEASE)
    store.write(change)
    return stored


def _decided(
    upload: Upload, arrived: Arrived, purpose: UploadPurpose, means: Means, now: datetime
) -> Upload:
    try:
        outcome, known = _examined(upload, arrived, purpose, means)
        if outcome:
            means.objects.keep(upload.key, outcome.content, outcome.kind.media)
    except CannotScan as error:
        log.warning("cannot scan upload %s: %s", upload.id, error)
        return _put_off(upload)
    except Unavailable:
        _put_off(upload)
        raise
    beside = means.beside(upload, outcome) if outcome else ()
    decided = _written(upload, known, now, beside)
    means.objects.clear(upload.key)
    return decided


def _written(
    upload: Upload, known: dict[str, Any], now: datetime, beside: Sequence[Change] = ()
) -> Upload:
    decided, change = store.changed(upload, until=None, **known)
    digest = digest_of(decided.state, decided.reason, decided.sha256)
    commit(
        Operation(_operation_id(upload), upload.owner, digest),
        [change, *beside],
        _already_checked(decided, now),
    )
    return decided


def _put_off(upload: Upload) -> Upload:
    waiting, change = store.changed(upload, until=None)
    store.write(change)
    return waiting


def _examined(
    upload: Upload, arrived: Arrived, purpose: UploadPurpose, means: Means
) -> tuple[Clean | None, dict[str, Any]]:
    """Return a re-encoded file and its properties; only the latter for a refused one."""
    known: dict[str, Any] = {"size": arrived.size, "name": harmless(arrived.name)}
    try:
        if arrived.size > purpose.size:
            raise Unfit(Reason.TOO_LARGE)
        content = means.objects.unseen(upload.key, purpose.size)
        outcome = _fit(content, purpose, means)
    except Unfit as unfit:
        return None, known | {"state": State.REFUSED, "reason": unfit.reason}
    known |= {"size": len(outcome.content), "kind": outcome.kind}
    known |= {"state": State.CLEAN, "sha256": sha256(outcome.content).hexdigest()}
    return outcome, known


def _fit(content: bytes, purpose: UploadPurpose, means: Means) -> Clean:
    if len(content) > purpose.size:
        raise Unfit(Reason.TOO_LARGE)
    bounds = Bounds(pixels=purpose.pixels, unpacked=purpose.unpacked)
    copy = clean(content, {Kind(code) for code in purpose.kinds}, bounds)
    if means.scanner.finds_malware(content, means.seconds):
        raise Unfit(Reason.MALWARE)
    # A picture may grow when it is re-encoded, and its public copy is a row of a table.
    if copy.kind is not Kind.PDF and len(copy.content) > purpose.size:
        raise Unfit(Reason.TOO_LARGE)
    return copy


def _operation_id(upload: Upload) -> str:
    """Return the id of the operation that decides this check, the same for every repeat."""
    return sha256(f"{upload.id}#{upload.version}".encode()).hexdigest()[:32]


def _already_checked(decided: Upload, now: datetime) -> Audit:
    detail = {"file": decided.id, "state": decided.state, "reason": decided.reason or ""}
    return Audit(audit_subject(decided.owner), "file-checked", "signet", now, detail)
