"""Where each finished output states a verdict: reading it there, and replacing it with another.

The marks are those of `verdict` and `record_row` in site/pages/parts.html, of the head of
member.html and permit.html, and of the data files. Days are compared in their written form.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple
from xml.sax import saxutils

from markupsafe import escape
from pydantic_core import from_json, to_json

from signet.publish.lookup.entry import TONES
from signet.publish.public import Headline
from signet.publish.render import documents, feeds, linked_data
from signet.publish.render.dates import plain_day
from signet.register.exchange.cells import unsafe

NOT_SAID = "\0"  # an output doesn't state this part of a verdict

_SECTION = ('<section class="verdict verdict--', "</section>")
_TONE = ('<section class="verdict verdict--', '"')
_WORDS = ('<h2 id="verdict">', "</h2>")
_WHY = ('<p class="verdict__why">', "</p>")
_ALLOWS = ('<p class="verdict__allows">', "</p>")
_MORE = '<p class="verdict__more">'
_DESCRIPTION = ('<meta name="description" content="', '">')
_PREVIEW = (
    '<meta property="og:description" content="',
    ' Open the page for today’s standing.">',
)
_STATUS = ('<span class="status status--', "</span>")
_LINKED = ('<script type="application/ld+json">', "</script>")
_TONE_AT = 2  # bit offset in the flags of a look-up record (signet.publish.lookup.index)
_STATUS_AT = 5


class NotStated(Exception):
    """An output doesn't state a verdict where it should."""


class Statement(NamedTuple):
    """What an output says of a record."""

    words: str
    tone: str = NOT_SAID
    since: str = NOT_SAID  # in its written form: "21 November 2026"
    reason: str = NOT_SAID
    allows: str = NOT_SAID


def of(headline: Headline) -> Statement:
    """Return what an output would say if it stated every part of this verdict."""
    since = plain_day(headline.since)
    return Statement(headline.words, headline.tone, since, headline.reason, headline.allows)


class Fragments(NamedTuple):
    """A verdict as each output writes it, between its marks."""

    html: tuple[str, ...]
    row: str
    document: bytes
    line: bytes


@lru_cache(maxsize=4096)
def fragments(headline: Headline) -> Fragments:
    """Return the text that each output with this verdict contains.

    Searching for it is faster than parsing the output.
    """
    words = escape(headline.words)
    since = f" since {plain_day(headline.since)}" if headline.since else ""
    encoded = to_json(headline)
    allows = f"{_ALLOWS[0]}{escape(headline.allows)}{_ALLOWS[1]}" if headline.allows else ""
    return Fragments(
        html=(
            f'{_TONE[0]}{headline.tone}"',
            f"{_WORDS[0]}{words}{_WORDS[1]}",
            f"{_WHY[0]}{_why(headline)}",
            allows,
            f': {words}{since}."',
            f": {words}{since}.{_PREVIEW[1]}",
            f'"description":{linked_data.script(linked_data.in_words(headline))}',
        ),
        row=f'{_STATUS[0]}{headline.tone}">{words}{_STATUS[1]}',
        document=b'"headline":' + encoded,
        line=b"," + documents.line([headline.words, headline.since, headline.reason])[:-1] + b",",
    )


def _why(headline: Headline) -> str:
    """Return the reason and the date, as the head of a page shows them."""
    reason = f"<strong>{escape(headline.reason)}</strong>" if headline.reason else ""
    return reason + (f"<span>Since {_day(headline.since)}</span>" if headline.since else "")


def _between(text: str, marks: tuple[str, str]) -> tuple[int, int]:
    """Return the start and end of the text between two marks. Raises Unsaid."""
    first = text.find(marks[0])
    if first == -1:
        raise NotStated
    first += len(marks[0])
    last = text.find(marks[1], first)
    if last == -1:
        raise NotStated
    return first, last


def _part(text: str, marks: tuple[str, str]) -> str:
    first, last = _between(text, marks)
    return text[first:last]


def _with(text: str, marks: tuple[str, str], new: str) -> str:
    first, last = _between(text, marks)
    return text[:first] + new + text[last:]


# -- the head of a record's page


