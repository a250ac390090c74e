"""The rows of requests: reading a file, and the changes that write one file over another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pynamodb.exceptions import DoesNotExist, PutError

from signet.errors import NotFound
from signet.requests import tables
from signet.requests.model import Contribution, Document, Event, File, Head, Letter, SectionRow
from signet.requests.stage import Actor, Stage, Standing
from signet.requests.tables import RequestRow
from signet.requests.wanted import ALL, Wanted
from signet.tables import condition_failed, reachable
from signet.transactions.commit import Change, Delete, Save

NEVER = "9999-12-31"
DRAFTS = "draft"
PART_BYTES = 300_000  # a row holds 400 KB
A_READ = 1000  # rows among which the database looks for those that are wanted


class Listed(NamedTuple):
    """A request as lists show it, as it was last written; `due` is its place on a list too.

    `work` is who must act, "" once it is closed; `stage` is "" for one written before lists said
    it; `recused` are the accounts that take no part in it.
    """

    id: str
    head: Head
    work: str
    due: str
    assignee: str
    stage: str = ""
    recused: frozenset[str] = frozenset()

    def stage_on(self, today: date) -> str:
        """Return the stage on a day: a deferral ends by its day, which writes nothing."""
        over = self.stage == Stage.DEFERRED and self.due[:10] < today.isoformat()
        return Stage.DECISION.value if over else self.stage


@reachable
def get(id_: str) -> File:
    """Return a request's file, read in one query. Raises NotFound, Unavailable."""
    file: File | None = None
    rest: list[RequestRow] = []
    for row in RequestRow.query(id_, consistent_read=True):
        if row.part == tables.HEAD:
            file = File(id_, Head.model_validate_json(row.body), int(row.version or 0))
        else:
            rest.append(row)
    if file is None:
        raise NotFound("There is no such request.")
    for row in rest:
        _take(file, row)
    return file


def _take(file: File, row: RequestRow) -> None:
    kind, _, name = str(row.part).partition("#")
    match f"{kind}#":
        case tables.SECTION:
            file.sections[name] = SectionRow.model_validate_json(row.body)
        case tables.DOCUMENT:
            file.documents.append(Document.model_validate_json(row.body))
        case tables.CONTRIBUTOR:
            file.contributions.append(Contribution.model_validate_json(row.body))
        case tables.LETTER:
            file.letters.append(Letter.model_validate_json(row.body))
        case tables.EVENT:
            file.events.append(Event.model_validate_json(row.body))


@reachable
def by_secret(digest: str) -> tuple[str, str]:
    """Return the request and the contribution that a link opens. Raises NotFound, Unavailable."""
    try:
        row = RequestRow.get(tables.secret_key(digest), tables.LINK, consistent_read=True)
    except DoesNotExist:
        raise NotFound from None
    request, _, contribution = str(row.body).partition("#")
    return request, contribution


@reachable
def owned(account: str, most: int = 100) -> list[Listed]:
    """Return an account's requests, the newest first."""
    return _listed(RequestRow.by_owner.query(account, scan_index_forward=False, limit=most))


@reachable
def about(subject: str, most: int = 100) -> list[Listed]:
    """Return the requests about a record, the newest first."""
    return _listed(RequestRow.by_subject.query(subject, scan_index_forward=False, limit=most))


@reachable
def letters_about(subject: str, most: int = 100) -> list[tuple[str, Letter]]:
    """Return the letters about a record, with their requests' ids, the newest first: one query."""
    rows = RequestRow.by_subject.query(
        tables.letters_key(subject), scan_index_forward=False, limit=most
    )
    return [(str(row.request), Letter.model_validate_json(row.body)) for row in rows]


@reachable
def letter_content(id_: str, about: int) -> bytes:
    """Return the bytes of a letter as they were stored. Raises NotFound, Unavailable."""
    parts = RequestRow.query(
        tables.LETTER + id_, RequestRow.part.startswith(f"{about:04d}#"), consistent_read=True
    )
    content = b"".join(bytes(row.content or b"") for row in parts)
    if not content:
        raise NotFound("There is no such letter.")
    return content


def put_letter_content(id_: str, about: int, content: bytes) -> list[Change]:
    """Return the changes that store a letter's bytes, where there are none: they never change."""
    return [
        Save(
            RequestRow(
                tables.LETTER + id_,
                f"{about:04d}#{number:02d}",
                body="",
                content=content[start : start + PART_BYTES],
            ),
            RequestRow.request.does_not_exist(),
        )
        for number, start in enumerate(range(0, len(content), PART_BYTES))
    ]


@reachable
def work(actor: Actor, most: int | None = 100, wanted: Wanted = ALL) -> list[Listed]:
    """Return the requests that are waiting for someone's action, the earliest due first.

    Those that aren't wanted the database leaves out: a call for each thousand that wait.
    """
    only = wanted.condition()
    size = None if only is None else A_READ
    return _listed(RequestRow.by_work.query(actor.value, None, only, limit=most, page_size=size))


@reachable
def work_of(name: str, most: int | None = 100, after: str = "") -> list[Listed]:
    """Return the requests on a list: an actor's, or the drafts; all of them without `most`.

    `after` is the `due` of the one after which they begin, "" for the first.
    """
    begins = RequestRow.due > after if after else None
    return _listed(RequestRow.by_work.query(name, begins, limit=most))


