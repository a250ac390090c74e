"""Removing files: by their owner, and those that no record has named for a long time.

Separate from sending and checking them (`signet.uploads.actions`), so that scheduled runs load
neither the scanner nor the code for each kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from signet.errors import Conflict, NotFound
from signet.policy.uploads import UploadPurpose
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, Operation, commit, digest_of, done
from signet.uploads import store
from signet.uploads.model import InUse, State, Upload
from signet.uploads.objects import Objects


def remove(
    upload: Upload,
    objects: Objects,
    *,
    by: str,
    now: datetime,
    act: str,
    beside: Sequence[Change] = (),
) -> None:
    """Remove a file: at once from everyone's view, then from the store.

    `beside` are changes for the same write, such as a copy of it. Raises InUse while a record names
    it, Conflict when it is being checked.
    """
    asked = Operation(act, upload.owner, digest_of("remove", upload.id), upload.id)
    removed = upload
    if done(asked) is None:
        if upload.used:
            raise InUse
        removed, change = store.changed(upload, state=State.REMOVED, name="")
        commit(asked, [change, *beside], noted(upload, "file-removed", by, now))
    finish(removed, objects)


def finish(removed: Upload, objects: Objects) -> None:
    """Erase a removed file's content and then its row.

    When the store fails the row stays, so that a later call finishes.
    """
    objects.erase(removed.key)
    store.forget(removed)


def noted(upload: Upload, what: str, by: str, now: datetime) -> Audit:
    """Return the audit log line that says what was done with one of an owner's files."""
    detail = {"file": upload.id, "purpose": upload.purpose}
    return Audit(trail_of(upload.owner), what, by, now, detail)


def trail_of(owner: str) -> str:
    """Return the audit log subject of an owner's files."""
    return f"files#{owner}"


def erase_unused(
    purpose: UploadPurpose, connect: Callable[[], Objects], *, by: str, now: datetime, most: int
) -> int:
    """Erase files of a purpose that no record has named for its `unused_days`; return how many.

    To be called until it returns 0: each call continues where the last one stopped. Files are found
    by their index alone, and the store is connected only if there are some. Raises Unavailable.
    """
    if not purpose.unused_days:
        return 0
    before = now - timedelta(days=purpose.unused_days)
    due = store.unused(purpose.code, before, most)
    return sum(_erased(owner, id_, before, connect(), by, now) for owner, id_ in due)


def _erased(
    owner: str, id_: str, before: datetime, objects: Objects, by: str, now: datetime
) -> bool:
    """Erase one listed file; tell whether it was erased.

    It isn't when the list was out of date or the file is being changed.
    """
    try:
        upload = store.get(owner, id_)
        if upload.used:
            store.unlist(upload)
            return False
        if upload.since is None or upload.since > before:
            return False
        if upload.state is State.REMOVED:  # but its content may be left
            finish(upload, objects)
            return True
        act = sha256(f"unused {owner} {id_}".encode()).hexdigest()[:32]
        remove(upload, objects, by=by, now=now, act=act)
    except (NotFound, Conflict):
        return False
    return True
