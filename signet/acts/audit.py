"""The audit trail: who did or saw what, beside what they did or saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from signet.acts.tables import AuditRow


class Audit(NamedTuple):
    """What an act leaves in the trail of its subject ("account#…", "cpd#100001").

    `detail` holds ids, names of fields, states: never what a private field says.
    """

    subject: str
    what: str
    by: str
    at: datetime
    detail: Mapping[str, Any] = MappingProxyType({})


class Line(NamedTuple):
    """One line of a trail, as administrators read it."""

    at: datetime
    what: str
    by: str
    detail: Mapping[str, Any]


def row(audit: Audit, id_: str) -> AuditRow:
    """Return the row to be written with the act of this id."""
    body = {"what": audit.what, "by": audit.by, "detail": dict(audit.detail)}
    return AuditRow(
        subject=audit.subject,
        part=f"{audit.at.isoformat()}#{id_}",
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )


def note(audit: Audit, id_: str) -> None:
    """Write a line by itself, for what was seen and not changed: before it is shown."""
    row(audit, id_).save()


def trail(subject: str, most: int = 100) -> list[Line]:
    """Return the newest lines about a subject, the newest first."""
    rows = AuditRow.query(subject, scan_index_forward=False, limit=most)
    return [_line(found) for found in rows]


def _line(found: AuditRow) -> Line:
    said = json.loads(found.body)
    moment = datetime.fromisoformat(found.part.partition("#")[0])
    return Line(moment, said["what"], said["by"], said["detail"])
