"""Files for other machines: the feed of changes, the site maps, robots, the Data Package."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax import saxutils
from xml.sax.saxutils import quoteattr

from signet.policy import Policy
from signet.publish.public import Change
from signet.publish.render import fields
from signet.publish.render.changes import Day
from signet.publish.render.dates import plain_day
from signet.publish.site import Site

FEED = "register/changes.atom"
CURRENT = "register/current.json"
CURRENT_STYLES = "register/current.css"
URLS_A_MAP = 50_000  # the protocol's limit
STANDING = " Standing now: "  # precedes the verdict on the record in a feed entry's summary
FEED_ENTRIES = 1000  # in each part of the feed


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Return text escaped for XML; a character that XML can't hold is replaced by U+FFFD."""
    return saxutils.escape(_NOT_XML.sub("\ufffd", text))


def _record_path(change: Change) -> str:
    return f"/register/{change.kind}s/{change.number}/"


def atom(days: Sequence[Day], site: Site, policy: Policy) -> Iterator[tuple[str, bytes]]:
    """Yield the recent changes as an Atom feed, in parts that link to each other (RFC 5005).

    Times are the start of the day (UTC) on which a change appeared.
    """
    entries = [line for day in days for line in _of_day(day, site)]
    updated = days[0].day if days else "1970-01-01"
    parts = [entries[at : at + FEED_ENTRIES] for at in range(0, len(entries), FEED_ENTRIES)] or [[]]
    for number, part in enumerate(parts, 1):
        head = _atom_head(number, len(parts), updated, site, policy)
        yield _feed(number), "\n".join([*head, *part, "</feed>", ""]).encode()


def _feed(number: int) -> str:
    return FEED if number == 1 else FEED.replace(".atom", f"-{number}.atom")


def _atom_head(number: int, last: int, updated: str, site: Site, policy: Policy) -> Iterator[str]:
    regulator = policy.regulator
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">'
    yield f"<title>{escape(f'{regulator.short_name}: changes to the register')}</title>"
    yield f"<id>{escape(site.url)}/register/changes/</id>"
    ways = {"self": number, "first": 1, "previous": number - 1, "next": number + 1, "last": last}
    for way, to in ways.items():
        if way == "self" or (last > 1 and 1 <= to <= last):
            yield f'<link rel="{way}" href={quoteattr(f"{site.url}/{_feed(to)}")}/>'
    yield f"<link href={quoteattr(f'{site.url}/register/changes/')}/>"
    yield f"<updated>{updated}T00:00:00Z</updated>"
    yield f"<author><name>{escape(regulator.name)}</name></author>"


def _of_day(day: Day, site: Site) -> Iterator[str]:
    """Yield a day's entries, and one entry for all routine changes that are only counted."""
    for change in day.changes:
        yield "\n".join(_atom_entry(change, site))
    if day.more:
        link = f"{site.url}/register/changes/{day.day}/"
        words = f"{day.more:,} more registrations and other additions"
        yield "\n".join(
            (
                "<entry>",
                f"<id>{escape(link)}</id>",
                f"<title>{words}</title>",
                f"<link href={quoteattr(link)}/>",
                f"<updated>{day.day}T00:00:00Z</updated>",
                '<category term="routine" label="Additions"/>',
                f"<summary>{words}. They are in the downloads.</summary>",
                "</entry>",
            )
        )


CATEGORIES = {
    "standing": ("Standing", ("status_changed", "not_practising_declared", "practice_resumed")),
    "conditions": ("Conditions on practice", ("condition_imposed", "condition_lifted")),
    "decisions": ("Discipline decisions", ("decision_recorded",)),
    "designations": ("Designations", ("designation_granted", "designation_withdrawn")),
    "scopes": ("Scopes of practice", ("scope_granted", "scope_withdrawn")),
    "registrations": ("Registrations", ("registered", "category_changed", "issued")),
    "permit-terms": ("Permit terms", ("renewed", "expired")),
    "responsible-members": (
        "Responsible members",
        ("responsible_member_added", "responsible_member_ceased"),
    ),
    "corrections": ("Corrections", ("voided",)),
}
_CATEGORY = {kind: term for term, (_, kinds) in CATEGORIES.items() for kind in kinds}


def _categories(change: Change) -> Iterator[tuple[str, str]]:
    """Yield the terms and labels by which a reader can filter the entries of a feed."""
    yield f"{change.kind}s", "Members" if change.kind == "member" else "Permits"
    term = _CATEGORY.get(change.entry_kind, "details")
    yield term, CATEGORIES[term][0] if term in CATEGORIES else "Names, places and other details"
    if change.corrected and term != "corrections":
        yield "corrections", CATEGORIES["corrections"][0]


