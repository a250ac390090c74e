"""Employers' Markdown: what people write is kept, and nothing of it can run, load or mislead."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.jobs.postings import markdown
from tests.entries import unhurried

ALLOWED = {*markdown.TAGS, *markdown.HEADINGS}
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<!-- --><b onmouseover=alert(1)>x</b>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/services/account/)",
    "[x](?act=1)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028<script>\u2029alert(1)</script>",
    "<a href='https://a.example' style='position:fixed;inset:0'>x</a>",
    "<form action=https://evil.example><input name=password></form>",
    ">" * 500 + "x",
    "[" * 2_000 + "]" * 2_000,
    "*" * 3_000,
)


class Elements(HTMLParser):
    """Every element of some HTML with its attributes, as a browser's parser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.strange: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)


def harmless(text: str) -> None:
    read = Elements(markdown.html(text))
    assert not read.strange
    for tag, attributes in read.found:
        assert tag in ALLOWED, tag
        assert attributes.keys() <= {"href", "rel", "start"}, attributes
        assert tag == "a" or not attributes.keys() - {"start"}
        if "href" in attributes:
            scheme = (attributes["href"] or "").partition(":")[0]
            assert scheme.lower() in markdown.SCHEMES, attributes
            assert attributes["rel"] == "nofollow noopener ugc"


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack: str) -> None:
    harmless(attack)
    harmless(f"Before {attack} after")
    harmless(f"- {attack}\n> {attack}")


pieces = st.sampled_from(
    [*ATTACKS[:33], "[", "](", ")", "<", ">", "`", "\n", "&", '"', "javascript:"]
)


@unhurried
@given(st.lists(pieces | st.text(max_size=8), max_size=8).map("".join))
def test_whatever_is_written_comes_to_nothing(text: str) -> None:
    harmless(text)


@unhurried
@given(st.text(max_size=200))
def test_plain_words_hold_no_element(text: str) -> None:
    assert "\n" not in markdown.plain_text(text)


def test_what_people_write_is_kept() -> None:
    text = "# The job\n\n**Run** crews, _daily_.\n\n1. GNSS\n2. Scanning\n\n[Us](https://a.example/b?c=d)"
    html = markdown.html(text)
    for said in ("<h3>The job</h3>", "<strong>Run</strong>", "<em>daily</em>", "<li>GNSS</li>"):
        assert said in html
    assert '<a href="https://a.example/b?c=d" rel="nofollow noopener ugc">Us</a>' in html
    assert markdown.plain_text(text).startswith("The job Run crews, daily. GNSS Scanning Us")


@pytest.mark.parametrize("link", ["mailto:a@b.example", "tel:+14035550100", "http://a.example"])
def test_links_that_people_need_stay(link: str) -> None:
    assert f'href="{link}"' in markdown.html(f"[x]({link})")


def test_headings_begin_below_those_of_the_page() -> None:
    html = markdown.html("# a\n\n## b\n\n###### c")
    assert "<h3>a</h3>" in html
    assert "<h4>b</h4>" in html
    assert "<h5>c</h5>" in html


@pytest.mark.parametrize(
    "bullet", ["•\t", "· ", "o   ", "– ", "▪", "\uf0b7 ", "● ", "§\t", "Ø\t", "•\u200b"]
)
def test_pasted_bullets_make_a_list(bullet: str) -> None:
    pasted = f"You would\n{bullet}climb\n{bullet}measure\nApply soon."
    assert markdown.html(pasted) == (
        "<p>You would</p>\n<ul>\n<li>climb</li>\n<li>measure</li>\n</ul>\n<p>Apply soon.</p>\n"
    )


def test_bullets_below_others_and_lines_that_go_on_stay_where_they_are() -> None:
    assert markdown.html("• one\n   o below\n   o too\n• two\nand more of it") == (
        "<ul>\n<li>one\n<ul>\n<li>below</li>\n<li>too</li>\n</ul>\n</li>\n"
        "<li>two<br>\nand more of it</li>\n</ul>\n"
    )


@pytest.mark.parametrize(("first", "second"), [("1.\t", "2.\t"), ("1) ", "2) "), ("- ", "- ")])
def test_a_list_ends_where_the_next_paragraph_begins(first: str, second: str) -> None:
    html = markdown.html(f"You would\n\n{first}climb\n{second}measure\nApply soon.")
    assert "<li>measure</li>" in html
    assert "<p>Apply soon.</p>" in html


def test_lines_end_where_they_ended_and_indented_text_is_no_program() -> None:
    assert markdown.html("8:00 to 16:30\nMonday to Friday\n\n      Red Deer") == (
        "<p>8:00 to 16:30<br>\nMonday to Friday</p>\n<p>Red Deer</p>\n"
    )


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://acme.ca/jobs?id=1.", ["https://acme.ca/jobs?id=1"]),
        ("www.acme.ca, or jobs@acme.ca", ["http://www.acme.ca", "mailto:jobs@acme.ca"]),
        ("ASP.NET, Node.js, P.Eng. and 3.2.1", []),
        ("javascript:alert(1) ftp://acme.ca/x //acme.ca", []),
        ("[www.acme.ca](https://acme.ca)", ["https://acme.ca"]),
    ],
)
def test_addresses_are_links_and_nothing_else_is(text: str, links: list[str]) -> None:
    found = Elements(markdown.html(text)).found
    assert [one["href"] for tag, one in found if tag == "a"] == links
