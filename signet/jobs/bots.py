"""Recognizing programs that fetch pages, such as crawlers, by their user agent."""

from __future__ import annotations

import re

# How crawlers, link previews, monitors, command-line tools and headless browsers name themselves. A
# few words cover many: nearly every crawler has "bot", "crawl" or "spider" in its name.
_MACHINES = re.compile(
    r"bot\b|bot[/\s;_-]|crawl|spider|slurp|scrap|preview|fetch|monitor|uptime|pingdom|lighthouse"
    r"|headless|phantom|selenium|playwright|puppeteer|curl|wget|libwww|httpclient|http-client"
    r"|python|aiohttp|httpx|okhttp|java/|go-http|ruby|perl|php|axios|node-fetch|archive"
    r"|facebookexternalhit|whatsapp|telegram|embedly|mediapartners|google-inspectiontool"
    r"|googleother|bingpreview|yandex|baidu|validator|linkcheck",
    re.IGNORECASE,
)
_CUBOT = re.compile(r"\bcubot\b", re.IGNORECASE)  # a phone manufacturer
MOST = 1000  # characters of a user agent that are examined


def is_machine(agent: str) -> bool:
    """Tell whether a user agent names a program; an empty one counts as a program's."""
    name = _CUBOT.sub("", agent[:MOST])
    return not name.strip() or _MACHINES.search(name) is not None
