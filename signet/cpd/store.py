"""CPD in DynamoDB: reads of a member's rows, and the changes that make up a transaction.

Each row holds its version number; a change names the version that it is based on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from signet.cpd import tables
from signet.cpd.model import (
    Activity,
    AuditCase,
    Declaration,
    NotPractising,
    Past,
    Standing,
    StoredModel,
    Year,
)
from signet.cpd.tables import FIGURE_SHARDS, CpdRow
from signet.tables import reachable
from signet.transactions.commit import Change, Delete, Save, Update

NOT_PRACTISING = "not_practising"
LAST = "\uffff"  # sorts after every key that begins alike


@dataclass(slots=True)
class HeldYear:
    """All that is stored of a member's year; `summary` is None while there is none."""

    summary: Year | None = None
    activities: list[Activity] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    audit: AuditCase | None = None


@reachable
def year(member: str, year: int) -> HeldYear:
    """Read a member's year in one query, with the activities in order of their dates."""
    begins = CpdRow.part.startswith(tables.year_key(year))
    stored_year = HeldYear()
    for row in CpdRow.query(tables.partition_key(member), begins, consistent_read=True):
        _take(stored_year, row)
    stored_year.activities.sort(key=lambda a: (a.started_on, a.id))
    return stored_year


def _take(stored_year: HeldYear, row: CpdRow) -> None:
    match row.part.split("#")[2:]:
        case []:
            stored_year.summary = Year.model_validate_json(row.body)
        case ["activity", _]:
            stored_year.activities.append(Activity.model_validate_json(row.body))
        case ["declaration", _]:
            stored_year.declarations.append(Declaration.model_validate_json(row.body))
        case ["audit"]:
            stored_year.audit = AuditCase.model_validate_json(row.body)


@reachable
def not_practising(member: str) -> list[NotPractising]:
    """Read a member's declarations of not practising, the earliest first."""
    begins = CpdRow.part.startswith(f"{NOT_PRACTISING}#")
    rows = CpdRow.query(tables.partition_key(member), begins, consistent_read=True)
    return [NotPractising.model_validate_json(row.body) for row in rows]


@reachable
def history(member: str, year: int) -> list[Past]:
    """Read what activities of a year were before they were changed, the latest change first."""
    begins = CpdRow.part.startswith(f"history#{year:04d}#")
    rows = CpdRow.query(tables.partition_key(member), begins, consistent_read=True)
    pasts = [Past.model_validate_json(row.body) for row in rows]
    return sorted(pasts, key=lambda past: past.until, reverse=True)


@reachable
def activity(member: str, year: int, id_: str) -> Activity | None:
    """Read one activity, or None."""
    row = _get(member, tables.activity_key(year, id_))
    return Activity.model_validate_json(row.body) if row else None


@reachable
def audit(member: str, year: int) -> AuditCase | None:
    """Read the audit of a member's year, or None."""
    row = _get(member, tables.audit_key(year))
    return AuditCase.model_validate_json(row.body) if row else None


@reachable
def audits(member: str, years: Iterable[int]) -> list[AuditCase]:
    """Read the audits of several of a member's years, the latest year first: one call."""
    keys = [(tables.partition_key(member), tables.audit_key(year)) for year in years]
    rows = CpdRow.batch_get(keys, consistent_read=True)
    cases = [AuditCase.model_validate_json(row.body) for row in rows]
    return sorted(cases, key=lambda case: case.year, reverse=True)


@reachable
def summary(member: str, year: int) -> Year | None:
    """Read the summary of a member's year, or None."""
    row = _get(member, tables.year_key(year))
    return Year.model_validate_json(row.body) if row else None


@reachable
def summaries(member: str, years: Iterable[int]) -> dict[int, Year]:
    """Read the summaries of several years, in one call."""
    keys = [(tables.partition_key(member), tables.year_key(year)) for year in years]
    stored = [Year.model_validate_json(row.body) for row in CpdRow.batch_get(keys)]
    return {one.year: one for one in stored}