def page(html: str) -> Statement:
    """Return what the head of a record's page says."""
    section = _part(html, _SECTION)
    why = _part(section, _WHY)
    since = reason = ""
    if "<span>Since <time" in why:
        since = _part(why[why.index("<span>Since <time") :], ('">', "</time>"))
    if why.startswith("<strong>"):
        reason = unescape(_part(why, ("<strong>", "</strong>")))
    tone = section[: section.index('"')]
    return Statement(unescape(_part(section, _WORDS)), tone, since, reason, allowed(html))


def allowed(html: str) -> str:
    """Return what the head of a page says is allowed, or "" where it doesn't say."""
    return unescape(_part(html, _ALLOWS)) if _ALLOWS[0] in html else ""


def page_with(html: str, headline: Headline) -> str:
    """Return the page with another verdict in its head."""
    first, last = _between(html, _SECTION)
    section = html[first - len(_SECTION[0]) : last]
    section = _with(section, _TONE, headline.tone)
    section = _with(section, _WORDS, str(escape(headline.words)))
    section = _with(section, _WHY, _why(headline))
    if _ALLOWS[0] not in section and headline.allows:
        section = section.replace(_MORE, f"{_ALLOWS[0]}{_ALLOWS[1]}\n{_MORE}", 1)
    if _ALLOWS[0] in section:
        section = _with(section, _ALLOWS, str(escape(headline.allows)))
    return html[: first - len(_SECTION[0])] + section + html[last:]


def _day(iso: str) -> str:
    return f'<time datetime="{escape(iso)}">{escape(plain_day(iso))}</time>'


def description(html: str) -> Statement:
    """Return what the meta description says: "…: Permitted to practise since 4 May 2015."."""
    return _described(html, _DESCRIPTION)


def preview(html: str) -> Statement:
    """Return what the preview of a shared link says, in the words of the meta description."""
    return _described(html, _PREVIEW)


def _described(html: str, within: tuple[str, str]) -> Statement:
    words = unescape(_part(html, within)).removesuffix(".").rpartition(": ")[2]
    words, _, since = words.partition(" since ")
    return Statement(words, NOT_SAID, since)


def description_with(html: str, headline: Headline) -> str:
    """Return the page with another verdict in its meta description and in its preview."""
    since = f" since {plain_day(headline.since)}" if headline.since else ""
    for within in (_DESCRIPTION, _PREVIEW):
        whose = unescape(_part(html, within)).rpartition(": ")[0]
        html = _with(html, within, str(escape(f"{whose}: {headline.words}{since}.")))
    return html


def structured(html: str) -> Statement:
    """Return what the structured data says: "Not in force since 4 May 2015 (Expired)"."""
    message: str = from_json(_part(html, _LINKED))["description"]
    words, _, rest = message.partition(" since ")
    since, _, reason = rest.partition(" (") if rest else ("", "", words.partition(" (")[2])
    return Statement(words.partition(" (")[0], NOT_SAID, since, reason.removesuffix(")"))


def structured_with(html: str, headline: Headline) -> str:
    """Return the page with another verdict in its structured data, and without any credential."""
    data = from_json(_part(html, _LINKED))
    data["description"] = linked_data.in_words(headline)
    data.pop("hasCredential", None)
    return _with(html, _LINKED, str(linked_data.script(data)))


# -- lists, and what pages say of other records


def row(html: str) -> Statement:
    """Return what a row of a list says."""
    tone, _, words = _part(html, _STATUS).partition('">')
    return Statement(unescape(words), tone)


def row_with(html: str, headline: Headline) -> str:
    """Return the row with another verdict."""
    return _with(html, _STATUS, f'{headline.tone}">{escape(headline.words)}')


_OTHERS = re.compile(
    r'<a href="/register/(member|permit)s/([A-Za-z0-9-]+)/"><bdi>[^<]*</bdi></a>'
    r'((?:(?!<a ).)*?<span class="status status--)(\w+)">([^<]*)</span>',
    re.DOTALL,
)


def others(html: str) -> Iterator[tuple[str, Statement]]:
    """Yield what a page says of the other records that it names, by their keys."""
    for match in _OTHERS.finditer(html):
        yield f"{match[1]} {match[2]}", Statement(unescape(match[5]), match[4])


def others_with(html: str, strictest: Mapping[str, Headline]) -> str:
    """Return the page with other verdicts on the records that it names."""

    def again(match: re.Match[str]) -> str:
        new = strictest.get(f"{match[1]} {match[2]}")
        if new is None:
            return match[0]
        head = match[0][: match.start(4) - match.start()]
        return f'{head}{new.tone}">{escape(new.words)}</span>'

    return _OTHERS.sub(again, html)


