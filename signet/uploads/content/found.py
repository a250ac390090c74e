"""The result of examining a file: its kind, or why it isn't accepted."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of file that can be examined; a policy pack lists which of them are accepted."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def media(self) -> str:
        """The media type for download."""
        return "application/pdf" if self is Kind.PDF else f"image/{self}"

    @property
    def suffix(self) -> str:
        """The extension of the file's name for download."""
        return ".jpg" if self is Kind.JPEG else f".{self}"


class Reason(StrEnum):
    """Why a file isn't accepted, in a word that the pages put into a sentence."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    KIND = "kind"  # none of the kinds that are accepted
    BROKEN = "broken"  # incomplete, or not valid for its kind
    TWO_THINGS = "two-things"  # could be read as something else as well
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_PAGES = "too-many-pages"
    BOMB = "bomb"  # unpacks to far more than it should
    TOO_SLOW = "too-slow"  # takes far longer to read than it should
    LOCKED = "locked"  # encrypted, so that it can't be examined
    ACTIVE = "active"  # a document that runs something or carries other files
    MALWARE = "malware"
    GONE = "gone"  # it wasn't checked in time, and the store no longer has it


class Unfit(Exception):
    """The file isn't accepted; `reason` says why. It holds nothing of the file's content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Clean(NamedTuple):
    """A re-encoded file: its kind, its bytes, and width and height in pixels (0 of a PDF)."""

    kind: Kind
    content: bytes
    width: int = 0
    height: int = 0


class Bounds(NamedTuple):
    """Limits on what a file unpacks to: pixels of a picture, bytes of all streams."""

    pixels: int
    unpacked: int

    def allow(self, width: int, height: int) -> None:
        """Raise Unfit when a picture of this size has no area or too many pixels."""
        if width <= 0 or height <= 0:
            raise Unfit(Reason.BROKEN)
        if width * height > self.pixels:
            raise Unfit(Reason.TOO_MANY_PIXELS)
