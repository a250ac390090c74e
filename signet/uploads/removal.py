"""Removing files: by their owner, and those that nothing has named for long.

Apart from what sends and checks them (`signet.uploads.actions`), so that the clock loads neither
the scanner nor what knows each kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from signet.errors import Conflict, NotFound
from signet.policy.uploads import UploadPurpose
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, commit, digest_of, done
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
    """Remove a file: at once for everybody, then from the store.

    `beside` is what goes in the same write, such as a copy of it. Raises InUse while a record
    names it, Conflict when it is being checked.
    """
    asked = Act(act, upload.owner, digest_of("remove", upload.id), upload.id)
    removed = upload
    if done(asked) is None:
        if upload.used:
            raise InUse
        removed, change = store.changed(upload, state=State.REMOVED, name="")
        commit(asked, [change, *beside], noted(upload, "file-removed", by, now))
    finish(removed, objects)


def finish(removed: Upload, objects: Objects) -> None:
    """Erase what a removed file held. When the store fails the row stays, to be finished later."""
    objects.erase(removed.key)
    store.forget(removed)


def noted(upload: Upload, what: str, by: str, now: datetime) -> Audit:
    """Return the line of the trail of an owner's files that says what was done with one."""
    detail = {"file": upload.id, "purpose": upload.purpose}
    return Audit(trail_of(upload.owner), what, by, now, detail)


def trail_of(owner: str) -> str:
    """The audit trail of an owner's files."""
    return f"files#{owner}"


def erase_unused(
    purpose: UploadPurpose, connect: Callable[[], Objects], *, by: str, now: datetime, most: int
) -> int:
    """Erase files of a purpose that no record has named for its `unused_days`; return how many.

    To be asked until it is 0: it goes on wherever it stopped. Files are found by their list alone,
    and the store is connected only for some. Raises Unavailable.
    """
    if not purpose.unused_days:
        return 0
    before = now - timedelta(days=purpose.unused_days)
    due = store.unused(purpose.code, before, most)
    return sum(_erased(owner, id_, before, connect(), by, now) for owner, id_ in due)


def _erased(
    owner: str, id_: str, before: datetime, objects: Objects, by: str, now: datetime
) -> bool:
    """Erase one that was listed, unless the list was behind or somebody does something with it."""
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