_ENTRY = re.compile(
    r"(<id>[^<]*/register/(member|permit)s/([A-Za-z0-9-]+)/#.*?<summary>[^<]*"
    + re.escape(feeds.STANDING)
    + r")([^<]*)\.</summary>",
    re.DOTALL,
)


def feed(content: bytes) -> Iterator[tuple[str, Statement]]:
    """Yield what the feed of changes says of the records that it names, by their keys."""
    for match in _ENTRY.finditer(content.decode()):
        yield f"{match[2]} {match[3]}", Statement(saxutils.unescape(match[4]))


def feed_with(content: bytes, strictest: Mapping[str, Headline]) -> bytes:
    """Return the feed with other verdicts on the records that it names."""

    def again(match: re.Match[str]) -> str:
        new = strictest.get(f"{match[2]} {match[3]}")
        return f"{match[1]}{feeds.escape(new.words)}.</summary>" if new else match[0]

    return _ENTRY.sub(again, content.decode()).encode()


# -- data


_HEADLINE = b'"headline":{'


def document(content: bytes) -> Statement:
    """Return what a JSON document says; its own verdict comes before those of others."""
    first = content.find(_HEADLINE)
    last = content.find(b"}", first)
    try:
        headline = from_json(content[first + len(_HEADLINE) - 1 : last + 1])
    except ValueError:  # a brace in its text
        headline = from_json(content)["headline"]
    since = plain_day(headline["since"])
    return Statement(
        headline["words"], headline["tone"], since, headline["reason"], headline["allows"]
    )


_NAMED = (("permit", "responsible_for"), ("member", "responsible_members"))


def named(content: bytes) -> Iterator[tuple[str, Statement]]:
    """Yield what a JSON document says of the other records that it names, by their keys."""
    body = from_json(content)
    for kind, field in _NAMED:
        for other in body.get(field, ()):
            headline = other["headline"]
            words, tone, since, reason = (headline[n] for n in ("words", "tone", "since", "reason"))
            yield f"{kind} {other['number']}", Statement(words, tone, plain_day(since), reason)


def named_with(content: bytes, strictest: Mapping[str, Headline]) -> bytes:
    """Return the document with other verdicts on the records that it names."""
    body = from_json(content)
    for kind, field in _NAMED:
        for other in body.get(field, ()):
            other["headline"] = strictest.get(f"{kind} {other['number']}", other["headline"])
    return to_json(body) + b"\n"


def document_with(content: bytes, headline: Headline) -> bytes:
    """Return the document with another verdict, in today's period too."""
    body = from_json(content)
    for period in body.get("periods", ()):
        if not period["last_day"] and not period["corrected_on"]:
            period["verdict"] = headline
    return to_json({**body, "headline": headline}) + b"\n"


def line(content: bytes, columns: tuple[str, ...]) -> Statement:
    """Return what a line of a download says."""
    cells = _cells(content)
    at = columns.index("standing")
    words, since, reason = (unsafe(cell) for cell in cells[at : at + 3])
    return Statement(words, NOT_SAID, plain_day(since), reason)


def line_with(content: bytes, columns: tuple[str, ...], headline: Headline) -> bytes:
    """Return the line with another verdict."""
    cells = [unsafe(cell) for cell in _cells(content)]
    at = columns.index("standing")
    cells[at : at + 3] = [headline.words, headline.since, headline.reason]
    return documents.line(cells)


def _cells(content: bytes) -> list[str]:
    (cells,) = csv.reader(io.StringIO(content.decode(), newline=""))
    return cells


def result(content: bytes) -> Statement:
    """Return what a look-up result says."""
    fields: list[Any] = from_json(content)
    return Statement(fields[_STATUS_AT], TONES[fields[0] >> _TONE_AT & 3])


def result_with(content: bytes, headline: Headline) -> bytes:
    """Return the look-up result with another verdict."""
    fields: list[Any] = from_json(content)
    fields[0] = fields[0] & ~(3 << _TONE_AT) | TONES.index(headline.tone) << _TONE_AT
    fields[_STATUS_AT] = headline.words
    return to_json(fields)
