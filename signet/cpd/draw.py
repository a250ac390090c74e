"""The draw of the random audit (CPD-7): first a fixed list, then two officers' sealed seeds.

Pure functions: who is drawn follows from the list, the rate and both seeds alone, so that anyone
who has them can repeat the draw. docs/audit-draw.md describes every byte, for independent programs.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from signet.errors import FieldError, Invalid

ALGORITHM = "signet audit draw 1"
RULE = "CPD-7"
WHOLE = 10_000  # a rate is in hundredths of a percent: 500 is 5 %
LEAST_WORDS, MOST_WORDS = 20, 200
# Compiled when first used: most requests of the function that loads this draw nothing.
_HEX, _TOKEN = r"[0-9a-f]{64}", r"[0-9a-f]{32}"
_NUMBER = r"[0-9A-Za-z][0-9A-Za-z-]{0,31}"
_HEADER = r"signet audit list 1\nyear (\d{4})\ndraw (\d+)\nas at (\d{4}-\d\d-\d\d)\nmembers (\d+)\n"


class Line(NamedTuple):
    """One member on the list.

    Only the member and the readers of the list know `token`. Without a token in each line, a reader
    of the published seeds could work out who was drawn.
    """

    number: str
    token: str

    @property
    def text(self) -> str:
        """The line as it is written in the list and hashed in the draw."""
        return f"{self.number} {self.token}"


class EligibleList(NamedTuple):
    """The members who may be drawn, in order of their numbers.

    `ordinal` counts the draws of a year from 1.
    """

    year: int
    ordinal: int
    as_at: date
    lines: tuple[Line, ...]


class Terms(NamedTuple):
    """What is fixed before any seed is chosen. `rate` is in hundredths of a percent."""

    list_hash: str
    rate: int


class Seed(NamedTuple):
    """What an officer keeps secret: words of their choice, and a nonce of 64 hex digits."""

    nonce: str
    words: str


class Drawn(NamedTuple):
    """A member who was drawn, with the place from 1 and the digest that decided it."""

    place: int
    number: str
    digest: str


def eligible(
    year: int, ordinal: int, as_at: date, numbers: Iterable[str], secret: bytes
) -> EligibleList:
    """Return the list of members who may be drawn, with tokens made from `secret` (32 bytes).

    Raises Invalid when there are none, or one is listed twice or can't be a register number.
    """
    ordered = sorted(numbers)
    _check_numbers(ordered)
    lines = tuple(Line(number, token(secret, number)) for number in ordered)
    return EligibleList(year, ordinal, as_at, lines)


def _check_numbers(ordered: Sequence[str]) -> None:
    if not ordered:
        raise Invalid(message="No one is subject, so no one can be drawn.", rule=RULE)
    if len(set(ordered)) != len(ordered):
        raise Invalid(message="A register number is on the list twice.", rule=RULE)
    if not all(re.fullmatch(_NUMBER, number) for number in ordered):
        raise Invalid(message="The list holds what isn't a register number.", rule=RULE)


def token(secret: bytes, number: str) -> str:
    """Return a member's token on the list that was made with `secret`."""
    return hmac.digest(secret, number.encode(), "sha256").hex()[:32]


def list_bytes(listed: EligibleList) -> bytes:
    """Return the list as a file; its SHA-256 is what is published."""
    head = (
        f"signet audit list 1\nyear {listed.year}\ndraw {listed.ordinal}\n"
        f"as at {listed.as_at.isoformat()}\nmembers {len(listed.lines)}\n"
    )
    return (head + "".join(f"{line.text}\n" for line in listed.lines)).encode()


def list_hash(listed: EligibleList) -> str:
    """Return the SHA-256 of the list's bytes, in hex."""
    return sha256(list_bytes(listed)).hexdigest()


