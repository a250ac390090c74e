"""What is looked for: what an officer typed, read as an address, a reference, a number or words."""

from __future__ import annotations

import re
from typing import NamedTuple

from signet.accounts import keys
from signet.complaints import numbers
from signet.policy import Policy
from signet.publish.lookup import normal
from signet.search.words import LONGEST

MOST_WORDS = 6  # further ones are ignored: a pasted page is searched by its beginning
LONGEST_POSTNOMINAL = 4  # words, as in P.Tech.(Eng.)
TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "mme", "mlle"])
BEFORE_NUMBERS = frozenset(
    [
        "no",
        "nr",
        "num",
        "number",
        "permit",
        "member",
        "registration",
        "reg",
        "licence",
        "license",
        "id",
    ]
)
_REFERENCE = re.compile(r"r[ -]*([0-9a-f]{4})[ -]*([0-9a-f]{4})")
_NUMBER = re.compile(r"[A-Z]{0,3}[0-9]{3,}[A-Z]?")


class Asked(NamedTuple):
    """What is looked for. Each word is the beginning of one, in any order.

    `optional` words are looked for too, unless no record has them: what may be a name or a
    postnominal ("Eng"), or a legal form. `exact` is one number or reference: where it is found,
    what only begins like it is not. `email` is the keyed hash of an address, matched whole.
    """

    words: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exact: bool = False
    email: str = ""


def read(typed: str, policy: Policy) -> Asked:
    """Return what is looked for; no words where nothing can be. Raises signet.errors.Unavailable.

    That is where the key by which addresses are hashed isn't set.
    """
    if email := keys.address(typed):
        return Asked(email=hashed(email))
    if "@" in typed:
        return Asked()
    plain = normal.fold(typed).strip()
    if reference := _REFERENCE.fullmatch(plain):
        return Asked((f"r{reference[1]}{reference[2]}",), exact=True)
    if _NUMBER.fullmatch(numbers.normalized(typed)):
        return Asked((numbers.key(typed),), exact=True)
    words, optional = _set_aside(normal.asked(typed), policy)
    return Asked(_once(words), _once(optional))


def _once(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[:LONGEST] for word in words))


def hashed(email: str) -> str:
    """Return the hash by which an address is found; the address as `keys.address` gives it."""
    return keys.keyed("search", email)


def _set_aside(words: list[str], policy: Policy) -> tuple[list[str], list[str]]:
    """Return the words that must be found, and those that may be no part of a name."""
    if len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    if any(re.fullmatch(r"[a-z]{0,3}[0-9]{3,}", word) for word in words):
        words = [word for word in words if word not in BEFORE_NUMBERS] or words
    words = words[:MOST_WORDS]
    hard, optional, at = [], [], 0
    while at < len(words):
        many = _postnominal(words, at, policy)
        if many == 1 or (not many and words[at] in normal.LEGAL_FORMS):
            optional.append(words[at])
        elif not many:
            hard.append(words[at])
        at += many or 1
    return (hard, optional) if hard else (optional or words, [])


def _postnominal(words: list[str], at: int, policy: Policy) -> int:
    """Return how many words from a place on are a postnominal after a name, 0 if they aren't."""
    known = _joined((*policy.designations, *policy.postnominals_of_others))
    for many in range(min(LONGEST_POSTNOMINAL, len(words) - at), 0, -1):
        if at and "".join(words[at : at + many]) in known:
            return many
    return 0


def _joined(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset("".join(normal.asked(text)) for text in texts)
