"""Employers' Markdown as safe HTML: for a page, a feed and structured data alike.

Two walls. Markdown is read without HTML, and makes few elements; what comes of it is sanitised
against a list of what may stay. Nothing of it can run, load or look like a part of our own page.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkify_it import LinkifyIt
    from markdown_it import MarkdownIt

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
HEADINGS = ("h3", "h4", "h5")  # a page has its own first two
TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a"}
)
_INDENT = 2
# What word processors, mails and PDFs paste for a bullet; an "o" or a dash only with blanks behind.
_BULLET = re.compile(
    r"(?P<indent>[ \t]*)"
    r"(?:[•·●○▪▫■□◦‣⁃∙➢➤►❖✓✔\uf0b7\uf0a7][ \t\u00a0\u200b\ufeff]*"
    # Letters of the symbol fonts that Word takes bullets from come with a tab.
    r"|[o–—][ \t\u00a0]+|[§Øüvqn¨Ÿ]\t[ \t\u00a0]*)(?=\S)"
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
MOST = 20_000  # characters: what a form lets through is less


def html(text: str) -> str:
    """Return Markdown as HTML of headings from h3, paragraphs, lists, emphasis, quotes and links.

    Links lead to http, https, mailto or tel, whole addresses alone; pictures become their text.
    Text pasted from elsewhere keeps its shape: a line that ends ends, what begins with a bullet is
    an item of a list, and an address is a link.
    """
    import nh3

    return nh3.clean(
        _reader().render(_with_lists(text[:MOST])),
        tags=set(TAGS | set(HEADINGS)),
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener ugc",
        strip_comments=True,
    )


def plain(text: str) -> str:
    """Return the words of Markdown, for a line of a list; still to be escaped where it is shown."""
    import html as entities

    import nh3

    words = nh3.clean(html(text), tags=set())
    return " ".join(entities.unescape(words).split())


def _with_lists(text: str) -> str:
    """Return text whose lines with bullets, as word processors make them, are items of lists.

    Markdown reads a list only after an empty line or another item, and takes the line after an item
    for its continuation: here that is so only of one that begins in lower case. An indented bullet
    is an item below the one before.
    """
    made: list[str] = []
    listed = False  # whether the line before is an item
    for line in text.splitlines():
        bullet = _BULLET.match(line)
        if bullet is None:
            if listed and line[:1].isupper():
                made.append("")
            made.append(line)
            listed = _ITEM.match(line) is not None
            continue
        in_list = bool(made) and _ITEM.match(made[-1]) is not None
        if made and made[-1].strip() and not in_list:
            made.append("")
        below = in_list and len(bullet["indent"].expandtabs()) >= _INDENT
        made.append(f"{' ' * _INDENT if below else ''}- {line[bullet.end() :]}")
        listed = True
    return "\n".join(made)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        """One for which a link is one that leads out."""

        def validateLink(self, url: str) -> bool:  # noqa: N802 - the library calls it so
            return _leads_out(url)

    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": 20}
    reader = Reader("commonmark", options)
    reader.linkify = _addresses()
    reader.enable("linkify")
    # Pasted text is indented for its looks; nobody writes programs in a posting.
    reader.disable(["image", "html_block", "html_inline", "code"])
    reader.core.ruler.push("headings", _shift)
    return reader


def _addresses() -> LinkifyIt:
    from linkify_it import LinkifyIt
    from linkify_it.main import Match

    class Addresses(LinkifyIt):  # type: ignore[misc]  # it has no types
        """Finds addresses that are whole or begin with www: "ASP.NET" is none."""

        def match(self, text: str) -> list[Match] | None:
            found = super().match(text) or []
            return [
                one for one in found if one.schema or one.raw.lower().startswith("www.")
            ] or None

    return Addresses()


def _shift(state: object) -> None:
    """Let headings begin below those of the page, and none be more than one level lower.

    A level that is left out sounds to who listens to a page as if something were missing.
    """
    level = 0
    for token in getattr(state, "tokens", ()):
        if token.type == "heading_open":
            level = min(int(token.tag[1:]), level + 1, len(HEADINGS))
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS[level - 1]


def _leads_out(address: str) -> bool:
    scheme, colon, _ = address.strip().lower().partition(":")
    return bool(colon) and scheme in SCHEMES
