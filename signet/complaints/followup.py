"""Coming back with a code: see how far it is, add to it, answer, send more files.

A complainant's receipt code and a respondent's each lead to a filing of their own; a respondent's
is taken nothing more from once the case is closed. Whatever opens nothing is the same here, and
costs the same, whether it was mistyped, was revoked or never was a code. What was said is never
shown again: only the office can open it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from signet import sealing
from signet.complaints import receipt_codes, store
from signet.complaints.intake import ANYONE, FILES
from signet.complaints.model import Added, Asked, File, Filed, FileState, Progress, WrongCode
from signet.complaints.tables import FILE, FILING, FilingRow
from signet.errors import NotFound, Refused, Unavailable
from signet.transactions import audit as trail
from signet.transactions.audit import Audit

RESPONDENT = "respondent"  # by whom something was sent, in the trail; which one, the filing says
_NO_CODE = ""  # no receipt has it: what can't be a code is looked up as this


class Question(NamedTuple):
    """What staff asked. `text` is None where it doesn't open: then it is asked anew.

    `due` is by when a respondent is asked to answer.
    """

    id: str
    on: date
    text: str | None
    answered_on: date | None
    due: date | None = None


class Message(NamedTuple):
    """What staff wrote to be read, `due` as above. `text` is None where it doesn't open."""

    id: str
    on: date
    text: str | None
    due: date | None = None


class Opened(NamedTuple):
    """What a receipt code leads to, for whoever holds it; `rows` are as they stood then."""

    filing: receipt_codes.Filing
    filed: Filed
    questions: tuple[Question, ...] = ()
    messages: tuple[Message, ...] = ()
    files: tuple[File, ...] = ()
    rows: Mapping[str, FilingRow] = MappingProxyType({})

    @property
    def cases(self) -> tuple[Progress, ...]:
        """How far each case is."""
        return tuple(self.filed.cases.values())

    @property
    def arrived(self) -> tuple[File, ...]:
        """The files that were sent, be they accepted or not."""
        return tuple(file for file in self.files if file.state is not FileState.INVITED)


def opened(typed: str, of: str = receipt_codes.COMPLAINT) -> Opened:
    """Return what a code leads to, as somebody typed it: one query, whatever it is.

    `of` says whose codes are taken. Raises WrongCode, always the same, and Unavailable.
    """
    filing = receipt_codes.Filing(receipt_codes.read_code(typed) or _NO_CODE, of)
    try:
        rows = {row.part: row for row in FilingRow.query(filing.locator, consistent_read=True)}
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    if FILING not in rows:
        raise WrongCode
    filed = Filed.model_validate_json(str(rows[FILING].body))
    if filed.revoked_on:
        raise WrongCode
    return Opened(
        filing, filed, _questions(filing, rows), _messages(filing, rows), _files(rows), rows
    )


def add(to: Opened, text: str, *, act: str, today: date) -> None:
    """Add something to what was filed, once however often the form is sent.

    `act` is the form's. The same form with other words adds these too: nothing is ever lost. Raises
    Refused to a respondent once the case is closed, Unavailable.
    """
    _keep(to, Added(text=text), act, today)


def answer(to: Opened, question: str, text: str, *, act: str, today: date) -> None:
    """Answer what staff asked, as `add`. Raises NotFound when it wasn't asked."""
    if question not in {asked.id for asked in to.questions}:
        raise NotFound
    _keep(to, Added(text=text, question=question), act, today)


def invite(to: Opened, *, today: date, most: int) -> tuple[str, ...]:
    """Make room for more files, `most` in all; return the ids of those that may be sent now.

    None when as many were sent as may be. Raises Refused as `add`; Unavailable, also when a file
    has just arrived where there was room: asking again tells.
    """
    _check_open(to)
    held = {file.id: file for file in to.files}
    ids = [to.filing.file(at) for at in range(most)]
    free = [id_ for id_ in ids if id_ not in held or held[id_].state is FileState.INVITED][:FILES]
    stale = [id_ for id_ in free if id_ not in held or held[id_].invited_on != today]
    if stale:
        _write_invitations(to, [File(id=id_, invited_on=today) for id_ in stale])
    return tuple(free)


