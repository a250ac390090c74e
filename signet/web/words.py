"""Values as people write them, for templates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from signet import policy as policies


def plain_day(value: date | str) -> str:
    """A date, or its ISO form, in words: "21 November 2026"."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.day} {day:%B} {day.year}"


def day(value: date | str) -> Markup:
    """A date in words that programs can read too."""
    iso = value if isinstance(value, str) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(iso, plain_day(value))


def moment(value: datetime | str) -> Markup:
    """A moment by the regulator's clock: "21 November 2026, 14:05"."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = when.astimezone(ZoneInfo(policies.load().regulator.time_zone))
    words = f"{plain_day(local.date())}, {local:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), words)


def lines(text: str) -> Markup:
    """Text as it was typed, its line ends kept."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 activity", "1,200 activities"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def role(value: str) -> str:
    """A role as people call it: "CPD officer", "registrar"."""
    return value.replace("-", " ").replace("cpd", "CPD")