@reachable
def place(name: str) -> str:
    """Return where the next run of reminders goes on with a list, as `after` of `work_of`."""
    rows = RequestRow.query(tables.PLACES, RequestRow.part == name, consistent_read=True)
    return next((str(row.body) for row in rows), "")


@reachable
def put_place(name: str, after: str) -> None:
    """Store where the next run of reminders goes on with a list."""
    RequestRow(tables.PLACES, name, body=after).save()


@reachable
def count(actor: Actor, most: int) -> int:
    """Return the number of requests waiting for someone's action, up to `most`."""
    return RequestRow.by_work.count(actor.value, limit=most)


@reachable
def assigned(account: str, most: int = 100) -> list[Listed]:
    """Return the open requests assigned to an officer, those due first coming first."""
    return _listed(RequestRow.by_assignee.query(account, limit=most))


@reachable
def ids_after(id_: str, limit: int) -> list[str]:
    """Return the ids of some requests, in the database's own order after one; for a rebuild.

    "" begins at the first; fewer than `limit` are the last.
    """
    after = {"request": {"S": id_}, "part": {"S": tables.HEAD}} if id_ else None
    rows = RequestRow.scan(
        RequestRow.part == tables.HEAD,
        last_evaluated_key=after,
        limit=limit,
        attributes_to_get=["request"],
        consistent_read=True,
    )
    return [str(row.request) for row in rows]


def _listed(rows: Iterator[RequestRow]) -> list[Listed]:
    return [
        Listed(
            str(row.request),
            Head.model_validate_json(row.body),
            row.work or "",
            row.due or "",
            row.assignee or "",
            row.stage or "",
            frozenset(row.recused or ()),
        )
        for row in rows
    ]


def changes(before: File | None, after: File, standing: Standing) -> list[Change]:
    """Return the changes that write a file over what was read; they fail if it changed meanwhile.

    `standing` is that of the new file: the lists are written from it.
    """
    rows: list[Change] = [_head(before, after, standing)]
    was = before or File(after.id, after.head, 0)
    rows += [
        Save(_row(after, tables.SECTION + name, section.model_dump_json()))
        for name, section in after.sections.items()
        if was.sections.get(name) != section
    ]
    rows += _documents(was, after)
    rows += _contributions(was, after)
    rows += _letters(was, after)
    rows += [
        Save(_row(after, tables.event_part(number), event.model_dump_json(exclude_defaults=True)))
        for number, event in enumerate(after.events, start=1)
        if number > len(was.events)
    ]
    return rows


def _head(before: File | None, after: File, standing: Standing) -> Change:
    row = head_row(after, standing)
    if before is None:
        return Save(row, RequestRow.request.does_not_exist())
    return Save(row, RequestRow.version == before.version)


def head_row(file: File, standing: Standing) -> RequestRow:
    """Return the first row of a request, by which the lists find it."""
    head, open_ = file.head, not standing.closed
    return RequestRow(
        file.id,
        tables.HEAD,
        body=head.model_dump_json(),
        version=file.version,
        owner=head.owner,
        subject=head.subject or None,
        started=f"{head.started_at.isoformat()}#{file.id}",
        work=_work(standing),
        due=f"{standing.due or NEVER}#{file.id}" if open_ else None,
        assignee=(standing.assignee or None) if open_ else None,
        stage=standing.stage.value,
        recused=set(standing.recused) or None,
    )


def put_head(row: RequestRow) -> bool:
    """Write a first row again; return False if the request was written meanwhile."""
    try:
        row.save(RequestRow.version == row.version)
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _work(standing: Standing) -> str | None:
    """Return the list that a request is on: nobody but its owner sees a draft."""
    if standing.closed:
        return None
    return DRAFTS if standing.stage is Stage.DRAFT else standing.must_act.value


def _documents(was: File, after: File) -> Iterator[Change]:
    for one in after.documents:
        if one not in was.documents:
            yield Save(_row(after, _document_part(one), one.model_dump_json()))
    kept = {_document_part(one) for one in after.documents}
    for one in was.documents:
        if _document_part(one) not in kept:
            yield Delete(RequestRow(after.id, _document_part(one)))


def _document_part(one: Document) -> str:
    return f"{tables.DOCUMENT}{one.code}#{one.upload}"


def _contributions(was: File, after: File) -> Iterator[Change]:
    held = {one.id: one for one in was.contributions}
    for one in after.contributions:
        if held.get(one.id) != one:
            body = one.model_dump_json(exclude_defaults=True)
            yield Save(_row(after, tables.CONTRIBUTOR + one.id, body))
        if one.id not in held:
            link = RequestRow(
                tables.secret_key(one.secret), tables.LINK, body=f"{after.id}#{one.id}"
            )
            yield Save(link, RequestRow.request.does_not_exist())


def _letters(was: File, after: File) -> Iterator[Change]:
    for one in after.letters:
        if one not in was.letters:
            row = _row(after, tables.letter_part(one.about), one.model_dump_json())
            if after.head.subject:
                row.subject = tables.letters_key(after.head.subject)
                row.started = f"{one.made_on.isoformat()}#{after.id}#{one.about:04d}"
            yield Save(row)


def _row(file: File, part: str, body: str) -> RequestRow:
    return RequestRow(file.id, part, body=body)
