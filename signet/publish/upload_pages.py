"""The pages shown in place of the object store's answer when it refuses an upload.

The store answers with XML. The server in front of it (CloudFront, or the web server of a single
machine) shows one of these pages instead, chosen by the answer's status alone. The statuses are
from "List of error codes" of the Amazon S3 API Reference, for POST Object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from signet.policy.uploads import MEGA, UploadPurpose

FOLDER = "uploads/"
# The file or a form field is wrong: EntityTooLarge, IncorrectNumberOfFilesInPostRequest,
# MalformedPOSTRequest, RequestTimeout, IncompleteBody, InvalidTag, ExpiredToken, any other 400.
REFUSED = "refused"
# The upload policy fails: AccessDenied ("Policy expired", a changed field), SignatureDoesNotMatch.
# The firewall answers 403 too, when a client sends far too much.
EXPIRED = "expired"
# The store or the network fails: SlowDown, InternalError, ServiceUnavailable, NoSuchBucket.
FAILED = "failed"
PAGES = (REFUSED, EXPIRED, FAILED)
# Every status that CloudFront can show a page for. A browser's form can't get the others (411,
# 412 …), since browsers send the length and the type of what they upload.
BY_STATUS: Mapping[int, str] = {
    400: REFUSED,
    403: EXPIRED,
    **dict.fromkeys((404, 405, 414, 416, 500, 501, 502, 503, 504), FAILED),
}


def path(page: str) -> str:
    """Return the path of a page's file, relative to the site's root."""
    return f"{FOLDER}{page}.html"


def instead_of(status: int) -> str:
    """Return the path of the page to show instead of a store's answer with this status."""
    return path(BY_STATUS.get(status, FAILED))


class Allowed(NamedTuple):
    """What may be uploaded for one purpose, in words."""

    name: str
    kinds: str
    size: str


def allowed(purposes: Mapping[str, UploadPurpose]) -> list[Allowed]:
    """Return what may be uploaded for each purpose of a policy pack."""
    return [Allowed(one.name, listed(one.kinds), in_words(one.size)) for one in purposes.values()]


def most(purposes: Mapping[str, UploadPurpose]) -> str:
    """Return the size above which the store accepts no upload at all, in words."""
    return in_words(max((one.sent for one in purposes.values()), default=0))


def listed(kinds: Sequence[str]) -> str:
    """Return the names of file types as a phrase: PDF, PNG or JPEG."""
    *others, last = (kind.upper() for kind in kinds)
    return f"{', '.join(others)} or {last}" if others else last


def in_words(size: int) -> str:
    """Return a size in bytes as pages show it."""
    return f"{size // MEGA} MB" if size >= MEGA else f"{size // 1000} kB"