def _atom_entry(change: Change, site: Site) -> Iterator[str]:
    link = site.url + _record_path(change)
    detail = f" {change.detail}." if change.detail else ""
    summary = f"{change.what}, in effect from {plain_day(change.effective_on)}.{detail}"
    if change.standing:  # signet.publish.agreement reads it here
        summary += f"{STANDING}{change.standing}."
    yield "<entry>"
    yield f"<id>{escape(link)}#{escape(change.key)}</id>"
    yield f"<title>{escape(f'{change.name} ({change.number}): {change.what}')}</title>"
    yield f"<link href={quoteattr(link)}/>"
    yield f"<updated>{change.published_on}T00:00:00Z</updated>"
    for term, label in _categories(change):
        yield f'<category term="{term}" label="{label}"/>'
    yield f"<summary>{escape(summary)}</summary>"
    yield "</entry>"


def sitemaps(
    paths: Iterable[str], site: Site, changed_on: Mapping[str, str] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Yield `sitemap.xml` over all pages: one map, or an index and its maps when one is too small.

    `changed_on` gives the days on which records last changed, by their pages' addresses.
    """
    days = changed_on or {}
    urls = [
        f"<url><loc>{escape(site.url + path)}</loc>"
        + (f"<lastmod>{days[path]}</lastmod>" if days.get(path) else "")
        + "</url>"
        for path in sorted(paths)
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    parts = [urls[at : at + URLS_A_MAP] for at in range(0, len(urls), URLS_A_MAP)]
    maps = [f"{head}<urlset {space}>\n" + "\n".join(part) + "\n</urlset>\n" for part in parts]
    if len(maps) == 1:
        yield "sitemap.xml", maps[0].encode()
        return
    for at, text in enumerate(maps, 1):
        yield f"sitemap-{at}.xml", text.encode()
    listed = "\n".join(
        f"<sitemap><loc>{escape(site.url)}/sitemap-{at}.xml</loc></sitemap>"
        for at in range(1, len(maps) + 1)
    )
    text = f"{head}<sitemapindex {space}>\n{listed}\n</sitemapindex>\n"
    yield "sitemap.xml", text.encode()


_SITE_MAP = re.compile(r"sitemap(?:-\d+)?\.xml")
_CHANGED = re.compile(r"<loc>([^<]*)</loc><lastmod>([^<]*)</lastmod>")


def is_site_map(path: str) -> bool:
    """Tell whether a path of the site is one of its site maps."""
    return _SITE_MAP.fullmatch(path) is not None


def changed_on(maps: Iterable[bytes], site: Site) -> dict[str, str]:
    """Return the days of last change that site maps hold, by the addresses of pages."""
    return {
        saxutils.unescape(address).removeprefix(site.url): day
        for content in maps
        for address, day in _CHANGED.findall(content.decode())
    }


def current(as_of: date, members: int, permits: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files that say to which day the register is current.

    One is for programs. The other is a style sheet that shows it on every page, so that a new day
    changes no page. Where scripts run, the page's own script puts the same words into its text.
    """
    words = f"Register current to {plain_day(as_of.isoformat())}"
    yield CURRENT_STYLES, f'.current a::after{{content:" {words}"}}\n'.encode()
    body = {"as_of": as_of.isoformat(), "members": members, "permits": permits}
    yield CURRENT, (json.dumps(body) + "\n").encode()


def robots(site: Site) -> bytes:
    """Return robots.txt: machines may read everything public; that is what a register is for."""
    return f"User-agent: *\nAllow: /\nSitemap: {site.url}/sitemap.xml\n".encode()


TITLES = {
    "members.csv": "Members",
    "members.jsonl": "Members, with scopes, conditions and history",
    "permits.csv": "Permits to practise",
    "permits.jsonl": "Permits to practise, with responsible members and history",
    "scopes.csv": "Scopes of practice",
    "responsible_members.csv": "Responsible members, current and former",
}


def data_package(
    sizes: Mapping[str, tuple[int, str]], as_of: date, site: Site, policy: Policy
) -> bytes:
    """Return the descriptor of the bulk downloads; `sizes` are bytes and hash by file name."""
    regulator = policy.regulator
    day = as_of.isoformat()
    licence = {
        "name": regulator.licence,
        "title": regulator.licence_title,
        "path": regulator.licence_url,
    }
    extra: dict[str, Any] = {"licenses": [licence]} if regulator.licence else {}
    package = {
        "profile": "data-package",
        "name": "public-register",
        "title": f"{regulator.register_name}, {regulator.short_name}",
        "description": f"The public register as of {plain_day(day)}. Look at the register itself "
        "before you rely on anyone's standing.",
        "homepage": f"{site.url}/register/data/",
        "version": day,
        "as_of": day,
        "created": f"{day}T00:00:00Z",
        **extra,
        "contributors": [{"title": regulator.name, "role": "publisher"}],
        "resources": [_resource(name, *sizes[name], {"as_of": day, **extra}) for name in sizes],
    }
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()


def _resource(name: str, size: int, found: str, told: Mapping[str, Any]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": fields.resource_name(name),
        "path": name,
        "title": TITLES[name],
        "bytes": size,
        "hash": f"sha256:{found}",
        "encoding": "utf-8",
        **told,
    }
    if name in fields.CSV:
        resource |= {"mediatype": "text/csv", "format": "csv"}
        resource |= {"profile": "tabular-data-resource"}
    else:
        resource |= {"mediatype": "application/jsonl", "format": "jsonl"}
    return resource | {"schema": fields.schema(name)}
