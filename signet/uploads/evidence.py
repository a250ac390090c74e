"""Files as other records use them: looked up, listed, named and released.

Separate from sending, checking and opening files (`signet.uploads.actions`), which needs the object
store, the scanner and the code for each kind of file: code that only names files loads none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from signet.errors import NotFound
from signet.policy import Policy
from signet.policy.uploads import UploadPurpose
from signet.transactions.commit import Update
from signet.uploads import store
from signet.uploads.model import State, Unused, Upload


def purpose(policy: Policy, code: str) -> UploadPurpose:
    """Return the policy on files for a purpose. Raises NotFound when it isn't known."""
    upload_purpose = policy.uploads.get(code)
    if upload_purpose is None:
        raise NotFound
    return upload_purpose


def find(owner: str, id_: str) -> Upload:
    """Return one of an owner's files. Raises NotFound when there is none of that id."""
    upload = store.get(owner, id_)
    if upload.state is State.REMOVED:
        raise NotFound
    return upload


def listed(owner: str, code: str, now: datetime) -> list[Upload]:
    """Return an owner's files for a purpose, the newest first: one query, no object store."""
    return [
        upload
        for upload in store.of(owner)
        if upload.purpose == code and upload.state is not State.REMOVED and not upload.lapsed(now)
    ]


def clean(owner: str, code: str, now: datetime) -> list[Upload]:
    """Return an owner's files for a purpose that a record can name."""
    return [upload for upload in listed(owner, code, now) if upload.state is State.CLEAN]


def used(owner: str, ids: Sequence[str]) -> list[Update]:
    """Return the changes that make a record name files, for the record's own write.

    The write fails (Conflict) when one of them isn't the owner's, or isn't clean. From then on it
    can't be removed, until the record releases it (`released`).
    """
    return [store.use(owner, id_) for id_ in ids]


def released(owner: str, ids: Sequence[str], unused: Unused | None = None) -> list[Update]:
    """Return the changes that make a record release files, for the record's own write.

    `unused` is for files that are then erased after a while (`signet.uploads.removal`).
    """
    return [store.release(owner, id_, unused) for id_ in ids]
