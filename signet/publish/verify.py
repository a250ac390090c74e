"""The last check before anything is published. A build that fails it publishes nothing.

Pages are checked in memory as they are rendered; consistency between them is checked at the end, on
names and counts. No file is read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from markupsafe import escape
from pydantic_core import from_json

_END_OF_ADDRESS = re.compile(r"[#?]")
_SCRIPT = '<script type="application/ld+json">'
_DOMAIN = re.compile(r"[\w-]+\.[a-z]{2}", re.IGNORECASE)
_LINK = re.compile(r'="(/[^"]*)')
_LINK_BESIDE_TEXT = re.compile(r'(?:href|src|action)="(/[^"]*)')  # takes thrice as long
_LOOKED_UP = re.compile(rb'\[(\d+),"([A-Za-z0-9-]+)",')
MOST_SHOWN = 20
SERVICES = "/services/"  # served by functions, not by files of the build


class VerificationFailed(Exception):
    """The build must not be published; `faults` lists the errors, each naming what it concerns."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{len(faults)} faults found; nothing was published")
        self.errors = faults


def links(html: str) -> set[str]:
    """Return the internal addresses that a page links to, with their queries and fragments."""
    # A name may begin with a stroke, and a description with a name.
    link = _LINK_BESIDE_TEXT if 'content="/' in html else _LINK
    return set(link.findall(html))


def has_email(text: str) -> bool:
    """Tell whether the text contains an e-mail address."""
    at = text.find("@")  # finding the sign first is much faster than a regex over all the text
    while at != -1:
        before = text[at - 1] if at else ""
        if before and (before.isalnum() or before in "_.+-") and _DOMAIN.match(text, at + 1):
            return True
        at = text.find("@", at + 1)
    return False


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def looked_up(shard: bytes) -> Iterator[tuple[str, str]]:
    """Yield the records in a look-up file, as folder (members, permits) and number.

    A record is an array that begins with its flags and number; quotes within a name are escaped, so
    nothing else matches the pattern.
    """
    for flags, number in _LOOKED_UP.findall(shard):
        yield ("permits" if int(flags) & 1 else "members"), number.decode()


def page_errors(path: str, html: str, holds: Iterable[str], withheld: Iterable[str]) -> list[str]:
    """Return the errors of a rendered page.

    `holds` is markup that must be there, `withheld` is what must not: texts of the record that
    aren't public. No public field of the register contains an e-mail address, so one on a page is a
    leak.
    """
    errors = missing(path, html, holds)
    errors += [
        f"{path}: holds a text that is not public"
        for text in withheld
        if any(form in html for form in (str(escape(text)), _in_json(text), text))
    ]
    if has_email(html):
        errors.append(f"{path}: holds an e-mail address")
    return errors + linked_data_errors(path, html)


def missing(path: str, html: str, holds: Iterable[str]) -> list[str]:
    """Return an error for each piece of required markup that is missing."""
    return [f"{path}: {text!r} is missing" for text in holds if text not in html]


def linked_data_errors(path: str, html: str) -> list[str]:
    """Return the errors of a page's structured data."""
    errors = []
    for part in html.split(_SCRIPT)[1:]:  # several times as fast as a regex
        try:
            from_json(part[: part.index("</script>")])
        except ValueError:
            errors.append(f"{path}: its structured data is not valid JSON")
    return errors


def linked_count(html: str) -> int:
    """Return the number of blocks of structured data in a page."""
    return html.count(_SCRIPT)


def document_errors(path: str, content: bytes, withheld: Iterable[str]) -> list[str]:
    """Return the errors of a JSON document."""
    text = content.decode()
    errors = [
        f"{path}: holds a text that is not public" for held in withheld if _in_json(held) in text
    ]
    if has_email(text):
        errors.append(f"{path}: holds an e-mail address")
    try:
        from_json(content)
    except ValueError:
        errors.append(f"{path}: not valid JSON")
    return errors


def resolves(link: str, outputs: Collection[str]) -> bool:
    """Tell whether an internal address leads to a file of the site or to the member services."""
    if link.startswith(SERVICES):
        return True
    path = _END_OF_ADDRESS.split(link[1:], maxsplit=1)[0]
    return (path + "index.html" if path == "" or path.endswith("/") else path) in outputs


def differing(first: str, ours: Collection[str], second: str, theirs: Collection[str]) -> list[str]:
    """Return an error for each number that only one of two parts of the site has."""
    missing = {first: set(theirs) - set(ours), second: set(ours) - set(theirs)}
    return [f"{n}: not in {part}" for part, numbers in missing.items() for n in sorted(numbers)]


def site_errors(
    outputs: Collection[str],
    linked: Iterable[str],
    numbers: Mapping[str, Collection[str]],
    found: Mapping[str, Collection[str]],
    counts: Mapping[str, Mapping[str, int]],
) -> list[str]:
    """Return the inconsistencies between the parts of the site.

    `numbers` are the current public records by folder (members, permits), `found` those in the
    look-up, `counts` the number of records that each part has.
    """
    errors = [
        f"the link {link} leads nowhere" for link in sorted(linked) if not resolves(link, outputs)
    ]
    for folder, expected in numbers.items():
        errors += [
            f"{folder} {number}: no {name}"
            for number in expected
            for name in ("index.html", "index.json")
            if f"register/{folder}/{number}/{name}" not in outputs
        ]
        errors += [f"{folder} {n}: not in the look-up" for n in expected if n not in found[folder]]
    for what, by_output in counts.items():
        if len(set(by_output.values())) > 1:
            message = ", ".join(f"{part} {count}" for part, count in by_output.items())
            errors.append(f"the counts of {what} disagree: {message}")
    return errors
