"""What is taken as an e-mail address, wherever one is typed, imported or told by a provider."""

from __future__ import annotations

import pytest

from signet.accounts.keys import address
from signet.addresses import is_address, mailto

BLANKS = ["\xa0", "\u2003", "\u200b", "\u3000", "\x85", "\x0b", "\ufeff", "\u202e", "\x00"]


@pytest.mark.parametrize(
    "good",
    [
        "me@x.example",
        "a.b+tag@sub.x.example",
        "o'brien@x.example",
        "josé@poste.example",
        "post@bücher.example",
        "me@localhost",
        "a=b/c@x.example",
    ],
)
def test_what_people_have_is_an_address(good: str) -> None:
    assert is_address(good)
    assert address(f" {good}\r\n") == good


@pytest.mark.parametrize(
    "bad",
    [
        "me@x.example?bcc=you@y.example",
        "me?bcc=you@x.example",
        "me@x.example&subject=x",
        "me%0Abcc@x.example",
        "me@x.example#a",
        "me@x.example,you@y.example",
        "me@x.example;you@y.example",
        "Me <me@x.example>",
        '"a b"@x.example',
        "me @x.example",
        "me@x .example",
        "me@x..example",
        ".me@x.example",
        "me.@x.example",
        "me@-x.example",
        "me@x.example.",
        "me@x_.example",
        "me@[192.0.2.1]",
        "me@you@x.example",
        "@x.example",
        "me@",
        "me",
        "",
        "jose\u0301@x.example",
        f"{'a' * 65}@x.example",
        f"me@{'x.' * 130}example",
    ],
)
def test_what_could_lead_elsewhere_is_none(bad: str) -> None:
    assert not is_address(bad)
    assert address(bad) == ""


@pytest.mark.parametrize("blank", BLANKS)
def test_no_blank_but_those_of_ascii_is_folded_away(blank: str) -> None:
    for typed in (f"me@x.example{blank}", f"{blank}me@x.example", f"me{blank}@x.example"):
        assert not is_address(typed)
        assert address(typed) == ""


def test_a_link_to_an_address_writes_to_it_alone() -> None:
    assert mailto("me@x.example") == "mailto:me@x.example"
    assert mailto("me@x.example?bcc=a@y.example&x") == "mailto:me@x.example%3Fbcc%3Da@y.example%26x"
    assert mailto("a+b@x.example") == "mailto:a%2Bb@x.example"
