"""Checks whether a text names a given person, however the name is spelled (T21).

Used before an officer may open a case, even where a number says whom the case is about, because its
text may name someone else. Barring an officer by mistake costs a day; letting the subject of the
complaint read it can't be undone. So a possible match counts as a match. A given name alone doesn't
count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from signet.complaints import numbers
from signet.complaints.model import Complaint, Respondent

if TYPE_CHECKING:
    from signet.register.model import MemberRecord

NEAR = 3  # the most words between a family name and a given name
CLOSE_LEAST = 5  # the fewest letters of a name in which one may be wrong
LONGEST = 4  # words of a family name, such as van der Berg Lopez
_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*")
_TITLES = frozenset({"mr", "ms", "mrs", "miss", "mx", "dr", "m", "mme"})
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"}
)


class Name(NamedTuple):
    """A name in the form used for comparison: the family name as one word, and each given name."""

    family: str
    given: tuple[str, ...]


class Person(NamedTuple):
    """A person to look for: their register number and names."""

    number: str = ""
    names: tuple[Name, ...] = ()


class _Word(NamedTuple):
    folded: str
    capital: bool


def person(record: MemberRecord | None, number: str, email: str) -> Person:
    """Return the person to look for, by an officer's e-mail address and member record, if any."""
    name_list = [*_of_address(email), *(_of_record(record) if record else ())]
    return Person(numbers.key(number), tuple(dict.fromkeys(name_list)))


def _of_record(record: MemberRecord) -> Iterator[Name]:
    given_names = folded_words(f"{record.given} {record.known_as}")
    yield Name(_joined(record.family), given_names)
    for text in (record.native_name, *(other.name for other in record.other_names)):
        yield from _either_way(folded_words(text))
        # A single word is a former family name, used with the current given names.
        if len(words := folded_words(text)) == 1:
            yield Name(words[0], given_names)


def _of_address(email: str) -> Iterator[Name]:
    local = email.partition("@")[0]
    yield from _either_way(folded_words(re.sub(r"[._+\d-]+", " ", local)))


def _either_way(words: Sequence[str]) -> Iterator[Name]:
    """Yield both readings of a full name: the family name may be the first word or the last."""
    if len(words) > 1:
        yield Name(words[-1], tuple(words[:-1]))
        yield Name(words[0], tuple(words[1:]))


def names(complaint: Complaint, who: Person) -> bool:
    """Tell whether a complaint names a person, by number or by name."""
    typed = {numbers.key(one.number) for one in complaint.respondents if one.number}
    # People may type a name where a number is asked for.
    abouts = {f"{one.described}\n{one.number}\n{one.typed}": one for one in complaint.respondents}
    rest = "\n".join(
        (
            complaint.happened,
            complaint.where,
            complaint.others,
            complaint.hoped,
            complaint.contact.name,
        )
    )
    if who.number and who.number in typed | numbers.mentioned("\n".join((*abouts, rest))):
        return True
    rest_words = _words(rest)
    about_words = [(_words(text), one) for text, one in abouts.items()]
    return any(
        _in(rest_words, name, alone=False)
        or any(_in(words, name, alone=not _shares(one, name)) for words, one in about_words)
        for name in who.names
    )


def _shares(one: Respondent, name: Name) -> bool:
    """Tell whether a respondent found on the register has this family name too.

    Then the family name alone, in the description of that respondent, is taken to mean them.
    """
    return name.family in "".join(folded_words(one.name))


def _words(text: str) -> list[_Word]:
    return [_Word(_joined(one), one != one.lower()) for one in _WORD.findall(text)]


def _in(words: Sequence[_Word], name: Name, *, alone: bool) -> bool:
    if len(name.family) < 2:
        return False
    shouted = not any(word.capital for word in words)
    for first, last, exact in _families(words, name.family):
        before, after = words[max(0, first - NEAR) : first], words[last : last + NEAR]
        if any(_is_given(word.folded, name.given) for word in (*before, *after)):
            return True
        titled = bool(before) and before[-1].folded in _TITLES
        # "young" in the middle of a sentence isn't Ms. Young.
        as_name = shouted or any(word.capital for word in words[first:last])
        if titled or (alone and exact and as_name):
            return True
    return False


def _families(words: Sequence[_Word], family: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where a family name is in a text: first word, word after it, spelled exactly or not."""
    begins = {family[0], family[1]}  # with one letter wrong, one of these is still in the first two
    for first in range(len(words)):
        if len(words[first].folded) > 1 and begins.isdisjoint(words[first].folded[:2]):
            continue
        written = ""
        for last in range(first, min(first + LONGEST, len(words))):
            written += words[last].folded
            if len(written) > len(family) + 1:
                break
            if written == family:
                yield first, last + 1, True
            elif close(written, family):
                yield first, last + 1, False


def _is_given(word: str, given: Iterable[str]) -> bool:
    """Tell whether a word is a given name, its initial or short form, or one letter off."""
    return any(
        word == one or word == one[:1] or (len(word) > 2 and one.startswith(word))
        or close(word, one)
        for one in given
    )  # fmt: skip


def close(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter: added, left out, changed, or swapped.

    A swap is of two neighbouring letters.
    """
    if min(len(one), len(other)) < CLOSE_LEAST - 1 or abs(len(one) - len(other)) > 1:
        return False
    if max(len(one), len(other)) < CLOSE_LEAST:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return one != other
    rest, others = one[start:], other[start:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] in (others, others[1:]) or rest == others[1:]


def folded_words(text: str) -> tuple[str, ...]:
    """Return a text's words as they are compared: only letters, no case, no diacritics."""
    return tuple(filter(None, (_joined(one) for one in _WORD.findall(text))))


def _joined(text: str) -> str:
    """Return only the letters, without case or diacritics."""
    if text.isascii():
        return text.lower() if text.isalpha() else "".join(filter(str.isalpha, text.lower()))
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDED)
    return "".join(letter for letter in apart if letter.isalpha())
