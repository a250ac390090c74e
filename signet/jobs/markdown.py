"""Employers' Markdown as safe HTML: for a page, a feed and structured data alike.

Two walls. Markdown is read without HTML, and makes few elements; what comes of it is sanitised
against a list of what may stay. Nothing of it can run, load or look like a part of our own page.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
HEADINGS = ("h3", "h4", "h5")  # a page has its own first two
TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a"}
)
MOST = 20_000  # characters: what a form lets through is less


def html(text: str) -> str:
    """Return Markdown as HTML of headings from h3, paragraphs, lists, emphasis, quotes and links.

    Links lead to http, https, mailto or tel, whole addresses alone; pictures become their text.
    """
    import nh3

    return nh3.clean(
        _reader().render(text[:MOST]),
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


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        """One for which a link is one that leads out."""

        def validateLink(self, url: str) -> bool:  # noqa: N802 - the library calls it so
            return _leads_out(url)

    reader = Reader("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
    reader.disable(["image", "html_block", "html_inline"])
    reader.core.ruler.push("headings", _shift)
    return reader


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
