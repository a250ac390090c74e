"""The meaning of the downloads' columns and fields, their keys, and their references."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from typing import Any

from signet.publish.public import PublicMember, PublicPermit

AS_OF = "The day up to which the register, and with it this line, is current"
_SINCE = "Day from which the fact that decided the standing has held"
_REASON = "Why the standing is what it is, in words"

MEMBERS = {
    "number": "Registration number",
    "name": "Name in use: given names, then family name",
    "given": "Given names",
    "family": "Family name",
    "native_name": "Name in its own script, where the member gave it",
    "known_as": "Other names that the member goes by, separated by semicolons",
    "former_names": "Former names, separated by semicolons",
    "city": "City of practice or residence",
    "province": "Province, as a postal abbreviation",
    "designations": "Designations that may be used, the senior first, separated by semicolons",
    "disciplines": "Disciplines, separated by semicolons",
    "standing": "The verdict at the head of the record's page, in words",
    "standing_since": _SINCE,
    "standing_reason": _REASON,
    "status": "Status on the register, as a code of the policy data",
    "registered_on": "Day of first registration",
    "conditions": "Conditions on practice, separated by semicolons; (not published) for one whose "
    "wording isn't public",
    "permits": "Numbers of the permits that the member answers for, separated by semicolons",
    "last_changed_on": "Day on which the public facts last changed",
    "as_of": AS_OF,
}
PERMITS = {
    "number": "Permit number",
    "name": "Legal name of the holder",
    "operating_names": "Names that the holder operates under, separated by semicolons",
    "former_names": "Former legal names, separated by semicolons",
    "city": "City",
    "province": "Province, as a postal abbreviation",
    "fields": "Fields of practice, separated by semicolons",
    "uncovered_fields": "Those that no current responsible member's scope covers, while in force",
    "standing": "The verdict at the head of the permit's page, in words",
    "standing_since": _SINCE,
    "standing_reason": _REASON,
    "status": "Status of the permit, as a code of the policy data, or expired",
    "issued_on": "Day on which the permit was first issued",
    "expires_on": "Last valid day; empty where it is still to come of a permit not in force",
    "responsible_members": "Current responsible members with their numbers, separated by "
    "semicolons",
    "last_changed_on": "Day on which the public facts last changed",
    "as_of": AS_OF,
}
SCOPES = {
    "number": "Registration number of the member",
    "name": "Name of the member",
    "permitted": "yes where the member may practise under this scope now, otherwise no",
    "designation": "Designation that the scope belongs to",
    "discipline": "Discipline",
    "activities": "Activities, separated by semicolons",
    "limits": "Limits of the scope",
    "text": "Wording of the scope in full; it counts before any shorter list",
    "since": "Day from which the scope has held",
    "as_of": AS_OF,
}
RESPONSIBLE_MEMBERS = {
    "permit": "Permit number",
    "holder": "Legal name of the permit holder",
    "member": "Registration number of the responsible member",
    "name": "Name of the responsible member",
    "since": "Day from which the member has answered for the permit",
    "until": "Day on which that ended; empty while it lasts",
    "as_of": AS_OF,
}
CSV: dict[str, dict[str, str]] = {
    "members.csv": MEMBERS,
    "permits.csv": PERMITS,
    "scopes.csv": SCOPES,
    "responsible_members.csv": RESPONSIBLE_MEMBERS,
}
# The fields of the JSON documents, which are those of the allow-list: (type, meaning).
_DOCUMENTS: dict[str, tuple[str, str]] = {
    "as_of": ("date", AS_OF),
    "url": ("string", "Address of the record's page"),
    "number": ("string", "Number of the record"),
    "name": ("string", "Name of the member, or legal name of the permit holder"),
    "sort_name": ("string", "Name as lists have it, family name first"),
    "given": ("string", "Given names"),
    "family": ("string", "Family name"),
    "native_name": ("string", "Name in its own script, where the member gave it"),
    "other_names": ("array", "Other names, each with its kind: former or known_as"),
    "city": ("string", "City"),
    "province": ("string", "Province, as a postal abbreviation"),
    "designations": ("array", "Designations held, with the day each was granted"),
    "withheld_designations": ("array", "Designations that may not be used at present"),
    "disciplines": ("array", "Disciplines"),
    "headline": ("object", "The verdict at the head of the page, since when and why"),
    "status": ("string", "Status, as a code of the policy data; expired for a lapsed permit"),
    "registered_on": ("date", "Day of first registration"),
    "scopes": ("array", "Scopes of practice"),
    "conditions": ("array", "Conditions on practice; text is empty where it isn't public"),
    "decisions": ("array", "Discipline decisions whose publication was directed"),
    "responsible_for": ("array", "Permits that the member answers for"),
    "operating_names": ("array", "Names that the permit holder operates under"),
    "former_names": ("array", "Former legal names"),
    "fields": ("array", "Fields of practice"),
    "uncovered_fields": ("array", "Fields that no current responsible member's scope covers"),
    "issued_on": ("date", "Day on which the permit was first issued"),
    "in_force_since": ("date", "Day from which the permit has been in force without a break"),
    "expires_on": ("date", "Last valid day of the permit"),
    "responsible_members": ("array", "Current responsible members, with standing and scopes"),
    "former_responsible_members": ("array", "Former responsible members"),
    "unanswered": ("boolean", "Whether no current responsible member may practise"),
    "history": ("array", "What happened, the latest first, with what each correction corrects"),
    "last_changed_on": ("date", "Day on which the public facts last changed"),
    "periods": (
        "array",
        "What held from when to when, the latest first, and when the register said so: from "
        "recorded_on, or the day itself where that is later, until corrected_on; of a member with "
        "the permits that named them as responsible, in force or not",
    ),
}
JSON: dict[str, tuple[str, ...]] = {
    "members.jsonl": ("as_of", "url", *(field.name for field in dataclass_fields(PublicMember))),
    "permits.jsonl": ("as_of", "url", *(field.name for field in dataclass_fields(PublicPermit))),
}
KEYS: dict[str, tuple[str, ...]] = {
    "members.csv": ("number",),
    "members.jsonl": ("number",),
    "permits.csv": ("number",),
    "permits.jsonl": ("number",),
    "scopes.csv": ("number", "designation"),
}
# (file, column, the file that the column refers to)
REFERENCES = (
    ("scopes.csv", "number", "members.csv"),
    ("responsible_members.csv", "permit", "permits.csv"),
    ("responsible_members.csv", "member", "members.csv"),
)
_DATES = ("_on", "_since", "since", "until", "as_of")


def resource_name(file: str) -> str:
    """Return the name of a file in the Data Package."""
    return file.replace(".", "-").replace("_", "-")


def schema(file: str) -> dict[str, Any]:
    """Return the table schema of a file: fields with their meaning, and keys."""
    if file in CSV:
        fields = [
            {
                "name": name,
                "type": "date" if name.endswith(_DATES) else "string",
                "description": meaning,
            }
            for name, meaning in CSV[file].items()
        ]
    else:
        columns = [(name, *_DOCUMENTS.get(name, ("any", ""))) for name in JSON[file]]
        fields = [
            {"name": name, "type": kind, "description": meaning} for name, kind, meaning in columns
        ]
    table: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if file in KEYS:
        table["primaryKey"] = list(KEYS[file])
    leads = [
        {"fields": column, "reference": {"resource": resource_name(other), "fields": "number"}}
        for name, column, other in REFERENCES
        if name == file
    ]
    return table | ({"foreignKeys": leads} if leads else {})
