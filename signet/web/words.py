"""Values formatted for people, for use in templates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from signet import policy as policies


def plain_day(value: date | str) -> str:
    """Return a date, or its ISO form, in words: "21 November 2026"."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.day} {day:%B} {day.year}"


def day(value: date | str) -> Markup:
    """Return a date in words, marked up so that programs can read it too."""
    iso = value if isinstance(value, str) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(iso, plain_day(value))


def moment(value: datetime | str) -> Markup:
    """Return a moment in the regulator's time zone: "21 November 2026, 14:05"."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = when.astimezone(ZoneInfo(policies.load().regulator.time_zone))
    words = f"{plain_day(local.date())}, {local:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), words)


def lines(text: str) -> Markup:
    """Return text as it was typed, with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 activity", "1,200 activities"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def role(value: str) -> str:
    """Return a role as people call it: "CPD officer", "registrar"."""
    return value.replace("-", " ").replace("cpd", "CPD")
