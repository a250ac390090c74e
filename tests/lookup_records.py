"""Made-up records for the look-up's tests: many scripts, and surnames as common as real ones."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

from signet.publish.lookup.entry import LookupEntry, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

# The commonest surnames take the shares (in %) that they have where immigration is recent.
SURNAMES = {
    "Smith": 2.6, "Nguyen": 2.3, "Singh": 2.1, "Li": 1.9, "Brown": 1.4, "Tremblay": 1.1,
    "Wong": 1.0, "Kim": 0.9, "Patel": 0.9, "Martin": 0.8, "Campbell": 0.7, "Roy": 0.6,
    "O'Brien": 0.5, "MacDonald": 0.5, "Chen": 0.5, "Lee": 0.5, "Johnson": 0.5, "Müller": 0.3,
    "Kowalska": 0.3, "van der Berg": 0.2, "Smith-Jones": 0.2, "Al-Hassan": 0.2, "De la Cruz": 0.2,
    "Łukasiewicz": 0.1, "Sørensen": 0.1, "Đặng": 0.2, "Þórsson": 0.05, "L'Écuyer": 0.1,
    "Smithson": 0.1, "Smythe": 0.1,
}  # fmt: skip
GIVEN = {
    "John": 2.6, "James": 2.0, "Mary": 1.9, "Robert": 1.8, "Anna": 1.5, "David": 1.5,
    "Michael": 1.4, "Jennifer": 1.2, "Linda": 1.1, "Mohammed": 1.1, "Wei": 1.0, "Van Anh": 0.9,
    "Jean-Luc": 0.5, "José": 0.5, "Zoë": 0.3, "Seán": 0.3, "Harpreet": 0.8, "Minh": 0.8,
}  # fmt: skip
CITIES = {
    "Calgary": 34, "Edmonton": 30, "Red Deer": 8, "Lethbridge": 6, "Fort McMurray": 6,
    "Grande Prairie": 5, "Medicine Hat": 4, "St. Albert": 4, "Lac La Biche": 1, "Canmore": 2,
}  # fmt: skip
NATIVE = (
    ("王小明", "Wang Xiaoming"), ("김민준", "Kim Minjun"), ("Анна Ковальская", "Anna Kovalskaya"),
    ("محمد الحسن", "Mohammed Alhassan"), ("राजेश शर्मा", "Rajesh Sharma"), ("Γιώργος Παππάς", "Giorgos Pappas"),
    ("ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "Harpreet Singh"), ("田中 太郎", "Tanaka Taro"),
)  # fmt: skip
STATUSES: tuple[tuple[str, Tone, int, int], ...] = (
    ("Permitted to practise", "good", 0, 80),
    ("Not permitted to practise", "bad", 1, 12),
    ("In good standing", "neutral", 0, 8),
)
DESIGNATIONS = ("C.E.T.", "R.E.T.", "C.Tech.", "P.Tech.(Eng.)", "C.E.T., P.Tech.(Eng.)")
TRADES = ("Engineering", "Consulting", "Surveys", "Inspection", "Environmental", "Design")


class _Names:
    """Draws from common names with their shares and from a long tail of made-up ones."""

    def __init__(self, common: dict[str, float], rare: list[str]) -> None:
        # Zipf's law for the tail, as in real registers.
        tail = [1 / (rank + 30) for rank in range(len(rare))]
        scale = (100 - sum(common.values())) / sum(tail)
        self._names = [*common, *rare]
        self._shares = list(accumulate([*common.values(), *(scale * share for share in tail)]))

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self._names, cum_weights=self._shares)[0]


def _rare_names(chance: random.Random, wanted: int, ends: tuple[str, ...]) -> list[str]:
    starts = [
        "b",
        "br",
        "c",
        "ch",
        "d",
        "dr",
        "f",
        "g",
        "gr",
        "h",
        "j",
        "k",
        "kr",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "sh",
        "st",
        "t",
        "tr",
        "v",
        "w",
        "y",
        "z",
    ]
    made: dict[str, None] = {}
    while len(made) < wanted:
        middle = "".join(
            chance.choice(starts) + chance.choice(("a", "e", "i", "o", "u", "ai", "ou"))
            for _ in range(chance.choice((1, 2, 2, 3)))
        )
        made[(middle + chance.choice(ends)).capitalize()] = None
    return list(made)


def members(wanted: int, seed: int = 1) -> Iterator[LookupEntry]:
    """Return made-up members, numbered from 100001 on, the same for a seed."""
    chance = random.Random(seed)
    tail = max(50, wanted // 2)
    endings = ("", "n", "r", "ski", "son", "lla", "wicz", "nko", "s", "tt")
    surnames = _Names(SURNAMES, _rare_names(chance, min(tail, 40_000), endings))
    given = _Names(GIVEN, _rare_names(chance, min(max(40, wanted // 6), 9_000), ("", "", "n", "a")))
    for number in range(100_001, 100_001 + wanted):
        yield _member(chance, str(number), given, surnames)


def _member(chance: random.Random, number: str, given: _Names, surnames: _Names) -> LookupEntry:
    first, last = given.draw(chance), surnames.draw(chance)
    if chance.random() < 0.1:
        first += f" {chance.choice('ABCDEFGHJKLMNPRSTW')}."
    label = f"{first} {last}"
    names = [("", label)]
    if chance.random() < 0.08:
        names.append(("formerly", f"{first} {surnames.draw(chance)}"))
    if chance.random() < 0.04:
        names.append(("known as", f"{given.draw(chance)} {last}"))
    if chance.random() < 0.1:
        names.append(("native script", _native(chance)))
    status, tone, rank, _ = chance.choices(STATUSES, [share for *_, share in STATUSES])[0]
    city = chance.choices(list(CITIES), list(CITIES.values()))[0]
    detail = f"{chance.choice(DESIGNATIONS)} · {city}"
    return LookupEntry("member", number, label, detail, status, tone, rank, tuple(names), city)


def _native(chance: random.Random) -> str:
    name, _ = chance.choice(NATIVE)
    if " " in name or chance.random() < 0.3:
        return name
    return name[0] + "".join(
        chance.choice("伟芳娜敏静丽强磊洋勇艳杰涛明超兰霞平刚桂") for _ in "ab"
    )


def permits(wanted: int, seed: int = 2) -> Iterator[LookupEntry]:
    """Return made-up permit holders, numbered from P1001 on."""
    chance = random.Random(seed)
    firms = _rare_names(chance, max(20, wanted), ("", "n", "co", "tech", "ron"))
    for place in range(wanted):
        legal = f"{firms[place]} {chance.choice(TRADES)} Ltd."
        names = [("", legal)]
        if chance.random() < 0.3:
            names.append(("operating as", f"{chance.choice(firms)} {chance.choice(TRADES)}"))
        city = chance.choices(list(CITIES), list(CITIES.values()))[0]
        yield LookupEntry(
            kind="permit",
            number=f"P{1001 + place}",
            label=legal,
            detail=f"Permit to practise · {city}",
            status="In force",
            tone="good",
            rank=0,
            names=tuple(names),
            city=city,
        )


def register(wanted: int) -> list[LookupEntry]:
    """Return members and, for every 45 of them, one permit."""
    return [*members(wanted), *permits(wanted // 45)]
