"""Files of a case: decrypted in memory and handed out, each time with an audit line.

A function's response holds 6 MB of text at most, so a file larger than 4 MB is sent in pieces.
Handing it out by a URL of the object store would mean storing it there unsealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signet import sealing
from signet.complaints import access, store
from signet.complaints.desk import case_store
from signet.complaints.desk.context import (
    CaseChange,
    CaseVersion,
    Officer,
    case_of,
    change_case,
    record_opening,
)
from signet.complaints.desk.texts import unsealed
from signet.complaints.model import Case, Copy, File, FileState
from signet.complaints.tables import FilingRow, copy_key, seal_context
from signet.errors import NotAllowed, NotFound, Unavailable
from signet.sealing import CannotOpen

if TYPE_CHECKING:
    from signet.uploads.objects import Objects

PIECE = 4_000_000  # bytes


class Opened(NamedTuple):
    """A file, or a piece of one: its bytes, its name, and its media type."""

    content: bytes
    name: str
    media: str


def clean(officer: Officer, objects: Objects, id_: str, file: str, piece: int = 1) -> Opened:
    """Return a file's copy without metadata, the one to look at unless there is a reason not to.

    `piece` counts from 1. Raises NotFound, Unavailable.
    """
    record_opening(officer, id_, "complaint-file-opened", file=file, copy=Copy.CLEAN)
    return _piece(officer, objects, case_of(officer, id_), file, Copy.CLEAN, piece)


def original(
    officer: Officer, objects: Objects, seen: CaseVersion, file: str, reason: str, piece: int = 1
) -> Opened:
    """Return a file as it was sent, with its metadata, to a registrar who gives a reason.

    Raises NotAllowed, NotFound, Conflict, Unavailable.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar opens a file as it was sent.")

    def change(case: Case) -> CaseChange:
        _file(case, file)
        return CaseChange(case, {"file": file}, reason)

    change_case(officer, seen, "complaint-original-opened", [file, reason], change)
    return _piece(officer, objects, case_of(officer, seen.case), file, Copy.ORIGINAL, piece)


def file_details(officer: Officer, id_: str, file: str) -> tuple[Case, File, str]:
    """Return a file's case, metadata and name, after recording that it was looked at."""
    record_opening(officer, id_, "complaint-file-named", file=file)
    case = case_of(officer, id_)
    return case, _file(case, file), _name(officer, case, file)


def pieces(file: File) -> int:
    """Return the number of pieces that a file is sent in."""
    return max(1, -(-file.size // PIECE))


def _file(case: Case, id_: str) -> File:
    """Return a file that was accepted and sealed. Raises NotFound for any other."""
    row = _row(case, id_)
    file = File.model_validate_json(row.body or "") if row else None
    if file is None or file.state is not FileState.SEALED:
        raise NotFound
    return file


def _row(case: Case, id_: str) -> FilingRow | None:
    """Return the row of a file of the case, whether the complainant's or a respondent's."""
    sort_key = store.file_key(id_)
    filing_row = case_store.filing_row(case.filing, sort_key)
    if filing_row is not None:
        return filing_row
    theirs = (case_store.filing_row(locator, sort_key) for locator in access.filings(case.id))
    return next((row for row in theirs if row is not None), None)


def _piece(
    officer: Officer, objects: Objects, case: Case, id_: str, copy: Copy, piece: int
) -> Opened:
    file = _file(case, id_)
    content = _open(officer, objects, case, file, copy)
    start = (piece - 1) * PIECE
    if not 0 <= start < len(content):
        raise NotFound
    name = _called(_name(officer, case, id_), file)
    if len(content) > PIECE:
        name = f"{name}.{piece:03}"
    media = "application/octet-stream" if len(content) > PIECE or not file.kind else file.kind.media
    return Opened(content[start : start + PIECE], name, media)


def _open(officer: Officer, objects: Objects, case: Case, file: File, copy: Copy) -> bytes:
    row, sort_key = _row(case, file.id), copy_key(store.file_key(file.id), copy)
    key = case_store.key(row.filing, sort_key).get(sort_key) if row else None
    if row is None or key is None:
        raise NotFound
    box = objects.sealed(file.object_key(copy))
    try:
        return sealing.opened(box, key, officer.private, seal_context(row.filing, sort_key))
    except CannotOpen as error:
        raise Unavailable("This file can’t be opened with the office’s key.") from error


def _name(officer: Officer, case: Case, id_: str) -> str:
    row = _row(case, id_)
    return (row and unsealed(officer, row, case_store.key(row.filing, row.part))) or ""


def _called(name: str, file: File) -> str:
    """Return a file name to save under, with the extension of the file's type."""
    return f"{name or 'file'}{file.kind.suffix if file.kind else ''}"