def _get(member: str, sort_key: str) -> CpdRow | None:
    try:
        return CpdRow.get(tables.partition_key(member), sort_key, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def list_rows(name: str, after: str = "", limit: int | None = None) -> list[CpdRow]:
    """Read the rows that the desk lists under a name, such as "2026#short", in index order."""
    later = CpdRow.place > after if after else None
    return list(CpdRow.by_standing.query(name, later, limit=limit))


# Changes for an operation's transaction ------------------------------------------------------


def put_year(member: str, new: Year, before: Year | None) -> list[Change]:
    """Return the changes that store a summary after `before` and count it in the figures."""
    row = CpdRow(
        owner=tables.partition_key(member),
        part=tables.year_key(new.year),
        body=new.model_dump_json(),
        version=new.version,
        listed=f"{new.year:04d}#{new.standing}",
        place=member,
    )
    counted = _count(member, new, before)
    return [Save(row, _version_is(before.version if before else 0)), *counted]


def _count(member: str, new: Year, before: Year | None) -> list[Change]:
    steps = dict.fromkeys((*Standing, "under_audit"), 0)
    for year, step in ((before, -1), (new, 1)):
        if year is not None:
            steps[year.standing] += step
            steps["under_audit"] += step * year.under_audit
    actions = [getattr(CpdRow, name).add(step) for name, step in steps.items() if step]
    if not actions:
        return []
    shard = crc32(member.encode()) % FIGURE_SHARDS
    return [Update(CpdRow(tables.desk(new.year), tables.figures_key(shard)), actions)]


def put_activity(member: str, activity: Activity, before: Activity | None) -> Change:
    """Return the change that stores an activity over its earlier version, or as a new row."""
    sort_key = tables.activity_key(activity.year, activity.id)
    return _put(member, sort_key, activity, activity.version, before.version if before else 0)


def remove_activity(member: str, activity: Activity) -> Change:
    """Return the change that removes an activity if it is still in that version."""
    row = CpdRow(tables.partition_key(member), tables.activity_key(activity.year, activity.id))
    return Delete(row, _version_is(activity.version))


def put_past(member: str, past: Past) -> Change:
    """Return the change that stores an earlier version of an activity."""
    was = past.activity
    return _put(member, tables.past_key(was.year, was.id, was.version), past, 1, 0)


def put_declaration(member: str, declaration: Declaration) -> Change:
    """Return the change that stores a declaration where there is none of that number."""
    sort_key = tables.declaration_key(declaration.year, declaration.number)
    return _put(member, sort_key, declaration, 1, 0)


def put_not_practising(
    member: str, declaration: NotPractising, before: NotPractising | None
) -> Change:
    """Return the change that stores a declaration of not practising.

    The desk lists it by its last day.
    """
    sort_key = tables.not_practising_key(declaration.since.isoformat(), declaration.id)
    place = f"{declaration.until}#{member}"
    version = before.version if before else 0
    return _put(member, sort_key, declaration, declaration.version, version, NOT_PRACTISING, place)


def put_audit(case: AuditCase, before: AuditCase | None, due: str = "") -> Change:
    """Return the change that stores an audit.

    The desk lists it by its state, in the order of the day on which it is due.
    """
    sort_key = tables.audit_key(case.year)
    name = f"{case.year:04d}#audit#{case.state}"
    version = before.version if before else 0
    return _put(
        case.member, sort_key, case, case.version, version, name, f"{due or LAST}#{case.member}"
    )


def _put(
    member: str,
    sort_key: str,
    kept: StoredModel,
    version: int,
    stored_version: int,
    listed: str | None = None,
    place: str | None = None,
) -> Change:
    row = CpdRow(
        owner=tables.partition_key(member),
        part=sort_key,
        body=kept.model_dump_json(),
        version=version,
        listed=listed,
        place=place,
    )
    return Save(row, _version_is(stored_version))


def _version_is(version: int) -> Condition:
    """Return the condition that the row is still in that version; 0 if there must be none."""
    return CpdRow.version == version if version else CpdRow.owner.does_not_exist()


def figures(year: int) -> dict[str, int]:
    """Return the totals of a year: how many members by standing, and how many under audit."""
    total = dict.fromkeys([*map(str, Standing), "under_audit"], 0)
    for row in _shards(year):
        for name in total:
            total[name] += int(getattr(row, name) or 0)
    return total


@reachable
def _shards(year: int) -> Sequence[CpdRow]:
    return list(CpdRow.query(tables.desk(year), CpdRow.part.startswith("figures#")))
