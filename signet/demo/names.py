"""Names of people, of many origins, each with its own conventions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from signet.demo import lists
from signet.demo.chance import Chance, Weighted

MARRIES_WITHIN = 0.6  # share of new family names that come from the same origin
KEEPS_BOTH = 0.25  # share of people who join the new name to the old one


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name, also in its own script where there is one."""

    latin: str
    native: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as in the register. `origin` is the one to draw another name from."""

    given: str
    family: str
    known_as: str
    native_name: str
    origin: str


class Origin:
    """The names of one origin, for women and for men."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.code: str = raw["code"]
        self.weight: float = raw["weight"]
        self.raw = raw
        skew = raw.get("skew", 10)
        families = raw["family"].split()
        self.family = tuple(
            Weighted((_part(word, sex), 1 / (rank + skew)) for rank, word in enumerate(families))
            for sex in (0, 1)
        )
        self.given = tuple(
            Weighted((_part(word, 0), 1 / (rank + 12)) for rank, word in enumerate(words.split()))
            for words in (raw["men"], raw["women"])
        )
        middle = raw.get("middle", "").split()
        self.middle = tuple(tuple(_part(word, sex) for word in middle) for sex in (0, 1))
        short: str = raw.get("known_as", "")
        self.short: dict[str, str] = dict(pair.split(":") for pair in short.split())
        western: tuple[str, str] = raw.get("western", ""), raw.get("western_women", "")
        self.western = tuple(words.split() for words in western)

    def share(self, habit: str) -> float:
        """Return the share of people with a habit."""
        share: float = self.raw.get(f"{habit}_share", 0.0)
        return share


def _part(word: str, sex: int) -> Part:
    """Return a listed word in its form for men (0) or women (1); isles.toml explains the forms."""
    forms = (form.replace("_", " ").split("^") for form in word.split("/"))
    return Part(*(form[sex] if sex < len(form) else form[0] for form in forms))


@cache
def _origins() -> tuple[dict[str, Origin], Weighted[Origin]]:
    read = [Origin(raw) for raw in lists.origins()]
    return {o.code: o for o in read}, Weighted((o, o.weight) for o in read)


def draw(chance: Chance, woman: bool) -> Name:
    """Return a person's name."""
    origin = _origins()[1].pick(chance)
    given_names = [origin.given[woman].pick(chance)]
    family = [origin.family[woman].pick(chance)]
    if chance.happens(origin.share("second")):
        second = origin.given[woman].pick(chance)
        given_names += [second] if second != given_names[0] else []
    if chance.happens(origin.share("middle")):
        middle = chance.pick(origin.middle[woman])
        # Vietnamese puts it before the given name, Punjabi after; a doubled Singh is left out.
        before = origin.raw.get("native_order") == "family_first_spaced"
        given_names = [middle, *given_names] if before else [*given_names, middle]
        given_names = [part for part in given_names if part != family[0]]
    if chance.happens(origin.share("joined")):
        other = origin.family[woman].pick(chance)
        family += [other] if other != family[0] else []
    return _put_together(chance, origin, given_names, family, woman)


def _put_together(
    chance: Chance, origin: Origin, given: list[Part], family: list[Part], woman: bool
) -> Name:
    if chance.happens(origin.share("single")):
        given, family = [], given[:1]
    native = ""
    if chance.happens(origin.share("native")) and all(p.native for p in (*given, *family)):
        native = _native(origin, given, family)
    return Name(
        given=" ".join(part.latin for part in given),
        family=origin.raw.get("joint", " ").join(part.latin for part in family),
        known_as=_known_as(chance, origin, given, woman),
        native_name=native,
        origin=origin.code,
    )


def _native(origin: Origin, given: list[Part], family: list[Part]) -> str:
    order = origin.raw.get("native_order", "given_first")
    parts = [*given, *family] if order == "given_first" else [*family, *given]
    between = "" if order == "family_first" else " "
    return between.join(part.native for part in parts)


def _known_as(chance: Chance, origin: Origin, given: list[Part], woman: bool) -> str:
    if not given or not chance.happens(origin.share("known_as")):
        return ""
    if western := origin.western[woman]:
        return chance.pick(western)
    return origin.short.get(given[0].latin, "")


def renamed(chance: Chance, name: Name, woman: bool) -> Name:
    """Return the name after marriage or another change of family name."""
    known, everywhere = _origins()
    same = chance.happens(MARRIES_WITHIN)
    origin = known[name.origin] if same else everywhere.pick(chance)
    family = origin.family[woman].pick(chance).latin
    if family == name.family:
        family = everywhere.pick(chance).family[woman].pick(chance).latin
    if chance.happens(KEEPS_BOTH) and "-" not in name.family + family:
        family = f"{name.family}-{family}"
    return replace(name, family=family, native_name="", origin=origin.code)


def family_name(chance: Chance) -> str:
    """Return a family name only, as firms are named after their founders."""
    return _origins()[1].pick(chance).family[0].pick(chance).latin


def misspelt(chance: Chance, name: str) -> str:
    """Return the name with two letters swapped or one left out, as a clerk might enter it."""
    place = 1 + chance.below(max(1, len(name) - 2))
    if chance.happens(0.5) and name[place : place + 1] != name[place + 1 : place + 2]:
        return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    return name[:place] + name[place + 1 :] or f"{name}n"
