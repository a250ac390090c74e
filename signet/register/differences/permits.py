"""Differences between a permit's row and the register."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from signet.register.differences.common import (
    Difference,
    Values,
    Wanted,
    add_conditions,
    add_first_status,
    add_other_names,
    compare_conditions,
    compare_other_names,
    compare_place,
    compare_status,
    iso,
    listed,
)
from signet.register.fold.permits import INITIAL_STATUS
from signet.register.model import PermitRecord


def new_permit(wanted: Wanted, dated: date) -> Difference:
    """Return a new permit's entries."""
    difference, row = Difference(), wanted.values
    since = row.get("issued_on") or min(dated, row.get("expires_on") or dated)
    difference.add(
        "issued",
        since,
        legal_name=row["legal_name"],
        operating_names=listed(row.get("operating_names")),
        city=row.get("city"),
        province=row.get("province"),
        fields=listed(row.get("fields")),
        expires_on=iso(row.get("expires_on")),
    )
    add_other_names(difference, wanted.other_names or (), since)
    add_first_status(difference, row, INITIAL_STATUS, since, dated)
    for responsible in _without_contradictions(difference, wanted.responsible or ()):
        _add_responsible(difference, responsible, responsible.get("from") or since)
    add_conditions(difference, listed(row.get("conditions")), (), dated)
    return difference


def _without_contradictions(
    difference: Difference, rows: Sequence[Values], past: Container[tuple[str, date]] = ()
) -> list[Values]:
    """Return the rows without those that end a responsibility which another row says continues.

    An end that is in the `past` on the register contradicts nothing.
    """
    still = {row["member"]: row.get("from") for row in rows if not row.get("to")}
    kept = []
    for row in rows:
        since, ceased = still.get(row["member"]), row.get("to")
        goes_on = row["member"] in still and (since is None or (ceased and ceased >= since))
        if ceased and goes_on and (row["member"], ceased) not in past:
            on = f"since {since}" if since else "since a day that isn't said"
            difference.notes.append(
                f"responsible member {row['member']} both goes on {on} and ceased on "
                f"{ceased}: enter the ceasing if that is so (PER-5)"
            )
        else:
            kept.append(row)
    return kept


def _add_responsible(difference: Difference, responsible: Values, on: date) -> None:
    member, ceased = responsible["member"], responsible.get("to")
    if ceased and ceased <= on:
        difference.notes.append(
            f"responsible member {member} ceased on {ceased}, from when isn't clear: enter both"
        )
        return
    difference.add("responsible_member_added", on, member=member)
    if ceased:
        difference.add("responsible_member_ceased", ceased, member=member)


def permit(current: PermitRecord | None, wanted: Wanted, dated: date) -> Difference:
    """Return how a permit's row differs from the record, effective on `dated` or as it says."""
    if current is None:
        return new_permit(wanted, dated)
    difference, row = Difference(), wanted.values
    if (name := row.get("legal_name")) and name != current.legal_name:
        difference.add("renamed", dated, legal_name=name)
    for column, kind in (
        ("operating_names", "operating_names_changed"),
        ("fields", "fields_changed"),
    ):
        if column in row and listed(row[column]) != getattr(current, column):
            difference.changes.append((kind, dated, {column: listed(row[column])}))
    compare_place(difference, current, row, dated)
    _compare_expiry(difference, current, row, dated)
    compare_status(difference, current, row, dated)
    compare_conditions(difference, current, row, dated)
    compare_other_names(difference, current, wanted, dated)
    if wanted.responsible is not None:
        _compare_responsible(difference, current, wanted.responsible, dated)
    return difference


def _compare_expiry(
    difference: Difference, current: PermitRecord, row: Values, dated: date
) -> None:
    expires, issued = row.get("expires_on"), row.get("issued_on")
    if expires and expires > current.expires_on:
        difference.add("renewed", dated, expires_on=iso(expires))
    elif expires and expires < current.expires_on:
        difference.notes.append(
            f"expires_on is {expires}, earlier than the {current.expires_on} that is held: "
            "enter a correction if the file is right"
        )
    if issued and issued != current.issued_on:
        difference.notes.append(
            f"issued_on is {issued}, held is {current.issued_on}: "
            "enter a correction if the file is right"
        )


def _not_ended_later(
    difference: Difference, rows: Sequence[Values], current: PermitRecord
) -> list[Values]:
    """Return the rows without those during which the register has an end.

    Such a beginning would be entered before that end, and change nothing.
    """
    answering = {r.member for r in current.answering()}
    ends = [(r.member, r.until) for r in current.responsibilities if r.until]
    kept = []
    for row in rows:
        member, since, last = row["member"], row.get("from"), row.get("to") or date.max
        during = [end for of, end in ends if of == member and since and since <= end < last]
        if during and member not in answering:
            difference.notes.append(
                f"responsible member {member} ceased on {during[0]} on the register, but not in "
                "the file: enter what is so (PER-5)"
            )
        else:
            kept.append(row)
    return kept


def _compare_responsible(
    difference: Difference, current: PermitRecord, said: Sequence[Values], dated: date
) -> None:
    answering = {r.member: r.since for r in current.answering()}
    past = {(r.member, r.until) for r in current.responsibilities if r.until}
    listed = {row["member"] for row in said}
    consistent = _not_ended_later(
        difference, _without_contradictions(difference, said, past), current
    )
    for row in sorted(consistent, key=lambda row: row.get("to") or date.max):
        member, ceased = row["member"], row.get("to")
        since = answering.get(member)
        if ceased and (member, ceased) in past:
            continue
        if ceased and since and since < ceased:
            difference.add("responsible_member_ceased", ceased, member=member)
            del answering[member]
        elif ceased or not since:
            _add_responsible(difference, row, row.get("from") or dated)
    for member in sorted({r.member for r in current.answering()} - listed):
        difference.notes.append(
            f"responsible member {member} is not in the file: "
            "enter the ceasing if that is so (PER-5)"
        )