def read_list(data: bytes) -> EligibleList:
    """Return the list in a file made by `list_bytes`.

    Raises Invalid unless it is such a file, byte for byte.
    """
    text = data.decode(errors="replace")
    head = re.match(_HEADER, text)
    if head is None:
        raise Invalid(message="This isn't the list of an audit.", rule=RULE)
    year, ordinal, as_at, _ = head.groups()
    lines = tuple(Line(*line.partition(" ")[::2]) for line in text[head.end() :].split("\n")[:-1])
    try:
        eligible_list = EligibleList(int(year), int(ordinal), date.fromisoformat(as_at), lines)
    except ValueError as error:
        raise Invalid(message="The list's date isn't one.", rule=RULE) from error
    if list_bytes(eligible_list) != data or not all(
        re.fullmatch(_TOKEN, line.token) for line in lines
    ):
        raise Invalid(message="The list isn't written the way a list is.", rule=RULE)
    return eligible_list


def size(members: int, rate: int) -> int:
    """Return how many are drawn: the rate's share, rounded up, in integer arithmetic."""
    return -(-members * rate // WHOLE)


def commitment(terms: Terms, seed: Seed) -> str:
    """Return the sealed form of a seed (hex), which binds it to this list and rate.

    Raises Invalid when the words or the nonce can't be copied reliably.
    """
    _check_seed(seed)
    text = (
        f"signet audit seed 1\nlist {terms.list_hash}\nrate {terms.rate}\n"
        f"nonce {seed.nonce}\nseed {seed.words}\n"
    )
    return sha256(text.encode()).hexdigest()


def _check_seed(seed: Seed) -> None:
    errors = []
    plain = seed.words.isascii() and seed.words.isprintable() and seed.words == seed.words.strip()
    if not plain or not LEAST_WORDS <= len(seed.words) <= MOST_WORDS:
        message = f"Enter {LEAST_WORDS} to {MOST_WORDS} plain letters, digits, signs and spaces"
        errors.append(FieldError("words", message))
    if not re.fullmatch(_HEX, seed.nonce):
        errors.append(FieldError("nonce", "Enter the 64 digits 0-9 and a-f, in small letters"))
    if errors:
        raise Invalid(*errors, rule=RULE)


def is_commitment(text: str) -> bool:
    """Tell whether a text can be a sealed seed: 64 hex digits in lower case."""
    return re.fullmatch(_HEX, text) is not None


def opens(sealed: str, terms: Terms, seed: Seed) -> bool:
    """Tell whether this seed is the one that was sealed. Raises Invalid as `commitment` does."""
    return hmac.compare_digest(sealed, commitment(terms, seed))


def key(terms: Terms, first: Seed, second: Seed) -> bytes:
    """Return the 32 bytes that decide the draw, made from the list, the rate and both seeds."""
    text = (
        f"{ALGORITHM}\nlist {terms.list_hash}\nrate {terms.rate}\n"
        f"seed {first.words}\nnonce {first.nonce}\n"
        f"seed {second.words}\nnonce {second.nonce}\n"
    )
    return sha256(text.encode()).digest()


def digest(deciding: bytes, line: Line) -> str:
    """Return the digest by which a line is ordered in the draw: the smallest comes first."""
    return hmac.digest(deciding, line.text.encode(), "sha256").hex()


def drawn(deciding: bytes, lines: Sequence[Line], count: int) -> list[Drawn]:
    """Return the `count` lines with the smallest digests, in that order."""
    ordered = sorted((digest(deciding, line), line.number) for line in lines)
    return [
        Drawn(place, number, line_digest)
        for place, (line_digest, number) in enumerate(ordered[:count], 1)
    ]


def disagreements(
    data: bytes,
    terms: Terms,
    sealed: tuple[str, str],
    seeds: tuple[Seed, Seed],
    told: Iterable[str],
) -> list[str]:
    """Repeat a draw and return what doesn't agree; empty when everything does.

    `data` is the list's file, `told` the numbers that were reported as drawn, in their order.
    """
    problems = []
    if sha256(data).hexdigest() != terms.list_hash:
        problems.append("the list is not the one whose hash was published")
    for position, (one, seed) in enumerate(zip(sealed, seeds, strict=True), 1):
        if not opens(one, terms, seed):
            problems.append(f"seed {position} is not the one that was sealed")
    lines = read_list(data).lines
    again = drawn(key(terms, *seeds), lines, size(len(lines), terms.rate))
    if [one.number for one in again] != list(told):
        problems.append("other members follow from the list and the seeds")
    return problems
