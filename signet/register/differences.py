"""What a row of another system says that the register doesn't: as entries to add.

Only what a row says counts: a column that isn't there keeps what is held. A record that a file
doesn't name is never touched (STA-2). What can't be an entry by itself, because it would rewrite
the past, comes back as a note for a person to decide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from signet.register.fold import full_name
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.payloads import Subject, canonical

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a source says of one record: values by exchange column, absent where it says nothing."""

    subject: Subject
    number: str
    values: Values
    other_names: Sequence[Values] | None = None
    scopes: Sequence[Values] | None = None
    responsible: Sequence[Values] | None = None


@dataclass(slots=True)
class Difference:
    """The entries to add, as (kind, effective date, data), and notes on what can't be added."""

    changes: list[tuple[str, date, dict[str, Any]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, kind: str, on: date, **data: Any) -> None:
        self.changes.append((kind, on, {k: v for k, v in data.items() if v not in ("", None, ())}))


def _said(values: Values, **held: Any) -> dict[str, Any]:
    """Each field as the row says it, or as it is held where the row says nothing."""
    return {name: values[name] if name in values else was for name, was in held.items()}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value or ())


def new_member(wanted: Wanted, dated: date) -> Difference:
    """The entries of a member that isn't held yet; each takes effect when the row says, or `dated`."""
    found, row = Difference(), wanted.values
    since = row.get("registered_on") or dated
    words = ("family", "given", "known_as", "native_name", "category", "city", "province")
    found.add(
        "registered",
        since,
        **{name: row.get(name) for name in words},
        disciplines=_listed(row.get("disciplines")),
    )
    _add_other_names(found, wanted.other_names or (), since)
    scopes = {scope["designation"]: scope for scope in wanted.scopes or ()}
    for code in _listed(row.get("designations")):
        on = (scopes.get(code, {}).get("since")) or since
        found.add("designation_granted", on, designation=code)
    for scope in scopes.values():
        _add_scope(found, scope, scope.get("since") or since)
    status = row.get("status") or "registered"
    status_since = row.get("status_since") or (since if status == "registered" else dated)
    if status != "registered" or status_since > since:
        _add_status(found, row, status, status_since)
    _add_conditions(found, _listed(row.get("conditions")), (), dated)
    return found


def member(current: MemberRecord | None, wanted: Wanted, dated: date) -> Difference:
    """How a member's row differs from what is held, effective on `dated` unless the row says when."""
    if current is None:
        return new_member(wanted, dated)
    found, row = Difference(), wanted.values
    held = {n: getattr(current, n) for n in ("family", "given", "known_as", "native_name")}
    if (names := _said(row, **held)) != held:
        found.add("name_changed", dated, **names)
    _compare_place(found, current, row, dated)
    if (category := row.get("category")) and category != current.category:
        found.add("category_changed", dated, category=category)
    if "disciplines" in row and _listed(row["disciplines"]) != current.disciplines:
        found.changes.append(
            ("disciplines_changed", dated, {"disciplines": _listed(row["disciplines"])})
        )
    _compare_designations(found, current, wanted, dated)
    _compare_status(found, current, row, dated)
    if "conditions" in row:
        _compare_conditions(found, current, _listed(row["conditions"]), dated)
    _compare_other_names(found, current, wanted, dated)
    if row.get("registered_on") and row["registered_on"] != current.registered_on:
        found.notes.append(
            f"registered_on is {row['registered_on']}, held is {current.registered_on}: "
            "enter a correction if the file is right"
        )
    return found


def _add_status(found: Difference, row: Values, status: str, on: date) -> None:
    found.add(
        "status_changed",
        on,
        status=status,
        reason=row.get("status_reason"),
        until=_iso(row.get("status_until")),
    )


