"""Normalization and validation of text that is stored or published, with errors in words.

The same check applies to whatever a person types and whatever a file holds: import, `signet enter`
and forms. Names in any script, apostrophes, hyphens, single letters and very long names are valid.
No message repeats the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from signet.text_damage import lost_letter, odd_sign, twice_decoded
from signet.text_names import is_address, wrong_in_person, wrong_letters

# Patterns are compiled when first used: functions load this module and seldom need them all.
Field = Literal["name", "company", "place", "line", "lines"]


class TextProblem(NamedTuple):
    """What is wrong with a text, and what would be valid.

    `kind` is one of KINDS; `code` names the offending character, if there is one, as U+200B.
    """

    kind: str
    message: str
    code: str = ""


# Each kind of problem. Those that a person may knowingly accept are in ACCEPTABLE.
ACCEPTABLE = {
    "twice-decoded": "text that was decoded twice, as in GagnÃ©",
    "lost-letter": "a question mark where a letter was",
    "odd-sign": "a sign that names don't have",
    "markup": "HTML tags and entities",
    "formula": "a spreadsheet's formula",
    "placeholder": "a word that stands for nothing, as NULL or N/A",
    "no-letter": "a name without a letter",
    "title-in-name": "a title or degree in a person's name",
    "note-in-name": "a note in a person's name, as (deceased) or née",
    "digit-in-name": "a digit in a person's name",
    "address-in-place": "a postal code, a box or a street where a town is asked for",
    "mixed-scripts": "a word with letters of two scripts, of which some only look alike",
    "unassigned": "a character that this program's Unicode doesn't know",
}
KINDS = (
    "empty", "control", "invisible", "direction", "replacement", "private-use", "surrogate",
    "line-end", *ACCEPTABLE,
)  # fmt: skip

_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_DIRECTION = "[\u202a-\u202e\u2066-\u206f]"
# Characters that Unicode classes as letters and marks although they show nothing.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff"
_MAY_BE_UNSEEN = (
    f"[\u00ad\u061c\u06dd\u070f\u0600-\u0605\u0890\u0891\u08e2\u200b-\u200f\u2060-\u2064\ufeff"
    f"\ufff9-\ufffb\U000110bd\U000110cd\U0001d173-\U0001d17a{_FILLERS}]"
)
_JOINERS = "\u200c\u200d"
_PLAIN = r"[ -~]*"  # true of most text, and quick to check
_PLAIN_LINES = r"[ -~\r\n\t]*"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
_WAYS = "\u200e\u200f\u061c"
_BLANKS = r"[^\S\n]+"


def normalised(text: str, *, lines: bool = False) -> str:
    """Return the text in normal form: NFC, single plain spaces, none at the ends.

    With `lines`, lines are kept, each ended by a line feed; otherwise line ends are left for
    `problems` to find, as are characters that aren't allowed.
    """
    text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines:
        return "\n".join(re.sub(_BLANKS, " ", line).rstrip() for line in text.split("\n")).strip()
    return re.sub(_BLANKS, " ", text).strip()


def without_invisible(text: str) -> str:
    """Return the text without invisible characters, except those that change its direction.

    For files, whose authors never saw these characters: a name with one is the same name.
    """
    if re.fullmatch(_PLAIN, text):
        return text
    return re.sub(
        _MAY_BE_UNSEEN, lambda found: "" if _is_invisible(text, found.start()) else found[0], text
    )


def for_reading(text: str) -> str:
    """Return typed or pasted text of several lines without what nobody can see.

    Direction overrides, control and invisible characters come along with text copied from
    documents; nobody should have to type their words again because of them. Marks that only give
    the direction of one word stay.
    """
    if re.fullmatch(_PLAIN_LINES, text):
        return text
    text = re.sub(_DIRECTION, "", re.sub(_CONTROL, "", text))
    return re.sub(
        _MAY_BE_UNSEEN,
        lambda found: (
            found[0] if found[0] in _WAYS or not _is_invisible(text, found.start()) else ""
        ),
        text,
    )


def _is_invisible(text: str, at: int) -> bool:
    """Tell whether a character is invisible.

    Joiners aren't in emoji, nor in scripts that need them.
    """
    one = text[at]
    if one in _VISIBLE_FORMATS or one in "\U000110bd\U000110cd":
        return False
    if one not in _JOINERS:
        return True
    before, after = text[:at][-1:], text[at + 1 :][:1]
    joins = before > "\u0590" and unicodedata.category(before)[0] in "LMS"
    # A name may end in a joiner that shapes its last letter.
    return not (joins and (not after or after > "\u0590" or after == " "))


def problems(text: str, field: Field = "line") -> Iterator[TextProblem]:
    """Yield what is wrong with a normalized text.

    `field` says whether it is a person's name, a company's, a place, another line, or text of
    several lines. An empty text has no problems.
    """
    text_problems = list(forbidden(text, lines=field == "lines"))
    if text_problems or not text:
        yield from text_problems
    elif _stands_for_nothing(text, field):
        yield TextProblem("placeholder", "a value; this usually stands for none")
    elif re.match(_FORMULA, text):
        yield TextProblem("formula", "the text itself, not a spreadsheet's formula")
    elif field in ("name", "place") and not any(map(str.isalpha, text)):
        yield TextProblem("no-letter", f"a {field} with letters")
    else:
        yield from _damage(text, field)


def _damage(text: str, field: Field) -> Iterator[TextProblem]:
    """Yield the damage done by programs that handled the text."""
    if re.search(_ENTITY, text):
        yield TextProblem("markup", "the character itself, not an HTML entity such as &amp;")
    elif re.search(_TAG, text, re.IGNORECASE):
        yield TextProblem("markup", "text without HTML tags")
    elif twice_decoded(text):
        yield TextProblem("twice-decoded", "text that was decoded once, not twice as Ã© for é is")
    elif field in ("name", "place", "company"):
        if odd := odd_sign(text, company=field == "company"):
            yield TextProblem("odd-sign", f"letters that names have, not {odd!r}")
        else:
            yield from _no_part_of_a_name(text, field)
        if lost_letter(text, company=field == "company"):
            yield TextProblem("lost-letter", "the letter that was lost, not a question mark")


def _no_part_of_a_name(text: str, field: Field) -> Iterator[TextProblem]:
    damage = list(wrong_letters(text))
    if not damage and field == "name":
        damage = list(wrong_in_person(text))
    elif not damage and field == "place" and is_address(text):
        damage = [("address-in-place", "a town alone, not an address: it is published")]
    for kind, message in damage[:1]:
        yield TextProblem(kind, message)


def forbidden(text: str, *, lines: bool = False) -> Iterator[TextProblem]:
    """Yield the characters that no text may have; with `lines`, line ends and tabs are allowed."""
    if re.fullmatch(_PLAIN, text):
        return
    reported = set()
    for at, one in enumerate(text):
        if " " <= one <= "~" or (lines and one in "\n\t"):
            continue
        text_problem = _forbidden(text, at)
        if text_problem is not None and text_problem not in reported:
            reported.add(text_problem)
            yield text_problem


def _forbidden(text: str, at: int) -> TextProblem | None:
    one = text[at]
    code = f"U+{ord(one):04X}"
    if one in "\n\r\u2028\u2029\x0b\x0c\x85":
        return TextProblem("line-end", f"one line, no line end ({code})", code)
    if one == "\ufffd":
        return TextProblem(
            "replacement", f"the letter that was lost, not the sign for it, {code}", code
        )
    if re.match(_DIRECTION, one):
        return TextProblem("direction", f"no mark that turns text round ({code})", code)
    if re.match(_MAY_BE_UNSEEN, one) and _is_invisible(text, at):
        return TextProblem("invisible", f"no invisible character ({code})", code)
    if (category := unicodedata.category(one)) in _OF_CATEGORY:
        kind, message = _OF_CATEGORY[category]
        return TextProblem(kind, message.format(code=code), code)
    return None


_OF_CATEGORY = {
    "Cc": ("control", "no control character ({code})"),
    "Co": ("private-use", "a character that others can read, not {code}"),
    "Cs": ("surrogate", "a whole character, not half of one ({code})"),
    "Cn": ("unassigned", "a character that Unicode has, not {code}"),
}

_ENTITY = (
    r"&(?:#\d{2,7}\b|#[xX][0-9a-fA-F]{2,6}\b|[A-Za-z][A-Za-z0-9]{1,31};|(?:amp|nbsp|lt|gt|quot)\b)"
)
_TAGS = (
    "a|abbr|b|body|br|center|code|div|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|"
    "meta|object|ol|p|pre|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul"
)
_TAG = rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--|<!doctype"
_FORMULA = r"=|[+\-@]\s*[A-Za-z.]+\s*\(|@[A-Z]+\d|\+\s*[A-Za-z]+!"

# Placeholders that programs and tired people write where there is nothing. Some are names too: a
# person may be called Null or Nan, though hardly in capitals only.
_NOTHING = (
    "null|(null)|[null]|<null>|nil|n/a|n.a.|#n/a|not applicable|not available|not known|nan|"
    "undefined|none|tbd|tbc|tba|to be determined|unknown|unspecified|blank|(blank)|[blank]|"
    "empty|(empty)|na|not provided|not given|not on file|to be confirmed|to be advised|redacted|"
    "withheld|confidential|surname|last name|lastname|family name|first name|firstname|given name|"
    "x|xx|zzz|zztest|test, test|member, test|duplicate|do not contact|missing|"
    "no data|no name|no city|test|testing|test test|test user|dummy|"
    "test member|do not use|delete|deleted|asdf|qwerty|xxx|xxxx|foo|bar|foo bar|lorem ipsum|"
    "#ref!|#value!|#name?|#div/0!|#num!|#null!|#error!|#spill!|-|--|---|–|—|.|..|...|…|?|??|"
    "???|*|0|/|//|_|[object object]|&nbsp;|false|true|total|grand total|subtotal|end of file|"
    "end of report"
)
_NAMES_TOO = frozenset(
    (
        "null",
        "nil",
        "nan",
        "none",
        "bar",
        "blank",
        "empty",
        "true",
        "total",
        "false",
        "foo",
        "na",
        "x",
        "xx",
    )
)


def _stands_for_nothing(text: str, field: Field) -> bool:
    folded = text.casefold() if len(text) < 40 else ""
    if not folded or f"|{folded}|" not in f"|{_NOTHING}|":
        return False
    if field == "name" and folded in _NAMES_TOO:
        return not text.istitle()
    return field in ("name", "place") or folded[:1] in "#[(<" or folded in _NOTHING_ANYWHERE


_NOTHING_ANYWHERE = frozenset(
    ("null", "n/a", "n.a.", "undefined", "nan", "tbd", "tbc", "tba", "-", "--", "?", "??", "???")
)
