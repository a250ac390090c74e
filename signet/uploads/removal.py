"""Removing files: by their owner, and those that no record has named for a long time.

Separate from sending and checking them (`signet.uploads.actions`), so that scheduled runs load
neither the scanner nor the code for each kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from signet.errors import Conflict, NotFound
from signet.policy.uploads import UploadPurpose
from signet.transactions.commit import Change, digest_of
from signet.transactions.context import Context
from signet.transactions.perform import ONCE, Command, Plan, earlier_result, perform
from signet.uploads import store
from signet.uploads.model import InUse, State, Upload
from signet.uploads.objects import Objects


def remove(
    context: Context, upload: Upload, objects: Objects, *, beside: Sequence[Change] = ()
) -> None:
    """Remove a file: at once from everyone's view, then from the store.

    `beside` are changes for the same write, such as a copy of it. Raises InUse while a record names
    it, Conflict when it is being checked.
    """
    owner, digest = upload.owner, digest_of("remove", upload.id)
    command = Command(owner, audit_subject(owner), "file-removed", digest)
    if (
        earlier_result(context, command) is not None
    ):  # first: what is left is then erased as it was read
        finish(upload, objects)
        return
    removed, change = store.changed(upload, state=State.REMOVED, name="")

    def plan() -> Plan:
        if upload.used:
            raise InUse
        return Plan(upload.id, [change, *beside], detail_of(upload))

    perform(context, command, plan, tries=ONCE)
    finish(removed, objects)


def finish(removed: Upload, objects: Objects) -> None:
    """Erase a removed file's content and then its row.

    When the store fails the row stays, so that a later call finishes.
    """
    objects.erase(removed.key)
    store.forget(removed)


def detail_of(upload: Upload) -> dict[str, str]:
    """Return what the audit log says of one of an owner's files."""
    return {"file": upload.id, "purpose": upload.purpose}


def audit_subject(owner: str) -> str:
    """Return the audit log subject of an owner's files."""
    return f"files#{owner}"


def erase_unused(
    context: Context, purpose: UploadPurpose, connect: Callable[[], Objects], *, limit: int
) -> int:
    """Erase files of a purpose that no record has named for its `unused_days`; return how many.

    To be called until it returns 0: each call continues where the last one stopped. Files are found
    by their index alone, and the store is connected only if there are some. Raises Unavailable.
    """
    if not purpose.unused_days:
        return 0
    before = context.now - timedelta(days=purpose.unused_days)
    due = store.unused(purpose.code, before, limit)
    return sum(_erased(context, owner, id_, before, connect()) for owner, id_ in due)


def _erased(context: Context, owner: str, id_: str, before: datetime, objects: Objects) -> bool:
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
        operation = sha256(f"unused {owner} {id_}".encode()).hexdigest()[:32]
        remove(replace(context, operation=operation), upload, objects)
    except (NotFound, Conflict):
        return False
    return True
