"""What people look up: names of the register in the ways they are typed, right and wrong."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMONEST = 60  # surnames whose every prefix is asked
SAMPLE = 400
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Queries:
    """`right` should find somebody at once, `wrong` have one letter wrong."""

    right: list[str]
    wrong: list[str]
    commonest: list[str]


def of(site: Path) -> Queries:
    """Return queries over the members and permits of a built site, the same for the same site."""
    chance = random.Random(1)
    members = lines(site, "members")
    surnames = Counter(line["family"] for line in members)
    commonest = [name for name, _ in surnames.most_common(COMMONEST)]
    some = chance.sample(members, min(SAMPLE, len(members)))
    right = [*_prefixes(commonest), *_beside(members, set(commonest), chance)]
    for line in some:
        right += [line["number"], line["family"], line["name"], f"{line['family']} {line['city']}"]
    right += [line["name"] for line in lines(site, "permits")[:SAMPLE]]
    wrong = [misspelt(line["family"], chance) for line in some if len(line["family"]) > 3]
    wrong += [misspelt(name, chance) for name in commonest if len(name) > 3]
    return Queries(list(dict.fromkeys(right)), wrong, commonest)


def _prefixes(names: list[str]) -> Iterator[str]:
    return (name[:end] for name in names for end in range(1, len(name) + 1))


def _beside(
    members: list[dict[str, str]], common: set[str], chance: random.Random
) -> Iterator[str]:
    """Yield the commonest surnames beside a given name, the last word half typed."""
    found = [line for line in members if line["family"] in common and line["given"]]
    for line in chance.sample(found, min(SAMPLE, len(found))):
        yield f"{line['family']} {line['given'][:1]}"
        yield f"{line['given']} {line['family'][:3]}"


def misspelt(name: str, chance: random.Random) -> str:
    """Return a word with one letter wrong."""
    at = chance.randrange(len(name))
    return name[:at] + chance.choice(LETTERS) + name[at + 1 :]


def lines(site: Path, table: str) -> list[dict[str, str]]:
    """Return the lines of a download of the site."""
    with open(site / "register/data" / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
