"""Which characters print, which print as codes, and what an officer is told of these."""

from __future__ import annotations

import pytest

from infra import fonts
from signet.letters import coverage


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    """After new fonts: python -m infra.fonts."""
    assert coverage.FILE.read_text("ascii") == "".join(fonts.lines())


@pytest.mark.parametrize(
    "text", ["Zoë Łuc", "Ζωή", "Анна", "محمد", "李小龍", "e\u0301\u0323", "a\n"]
)
def test_what_the_fonts_have_stays_as_it_is(text: str) -> None:
    assert coverage.printable(text) == text
    assert coverage.uncovered(text) == ()


def test_an_officer_is_told_each_character_once_with_its_code() -> None:
    text = "𓀀 and 𓀀, \u202e, \x00, \ue000 and \ud800"
    assert coverage.uncovered(text, "𓁐") == (
        "𓀀 (U+13000)",
        "U+202E",
        "U+0000",
        "U+E000",
        "U+D800",
        "𓁐 (U+13050)",
    )


def test_a_mark_that_its_letter_s_font_lacks_prints_as_a_code_with_the_letter() -> None:
    """No font has both: each alone would print, together they would stop the document."""
    both = "李\u0948"
    assert coverage.printable(both) == "U+674EU+0948"
    assert coverage.uncovered(both) == ("李 (U+674E)", "U+0948")


def test_line_ends_and_blanks_of_any_kind_become_plain_ones() -> None:
    assert coverage.printable("a\r\nb\rc\td\u2028e") == "a\nb\nc d e"
