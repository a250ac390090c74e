"""What the first answer of the look-up costs: by its own script over many queries, by all the files
there are, and in a real browser over a few.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as NothingSeen

from tests.bench import browsing, queries, registers
from tests.bench.browsing import Served
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most
from tests.lookup_client import Client

TABLE = "lookup"
FOLDER = "register/lookup/"
LEVEL = 6  # of gzip, as the local web server and most others have it
LARGE = 100_000
MOST_FIRST_KB = {False: 15, True: 25}
MOST_FIRST_REQUESTS = 2
MOST_CORRECTION_KB = 20
MOST_CORRECTION_REQUESTS = 2
IN_BROWSER = 16
COMMONEST = 4
PATIENCE_MS = 10_000
RESULT = "#results [data-number]"


@dataclass(slots=True)
class Worst:
    """The most that any query cost, and which it was."""

    requests: int = 0
    size: int = 0
    query: str = ""
    asked: int = 0
    total: int = 0

    def add(self, query: str, sizes: Iterable[int]) -> None:
        """Take one query's files into account."""
        found = list(sizes)
        self.asked += 1
        self.total += sum(found)
        self.requests = max(self.requests, len(found))
        if sum(found) > self.size:
            self.size, self.query = sum(found), query

    @property
    def kilobytes(self) -> float:
        return round(self.size / 1000, 2)

    def told(self) -> str:
        mean = self.total / max(1, self.asked) / 1000
        return f"for “{self.query}”, worst of {self.asked:,} queries; mean {mean:.1f} kB"


@dataclass(slots=True)
class Files:
    """The files of an index and what each takes on the way."""

    site: Path
    folder: str = FOLDER
    _sizes: dict[str, int] = field(default_factory=dict)

    def size(self, path: str) -> int:
        """Return the compressed bytes of a file; 0 for one that isn't there."""
        if path not in self._sizes:
            place = self.site / self.folder / path.removeprefix(self.folder)
            content = place.read_bytes() if place.is_file() else b""
            self._sizes[path] = len(gzip.compress(content, LEVEL)) if content else 0
        return self._sizes[path]

    def largest(self, kinds: str) -> int:
        """Return the size of the largest file whose path begins with one of these letters and -."""
        base = self.site / self.folder
        paths = [place.relative_to(base).as_posix() for place in base.rglob("*.json")]
        return max(self.size(path) for path in paths if path[0] in kinds and path[1] == "-")


def measured(size: Size) -> Iterator[Row]:
    """Ask many queries of a built register."""
    site = registers.built(size).site
    asked = queries.of(site)
    most = MOST_FIRST_KB[size.members >= LARGE]
    files = Files(site)
    yield from _by_script(site, asked, files, size, most)
    yield from _by_files(files, size, most)
    with browsing.served(site) as served, browsing.browser() as browser:
        yield from _in_browser(browser, served, asked, size, most)


def _by_script(
    site: Path, asked: queries.Queries, files: Files, size: Size, most: float
) -> Iterator[Row]:
    first, later, unfound = Worst(), Worst(), []
    with Client(site) as client:
        for query in asked.right:
            answer = client.find(query)
            first.add(query, map(files.size, answer.first))
            if not answer.matches and not answer.near:
                unfound.append(query)
        for query in asked.wrong:
            answer = client.find(query)
            if answer.later:
                later.add(query, map(files.size, answer.later))
    name = f"First answer, {size}"
    yield at_most(TABLE, f"{name}: requests", first.requests, MOST_FIRST_REQUESTS, "")
    yield at_most(TABLE, f"{name}: compressed", first.kilobytes, most, "kB", first.told())
    name = f"Correction of one letter, {size}"
    yield at_most(TABLE, f"{name}: more requests", later.requests, MOST_CORRECTION_REQUESTS, "")
    yield at_most(
        TABLE, f"{name}: compressed", later.kilobytes, MOST_CORRECTION_KB, "kB", later.told()
    )
    told = ", ".join(unfound[:5])
    yield Row(TABLE, f"Queries that found nobody, {size}", f"{len(unfound)} {told}".strip())


def _by_files(files: Files, size: Size, most: float) -> Iterator[Row]:
    """Yield what no query can exceed: the manifest and the largest shard there is."""
    manifest = files.size("manifest.json")
    shard = manifest + files.largest("nb")
    told = f"manifest {manifest / 1000:.2f} kB and the largest shard there is"
    name = f"No first answer can take more, {size}"
    yield at_most(TABLE, name, round(shard / 1000, 2), most, "kB", told)


def _in_browser(
    browser: Browser, served: Served, asked: queries.Queries, size: Size, most: float
) -> Iterator[Row]:
    worst, silent = Worst(), []
    step = max(1, len(asked.right) // (IN_BROWSER - COMMONEST))
    for query in [*asked.commonest[:COMMONEST], *asked.right[::step]][:IN_BROWSER]:
        if first_answer(browser, served, f"/register/?q={quote(query)}", RESULT):
            worst.add(query, served.below(f"/{FOLDER}").values())
        else:
            silent.append(query)
    name = f"First answer in Chromium, {size}"
    if silent:
        yield Row(TABLE, f"{name}: no answer to", ", ".join(silent), holds=False)
    yield at_most(TABLE, f"{name}: requests", worst.requests, MOST_FIRST_REQUESTS, "")
    yield at_most(TABLE, f"{name}: received", worst.kilobytes, most, "kB", worst.told())


def first_answer(browser: Browser, served: Served, path: str, result: str) -> bool:
    """Open a page as a new visitor until results stand on it; False when none come."""
    context = browser.new_context()
    page = context.new_page()
    served.clear()
    page.goto(served.address + path)
    try:
        page.wait_for_selector(result, timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle")
    except NothingSeen:
        return False
    finally:
        context.close()
    return True
