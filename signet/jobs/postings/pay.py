"""Parsing pay as people type it ("$72,000", "72k") and formatting it ("From $35 an hour")."""

from __future__ import annotations

import re
from decimal import Decimal

# Canadian dollars only: an amount in another currency would be published as if it were in these.
_DOLLARS = r"(?:C(?:A|AD|DN)?\s*\$|\$\s*(?:CAD|CDN)?|CAD|CDN)?"
# 72000, 72,000, 72 000 (any blank), 72'000, 35.5, 35,50, each with $ or CAD, or 72k.
_AMOUNT = re.compile(
    rf"{_DOLLARS}\s*"
    r"(?P<whole>[0-9]{1,3}(?:[,\s'’][0-9]{3})+|[0-9]+)(?:[.,](?P<part>[0-9]{1,2}))?"
    rf"\s*(?P<thousand>k)?\s*{_DOLLARS}",
    re.IGNORECASE,
)
_RANGE = re.compile(r"[0-9][k$\s]*(?:[-–—]|to|and|à|et)[\s$]*[0-9]", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"US\s*\$|[€£¥₹]|\b(?!CAD|CDN)[A-Z]{3}\b")
_BREAKS = re.compile(r"[,\s'’]")
LONGEST = 24  # characters; nobody is paid a longer number
EXPECTED = "Give one amount, such as 72,000 or 35.50"
OF_A_RANGE = "the lower end of a range here, the higher end under “Pay to”"
IN_OUR_DOLLARS = "in Canadian dollars"
ALONE = "without words: choose beside it what it is for"
LEFT_EMPTY = "or leave it empty, and tell readers in the description"


def amount(typed: object) -> object:
    """Return typed text as a Decimal, None for empty text; other types are returned unchanged.

    Raises ValueError for text that isn't one amount.
    """
    if not isinstance(typed, str):
        return typed
    text = typed.strip()
    if not text:
        return None
    match = _AMOUNT.fullmatch(text)
    if match is None or len(text) > LONGEST:
        raise ValueError(f"{EXPECTED}{_hint(text)}")
    number = Decimal(f"{_BREAKS.sub('', match['whole'])}.{match['part'] or '0'}")
    number = number * 1000 if match["thousand"] else number
    return number.quantize(Decimal("0.01")).normalize() + 0


def money(typed: object) -> object:
    """Return an amount that isn't pay, like `amount`. Raises ValueError without its hints."""
    try:
        return amount(typed)
    except ValueError:
        raise ValueError(EXPECTED) from None


def _hint(text: str) -> str:
    """Return a hint on how to correct text that isn't one amount."""
    if not any(map(str.isdecimal, text)):
        return f", {LEFT_EMPTY}"
    if _OTHER_CURRENCY.search(text):
        return f", {IN_OUR_DOLLARS}"
    if _RANGE.search(text):
        return f": {OF_A_RANGE}"
    return f", {ALONE}" if any(map(str.isalpha, text)) else ""


def in_words(least: Decimal | None, most: Decimal | None, currency: str, period: str) -> str:
    """Return the pay in words, "" if it isn't known; `period` is like "a year"."""
    if least is None and most is None:
        return ""
    if least is None:
        amounts = f"Up to {_money(most)}"
    elif most is None:
        amounts = f"From {_money(least)}"
    elif least == most:
        amounts = _money(least)
    else:
        amounts = f"{_money(least)} to {_money(most)}"
    return " ".join(filter(None, (amounts, currency, period)))


def _money(number: Decimal | None) -> str:
    if number is None:
        return ""
    return f"${number:,.0f}" if number == number.to_integral_value() else f"${number:,.2f}"
