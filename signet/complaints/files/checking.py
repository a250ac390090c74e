"""Checking the files of complaints: from quarantine to sealed copies (COM-1).

The complaint stands, whatever happens to a file. A worker that stops at any point leaves the file
either in quarantine, to be processed again, or completely done: the sealed copies are stored before
the one transaction that records them, and the quarantined object is deleted after it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from signet import sealing
from signet.complaints import store
from signet.complaints.files import claims
from signet.complaints.files.claims import DECIDED, Claim
from signet.complaints.model import FILES, Copy, File, FileState
from signet.complaints.tables import KeyRow, copy_key, seal_context
from signet.errors import Conflict, Unavailable
from signet.policy import Policy
from signet.policy.uploads import UploadPurpose
from signet.sealing import Recipient, Sealed
from signet.uploads.content import Bounds, Kind, Reason, Unfit
from signet.uploads.content.cleaning import clean
from signet.uploads.naming import harmless
from signet.uploads.objects import UNSEEN, Objects, connect
from signet.uploads.scanner import CannotScan, Scanner, chosen

PURPOSE = "complaint"  # the upload purpose in the policy
SCAN_SECONDS = 30.0
KEY = re.compile(rf"{FILES}([0-9a-f]{{32}})")
KEPT = re.compile(rf"{FILES}([0-9a-f]{{32}})/(\d+)/[a-z]+")
FIRST_CLAIM = 2  # a new row has version 1
log = logging.getLogger(__name__)


class Means(NamedTuple):
    """What is needed to process files."""

    objects: Objects
    scanner: Scanner
    office: Recipient
    purpose: UploadPurpose
    seconds: float = SCAN_SECONDS


def means(settings: Mapping[str, str], policy: Policy) -> Means:
    """Return what the settings configure. Raises Unavailable without an office key to seal to."""
    office = sealing.set_as(sealing.OFFICE)
    return Means(connect(settings), chosen(settings), office, policy.uploads[PURPOSE])


def process(key: str, how: Means, today: date) -> File | None:
    """Process the object under a key in quarantine; return the resulting state of the file.

    The object is deleted, and None returned, when it belongs to no invited file or to one already
    decided on. None is also returned when the object doesn't exist or another worker holds the
    claim. A file that can't be scanned stays there, to be tried again. Raises Unavailable; nothing
    is lost then.
    """
    named = KEY.fullmatch(key)
    current = claims.find(named[1]) if named else None
    if current is None or current.file.state in DECIDED or _lapsed(current.file, today):
        how.objects.clear(key)
        return None
    if not current.free or how.objects.arrived(key) is None:
        return None
    claim = claims.take_claim(current)
    return _dealt_with(claim, how, today) if claim else None


def _lapsed(file: File, today: date) -> bool:
    return file.state is FileState.INVITED and today >= file.invited_on + timedelta(
        days=store.INVITED_DAYS
    )


def refuse_gone(found: Claim, today: date) -> bool:
    """Refuse a file whose object is gone before its check; tell whether this worker decided it."""
    claim = claims.take_claim(found)
    if claim is None:
        return False
    refused = {"state": FileState.REFUSED, "reason": Reason.GONE}
    claims.decide(claim, claim.file.model_copy(update=refused), None, (), today)
    return True


def clear_leftovers(how: Means, prefix: str) -> int:
    """Delete sealed copies that no row refers to or will refer to; return how many.

    `prefix` is what their keys begin with. A copy is kept as long as its claim is the file's latest
    and the file isn't refused; a later claim never reuses its number. Raises Unavailable.
    """
    removed = 0
    # List before reading the rows: a copy of a newer claim can't then be taken for an old one.
    for key in list(how.objects.kept(prefix)):
        if not _belongs(key):
            how.objects.erase(key)
            removed += 1
    return removed


def _belongs(key: str) -> bool:
    named = KEPT.fullmatch(key)
    claim = claims.find(named[1]) if named else None
    if named is None or claim is None or claim.file.state is FileState.REFUSED:
        return False
    return claim.file.claim == int(named[2])


def _dealt_with(claim: Claim, how: Means, today: date) -> File | None:
    try:
        file, name, keys = _sealed(claim, how)
        claims.decide(claim, file, name, keys, today)
    except CannotScan as error:
        # Without the ID: with the log's time it would reveal when the file was sent.
        log.warning("a file of a complaint can't be scanned: %s", error)
        claims.release(claim)
        return claim.file
    except Unavailable:
        claims.release(claim)
        raise
    except Conflict:  # it took so long that another worker claimed the file
        clear_leftovers(how, f"{claim.file.key}/{claim.number}/")
        return None
    how.objects.clear(file.key)
    if claim.number > FIRST_CLAIM:
        clear_leftovers(how, f"{file.key}/")
    return file


def _sealed(claim: Claim, how: Means) -> tuple[File, bytes, list[KeyRow]]:
    """Examine a file, and seal it unless it is refused; its name is sealed in either case."""
    arrived = how.objects.arrived(claim.file.key)
    if arrived is None:
        raise Unavailable  # just deleted: the sweep will notice
    sort_key = store.file_key(claim.file.id)
    name = _seal(harmless(arrived.name).encode(), claim, sort_key, how)
    keys = [store.key_row(claim.locator, sort_key, name.key)]
    file = claim.file.model_copy(update={"size": arrived.size})
    try:
        kind, copies = _fit(file, how)
    except Unfit as unfit:
        refused = {"state": FileState.REFUSED, "reason": unfit.reason}
        return file.model_copy(update=refused), name.box, keys
    for copy, content in copies.items():
        keys.append(_keep(claim, copy, content, how))
    size = max(map(len, copies.values()))
    sealed = {"state": FileState.SEALED, "kind": kind, "size": size}
    return file.model_copy(update=sealed), name.box, keys


def _fit(file: File, how: Means) -> tuple[Kind, dict[Copy, bytes]]:
    """Return the type and copies of an acceptable file. Raises Unfit, CannotScan, Unavailable."""
    rules = how.purpose
    if file.size > rules.size:
        raise Unfit(Reason.TOO_LARGE)
    content = how.objects.unseen(file.key, rules.size)
    if len(content) > rules.size:  # the object was just replaced by another
        raise Unfit(Reason.TOO_LARGE)
    bounds = Bounds(pixels=rules.pixels, unpacked=rules.unpacked)
    copies = clean(content, {Kind(code) for code in rules.kinds}, bounds)
    if how.scanner.finds_malware(content, how.seconds):
        raise Unfit(Reason.MALWARE)
    return copies.kind, {Copy.ORIGINAL: content, Copy.CLEAN: copies.content}


def _keep(claim: Claim, copy: Copy, content: bytes, how: Means) -> KeyRow:
    sort_key = copy_key(store.file_key(claim.file.id), copy)
    sealed = _seal(content, claim, sort_key, how)
    how.objects.keep(claim.file.object_key(copy), sealed.box, UNSEEN)
    return store.key_row(claim.locator, sort_key, sealed.key)


def _seal(content: bytes, claim: Claim, sort_key: str, how: Means) -> Sealed:
    return sealing.seal(content, how.office, seal_context(claim.locator, sort_key))
