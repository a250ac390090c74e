"""Cells that no spreadsheet runs, and that come back exactly (threat 17)."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signet.register.exchange.cells import safe, unsafe

SIGNS = "=+-@＝＋－＠"
risky = st.text(
    alphabet=st.sampled_from(f"'{SIGNS}\t\r\n \u00a0\u200b\ufeff\x00\"a,;"), max_size=12
)


def starts_a_formula(line: str) -> bool:
    """Read apart from the code: skip what isn't printed, then look at one character."""
    skipped = "".join(c for c in line if c.isprintable() and not c.isspace())
    return skipped[:1] in SIGNS if skipped else False


@given(st.one_of(st.text(), risky))
@example("'")
@example("''=1")
@example(" \n=1")
@example("\r\n'\n=")
def test_every_text_comes_back_as_it_was(cell: str) -> None:
    assert unsafe(safe(cell)) == cell


@given(st.one_of(st.text(), risky))
def test_writing_what_was_read_gives_the_same_bytes(cell: str) -> None:
    written = safe(cell)
    assert safe(unsafe(written)) == written


@given(risky)
def test_no_line_of_a_written_cell_starts_a_formula(cell: str) -> None:
    written = safe(cell)
    assert written[:1] not in ("\t", "\r", "\n")
    assert not any(starts_a_formula(line) for line in re.split(r"[\r\n]", written))


@given(st.lists(st.one_of(st.text(), risky), min_size=1))
def test_cells_survive_a_csv_file(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([safe(cell) for cell in cells])
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert [unsafe(cell) for cell in row] == cells


@pytest.mark.parametrize("name", ["O'Brien", "'t Hooft", "Smith-Jones", "", "a=b", "محمد"])
def test_ordinary_names_are_written_as_they_are(name: str) -> None:
    assert safe(name) == name


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("-5", "'-5"),
        ("\u00a0@SUM(1)", "'\u00a0@SUM(1)"),
        ("'=1", "''=1"),
        ("one\n+two", "one\n'+two"),
        ("\rx", "'\rx"),
    ],
)
def test_a_formula_gets_an_apostrophe(cell: str, written: str) -> None:
    assert safe(cell) == written
