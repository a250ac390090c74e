"""What the first answer of the scope search costs, by its own script, by all the files there are,
and in a real browser; and what all people of a common word cost.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser

from signet.publish.lookup import normal
from signet.publish.scope_search import ADDRESS, FOLDER
from signet.publish.scope_search.words import LITTLE
from tests.bench import browsing, queries, registers
from tests.bench.browsing import Served
from tests.bench.lookup import (
    LARGE,
    MOST_CORRECTION_REQUESTS,
    MOST_FIRST_KB,
    MOST_FIRST_REQUESTS,
    Files,
    Worst,
    first_answer,
)
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most
from tests.scope_search_client import ScopeClient

TABLE = "scopes"
SAMPLE = 200
IN_FULL = 20
IN_BROWSER = 12
RESULT = "#results li"

Wanted = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries that find somebody, and words with one letter wrong."""

    right: list[Wanted]
    wrong: list[str]


def asked(site: Path) -> Asked:
    """Return queries over the scopes of a built site, the same for the same site."""
    chance = random.Random(1)
    cities = {line["number"]: line["city"] for line in queries.lines(site, "members")}
    scopes = [line for line in queries.lines(site, "scopes") if line["permitted"] == "yes"]
    words = {word: None for line in scopes for word in _words(line)}
    beginnings = {word[:end]: None for word in words for end in (2, 3, 4)}
    right: list[Wanted] = [{"words": word} for word in chain(words, beginnings)]
    for line in chance.sample(scopes, min(SAMPLE, len(scopes))):
        own, activity = _words(line), line["activities"].split("; ")[0]
        place = {"city": cities[line["number"]]}
        right += [
            {"words": " ".join(chance.sample(own, 2))},
            {"words": chance.choice(own), **place},
            place,
            {"discipline": line["discipline"], "activity": activity},
            {"discipline": line["discipline"], "activity": activity, **place},
        ]
    wrong = [queries.misspelt(word, chance) for word in sorted(words) if len(word) > 4]
    chance.shuffle(wrong)
    return Asked(list({str(one): one for one in right}.values()), wrong)


def _words(line: dict[str, str]) -> list[str]:
    texts = (line["text"], line["discipline"])
    all_words = dict.fromkeys(word for text in texts for word in normal.asked(text))
    return [word for word in all_words if len(word) > 2 and word not in LITTLE]


def measured(size: Size) -> Iterator[Row]:
    """Ask many queries of a built register."""
    site = registers.built(size).site
    queries_asked, files = asked(site), Files(site, FOLDER)
    most = MOST_FIRST_KB[size.members >= LARGE]
    yield from _by_script(site, queries_asked, files, size, most)
    shard = files.size("manifest.json") + files.largest("nb")
    told = f"manifest {files.size('manifest.json') / 1000:.2f} kB and the largest shard there is"
    name = f"No first answer can take more, {size}"
    yield at_most(TABLE, name, round(shard / 1000, 2), most, "kB", told)
    with browsing.served(site) as served, browsing.browser() as browser:
        yield from _in_browser(browser, served, queries_asked, size, most)


def _by_script(
    site: Path, queries_asked: Asked, files: Files, size: Size, most: float
) -> Iterator[Row]:
    first, whole, near, unfound = Worst(), Worst(), Worst(), []
    with ScopeClient(site) as client:
        for wanted in queries_asked.right:
            found, name = client.people(**wanted), urlencode(wanted)
            first.add(name, map(files.size, found.first))
            if found.complete and not found.people:
                unfound.append(name)
            if found.left > 1 and whole.asked < IN_FULL:
                whole.add(name, map(files.size, client.everybody(**wanted).later))
        for word in queries_asked.wrong[:SAMPLE]:
            found = client.everybody(word)
            if found.near["word"]:  # else the wrong letter has made another word
                near.add(word, map(files.size, found.later))
    name = f"First answer, {size}"
    yield at_most(TABLE, f"{name}: requests", first.requests, MOST_FIRST_REQUESTS, "")
    yield at_most(TABLE, f"{name}: compressed", first.kilobytes, most, "kB", first.told())
    yield Row(TABLE, f"Everybody, where these are several shards, {size}", _told(whole))
    name = f"Words near a wrong one, {size}: more requests"
    yield at_most(TABLE, name, near.requests, MOST_CORRECTION_REQUESTS, "", _told(near))
    told = ", ".join(unfound[:5])
    yield Row(TABLE, f"Queries that found nobody, {size}", f"{len(unfound)} {told}".strip())


def _told(worst: Worst) -> str:
    return f"at most {worst.requests} more requests and {worst.kilobytes} kB {worst.told()}"


def _in_browser(
    browser: Browser, served: Served, queries_asked: Asked, size: Size, most: float
) -> Iterator[Row]:
    worst, silent = Worst(), []
    step = max(1, len(queries_asked.right) // IN_BROWSER)
    for wanted in queries_asked.right[::step][:IN_BROWSER]:
        query = urlencode(wanted)
        if first_answer(browser, served, f"{ADDRESS}?{query}", RESULT):
            worst.add(query, _first(served.below(ADDRESS)))
        else:
            silent.append(query)
    name = f"First answer in Chromium, {size}"
    if silent:
        yield Row(TABLE, f"{name}: no answer to", ", ".join(silent), holds=False)
    yield at_most(TABLE, f"{name}: received", worst.kilobytes, most, "kB", worst.told())


def _first(sent: dict[str, int]) -> Iterable[int]:
    """Return the sizes of the first answer's files, in the order they went out: not the page."""
    files = [size for path, size in sent.items() if path.endswith(".json")]
    return files[:MOST_FIRST_REQUESTS]
