"""Who is no reader: programs that fetch pages, by what they say of themselves."""

from __future__ import annotations

import re

# What crawlers, previews, monitors, command lines and browsers without a screen call themselves.
# The words stand for many: nearly every crawler has "bot", "crawl" or "spider" in its name.
_MACHINES = re.compile(
    r"bot\b|bot[/\s;_-]|crawl|spider|slurp|scrap|preview|fetch|monitor|uptime|pingdom|lighthouse"
    r"|headless|phantom|selenium|playwright|puppeteer|curl|wget|libwww|httpclient|http-client"
    r"|python|aiohttp|httpx|okhttp|java/|go-http|ruby|perl|php|axios|node-fetch|archive"
    r"|facebookexternalhit|whatsapp|telegram|embedly|mediapartners|google-inspectiontool"
    r"|googleother|bingpreview|yandex|baidu|validator|linkcheck",
    re.IGNORECASE,
)
_CUBOT = re.compile(r"\bcubot\b", re.IGNORECASE)  # a maker of telephones
MOST = 1000  # characters of a name that are looked at


def is_machine(agent: str) -> bool:
    """Tell whether a user agent calls itself a program. One without a name is none of a reader."""
    said = _CUBOT.sub("", agent[:MOST])
    return not said.strip() or _MACHINES.search(said) is not None