def _questions(filing: receipt_codes.Filing, rows: Mapping[str, FilingRow]) -> tuple[Question, ...]:
    answered = {
        part.split("#")[2]: date.fromisoformat(part.split("#")[1])
        for part in sorted(rows)
        if part.startswith("answer#")
    }
    found = []
    for part in sorted(part for part in rows if part.startswith("question#")):
        _, day, id_ = part.split("#")
        text, asked = _opened_text(filing, rows[part]), _asked(rows[part])
        on = answered.get(id_) or asked.answered_on
        found.append(Question(id_, date.fromisoformat(day), text, on, asked.due))
    return tuple(found)


def _messages(filing: receipt_codes.Filing, rows: Mapping[str, FilingRow]) -> tuple[Message, ...]:
    """What staff wrote, the newest first."""
    found = []
    for part in sorted((part for part in rows if part.startswith("message#")), reverse=True):
        _, day, id_ = part.split("#")
        text, due = _opened_text(filing, rows[part]), _asked(rows[part]).due
        found.append(Message(id_, date.fromisoformat(day), text, due))
    return tuple(found)


def _asked(row: FilingRow) -> Asked:
    return Asked.model_validate_json(row.body) if row.body else Asked()


def _opened_text(filing: receipt_codes.Filing, row: FilingRow) -> str | None:
    try:
        about = store.about_row(row)
        return sealing.opened_directly(row.sealed or b"", filing.reader, about).decode()
    except sealing.CannotOpen:
        return None


def _files(rows: Mapping[str, FilingRow]) -> tuple[File, ...]:
    """The files, the first invited first."""
    found = (
        File.model_validate_json(str(row.body))
        for part, row in rows.items()
        if part.startswith(f"{FILE}#")
    )
    return tuple(sorted(found, key=lambda file: (file.invited_on, file.id)))


def _check_open(to: Opened) -> None:
    if to.filed.closed_on:
        raise Refused(
            "This case is closed, and nothing more can be sent here. Write to us instead."
        )


def _keep(to: Opened, added: Added, act: str, today: date) -> None:
    _check_open(to)
    locator, by = to.filing.locator, RESPONDENT if to.filed.respondent else ANYONE
    content = added.model_dump_json().encode()
    id_ = receipt_codes.said(bytes.fromhex(act), content)[:32]
    done = store.act_row(locator, id_)
    parts = [store.addition_part(today, id_)]
    if added.question:
        # A question that was answered today already: what is said now is kept beside it.
        parts.insert(0, store.answer_part(today, added.question))
    for part in parts:
        held = store.put_new([done, *_sealed_rows(locator, part, content, today, id_, by)])
        if not held or any(row is done for row in held):
            return
    raise Unavailable


def _sealed_rows(
    locator: str, part: str, content: bytes, today: date, id_: str, by: str
) -> Sequence[Model]:
    about = store.about_row(FilingRow(locator, part))
    sealed = sealing.seal(content, sealing.set_as(sealing.OFFICE), about)
    what = "complaint-answered" if part.startswith("answer#") else "complaint-added-to"
    line = Audit(f"complaint#{locator}", what, by, store.midnight(today))
    return (
        store.sealed_row(locator, part, sealed, today),
        store.key_row(locator, part, sealed.key),
        trail.row(line, id_),
    )


def _write_invitations(to: Opened, files: Sequence[File]) -> None:
    """Put the rows of files, on the condition that each stands as it was seen to."""
    try:
        with TransactWrite(connection=FilingRow._get_connection().connection) as transaction:
            for row in store.invited_rows(to.filing.locator, files):
                transaction.save(row, condition=_as_seen(row, to))
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def _as_seen(row: FilingRow, to: Opened) -> Condition | None:
    if row.part == FILE:
        return None  # it says whose the file is, which never changes
    seen = to.rows.get(row.part)
    return FilingRow.part.does_not_exist() if seen is None else FilingRow.body == seen.body
