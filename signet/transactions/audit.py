"""The audit log: who did or saw what, written with the change itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from pynamodb.expressions.condition import Condition

from signet.transactions.tables import AuditRow

_OPEN = ~AuditRow.subject.startswith("complaint#")


class Audit(NamedTuple):
    """The audit log line that an operation writes under its subject ("account#…", "cpd#100001").

    `detail` holds ids, names of fields and states, never the content of a private field.
    """

    subject: str
    what: str
    by: str
    at: datetime
    detail: Mapping[str, Any] = MappingProxyType({})


class Line(NamedTuple):
    """One line of the audit log, as administrators read it."""

    at: datetime
    what: str
    by: str
    detail: Mapping[str, Any]
    subject: str = ""
    sort_key: str = ""


class Span(NamedTuple):
    """The period to look for lines in; `before` is the sort key of the line to continue from."""

    first: datetime | None = None
    until: datetime | None = None
    before: str = ""


def row(audit: Audit, id_: str) -> AuditRow:
    """Return the row to be written with the operation of this id."""
    body = {"what": audit.what, "by": audit.by, "detail": dict(audit.detail)}
    return AuditRow(
        subject=audit.subject,
        part=f"{audit.at.isoformat()}#{id_}",
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        by=audit.by or None,
        day=audit.at.astimezone(UTC).date().isoformat(),
    )


def note(audit: Audit, id_: str) -> None:
    """Write a line by itself for something read and not changed, before it is shown."""
    row(audit, id_).save()


def of_subject(subject: str, limit: int = 100) -> list[Line]:
    """Return the newest lines about a subject, newest first."""
    rows = AuditRow.query(subject, scan_index_forward=False, limit=limit)
    return [_line(row) for row in rows]


def of_subjects(subjects: Iterable[str], span: Span, limit: int = 100, by: str = "") -> list[Line]:
    """Return the newest lines about several subjects, only those by the account `by` if given."""
    own = AuditRow.by == by if by else None
    return _newest(
        (
            AuditRow.query(one, _within(span), own, scan_index_forward=False, limit=limit + 1)
            for one in subjects
        ),
        span,
        limit,
    )


def of_officer(account: str, span: Span, limit: int = 100) -> list[Line]:
    """Return the newest lines by an account, newest first, without lines about complaints."""
    rows = AuditRow.by_officer.query(
        account, _within(span), _OPEN, scan_index_forward=False, limit=limit + 1
    )
    return _newest([rows], span, limit)


def of_days(first: datetime, until: datetime, before: str = "", limit: int = 100) -> list[Line]:
    """Return the newest lines between two moments at most a few days apart, newest first.

    Lines about complaints are left out: the reader may be named in one and mustn't learn of it.
    """
    day, last = first.astimezone(UTC).date(), until.astimezone(UTC).date()
    span = Span(first, until, before)
    days = [day + timedelta(days=at) for at in range((last - day).days + 1)]
    return _newest(
        (
            AuditRow.by_day.query(
                one.isoformat(), _within(span), _OPEN, scan_index_forward=False, limit=limit + 1
            )
            for one in days
        ),
        span,
        limit,
    )


def _within(span: Span) -> Condition:
    low = span.first.astimezone(UTC).isoformat() if span.first else "0"
    high = span.until.astimezone(UTC).isoformat() if span.until else "9"
    return AuditRow.part.between(low, min(high, span.before or high))


def _newest(found: Iterable[Iterable[AuditRow]], span: Span, limit: int) -> list[Line]:
    lines = [_line(row) for rows in found for row in rows if row.part != span.before]
    return sorted(lines, key=lambda line: line.sort_key, reverse=True)[:limit]


def _line(row: AuditRow) -> Line:
    body = json.loads(row.body)
    moment = datetime.fromisoformat(row.part.partition("#")[0])
    detail = body["detail"]
    return Line(moment, body["what"], body["by"], detail, row.subject, row.part)
