"""Rendering employers' Markdown as safe HTML, for pages, feeds and structured data alike.

There are two lines of defence. Markdown is parsed without HTML and produces few elements; the
result is sanitized against an allowlist. Nothing in it can run, load or look like a part of our own
page.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkify_it import LinkifyIt
    from markdown_it import MarkdownIt

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
HEADINGS = ("h3", "h4", "h5")  # h1 and h2 are the page's own
TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a"}
)
_INDENT = 2
# Bullets as word processors, mails and PDFs paste them; an "o" or a dash only if followed by
# blanks.
_BULLET = re.compile(
    r"(?P<indent>[ \t]*)"
    r"(?:[•·●○▪▫■□◦‣⁃∙➢➤►❖✓✔\uf0b7\uf0a7][ \t\u00a0\u200b\ufeff]*"
    # Letters from the symbol fonts of Word's bullets are followed by a tab.
    r"|[o–—][ \t\u00a0]+|[§Øüvqn¨Ÿ]\t[ \t\u00a0]*)(?=\S)"
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
MOST = 20_000  # characters: forms allow fewer


def html(text: str) -> str:
    """Return Markdown as HTML: headings from h3, paragraphs, lists, emphasis, quotes and links.

    Links must be absolute http, https, mailto or tel URLs; images are replaced by their text.
    Pasted text keeps its layout: line breaks stay, lines that begin with a bullet become list
    items, and URLs become links.
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


def plain_text(text: str) -> str:
    """Return the plain words of Markdown, on one line; they still have to be escaped when shown."""
    import html as entities

    import nh3

    words = nh3.clean(html(text), tags=set())
    return " ".join(entities.unescape(words).split())


def _with_lists(text: str) -> str:
    """Return text with lines that begin with a pasted bullet turned into Markdown list items.

    Markdown recognizes a list only after an empty line or another item, and takes the line after an
    item for its continuation; here that is so only if it begins in lower case. An indented bullet
    becomes an item nested in the previous one.
    """
    output: list[str] = []
    listed = False  # whether the previous line is an item
    for line in text.splitlines():
        bullet = _BULLET.match(line)
        if bullet is None:
            if listed and line[:1].isupper():
                output.append("")
            output.append(line)
            listed = _ITEM.match(line) is not None
            continue
        in_list = bool(output) and _ITEM.match(output[-1]) is not None
        if output and output[-1].strip() and not in_list:
            output.append("")
        below = in_list and len(bullet["indent"].expandtabs()) >= _INDENT
        output.append(f"{' ' * _INDENT if below else ''}- {line[bullet.end() :]}")
        listed = True
    return "\n".join(output)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        """A parser that accepts only absolute http, https, mailto and tel links."""

        def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
            return _leads_out(url)

    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": 20}
    reader = Reader("commonmark", options)
    reader.linkify = _addresses()
    reader.enable("linkify")
    # Pasted text is indented for looks; nobody writes code in a posting.
    reader.disable(["image", "html_block", "html_inline", "code"])
    reader.core.ruler.push("headings", _shift)
    return reader


def _addresses() -> LinkifyIt:
    from linkify_it import LinkifyIt
    from linkify_it.main import Match

    class Addresses(LinkifyIt):  # type: ignore[misc]  # it has no types
        """Finds URLs that have a scheme or begin with www: "ASP.NET" isn't one."""

        def match(self, text: str) -> list[Match] | None:
            matches = super().match(text) or []
            return [
                one for one in matches if one.schema or one.raw.lower().startswith("www.")
            ] or None

    return Addresses()


def _shift(state: object) -> None:
    """Start headings below those of the page, and let none skip a level.

    To a screen reader's user, a skipped level sounds as if something were missing.
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
