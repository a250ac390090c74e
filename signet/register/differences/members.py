"""Differences between a member's row and the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    said,
)
from signet.register.fold.members import INITIAL_STATUS
from signet.register.model import MemberRecord, ScopeOfPractice
from signet.register.payloads import Registered

DEFAULT_CATEGORY: str = Registered.model_fields["category"].default
SCOPE_FIELDS = ("discipline", "activities", "limits", "text")


def new_member(wanted: Wanted, dated: date) -> Difference:
    """Return a new member's entries, effective when the row says, else on `dated`."""
    difference, row = Difference(), wanted.values
    since = row.get("registered_on") or dated
    words = ("family", "given", "known_as", "native_name", "category", "city", "province")
    difference.add(
        "registered",
        since,
        **{name: row.get(name) for name in words},
        disciplines=listed(row.get("disciplines")),
    )
    add_other_names(difference, wanted.other_names or (), since)
    scopes = {scope["designation"]: scope for scope in wanted.scopes or ()}
    for code in listed(row.get("designations")):
        scoped = scopes.get(code, {}).get("since")
        # The member has it on the source's day, so it isn't granted later, even if its scope begins
        # later.
        on = scoped if scoped and scoped <= max(dated, since) else since
        difference.add("designation_granted", on, designation=code)
    for scope in _of_titles(difference, scopes.values(), listed(row.get("designations"))):
        _add_scope(difference, scope, scope.get("since") or since)
    add_first_status(difference, row, INITIAL_STATUS, since, dated)
    add_conditions(difference, listed(row.get("conditions")), (), dated)
    if declared := row.get("not_practising_since"):
        on = declared if since <= declared <= max(dated, since) else max(dated, since)
        _add_declaration(difference, row, on)
    return difference


def member(current: MemberRecord | None, wanted: Wanted, dated: date) -> Difference:
    """Return how a member's row differs from the record, effective on `dated` or as it says."""
    if current is None:
        return new_member(wanted, dated)
    difference, row = Difference(), wanted.values
    held = {n: getattr(current, n) for n in ("family", "given", "known_as", "native_name")}
    if (names := said(row, **held)) != held:
        difference.add("name_changed", dated, **names)
    compare_place(difference, current, row, dated)
    _compare_category(difference, current, row, dated)
    if "disciplines" in row and listed(row["disciplines"]) != current.disciplines:
        difference.changes.append(
            ("disciplines_changed", dated, {"disciplines": listed(row["disciplines"])})
        )
    _compare_designations(difference, current, wanted, dated)
    compare_status(difference, current, row, dated)
    compare_conditions(difference, current, row, dated)
    _compare_declaration(difference, current, row, dated)
    compare_other_names(difference, current, wanted, dated)
    if row.get("registered_on") and row["registered_on"] != current.registered_on:
        difference.notes.append(
            f"registered_on is {row['registered_on']}, held is {current.registered_on}: "
            "enter a correction if the file is right"
        )
    return difference


def _compare_category(
    difference: Difference, current: MemberRecord, row: Values, dated: date
) -> None:
    category = row.get("category")
    if category and category != current.category:
        difference.add("category_changed", dated, category=category)
    if category == "" and current.category != DEFAULT_CATEGORY:
        # A student's record must not become public because a cell was left empty (DES-6).
        difference.notes.append(
            f"the category is empty, held is {current.category}: say which it is"
        )


def _add_declaration(difference: Difference, row: Values, on: date) -> None:
    difference.add("not_practising_declared", on, until=iso(row.get("not_practising_until")))


def _compare_declaration(
    difference: Difference, current: MemberRecord, row: Values, dated: date
) -> None:
    """Compare a declaration of not practising.

    A file never ends one, as an empty status reinstates nobody; the end becomes a note.
    """
    if "not_practising_since" not in row:
        return
    declared, absence = row["not_practising_since"], current.not_practising
    if not declared:
        if absence is not None:
            difference.notes.append(
                f"not_practising_since is empty, held is {absence.since}: enter that practice was "
                "resumed if so (CPD-5)"
            )
        return
    if absence is None:
        start = current.registered_on
        _add_declaration(difference, row, declared if start <= declared <= dated else dated)
    elif row.get("not_practising_until", absence.until) != absence.until:
        _add_declaration(difference, row, dated)  # it was renewed
    elif declared != absence.since:
        difference.notes.append(
            f"not_practising_since is {declared}, held is {absence.since}: "
            "enter a correction if the file is right"
        )


def _add_scope(difference: Difference, scope: Values, on: date) -> None:
    difference.add(
        "scope_granted",
        on,
        designation=scope["designation"],
        discipline=scope["discipline"],
        activities=listed(scope.get("activities")),
        limits=scope.get("limits"),
        text=scope.get("text"),
    )


def _compare_designations(
    difference: Difference, current: MemberRecord, wanted: Wanted, dated: date
) -> None:
    held = [d.code for d in current.designations]
    wants = listed(wanted.values["designations"]) if "designations" in wanted.values else held
    scopes = {scope["designation"]: scope for scope in wanted.scopes or ()}
    for code in held:
        if code not in wants:
            difference.add("designation_withdrawn", dated, designation=code)
    for code in wants:
        if code not in held:
            since = scopes.get(code, {}).get("since") or dated
            on = since if current.registered_on <= since <= dated else dated
            difference.add("designation_granted", on, designation=code)
    if wanted.scopes is not None:
        kept = {s.designation: s for s in current.scopes if s.designation in wants}
        _compare_scopes(difference, kept, _of_titles(difference, wanted.scopes, wants), dated)


def _of_titles(
    difference: Difference, scopes: Iterable[Values], wants: Sequence[str]
) -> Iterator[Values]:
    """Yield scopes of the member's designations; others become notes for a person to decide."""
    for scope in scopes:
        if (code := scope["designation"]) in wants:
            yield scope
        else:
            difference.notes.append(
                f"a scope for {code}, which isn't among the designations (SCO-1)"
            )


def _compare_scopes(
    difference: Difference,
    held: dict[str, ScopeOfPractice],
    scopes: Iterable[Values],
    dated: date,
) -> None:
    for scope in scopes:
        was = held.pop(scope["designation"], None)
        before = {n: getattr(was, n) for n in SCOPE_FIELDS} if was else {}
        after = said(scope, **({"activities": (), "limits": "", "text": ""} | before))
        after = {**after, "discipline": scope["discipline"]}
        if before != {**after, "activities": listed(after["activities"])}:
            since = scope.get("since")
            on = since if since and (was is None or since > was.since) else dated
            _add_scope(difference, {**scope, **after}, on)
    for left in held.values():
        difference.notes.append(
            f"the scope for {left.designation} is not in the file: enter its withdrawal if so"
        )
