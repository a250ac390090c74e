"""Entries for tests: one at a time by hand, or any history of a record by hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from signet.policy import load
from signet.register.model import Entry, Subject
from signet.register.payloads import canonical
from tests.examples import examples

POLICY = load("alberta")
START = date(2020, 1, 1)
P_TECH = "P.Tech.(Eng.)"
# How slow the machine is just now says nothing about the register.
unhurried = settings(
    deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow]
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def entry(
    kind: str,
    on: str,
    *,
    subject: Subject = "member",
    number: str = "100",
    named: str = "",
    recorded: str = "",
    corrects: str = "",
    authority: str = "App. 5",
    **data: Any,
) -> Entry:
    """Return an entry, by default recorded at noon of its effective day, named for its kind."""
    return Entry(
        id=named or f"{kind}-{on}",
        subject=subject,
        number=number,
        kind=kind,
        effective_on=day(on),
        recorded_at=moment(recorded or f"{on}T12:00:00"),
        entered_by="staff",
        authority=authority,
        data=canonical(subject, kind, data),
        corrects=corrects,
    )


def permit_entry(kind: str, on: str, *, number: str = "P-1", **rest: Any) -> Entry:
    return entry(kind, on, subject="permit", number=number, **rest)


def registered(on: str = "2020-01-01", *, number: str = "100", **data: Any) -> Entry:
    return entry("registered", on, number=number, **{"family": "Lee", "given": "Ana", **data})


def issued(on: str = "2020-01-01", *, number: str = "P-1", **data: Any) -> Entry:
    return permit_entry("issued", on, number=number, **{"legal_name": "Northgate Ltd.", **data})


def practitioner(number: str = "100", on: str = "2020-01-01", **scope: Any) -> list[Entry]:
    """Return the entries of one who may practise: registered, P.Tech., with a scope (SCO-1)."""
    said = {"discipline": "Civil", "activities": ["Design"], "limits": "Up to 25 kV", **scope}
    return [
        registered(on, number=number),
        entry("designation_granted", on, number=number, designation=P_TECH),
        entry("scope_granted", on, number=number, designation=P_TECH, **said),
    ]


def record_entries(subject: Subject, number: str) -> list[Entry]:
    """Return a record with little in it."""
    return [registered(number=number)] if subject == "member" else [issued(number=number)]


# Text that files and spreadsheets are known to spoil.
HOSTILE = st.sampled_from(
    [
        "O’Brien", "O'Brien", "'t Hooft", "=1+1", "+1 780", "-", "@here", "'=x", "''+x", "a;b",
        "a\\", "\\;", "a\\;b", 'say "so"', "Lee, Ana", "two\nlines", "one\r\ntwo", "cr\rcr", "\n=x",
        "李小龍", "زهراء", "\ufeffx", "Straße", "a\tb", "\t=x", "x;", ";", "NULL", "1e5", "٣",
    ]
)  # fmt: skip
TEXT = st.one_of(HOSTILE, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12))
WORD = TEXT.filter(bool)
DAYS = st.integers(0, 40).map(lambda n: START + timedelta(days=n * 20))
LISTED = st.lists(WORD, max_size=3, unique=True)
ISO_DAYS = DAYS.map(str)
MAYBE_DAY = st.one_of(st.none(), ISO_DAYS)
DESIGNATIONS = st.sampled_from(list(POLICY.designations))
STATUSES = st.sampled_from(list(POLICY.statuses))
PERMIT_STATUSES = st.sampled_from(list(POLICY.permit_statuses))
REASONS = st.sampled_from(["", *POLICY.reasons])
NUMBERS = st.sampled_from(["100", "101", "102"])
PLACE = {"city": TEXT, "province": TEXT}
NAMES = {"family": WORD, "given": TEXT, "known_as": TEXT, "native_name": TEXT}
OTHER_NAME = {"name": WORD, "type": st.sampled_from(["former", "known_as"]), "until": MAYBE_DAY}
RULED = {"ruling": st.sampled_from(["refused", "court_order"])}
CONDITIONS = st.sampled_from(["C1", "C2"])

Kinds = Mapping[str, Mapping[str, st.SearchStrategy[Any]]]
MEMBER_DATA: Kinds = {
    "registered": {**NAMES, **PLACE, "category": st.sampled_from(list(POLICY.categories))},
    "name_changed": {**NAMES, "keep_former": st.booleans()},
    "other_name_added": OTHER_NAME,
    "moved": PLACE,
    "disciplines_changed": {"disciplines": LISTED},
    "category_changed": {"category": st.sampled_from(list(POLICY.categories))},
    "designation_granted": {"designation": DESIGNATIONS},
    "designation_withdrawn": {"designation": DESIGNATIONS},
    "status_changed": {"status": STATUSES, "reason": REASONS, "until": MAYBE_DAY},
    "scope_granted": {
        "designation": DESIGNATIONS,
        "discipline": WORD,
        "activities": LISTED,
        "limits": TEXT,
        "text": TEXT,
    },
    "scope_withdrawn": {"designation": DESIGNATIONS},
    "condition_imposed": {"condition": CONDITIONS, "text": WORD, "published": st.booleans()},
    "condition_lifted": {"condition": CONDITIONS},
    "not_practising_declared": {"until": MAYBE_DAY},
    "practice_resumed": {},
    "decision_recorded": {
        "decision": st.sampled_from(["D1", "D2"]),
        "title": WORD,
        "decided_on": ISO_DAYS,
        "summary": TEXT,
        "publication_directed_by": TEXT,
    },
    "reinstatement_ruled": RULED,
}
PERMIT_DATA: Kinds = {
    "issued": {
        "legal_name": WORD,
        "operating_names": LISTED,
        "fields": LISTED,
        "expires_on": MAYBE_DAY,
        **PLACE,
    },
    "renewed": {"expires_on": MAYBE_DAY},
    "condition_imposed": {"condition": CONDITIONS, "text": WORD, "published": st.booleans()},
    "condition_lifted": {"condition": CONDITIONS},
    "renamed": {"legal_name": WORD, "keep_former": st.booleans()},
    "other_name_added": OTHER_NAME,
    "operating_names_changed": {"operating_names": LISTED},
    "moved": PLACE,
    "fields_changed": {"fields": LISTED},
    "responsible_member_added": {"member": NUMBERS},
    "responsible_member_ceased": {"member": NUMBERS},
    "status_changed": {"status": PERMIT_STATUSES, "reason": REASONS, "until": MAYBE_DAY},
    "reinstatement_ruled": RULED,
}
DATA = {"member": MEMBER_DATA, "permit": PERMIT_DATA}


@st.composite
def histories(
    draw: st.DrawFn,
    subject: Subject,
    number: str = "100",
    least: int = 0,
    most: int = 8,
    data: Kinds | None = None,
) -> list[Entry]:
    """Any entries of one record after its first: dates that meet, corrections, things taken back.

    The first is as old as any other and is never itself corrected, so that there is a record. The
    entries are of the kinds in `data`, with what that draws; by default of any kind.
    """
    kinds_data = data or DATA[subject]
    kinds = [kind for kind in kinds_data if kind not in ("registered", "issued")]
    first = "registered" if subject == "member" else "issued"
    drawn = [_drawn(draw, subject, number, 0, first, START, "", kinds_data)]
    for position in range(1, draw(st.integers(least, most)) + 1):
        kind = draw(st.sampled_from([*kinds, "voided"]))
        ids = [e.id for e in drawn[1:]]
        corrects = draw(st.sampled_from(["", *ids])) if kind != "voided" or ids else ""
        if kind == "voided" and not corrects:
            kind = kinds[0]
        on = draw(DAYS)
        drawn.append(_drawn(draw, subject, number, position, kind, on, corrects, kinds_data))
    return drawn


def _drawn(
    draw: st.DrawFn,
    subject: Subject,
    number: str,
    position: int,
    kind: str,
    on: date,
    corrects: str,
    kinds_data: Kinds,
) -> Entry:
    data = {name: draw(value) for name, value in kinds_data.get(kind, {}).items()}
    late = draw(st.integers(0, 4)) if position else 0
    return Entry(
        id=f"{draw(st.sampled_from('abc'))}{position}",
        subject=subject,
        number=number,
        kind=kind,
        effective_on=on,
        recorded_at=datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=late * 200),
        entered_by=draw(TEXT),
        authority=draw(WORD),
        data=canonical(subject, kind, data),
        corrects=corrects,
    )
