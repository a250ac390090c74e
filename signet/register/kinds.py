"""The words in which officers make entries: each kind of entry, and the fields it asks for.

One table for the command line and the register desk: each word has a kind of entry and its implied
data, and each field of a payload its option on the command line and its label on the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from signet.register.model import Subject
from signet.register.payloads import KINDS

STANDING, NAMES = "Standing", "Name and place"
DESIGNATIONS, CONDITIONS = "Designations and scope", "Conditions and decisions"
TERM, RESPONSIBLE = "Term and fields", "Responsible members"


class Word(NamedTuple):
    """A word for a kind of entry, with the data that it implies.

    `title` and `group` are how people find it.
    """

    kind: str
    title: str = ""
    group: str = ""
    data: Mapping[str, Any] = MappingProxyType({})


def _status(title: str, status: str, reason: str = "") -> Word:
    data = {"status": status} | ({"reason": reason} if reason else {})
    return Word("status_changed", title, STANDING, data)


def _shared(group: str) -> dict[str, Word]:
    """Return the words that members and permits share."""
    return {
        "condition": Word("condition_imposed", "A condition is imposed", group),
        "condition-lifted": Word("condition_lifted", "A condition is lifted", group),
    }


RULINGS = {
    "reinstatement-refused": Word(
        "reinstatement_ruled", "Council refused reinstatement", STANDING, {"ruling": "refused"}
    ),
    "court-order": Word(
        "reinstatement_ruled",
        "A Court’s order on a cancellation",
        STANDING,
        {"ruling": "court_order"},
    ),
}
WORDS: dict[Subject, dict[str, Word]] = {
    "member": {
        "registration": Word("registered", "Registered", STANDING),
        "name": Word("name_changed", "A new name", NAMES),
        "other-name": Word("other_name_added", "Another name, or a former one", NAMES),
        "move": Word("moved", "Another city or province", NAMES),
        "disciplines": Word("disciplines_changed", "Other disciplines", DESIGNATIONS),
        "category": Word("category_changed", "Another category", STANDING),
        "designation": Word("designation_granted", "A designation is granted", DESIGNATIONS),
        "designation-withdrawn": Word(
            "designation_withdrawn", "A designation is withdrawn", DESIGNATIONS
        ),
        "status": Word("status_changed", "Any other standing", STANDING),
        "suspension": _status("Suspended", "suspended"),
        "reinstatement": _status("Reinstated", "registered", "reinstated"),
        "cancellation": _status("Cancelled", "cancelled"),
        "striking": _status("Struck off", "struck_off"),
        "resignation": _status("Resigned", "resigned", "own_request"),
        "retirement": _status("Retired", "retired", "own_request"),
        "not-practising": Word("not_practising_declared", "Declared not practising", STANDING),
        "resumption": Word("practice_resumed", "Back in practice", STANDING),
        "death": _status("Died", "deceased"),
        "scope": Word("scope_granted", "A scope of practice, new or changed", DESIGNATIONS),
        "scope-withdrawn": Word("scope_withdrawn", "A scope is withdrawn", DESIGNATIONS),
        **_shared(CONDITIONS),
        "decision": Word("decision_recorded", "A discipline decision", CONDITIONS),
        **RULINGS,
    },
    "permit": {
        "issue": Word("issued", "Issued", TERM),
        "renewal": Word("renewed", "Renewed", TERM),
        "name": Word("renamed", "A new legal name", NAMES),
        "other-name": Word("other_name_added", "Another name, or a former one", NAMES),
        "operating-names": Word("operating_names_changed", "Other operating names", NAMES),
        "move": Word("moved", "Another city or province", NAMES),
        "fields": Word("fields_changed", "Other fields of practice", TERM),
        "responsible-member": Word(
            "responsible_member_added", "A responsible member is added", RESPONSIBLE
        ),
        "responsible-member-ceased": Word(
            "responsible_member_ceased", "A responsible member ceased", RESPONSIBLE
        ),
        "status": Word("status_changed", "Any other standing", STANDING),
        "suspension": _status("Suspended", "suspended"),
        "reinstatement": _status("Reinstated", "in_force", "reinstated"),
        "cancellation": _status("Cancelled", "cancelled"),
        "revocation": _status("Revoked", "revoked"),
        **_shared("Conditions"),
        **RULINGS,
    },
}
CORRECTION = "correction"
BEGINS = ("registered", "issued")  # kinds of entry that begin a record
SCOPE_FIELDS = ("discipline", "activities", "limits", "text")
Shape = Literal["line", "lines", "day", "choice", "many", "each", "flag"]


class Field(NamedTuple):
    """A field of a payload: its option, and its label, shape and hint on a page.

    `many` are several of a list, `each` is a list of free texts, `choice` one of a list.
    """

    option: str
    name: str
    label: str
    shape: Shape = "line"
    help: str = ""
    hint: str = ""


FIELDS: tuple[Field, ...] = (
    Field("--reason", "reason", "Reason", "choice", "why, as a word of the policy: fees, cpd …"),
    Field("--until", "until", "Stated end", "day", "stated end; it never ends by itself"),
    Field(
        "--direction", "direction", "Who directed it?",
        help="Council's direction, where a rule asks for one",
        hint="Council’s direction, where a rule asks for one",
    ),
    Field("--status", "status", "New standing", "choice", "for `status`: the standing"),
    Field("--text", "text", "Text", "lines", "text of a condition or scope"),
    Field("--condition", "condition", "Name of the condition", "line", "name, such as C1"),
    Field("--designation", "designation", "Designation", "choice"),
    Field("--discipline", "discipline", "Discipline", "choice", "discipline of a scope"),
    Field("--activity", "activities", "Activities", "many", "of a scope; may be repeated"),
    Field("--limits", "limits", "Limits", "lines", "limits of a scope"),
    Field("--disciplines", "disciplines", "Disciplines", "many", "may be repeated"),
    Field("--given", "given", "Given names"),
    Field("--family", "family", "Family name"),
    Field("--known-as", "known_as", "Known as"),
    Field("--native-name", "native_name", "Name in another script"),
    Field("--city", "city", "City"),
    Field("--province", "province", "Province", hint="Such as AB"),
    Field("--category", "category", "Category", "choice"),
    Field("--name", "name", "Name", "line", "for `other-name`"),
    Field("--type", "type", "What kind of name is it?", "choice", "for `other-name`"),
    Field("--decision", "decision", "Reference", "line", "reference of a discipline decision"),
    Field("--title", "title", "Title"),
    Field("--decided-on", "decided_on", "When was it decided?", "day"),
    Field("--summary", "summary", "Summary", "lines"),
    Field(
        "--publication-directed-by", "publication_directed_by", "Who directed its publication?",
        help="who directed it (STA-6)", hint="Left empty, it isn’t published (STA-6)",
    ),
    Field("--legal-name", "legal_name", "Legal name"),
    Field(
        "--operating-name", "operating_names", "Operating names", "each", "may be repeated",
        "One on each line, all that hold from now on",
    ),
    Field("--field", "fields", "Fields of practice", "many", "field of practice; may be repeated"),
    Field(
        "--expires-on", "expires_on", "Last valid day", "day", "last valid day",
        "Left empty, the term is the policy’s",
    ),
    Field(
        "--member", "member", "Responsible member", "line", "number of a responsible member",
        "Their number on the register",
    ),
    Field(
        "--unpublished", "published", "Show the text to the public", "flag",
        "of a condition: only the fact is shown, not its text",
        "Without it the public page shows only that there is a condition",
    ),
    Field(
        "--no-former-name", "keep_former", "The name before stays findable", "flag",
        "for `name`: the name before isn't public any more",
    ),
)  # fmt: skip
TYPES = ("former", "known_as")


def word(subject: Subject, said: str) -> Word | None:
    """Return the kind of entry meant by a word: one of WORDS, or a kind's own name."""
    plain = said.replace("_", "-")
    if plain in WORDS[subject]:
        return WORDS[subject][plain]
    kind = said.replace("-", "_")
    return Word(kind) if kind in KINDS[subject] and kind != "voided" else None


def fields_of(subject: Subject, meant: Word) -> list[Field]:
    """Return the fields that a word asks for: its kind's, except for the data that it implies.

    A reason is asked for even if the word implies one. A designation is asked for with its scope:
    one that needs a scope is granted together with it (SCO-1).
    """
    names = [
        name
        for name in KINDS[subject][meant.kind].model_fields
        if name not in meant.data or name == "reason"
    ]
    if meant.kind == "designation_granted":
        names += SCOPE_FIELDS
    known = {field.name: field for field in FIELDS}
    return [known[name] for name in names if name in known]
