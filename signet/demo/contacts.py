"""The sample's private contact data: made up, and nobody's real mailbox."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from signet.demo import lists
from signet.demo.chance import Chance
from signet.demo.people import Person

# Letters that no decomposition turns into plain ones.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
)


@cache
def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    return re.sub(r"[^a-z]+", "", spread)


def write(person: Person, chance: Chance) -> Mapping[str, str]:
    """Return number, email, phone, birth_date and address; all text, the date as ISO 8601."""
    raw = lists.read("streets")
    local = ".".join(
        filter(None, (_plain(person.name.given.split(" ")[0]), _plain(person.name.family)))
    )
    street = (
        f"{chance.between(1, 98) * 101} {chance.pick(raw['names'])} {chance.pick(raw['quarters'])}"
    )
    if chance.happens(0.2):
        street = f"{chance.between(1, 60)}-{street}"
    where = ", ".join(filter(None, person.place))
    return {
        "number": person.number,
        "email": f"{local}.{chance.between(10, 999)}@{chance.pick(raw['domains'])}",
        "phone": f"{chance.pick(raw['area_codes'])}-555-01{chance.below(100):02d}",
        "birth_date": person.born_on.isoformat(),
        "address": f"{street}, {where}",
    }
