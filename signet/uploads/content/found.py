"""What an examination of a file ends in: the kind that it is, or why it can't be taken."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of file that can be examined; a policy pack lists which of them are taken."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def media(self) -> str:
        """The media type that the file is handed out as."""
        return "application/pdf" if self is Kind.PDF else f"image/{self}"

    @property
    def suffix(self) -> str:
        """How the file's name ends when it is handed out."""
        return ".jpg" if self is Kind.JPEG else f".{self}"


class Reason(StrEnum):
    """Why a file can't be taken, in a word that the pages put into a sentence."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    KIND = "kind"  # none of the kinds that are taken
    BROKEN = "broken"  # not whole, or not as its kind is written
    TWO_THINGS = "two-things"  # could be read as something else as well
    TOO_MANY_PIXELS = "too-many-pixels"
    BOMB = "bomb"  # unpacks to far more than it should
    LOCKED = "locked"  # behind a password, so that nobody can look into it
    ACTIVE = "active"  # a document that runs something or carries other files
    MALWARE = "malware"
    GONE = "gone"  # what had arrived was not checked in time, and is there no more


class Unfit(Exception):
    """The file can't be taken; `reason` says why. It holds nothing of the file's content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Bounds(NamedTuple):
    """How much a file may come to when unpacked: pixels of a picture, bytes of all streams."""

    pixels: int
    unpacked: int

    def allow(self, width: int, height: int) -> None:
        """Raise Unfit when a picture of this size has no area or more than it may."""
        if width <= 0 or height <= 0:
            raise Unfit(Reason.BROKEN)
        if width * height > self.pixels:
            raise Unfit(Reason.TOO_MANY_PIXELS)
