"""What a request is read as."""

from __future__ import annotations

import pytest

from signet.web.request import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("17", 17), ("999999", 999_999)]
    + [(text, None) for text in ("", "-1", "1.5", "1000000", "9" * 5000, "١٢", "²", " 1")],
)
def test_a_whole_number_is_ascii_digits_and_not_too_many(text: str, number: int | None) -> None:
    assert whole_number(text) == number
