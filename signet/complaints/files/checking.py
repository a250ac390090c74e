"""Files of complaints: from quarantine to what the office alone can open (COM-1).

What was said stands, whatever becomes of a file. A worker that is stopped anywhere leaves either
the file in quarantine, to be dealt with anew, or all of it done: the sealed copies are there before
the one transaction that says so, and what lies in quarantine goes after it.
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
from signet.complaints.tables import KeyRow, about_case, copy_part
from signet.errors import Conflict, Unavailable
from signet.policy import Policy
from signet.policy.uploads import UploadPurpose
from signet.sealing import Recipient, Sealed
from signet.uploads.content import Bounds, Kind, Reason, Unfit
from signet.uploads.content.cleaned import without_metadata
from signet.uploads.content.examine import examine
from signet.uploads.naming import harmless
from signet.uploads.objects import UNSEEN, Objects, connect
from signet.uploads.scanner import CannotScan, Scanner, chosen

PURPOSE = "complaint"  # of the policy's purposes of uploads
SCAN_SECONDS = 30.0
KEY = re.compile(rf"{FILES}([0-9a-f]{{32}})")
KEPT = re.compile(rf"{FILES}([0-9a-f]{{32}})/(\d+)/[a-z]+")
FIRST_CLAIM = 2  # a row's version is 1 when it is made
log = logging.getLogger(__name__)


class Means(NamedTuple):
    """What files are dealt with."""

    objects: Objects
    scanner: Scanner
    office: Recipient
    purpose: UploadPurpose
    seconds: float = SCAN_SECONDS


def means(settings: Mapping[str, str], policy: Policy) -> Means:
    """Return what the settings name. Raises Unavailable without a key to seal to."""
    office = sealing.set_as(sealing.OFFICE)
    return Means(connect(settings), chosen(settings), office, policy.uploads[PURPOSE])


def take(key: str, how: Means, today: date) -> File | None:
    """Deal with what lies in quarantine under a key; return what is then known of the file.

    Removed, with None returned: what belongs to no file that anybody was invited to send, or to one
    that was decided on. None too when nothing lies there, or somebody else is at it. A file that
    can't be scanned stays where it is, to be tried again. Raises Unavailable: nothing is lost then.
    """
    named = KEY.fullmatch(key)
    found = claims.find(named[1]) if named else None
    if found is None or found.file.state in DECIDED or _lapsed(found.file, today):
        how.objects.clear(key)
        return None
    if not found.free or how.objects.arrived(key) is None:
        return None
    claim = claims.take(found)
    return _dealt_with(claim, how, today) if claim else None


def _lapsed(file: File, today: date) -> bool:
    return file.state is FileState.INVITED and today >= file.invited_on + timedelta(
        days=store.INVITED_DAYS
    )


def refuse_gone(found: Claim, today: date) -> bool:
    """Decide that a file went before it could be checked; tell whether that was for us to do."""
    claim = claims.take(found)
    if claim is None:
        return False
    refused = {"state": FileState.REFUSED, "reason": Reason.GONE}
    claims.decide(claim, claim.file.model_copy(update=refused), None, (), today)
    return True


def clear_leftovers(how: Means, prefix: str) -> int:
    """Remove sealed copies that no row says are there, nor can come to say; return how many.

    `prefix` is what their keys begin with. A copy belongs while its claim is the file's last one,
    and isn't refused: no later claim takes its number. Raises Unavailable.
    """
    removed = 0
    # Listed first, then read: a claim that is the last one now was no older when it was listed.
    for key in list(how.objects.kept(prefix)):
        if not _belongs(key):
            how.objects.erase(key)
            removed += 1
    return removed


def _belongs(key: str) -> bool:
    named = KEPT.fullmatch(key)
    found = claims.find(named[1]) if named else None
    if named is None or found is None or found.file.state is FileState.REFUSED:
        return False
    return found.file.claim == int(named[2])


def _dealt_with(claim: Claim, how: Means, today: date) -> File | None:
    try:
        file, name, keys = _sealed(claim, how)
        claims.decide(claim, file, name, keys, today)
    except CannotScan as error:
        # No id: beside the platform's time it would say when the file was sent.
        log.warning("a file of a complaint can't be scanned: %s", error)
        claims.give_back(claim)
        return claim.file
    except Unavailable:
        claims.give_back(claim)
        raise
    except Conflict:  # it took so long that another was let at it
        clear_leftovers(how, f"{claim.file.key}/{claim.number}/")
        return None
    how.objects.clear(file.key)
    if claim.number > FIRST_CLAIM:
        clear_leftovers(how, f"{file.key}/")
    return file


def _sealed(claim: Claim, how: Means) -> tuple[File, bytes, list[KeyRow]]:
    """Examine a file, and seal it unless it is refused; its name is sealed either way."""
    arrived = how.objects.arrived(claim.file.key)
    if arrived is None:
        raise Unavailable  # it went this moment: the sweep finds that it has
    part = store.file_part(claim.file.id)
    name = _seal(harmless(arrived.name).encode(), claim, part, how)
    keys = [store.key_row(claim.locator, part, name.key)]
    file = claim.file.model_copy(update={"size": arrived.size})
    try:
        kind, copies = _fit(file, how)
    except Unfit as unfit:
        refused = {"state": FileState.REFUSED, "reason": unfit.reason}
        return file.model_copy(update=refused), name.box, keys
    for copy, content in copies.items():
        keys.append(_keep(claim, copy, content, how))
    sealed = {"state": FileState.SEALED, "kind": kind, "size": len(copies[Copy.ORIGINAL])}
    return file.model_copy(update=sealed), name.box, keys


def _fit(file: File, how: Means) -> tuple[Kind, dict[Copy, bytes]]:
    """What is to be kept of a file. Raises Unfit, CannotScan, Unavailable."""
    rules = how.purpose
    if file.size > rules.size:
        raise Unfit(Reason.TOO_LARGE)
    content = how.objects.unseen(file.key, rules.size)
    if len(content) > rules.size:  # another was sent in its place this moment
        raise Unfit(Reason.TOO_LARGE)
    bounds = Bounds(pixels=rules.pixels, unpacked=rules.unpacked)
    kind = examine(content, {Kind(code) for code in rules.kinds}, bounds)
    if how.scanner.finds_malware(content, how.seconds):
        raise Unfit(Reason.MALWARE)
    return kind, {Copy.ORIGINAL: content, Copy.CLEAN: without_metadata(kind, content)}


def _keep(claim: Claim, copy: Copy, content: bytes, how: Means) -> KeyRow:
    part = copy_part(store.file_part(claim.file.id), copy)
    sealed = _seal(content, claim, part, how)
    how.objects.keep(claim.file.kept(copy), sealed.box, UNSEEN)
    return store.key_row(claim.locator, part, sealed.key)


def _seal(content: bytes, claim: Claim, part: str, how: Means) -> Sealed:
    return sealing.seal(content, how.office, about_case(claim.locator, part))
