"""The schema of the exchange format: a folder's files and their columns.

CSV files in UTF-8 with a Data Package descriptor, `datapackage.json`, whose Table Schemas match the
tables below; `docs/exchange-format.md` explains it to those who write such folders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

DESCRIPTOR = "datapackage.json"
PROFILE = "signet-register"
LIST_SEPARATOR = ";"

ColumnType = Literal["string", "date", "datetime", "object", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: lists are separated by semicolons, objects are JSON, dates are ISO 8601."""

    name: str
    type: ColumnType = "string"
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the folder. Rows are sorted by `key`, the register number first."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    optional: bool = True

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


MEMBERS = Table(
    "members",
    "Members as at the package's date",
    (
        Column("number", required=True, description="Register number"),
        Column("category", description="Category of record; empty means member"),
        Column("given", description="Given names"),
        Column("family", required=True, description="Family name"),
        Column("known_as", description="Name the person goes by"),
        Column("native_name", description="Name in its own script"),
        Column("city"),
        Column("province"),
        Column("designations", "list", description="Designations held"),
        Column("disciplines", "list"),
        Column("status", description="Standing; empty means registered"),
        Column("status_reason"),
        Column("status_since", "date"),
        Column("status_until", "date"),
        Column("registered_on", "date", description="When first registered"),
        Column("conditions", "list", description="Conditions on practice in force"),
        Column("not_practising_since", "date", description="When declared not practising"),
        Column("not_practising_until", "date", description="Stated end of the declaration"),
    ),
    ("number",),
)
OTHER_NAMES = Table(
    "other_names",
    "Former and other names of members and permit holders",
    (
        Column("subject", required=True, description="member or permit"),
        Column("number", required=True),
        Column("name", required=True),
        Column("type", description="former or known_as; empty means former"),
        Column("until", "date", description="The day the name was given up"),
    ),
    ("subject", "number"),
)
SCOPES = Table(
    "scopes",
    "Scopes of practice",
    (
        Column("number", required=True, description="Register number of the member"),
        Column("designation", required=True),
        Column("discipline", required=True),
        Column("activities", "list"),
        Column("limits"),
        Column("text"),
        Column("since", "date"),
    ),
    ("number",),
)
PERMITS = Table(
    "permits",
    "Permits to practise as at the package's date",
    (
        Column("number", required=True, description="Permit number"),
        Column("legal_name", required=True),
        Column("operating_names", "list"),
        Column("city"),
        Column("province"),
        Column("fields", "list", description="Fields of practice"),
        Column("issued_on", "date"),
        Column("expires_on", "date", description="Last valid day"),
        Column("status", description="Standing besides expiry; empty means in_force"),
        Column("status_reason"),
        Column("status_since", "date"),
        Column("status_until", "date"),
        Column("conditions", "list", description="Conditions on practice in force"),
    ),
    ("number",),
)
RESPONSIBLE_MEMBERS = Table(
    "responsible_members",
    "Who answers for which permit, from when to when",
    (
        Column("permit", required=True),
        Column("member", required=True),
        Column("from", "date"),
        Column("to", "date", description="The day the member ceased; empty while current"),
    ),
    ("permit",),
)
ENTRIES = Table(
    "entries",
    "The register itself: every entry, with both clocks",
    (
        Column("id", required=True),
        Column("subject", required=True, description="member or permit"),
        Column("number", required=True),
        Column("kind", required=True),
        Column("effective_on", "date", required=True, description="When it holds in law"),
        Column("recorded_at", "datetime", required=True, description="When it was recorded, UTC"),
        Column("entered_by"),
        Column("authority", description="The section or decision it rests on"),
        Column("corrects", description="Id of the entry of the same record it takes the place of"),
        Column("data", "object", required=True, description="What the entry says, by its kind"),
    ),
    ("subject", "number"),
)
CONTACTS = Table(
    "contacts",
    "Private: how members are reached. Never published, and never read by the build",
    (
        Column("number", required=True),
        Column("email"),
        Column("phone"),
        Column("birth_date", "date"),
        Column("address"),
    ),
    ("number",),
)

TABLES = {
    table.name: table
    for table in (
        MEMBERS,
        OTHER_NAMES,
        SCOPES,
        PERMITS,
        RESPONSIBLE_MEMBERS,
        ENTRIES,
        CONTACTS,
    )
}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if column.type == "list" else column.type,
    }
    if column.description:
        field["description"] = column.description
    if column.type == "list":
        field["description"] = f"{field.get('description', '')} (separated by semicolons)".strip()
    if column.required:
        field["constraints"] = {"required": True}
    return field


def descriptor(dated: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """Return the Data Package descriptor of a folder with records as at `dated` (ISO date)."""
    return {
        "profile": "data-package",
        "name": PROFILE,
        "dated": dated,
        "resources": [
            {
                "name": table.name,
                "path": table.file,
                "title": table.title,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": [_field(column) for column in table.columns]},
            }
            for table in tables
        ],
    }
