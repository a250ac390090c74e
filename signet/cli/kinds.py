"""The options of `signet enter`: the fields of each kind of entry."""

from __future__ import annotations

import argparse
from typing import Any

from signet.cli.arguments import a_date
from signet.register.kinds import CORRECTION as CORRECTION
from signet.register.kinds import FIELDS, TYPES, Field
from signet.register.kinds import WORDS as WORDS
from signet.register.kinds import Word as Word
from signet.register.kinds import word as word


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for an entry's fields."""
    group = parser.add_argument_group("what the entry says")
    for field in FIELDS:
        group.add_argument(field.option, dest=field.name, **_settings(field))


def _settings(field: Field) -> dict[str, Any]:
    """Return argparse's settings of an option."""
    arguments: dict[str, Any] = {"help": field.help} if field.help else {}
    if field.name == "type":
        arguments["choices"] = TYPES
    if field.shape == "day":
        arguments["type"] = a_date
    elif field.shape in ("many", "each"):
        arguments["action"] = "append"
    elif field.shape == "flag":  # true unless the option is given
        arguments |= {"action": "store_const", "const": False}
    return arguments


def given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the payload fields that were given on the command line."""
    names = [field.name for field in FIELDS]
    return {name: value for name in names if (value := getattr(options, name)) is not None}