def _compare_status(
    found: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    held = (current.status, current.reason, current.status_until)
    said = (
        row.get("status") or current.status,
        row.get("status_reason", current.reason) or "",
        row.get("status_until", current.status_until),
    )
    if said[0] != held[0] and "status_reason" not in row:
        said = (said[0], "", said[2])
    if said[0] != held[0] and "status_until" not in row:
        said = (said[0], said[1], None)
    if said == held:
        return
    since = row.get("status_since")
    on = since if since and current.status_since < since <= dated else dated
    found.add("status_changed", on, status=said[0], reason=said[1], until=_iso(said[2]))


def _compare_place(
    found: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    held = {"city": current.city, "province": current.province}
    if (place := _said(row, **held)) != held:
        found.add("moved", dated, **place)


def _add_scope(found: Difference, scope: Values, on: date) -> None:
    found.add(
        "scope_granted",
        on,
        designation=scope["designation"],
        discipline=scope["discipline"],
        activities=_listed(scope.get("activities")),
        limits=scope.get("limits"),
        text=scope.get("text"),
    )


def _compare_designations(
    found: Difference, current: MemberRecord, wanted: Wanted, dated: date
) -> None:
    held = [d.code for d in current.designations]
    said = _listed(wanted.values["designations"]) if "designations" in wanted.values else held
    for code in held:
        if code not in said:
            found.add("designation_withdrawn", dated, designation=code)
    for code in said:
        if code not in held:
            found.add("designation_granted", dated, designation=code)
    if wanted.scopes is None:
        return
    scopes = {s.designation: s for s in current.scopes if s.designation in said}
    for scope in wanted.scopes:
        was = scopes.pop(scope["designation"], None)
        names = ("discipline", "activities", "limits", "text")
        before = {n: getattr(was, n) for n in names} if was else {}
        after = _said(scope, discipline="", activities=(), limits="", text="")
        if before != {**after, "activities": _listed(after["activities"])}:
            on = (scope.get("since") or dated) if was is None else dated
            _add_scope(found, scope, on)
    for left in scopes.values():
        found.add("scope_withdrawn", dated, designation=left.designation)


def _add_conditions(
    found: Difference, texts: Iterable[str], used: Iterable[str], dated: date
) -> None:
    taken = set(used)
    names = (name for n in range(1, 10_000) if (name := f"C{n}") not in taken)
    for text, name in zip(texts, names, strict=False):
        found.add("condition_imposed", dated, condition=name, text=text)


def _compare_conditions(
    found: Difference, current: MemberRecord, said: tuple[str, ...], dated: date
) -> None:
    for condition in current.conditions:
        if condition.text not in said:
            found.add("condition_lifted", dated, condition=condition.condition)
    held = {condition.text for condition in current.conditions}
    used = {e.data["condition"] for e in current.entries if e.kind == "condition_imposed"}
    _add_conditions(found, [text for text in said if text not in held], used, dated)


def _add_other_names(found: Difference, names: Iterable[Values], on: date) -> None:
    for name in names:
        found.add(
            "other_name_added",
            name.get("until") or on,
            name=name["name"],
            type=name.get("type") or "former",
            until=_iso(name.get("until")),
        )


def _compare_other_names(
    found: Difference, current: MemberRecord | PermitRecord, wanted: Wanted, dated: date
) -> None:
    held = {(other.name, other.type) for other in current.other_names}
    if isinstance(current, MemberRecord):
        held.add((full_name(current.given, current.family), "former"))
    missing = [
        name
        for name in wanted.other_names or ()
        if (name["name"], name.get("type") or "former") not in held
    ]
    _add_other_names(found, missing, dated)


def new_permit(wanted: Wanted, dated: date) -> Difference:
    """The entries of a permit that isn't held yet."""
    found, row = Difference(), wanted.values
    since = row.get("issued_on") or min(dated, row.get("expires_on") or dated)
    found.add(
        "issued",
        since,
        legal_name=row["legal_name"],
        operating_names=_listed(row.get("operating_names")),
        city=row.get("city"),
        province=row.get("province"),
        fields=_listed(row.get("fields")),
        expires_on=_iso(row.get("expires_on")),
    )
    _add_other_names(found, wanted.other_names or (), since)
    if (status := row.get("status") or "in_force") != "in_force":
        _add_status(found, row, status, row.get("status_since") or dated)
    for responsible in wanted.responsible or ():
        _add_responsible(found, responsible, responsible.get("from") or since)
    return found


def _add_responsible(found: Difference, responsible: Values, on: date) -> None:
    found.add("responsible_member_added", on, member=responsible["member"])
    if responsible.get("to"):
        found.add("responsible_member_ceased", responsible["to"], member=responsible["member"])


def permit(current: PermitRecord | None, wanted: Wanted, dated: date) -> Difference:
    """How a permit's row differs from what is held, effective on `dated` unless the row says when."""
    if current is None:
        return new_permit(wanted, dated)
    found, row = Difference(), wanted.values
    if (name := row.get("legal_name")) and name != current.legal_name:
        found.add("renamed", dated, legal_name=name)
    for column, kind in (
        ("operating_names", "operating_names_changed"),
        ("fields", "fields_changed"),
    ):
        if column in row and _listed(row[column]) != getattr(current, column):
            found.changes.append((kind, dated, {column: _listed(row[column])}))
    _compare_place(found, current, row, dated)
    _compare_expiry(found, current, row, dated)
    _compare_status(found, current, row, dated)
    _compare_other_names(found, current, wanted, dated)
    if wanted.responsible is not None:
        _compare_responsible(found, current, wanted.responsible, dated)
    return found


def _compare_expiry(found: Difference, current: PermitRecord, row: Values, dated: date) -> None:
    expires, issued = row.get("expires_on"), row.get("issued_on")
    if expires and expires > current.expires_on:
        found.add("renewed", dated, expires_on=_iso(expires))
    elif expires and expires < current.expires_on:
        found.notes.append(
            f"expires_on is {expires}, earlier than the {current.expires_on} that is held: "
            "enter a correction if the file is right"
        )
    if issued and issued != current.issued_on:
        found.notes.append(
            f"issued_on is {issued}, held is {current.issued_on}: "
            "enter a correction if the file is right"
        )


def _compare_responsible(
    found: Difference, current: PermitRecord, said: Sequence[Values], dated: date
) -> None:
    answering = {r.member for r in current.answering()}
    past = {(r.member, r.until) for r in current.responsibilities if r.until}
    listed = {row["member"] for row in said}
    for row in said:
        ceased = row.get("to")
        if row["member"] in answering:
            if ceased and (row["member"], ceased) not in past:
                found.add("responsible_member_ceased", ceased, member=row["member"])
        elif not ceased or (row["member"], ceased) not in past:
            _add_responsible(found, row, row.get("from") or dated)
    for member_number in sorted(answering - listed):
        found.notes.append(
            f"responsible member {member_number} is not in the file: "
            "enter the ceasing if that is so (PER-5)"
        )


def as_entries(
    wanted: Wanted,
    difference: Difference,
    dated: date,
    recorded_at: datetime | None,
    entered_by: str,
    authority: str,
) -> Iterator[Entry]:
    """The entries of a difference. Ids follow from what is said, so that a repeat is the same entry.

    `recorded_at` is the moment of import; None stands for the start of `dated`, for records read
    straight from a folder. Raises PayloadError when a value doesn't fit.
    """
    moment = recorded_at or datetime.combine(dated, time(), UTC)
    for position, (kind, on, data) in enumerate(difference.changes):
        kept = canonical(wanted.subject, kind, data)
        said = json.dumps(
            [wanted.subject, wanted.number, kind, str(on), kept, str(dated), position]
        )
        yield Entry(
            id=hashlib.blake2b(said.encode(), digest_size=12).hexdigest(),
            subject=wanted.subject,
            number=wanted.number,
            kind=kind,
            effective_on=on,
            recorded_at=moment,
            entered_by=entered_by,
            authority=authority,
            data=kept,
        )
