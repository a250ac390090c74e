"""Uploads in the database: rows under their owner, each changed only from the version read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from signet.errors import Conflict, NotFound, Unavailable
from signet.tables import condition_failed
from signet.transactions.commit import Save, Update
from signet.uploads.model import INVITED_FOR, State, Unused, Upload
from signet.uploads.tables import FILE, UploadRow

# Fields that are attributes of their own, and not in the body.
PLAIN = frozenset({"owner", "state", "version", "used", "since"})


def get(owner: str, id_: str) -> Upload:
    """Return a file's row. Raises NotFound when the owner has none of that id, Unavailable."""
    try:
        row = UploadRow.get(owner, FILE + id_, consistent_read=True)
    except DoesNotExist:
        raise NotFound from None
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    return _upload(row)


def of(owner: str) -> list[Upload]:
    """Return all rows of an owner, the newest first. Raises Unavailable."""
    try:
        rows = UploadRow.query(owner, UploadRow.part.startswith(FILE), consistent_read=True)
        uploads = [_upload(row) for row in rows]
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    return sorted(uploads, key=lambda upload: (upload.invited_at, upload.id), reverse=True)


def new(upload: Upload) -> Save:
    """Return the change that creates a file's row."""
    return Save(_row(upload), UploadRow.owner.does_not_exist())


def changed(upload: Upload, **fields: Any) -> tuple[Upload, Save]:
    """Return a file with fields changed, and the change that writes it over the version read.

    The write fails for a file that is in use.
    """
    after = upload.model_copy(update={**fields, "version": upload.version + 1})
    unused: Condition = UploadRow.used.does_not_exist() | (UploadRow.used == 0)
    return after, Save(_row(after), (UploadRow.version == upload.version) & unused)


def write(save: Save) -> None:
    """Make a change by itself, outside any user's operation. Raises Conflict, Unavailable."""
    try:
        save.row.save(condition=save.condition)
    except PutError as error:
        if condition_failed(error):
            raise Conflict from error
        raise Unavailable from error
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def forget(upload: Upload) -> None:
    """Delete the row of a file whose content is gone. Raises Unavailable."""
    try:
        UploadRow(owner=upload.owner, part=FILE + upload.id).delete()
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def use(owner: str, id_: str) -> Update:
    """Return the change that makes a record name a file, which has to be clean."""
    row = UploadRow(owner=owner, part=FILE + id_)
    named = [UploadRow.used.add(1), UploadRow.unused.remove()]
    return Update(row, named, UploadRow.state == State.CLEAN.value)


def release(owner: str, id_: str, unused: Unused | None = None) -> Update:
    """Return the change that makes a record release a file, which may then be erased later.

    The file is listed as unused even if other records name it: the code that reads the list checks.
    """
    row = UploadRow(owner=owner, part=FILE + id_)
    listed: Sequence[Action] = ()
    if unused:
        listed = [
            UploadRow.unused.set(unused.purpose),
            UploadRow.since.set(_moment(unused.since)),
        ]
    return Update(row, [UploadRow.used.add(-1), *listed], UploadRow.used >= 1)


def unlist(upload: Upload) -> None:
    """Take a file that is in use off the list of unused files. Raises Unavailable."""
    row = UploadRow(owner=upload.owner, part=FILE + upload.id)
    try:
        row.update([UploadRow.unused.remove()], condition=UploadRow.used >= 1)
    except UpdateError as error:
        if not condition_failed(error):
            raise Unavailable from error
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def unused(purpose: str, until: datetime, limit: int) -> list[tuple[str, str]]:
    """Return owners and ids of a purpose's files that are listed as unused since before a moment.

    The longest unused come first: one query. The list may be slightly out of date. Raises
    Unavailable.
    """
    try:
        rows = UploadRow.by_unused.query(purpose, UploadRow.since <= _moment(until), limit=limit)
        return [(row.owner, row.part.removeprefix(FILE)) for row in rows]
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def _moment(when: datetime) -> str:
    """Return a moment as text that sorts chronologically."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _row(upload: Upload) -> UploadRow:
    awaited = upload.state is State.AWAITED
    return UploadRow(
        owner=upload.owner,
        part=FILE + upload.id,
        body=upload.model_dump_json(exclude={*PLAIN, "id"}),
        state=upload.state.value,
        version=upload.version,
        expires=upload.invited_at + INVITED_FOR if awaited else None,
        # A file that hasn't arrived expires already.
        unused=upload.purpose if upload.since and not awaited else None,
        since=_moment(upload.since) if upload.since else None,
    )


def _upload(row: UploadRow) -> Upload:
    plain = {
        "id": row.part.removeprefix(FILE),
        "owner": row.owner,
        "state": row.state,
        "version": int(row.version),
        "used": int(row.used or 0),
        "since": row.since,
    }
    return Upload.model_validate({**json.loads(row.body), **plain})
