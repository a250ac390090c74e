"""The pages that stand for what the object store answers when it doesn't take a file.

The store answers with code (XML). Whatever stands before it (CloudFront, the web server of one
machine) shows one of these pages instead, by the answer's status alone. The statuses are from "List
of error codes" of the Amazon S3 API Reference, for POST Object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from signet.policy.uploads import MEGA, UploadPurpose

FOLDER = "uploads/"
# The form's file or fields: EntityTooLarge, IncorrectNumberOfFilesInPostRequest, MalformedPOST-
# Request, RequestTimeout, IncompleteBody, InvalidTag, ExpiredToken and all others with 400.
REFUSED = "refused"
# What allowed it: AccessDenied ("Policy expired", a changed field), SignatureDoesNotMatch. The
# firewall's too, when somebody sends far too much.
EXPIRED = "expired"
# The store itself, or the way there: SlowDown, InternalError, ServiceUnavailable, NoSuchBucket.
FAILED = "failed"
PAGES = (REFUSED, EXPIRED, FAILED)
# Every status that CloudFront can show a page for; of the others (411, 412 …) a browser's form
# can't come to any, since browsers say the length and the type of what they send.
BY_STATUS: Mapping[int, str] = {
    400: REFUSED,
    403: EXPIRED,
    **dict.fromkeys((404, 405, 414, 416, 500, 501, 502, 503, 504), FAILED),
}


def path(page: str) -> str:
    """The path of a page's file, relative to the site's root."""
    return f"{FOLDER}{page}.html"


def instead_of(status: int) -> str:
    """The path of the page to show instead of an answer of the store with this status."""
    return path(BY_STATUS.get(status, FAILED))


class Allowed(NamedTuple):
    """What may be sent for one purpose, in words."""

    name: str
    kinds: str
    size: str


def allowed(purposes: Mapping[str, UploadPurpose]) -> list[Allowed]:
    """Return what may be sent for each purpose of a policy pack."""
    return [Allowed(one.name, listed(one.kinds), in_words(one.size)) for one in purposes.values()]


def most(purposes: Mapping[str, UploadPurpose]) -> str:
    """The size above which the store takes nothing at all, in words."""
    return in_words(max((one.sent for one in purposes.values()), default=0))


def listed(kinds: Sequence[str]) -> str:
    """The names of kinds of files: PDF, PNG or JPEG."""
    *others, last = (kind.upper() for kind in kinds)
    return f"{', '.join(others)} or {last}" if others else last


def in_words(size: int) -> str:
    """A size in bytes, as pages say it."""
    return f"{size // MEGA} MB" if size >= MEGA else f"{size // 1000} kB"
