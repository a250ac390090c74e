"""A member and a permit with something in every public field, and how to read a page of them."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from html import unescape

from signet.publish.public import (
    Condition,
    Decision,
    FormerResponsibleMember,
    Headline,
    HeldDesignation,
    HistoryEvent,
    OtherName,
    PermitAnswered,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
    Scope,
)
from signet.publish.site import Site

SITE = Site(url="https://register.example")
SCOPE = Scope(
    designation="P.Tech.(Eng.)",
    discipline="Electrical",
    activities=("Design", "Inspection"),
    limits="Up to 25 kV",
    text="Distribution in light industrial buildings.",
    since="2019-09-12",
)
IN_FORCE = Headline(
    "In force", "good", "2017-06-01", "", "2027-05-31", "in_force", "The holder may practise."
)
MEMBER = PublicMember(
    number="100482",
    name="Zahra El-Idrissi",
    sort_name="El-Idrissi, Zahra",
    given="Zahra",
    family="El-Idrissi",
    native_name="زهراء الإدريسي",
    other_names=(
        OtherName("Zahra Bennani", "former", "2016-07-02"),
        OtherName("Zaza Idrissi", "known_as"),
    ),
    city="Calgary",
    province="AB",
    designations=(
        HeldDesignation(
            code="P.Tech.(Eng.)",
            name="Professional Technologist (Engineering)",
            slug="p-tech-eng",
            register="Professional technologists (engineering)",
            practises=True,
            granted_on="2019-09-13",
        ),
    ),
    disciplines=("Electronics", "Mechanical"),
    status="registered",
    headline=Headline(
        "Permitted to practise",
        "good",
        "2019-09-14",
        "Registered",
        "",
        "permitted",
        "May practise independently.",
    ),
    registered_on="2011-04-18",
    scopes=(SCOPE,),
    conditions=(Condition("Reviewed by a second member.", "2024-03-01"), Condition("", "")),
    decisions=(
        Decision("File 25-014", "2025-10-20", "Unskilled practice was found.", "the Committee"),
    ),
    responsible_for=(PermitAnswered("P-418", "Northgate Ltd.", IN_FORCE, "2020-01-06"),),
    history=(
        HistoryEvent("2024-03-02", "2024-03-04", "Condition imposed", "Second review"),
        HistoryEvent("2011-04-19", "2011-04-19", "Registered", "", corrected=True),
    ),
    last_changed_on="2024-03-05",
    withheld_designations=(
        HeldDesignation(
            code="R.E.T.",
            name="Registered Engineering Technologist",
            slug="r-e-t",
            register="Registered engineering technologists",
            practises=False,
            granted_on="2012-02-03",
        ),
    ),
)
ANSWERER = ResponsibleMember(
    number=MEMBER.number,
    name=MEMBER.name,
    since="2020-01-06",
    designations=("P.Tech.(Eng.)",),
    headline=MEMBER.headline,
    scopes=(SCOPE,),
    conditions=MEMBER.conditions,
)
PERMIT = PublicPermit(
    number="P-418",
    name="Northgate Ltd.",
    operating_names=("Northgate", "NG & Sons"),
    former_names=(OtherName("Norris Inc.", "former", "2019-03-31"),),
    city="Red Deer",
    province="AB",
    fields=("Instrumentation", "Civil"),
    headline=IN_FORCE,
    status="in_force",
    issued_on="2026-06-01",
    in_force_since="2017-06-02",
    expires_on="2027-05-30",
    responsible_members=(ANSWERER,),
    former_responsible_members=(
        FormerResponsibleMember("101112", "Jean D’Amour", "2017-06-03", "2019-12-31"),
    ),
    unanswered=False,
    history=(HistoryEvent("2026-06-04", "2026-05-20", "Renewed", "One more year"),),
    last_changed_on="2026-05-21",
    uncovered_fields=("Civil",),
)


def text(html: str) -> str:
    """Return what a reader sees of the page's main part, in one line."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def values(value: object) -> list[str]:
    """Every piece of text in a record, dates as a reader sees them."""
    if isinstance(value, str):
        return [words(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value]
    if isinstance(value, tuple):
        return [found for item in value for found in values(item)]
    if dataclasses.is_dataclass(value):
        fields = [getattr(value, field.name) for field in dataclasses.fields(value)]
        return [found for item in fields for found in values(item)]
    return []


def linked_data(html: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    data: dict[str, object] = json.loads(found[0])
    return data
