"""Returning with a code: see the progress, add to the filing, answer questions, send more files.

A complainant's receipt code and a respondent's code each lead to a filing of their own. Nothing
more is accepted from a respondent once the case is closed. Every code that doesn't work gives the
same answer at the same cost, whether it was mistyped, was revoked or never existed. What was
submitted is never shown again: only the office can open it.
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
from signet.transactions import audit as audit
from signet.transactions.audit import Audit

RESPONDENT = "respondent"  # the actor in the audit log; the filing says which respondent
_NO_CODE = ""  # matches no receipt: looked up, at the same cost, for input that can't be a code


class Question(NamedTuple):
    """A question from staff. `text` is None where it can't be opened: it has to be asked again.

    `due` is the day by which a respondent is asked to answer.
    """

    id: str
    on: date
    text: str | None
    answered_on: date | None
    due: date | None = None


class Message(NamedTuple):
    """A message from staff that needs no answer; `due` and `text` are as in `Question`."""

    id: str
    on: date
    text: str | None
    due: date | None = None


class Opened(NamedTuple):
    """What a code leads to, for the person who holds it; `rows` are the rows as they were read."""

    filing: receipt_codes.Filing
    filed: Filed
    questions: tuple[Question, ...] = ()
    messages: tuple[Message, ...] = ()
    files: tuple[File, ...] = ()
    rows: Mapping[str, FilingRow] = MappingProxyType({})

    @property
    def cases(self) -> tuple[Progress, ...]:
        """Return the progress of each case."""
        return tuple(self.filed.cases.values())

    @property
    def arrived(self) -> tuple[File, ...]:
        """Return the files that were sent, accepted or not."""
        return tuple(file for file in self.files if file.state is not FileState.INVITED)


def open_filing(typed: str, of: str = receipt_codes.COMPLAINT) -> Opened:
    """Return what a code leads to, as it was typed; always one query.

    `of` says whose codes are accepted. Raises WrongCode, always the same one, and Unavailable.
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


def add(to: Opened, text: str, *, operation_id: str, today: date) -> None:
    """Add to a filing; sending the same form again adds nothing more.

    `operation_id` is the form's operation ID. The same form with other text adds that too, so that
    nothing is lost. Raises Refused to a respondent once the case is closed, Unavailable.
    """
    _keep(to, Added(text=text), operation_id, today)


def answer(to: Opened, question: str, text: str, *, operation_id: str, today: date) -> None:
    """Answer a question from staff, as `add`. Raises NotFound when it wasn't asked."""
    if question not in {asked.id for asked in to.questions}:
        raise NotFound
    _keep(to, Added(text=text, question=question), operation_id, today)


def invite(to: Opened, *, today: date, limit: int) -> tuple[str, ...]:
    """Make room for more files, `limit` in total; return the IDs of those that may be sent now.

    There are none when the limit is reached. Raises Refused as `add`, and Unavailable, also when a
    file has just arrived in a free place: trying again gives the right answer.
    """
    _check_open(to)
    held = {file.id: file for file in to.files}
    ids = [to.filing.file(at) for at in range(limit)]
    free = [id_ for id_ in ids if id_ not in held or held[id_].state is FileState.INVITED][:FILES]
    stale = [id_ for id_ in free if id_ not in held or held[id_].invited_on != today]
    if stale:
        _write_invitations(to, [File(id=id_, invited_on=today) for id_ in stale])
    return tuple(free)


def _questions(filing: receipt_codes.Filing, rows: Mapping[str, FilingRow]) -> tuple[Question, ...]:
    answered = {
        sort_key.split("#")[2]: date.fromisoformat(sort_key.split("#")[1])
        for sort_key in sorted(rows)
        if sort_key.startswith("answer#")
    }
    questions = []
    for sort_key in sorted(sort_key for sort_key in rows if sort_key.startswith("question#")):
        _, day, id_ = sort_key.split("#")
        text, asked = _opened_text(filing, rows[sort_key]), _asked(rows[sort_key])
        on = answered.get(id_) or asked.answered_on
        questions.append(Question(id_, date.fromisoformat(day), text, on, asked.due))
    return tuple(questions)


def _messages(filing: receipt_codes.Filing, rows: Mapping[str, FilingRow]) -> tuple[Message, ...]:
    """Return the messages from staff, newest first."""
    messages = []
    for sort_key in sorted(
        (sort_key for sort_key in rows if sort_key.startswith("message#")), reverse=True
    ):
        _, day, id_ = sort_key.split("#")
        text, due = _opened_text(filing, rows[sort_key]), _asked(rows[sort_key]).due
        messages.append(Message(id_, date.fromisoformat(day), text, due))
    return tuple(messages)


def _asked(row: FilingRow) -> Asked:
    return Asked.model_validate_json(row.body) if row.body else Asked()


def _opened_text(filing: receipt_codes.Filing, row: FilingRow) -> str | None:
    try:
        about = store.row_seal_context(row)
        return sealing.opened_directly(row.sealed or b"", filing.reader, about).decode()
    except sealing.CannotOpen:
        return None


def _files(rows: Mapping[str, FilingRow]) -> tuple[File, ...]:
    """Return the files in the order in which they were invited."""
    files = (
        File.model_validate_json(str(row.body))
        for sort_key, row in rows.items()
        if sort_key.startswith(f"{FILE}#")
    )
    return tuple(sorted(files, key=lambda file: (file.invited_on, file.id)))


def _check_open(to: Opened) -> None:
    if to.filed.closed_on:
        raise Refused(
            "This case is closed, and nothing more can be sent here. Write to us instead."
        )


def _keep(to: Opened, added: Added, operation_id: str, today: date) -> None:
    _check_open(to)
    locator, by = to.filing.locator, RESPONDENT if to.filed.respondent else ANYONE
    content = added.model_dump_json().encode()
    id_ = receipt_codes.content_hash(bytes.fromhex(operation_id), content)[:32]
    done = store.operation_row(locator, id_)
    parts = [store.addition_key(today, id_)]
    if added.question:
        # If the question was answered today already, this answer is stored as an addition.
        parts.insert(0, store.answer_key(today, added.question))
    for sort_key in parts:
        rows = store.put_new([done, *_sealed_rows(locator, sort_key, content, today, id_, by)])
        if not rows or any(row is done for row in rows):
            return
    raise Unavailable


def _sealed_rows(
    locator: str, sort_key: str, content: bytes, today: date, id_: str, by: str
) -> Sequence[Model]:
    about = store.row_seal_context(FilingRow(locator, sort_key))
    sealed = sealing.seal(content, sealing.set_as(sealing.OFFICE), about)
    what = "complaint-answered" if sort_key.startswith("answer#") else "complaint-added-to"
    line = Audit(f"complaint#{locator}", what, by, store.midnight(today))
    return (
        store.sealed_row(locator, sort_key, sealed, today),
        store.key_row(locator, sort_key, sealed.key),
        audit.row(line, id_),
    )


def _write_invitations(to: Opened, files: Sequence[File]) -> None:
    """Put the rows of invited files, on the condition that none has changed since it was read."""
    try:
        with TransactWrite(connection=FilingRow._get_connection().connection) as transaction:
            for row in store.invited_rows(to.filing.locator, files):
                transaction.save(row, condition=_at_code(row, to))
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def _at_code(row: FilingRow, to: Opened) -> Condition | None:
    if row.part == FILE:
        return None  # the pointer to the file's filing, which never changes
    seen = to.rows.get(row.part)
    return FilingRow.part.does_not_exist() if seen is None else FilingRow.body == seen.body
