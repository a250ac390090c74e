"""One open request of a kind: a row for each person, kind and record says which one it is.

The index of a person's requests follows a write only after a while, so that two tabs could each
begin one. The row is written with the request that begins, and emptied with the event by which it
ends, whichever that is. Requests that were begun before there were such rows have none.
"""

from __future__ import annotations

from signet.requests.model import File, Head
from signet.requests.stage import Standing
from signet.requests.tables import OPEN, RequestRow, open_key
from signet.tables import reachable
from signet.transactions.commit import Change, Save

NONE = ""


@reachable
def holder(head: Head) -> str:
    """Return the id of the request that is open, "" for none: one read. Raises Unavailable."""
    rows = RequestRow.query(open_key(head), RequestRow.part == OPEN, consistent_read=True)
    return next((str(row.body) for row in rows), NONE)


def take(head: Head, id_: str) -> Save:
    """Return the change by which a request is the one that is open; it fails if another is."""
    free = RequestRow.request.does_not_exist() | (RequestRow.body == NONE)
    return Save(RequestRow(open_key(head), OPEN, body=id_), free)


def release(head: Head, id_: str) -> Save:
    """Return the change by which another can be begun; it fails if `id_` isn't the one any more."""
    return Save(RequestRow(open_key(head), OPEN, body=NONE), RequestRow.body == id_)


def changes(file: File, was: Standing, becomes: Standing) -> list[Change]:
    """Return what an operation that ends a request, or takes it up again, writes of its row.

    An appeal takes a request up again though another was begun meanwhile: that keeps its row. Reads
    only where the request ends or is taken up again. Raises Unavailable.
    """
    if was.closed is becomes.closed:
        return []
    now = holder(file.head)
    if becomes.closed:
        return [release(file.head, file.id)] if now == file.id else []
    return [take(file.head, file.id)] if now == NONE else []
