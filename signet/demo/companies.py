"""Invented names for the sample's permit holders."""

from __future__ import annotations

from signet.demo import lists, names
from signet.demo.chance import Chance


def _word(chance: Chance, key: str) -> str:
    word: str = chance.pick(lists.read("companies")[key].split())
    return word.replace("_", " ")


def _service(chance: Chance, discipline: str) -> str:
    services: dict[str, list[str]] = lists.read("companies")["services"]
    own = services.get(discipline, [])
    return chance.pick([*own, *own, *services["any"]])


def is_numbered(legal_name: str) -> bool:
    """Tell whether it is a numbered company, which needs another name to trade under."""
    return legal_name[:1].isdigit()


def legal_name(chance: Chance, discipline: str, city: str) -> str:
    """Return the name of a company in a field of practice."""
    raw = lists.read("companies")
    if chance.happens(raw["numbered_share"]):
        numbered: str = raw["numbered"]
        return numbered.format(n=chance.between(1000000, 2599999))
    if chance.happens(0.04):
        return f"{_word(chance, 'french')} {chance.pick(raw['french_suffixes'])}"
    shape: str = chance.pick(raw["shapes"])
    return shape.format(
        word=_word(chance, "words"),
        family=names.family_name(chance),
        family2=names.family_name(chance),
        service=_service(chance, discipline),
        city=city,
        suffix=chance.pick(raw["suffixes"]),
    )


def operating_names(chance: Chance, legal: str, discipline: str) -> list[str]:
    """Return names the company trades under; most have none."""
    raw = lists.read("companies")
    if not is_numbered(legal) and not chance.happens(raw["operating_share"]):
        return []
    count = 2 if chance.happens(0.15) else 1
    return list(
        dict.fromkeys(
            f"{_word(chance, 'words')} {_service(chance, discipline)}" for _ in range(count)
        )
    )
