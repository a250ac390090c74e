"""One uploaded file: whose it is, what for, and how far its check has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from signet.errors import Refused
from signet.uploads.content import Kind, Reason

# An invitation that isn't used expires after this time.
INVITED_FOR = timedelta(days=1)


class State(StrEnum):
    """How far a file has come."""

    AWAITED = "awaited"  # nothing has arrived yet
    CHECKING = "checking"  # it has arrived, and isn't known to be safe
    CLEAN = "clean"
    REFUSED = "refused"
    REMOVED = "removed"  # by its owner; the row is deleted after the content


class Unused(NamedTuple):
    """That a file of a purpose is erased some time after `since`, unless a record names it."""

    purpose: str
    since: datetime


class Upload(BaseModel):
    """What is known of a file. `name` is from its sender's machine: private, as the content is.

    `until` is when a check that is under way may be taken to have been broken off; none when no
    check is. `sha256` is of the content, in hexadecimal; `size` is in bytes. `used` counts the
    places that name the file: while there are any, it stays. `since` is when it was invited or last
    let go, of a file that goes by itself when nothing names it; none of others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    owner: str
    purpose: str
    by: str  # the account that was invited to send it
    back: str  # the page that it is sent from
    invited_at: datetime
    state: State = State.AWAITED
    until: datetime | None = None
    name: str = ""
    size: int = 0
    kind: Kind | None = None
    sha256: str = ""
    reason: Reason | None = None
    version: int = 1
    used: int = 0
    since: datetime | None = None

    @property
    def key(self) -> str:
        """The object store's key: under the owner, with an id that only Signet chooses."""
        return f"{self.owner.replace('#', '/')}/{self.purpose}/{self.id}"

    @property
    def filename(self) -> str:
        """The name for download, with the extension of the file's true kind."""
        return (self.name or "file") + (self.kind.suffix if self.kind else "")

    def waits(self, now: datetime) -> bool:
        """Tell whether the file has yet to be checked and no other check holds the claim."""
        if self.state is State.AWAITED:
            return not self.lapsed(now)
        return self.state is State.CHECKING and (self.until is None or self.until <= now)

    def lapsed(self, now: datetime) -> bool:
        """Tell whether the file is an invitation that expired unused."""
        return self.state is State.AWAITED and self.invited_at + INVITED_FOR <= now


class TooManyFiles(Refused):
    """The owner has as many files of the purpose as are allowed."""

    code = "too-many-files"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} files here, which is the maximum. Remove one first.")
        self.most = most


class AlreadySent(Refused):
    """The invitation was used already: each is for one file."""

    code = "already-sent"
    usual = (
        "This page was already used to send a file, and accepts only one. Go back and add a file "
        "again: the second file was not saved."
    )


class InUse(Refused):
    """A record names the file, so it can be removed only once that record releases it."""

    code = "in-use"
    usual = "This file belongs to a record. Remove it from the record first."


class NotReady(Refused):
    """The file isn't known to be safe, so nobody can open it."""

    code = "not-ready"
    usual = "This file hasn't passed its checks, so it can't be opened."
