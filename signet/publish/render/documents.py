"""A record as data: its JSON document and its lines in the bulk downloads."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic_core import to_json

from signet.publish.public import PublicMember, PublicPermit
from signet.publish.render import fields
from signet.register.exchange.cells import line as csv_line

MEMBER_COLUMNS = tuple(fields.MEMBERS)
PERMIT_COLUMNS = tuple(fields.PERMITS)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it a spreadsheet doesn't recognize UTF-8


def address(record: PublicMember | PublicPermit) -> str:
    """Return the path of the record's page."""
    folder = "members" if isinstance(record, PublicMember) else "permits"
    return f"/register/{folder}/{record.number}/"


def document(record: PublicMember | PublicPermit, url: str) -> bytes:
    """Return the JSON document of a record: every public field and nothing else, on one line."""
    public = {name: getattr(record, name) for name in record.__slots__}
    return to_json({"url": url + address(record), **public}) + b"\n"


def dated(content: bytes, as_of: str) -> bytes:
    """Return a document as a line of the bulk download, with the date to which it is current.

    The document itself has no such date: every document would change every night.
    """
    return b'{"as_of":"' + as_of.encode() + b'",' + content[1:]


def line(cells: Iterable[str]) -> bytes:
    """Return a CSV line that is safe to open in a spreadsheet (threat 17)."""
    return csv_line(cells).encode()


def _listed(words: Iterable[str]) -> str:
    return "; ".join(words)


def member_line(member: PublicMember, as_of: str) -> list[str]:
    """Return a member's line in members.csv."""
    return [
        member.number,
        member.name,
        member.given,
        member.family,
        member.native_name,
        _listed(other.name for other in member.other_names if other.kind == "known_as"),
        _listed(other.name for other in member.other_names if other.kind == "former"),
        member.city,
        member.province,
        _listed(d.code for d in member.designations),
        _listed(member.disciplines),
        member.headline.words,
        member.headline.since,
        member.headline.reason,
        member.status,
        member.registered_on,
        _listed(c.text or "(not published)" for c in member.conditions),
        _listed(permit.number for permit in member.responsible_for),
        member.last_changed_on,
        as_of,
    ]


def scope_lines(member: PublicMember, permitted: Collection[str], as_of: str) -> list[list[str]]:
    """Return a member's lines in scopes.csv.

    `permitted` are the designations that the member may practise under now.
    """
    return [
        [
            member.number,
            member.name,
            "yes" if scope.designation in permitted else "no",
            scope.designation,
            scope.discipline,
            _listed(scope.activities),
            scope.limits,
            scope.text,
            scope.since,
            as_of,
        ]
        for scope in member.scopes
    ]


def permit_line(permit: PublicPermit, as_of: str) -> list[str]:
    """Return a permit's line in permits.csv."""
    return [
        permit.number,
        permit.name,
        _listed(permit.operating_names),
        _listed(other.name for other in permit.former_names),
        permit.city,
        permit.province,
        _listed(permit.fields),
        _listed(permit.uncovered_fields),
        permit.headline.words,
        permit.headline.since,
        permit.headline.reason,
        permit.status,
        permit.issued_on,
        permit.expires_on,
        _listed(f"{m.name} ({m.number})" for m in permit.responsible_members),
        permit.last_changed_on,
        as_of,
    ]


def responsible_lines(permit: PublicPermit, as_of: str) -> list[list[str]]:
    """Return a permit's lines in responsible_members.csv."""
    current = [[m.number, m.name, m.since, ""] for m in permit.responsible_members]
    former = [[m.number, m.name, m.since, m.until] for m in permit.former_responsible_members]
    return [[permit.number, permit.name, *row, as_of] for row in (*current, *former)]
