"""The words of `signet enter`: what each kind of entry is called and which options fill it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import Any

from signet.cli.arguments import a_date
from signet.register.model import Subject
from signet.register.payloads import KINDS


@dataclass(frozen=True, slots=True)
class Word:
    """A word for a kind of entry, with the data that goes without saying."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


def _status(status: str, reason: str = "") -> Word:
    return Word("status_changed", {"status": status} | ({"reason": reason} if reason else {}))


RULINGS = {
    "reinstatement-refused": Word("reinstatement_ruled", {"ruling": "refused"}),
    "court-order": Word("reinstatement_ruled", {"ruling": "court_order"}),
}
WORDS: dict[Subject, dict[str, Word]] = {
    "member": {
        "registration": Word("registered"),
        "name": Word("name_changed"),
        "other-name": Word("other_name_added"),
        "move": Word("moved"),
        "disciplines": Word("disciplines_changed"),
        "category": Word("category_changed"),
        "designation": Word("designation_granted"),
        "designation-withdrawn": Word("designation_withdrawn"),
        "status": Word("status_changed"),
        "suspension": _status("suspended"),
        "reinstatement": _status("registered", "reinstated"),
        "cancellation": _status("cancelled"),
        "striking": _status("struck_off"),
        "resignation": _status("resigned", "own_request"),
        "retirement": _status("retired", "own_request"),
        "not-practising": Word("not_practising_declared"),
        "resumption": Word("practice_resumed"),
        "death": _status("deceased"),
        "scope": Word("scope_granted"),
        "scope-withdrawn": Word("scope_withdrawn"),
        "condition": Word("condition_imposed"),
        "condition-lifted": Word("condition_lifted"),
        "decision": Word("decision_recorded"),
        **RULINGS,
    },
    "permit": {
        "issue": Word("issued"),
        "renewal": Word("renewed"),
        "name": Word("renamed"),
        "other-name": Word("other_name_added"),
        "operating-names": Word("operating_names_changed"),
        "move": Word("moved"),
        "fields": Word("fields_changed"),
        "responsible-member": Word("responsible_member_added"),
        "responsible-member-ceased": Word("responsible_member_ceased"),
        "status": Word("status_changed"),
        "suspension": _status("suspended"),
        "reinstatement": _status("in_force", "reinstated"),
        "cancellation": _status("cancelled"),
        "revocation": _status("revoked"),
        "condition": Word("condition_imposed"),
        "condition-lifted": Word("condition_lifted"),
        **RULINGS,
    },
}
CORRECTION = "correction"
SCOPE_FIELDS = ("discipline", "activities", "limits", "text")

# Option, field of the payload it fills, and what argparse needs to know.
OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--reason", "reason", {"help": "why, as a word of the policy: fees, cpd, discipline …"}),
    ("--until", "until", {"type": a_date, "help": "stated end; it never ends by itself"}),
    ("--direction", "direction", {"help": "Council's direction, where a rule asks for one"}),
    ("--status", "status", {"help": "for `status`: the standing"}),
    ("--text", "text", {"help": "text of a condition or scope"}),
    ("--condition", "condition", {"help": "name of a condition, such as C1"}),
    ("--designation", "designation", {}),
    ("--discipline", "discipline", {"help": "discipline of a scope"}),
    ("--activity", "activities", {"action": "append", "help": "of a scope; may be repeated"}),
    ("--limits", "limits", {"help": "limits of a scope"}),
    ("--disciplines", "disciplines", {"action": "append", "help": "may be repeated"}),
    ("--given", "given", {}),
    ("--family", "family", {}),
    ("--known-as", "known_as", {}),
    ("--native-name", "native_name", {}),
    ("--city", "city", {}),
    ("--province", "province", {}),
    ("--category", "category", {}),
    ("--name", "name", {"help": "for `other-name`"}),
    ("--type", "type", {"choices": ("former", "known_as"), "help": "for `other-name`"}),
    ("--decision", "decision", {"help": "reference of a discipline decision"}),
    ("--title", "title", {}),
    ("--decided-on", "decided_on", {"type": a_date}),
    ("--summary", "summary", {}),
    ("--publication-directed-by", "publication_directed_by", {"help": "who directed it (STA-6)"}),
    ("--legal-name", "legal_name", {}),
    ("--operating-name", "operating_names", {"action": "append", "help": "may be repeated"}),
    ("--field", "fields", {"action": "append", "help": "field of practice; may be repeated"}),
    ("--expires-on", "expires_on", {"type": a_date, "help": "last valid day"}),
    ("--member", "member", {"help": "number of a responsible member"}),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what an entry says."""
    group = parser.add_argument_group("what the entry says")
    for option, name, settings in OPTIONS:
        group.add_argument(option, dest=name, **settings)
    group.add_argument(
        "--unpublished",
        dest="published",
        action="store_const",
        const=False,
        help="of a condition: only the fact is shown, not its text",
    )
    group.add_argument(
        "--no-former-name",
        dest="keep_former",
        action="store_const",
        const=False,
        help="for `name`: the name before isn't public any more",
    )


def given(options: argparse.Namespace) -> dict[str, Any]:
    """The payload fields that were given on the command line."""
    names = [name for _, name, _ in OPTIONS] + ["published", "keep_former"]
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def word(subject: Subject, said: str) -> Word | None:
    """The kind meant by a word: one of WORDS, or a kind's own name."""
    plain = said.replace("_", "-")
    if plain in WORDS[subject]:
        return WORDS[subject][plain]
    kind = said.replace("-", "_")
    return Word(kind) if kind in KINDS[subject] and kind != "voided" else None
