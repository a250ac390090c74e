"""What is mutated, by which tests, and which mutants are known to survive: mutants.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that are mutated together, and the unit tests that are to notice."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A mutant as a reader sees it: the function by its whole name, its line before and after."""

    function: str
    was: str
    became: str

    def __str__(self) -> str:
        return f"{self.function}\n    - {self.was}\n    + {self.became}"


@dataclass(frozen=True, slots=True)
class Known:
    """A mutant that may survive, and why no test has to notice it."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True)
class Mutants:
    """All of mutants.toml."""

    groups: tuple[Group, ...]
    known: tuple[Known, ...]

    def of(self, group: Group) -> tuple[Known, ...]:
        """Return the known survivors in a group's modules."""
        modules = [file.removesuffix(".py").replace("/", ".") for file in group.files]
        modules = [module.removesuffix(".__init__") for module in modules]
        return tuple(
            known
            for known in self.known
            if any(known.change.function.startswith(f"{module}.") for module in modules)
        )


def read(text: str) -> Mutants:
    """Return what the text of mutants.toml says. Raises KeyError where a field is missing."""
    data = tomllib.loads(text)
    groups = tuple(
        Group(name, tuple(group["files"]), tuple(group["tests"]))
        for name, group in data["groups"].items()
    )
    return Mutants(groups, tuple(_known(data.get("survivors", []))))


def _known(entries: list[dict[str, Any]]) -> Iterator[Known]:
    for entry in entries:
        became = entry["became"]
        for line in [became] if isinstance(became, str) else became:
            yield Known(Change(entry["function"], entry["was"], line), entry["why"])
