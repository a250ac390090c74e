"""Pagefind on the pages of the same register: its time, and what its first answer costs.

It comes from the Python package registry into an environment of its own, and never into a lock.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.bench import browsing, queries, registers
from tests.bench.commands import WORK, BenchError, Spent, run
from tests.bench.lookup import first_answer
from tests.bench.registers import Size
from tests.bench.tables import Row

TABLE = "full"
LOOKUP_TABLE = "lookup"
REQUIREMENT = "pagefind[bin]==1.5.2"
ENVIRONMENT = WORK / "pagefind"
# What its own interface does: the first results of a query, with their titles and excerpts.
PAGE = """<!doctype html><title>Pagefind</title><ol id="results"></ol><script type="module">
const pagefind = await import("/pagefind/pagefind.js");
const found = await pagefind.search(new URLSearchParams(location.search).get("q"));
const first = await Promise.all(found.results.slice(0, 5).map((result) => result.data()));
for (const { url, meta } of first) {
  const item = document.createElement("li");
  item.dataset.number = url;
  item.textContent = meta.title;
  document.getElementById("results").append(item);
}
</script>
"""


def measured(size: Size) -> Iterator[Row]:
    """Index the members' and permits' pages, then search in a real browser."""
    site = registers.built(size).site
    try:
        binary = _installed()
    except BenchError:
        yield Row(TABLE, f"Pagefind, {size}", "not measured: it can't be had on this machine")
        return
    place = registers.fresh("pagefind")
    spent = _index(binary, site, place)
    yield Row(
        TABLE,
        f"Pagefind {REQUIREMENT.rpartition('=')[2]}, {size}, indexing pages that are there",
        f"{spent.seconds:.1f} s, {spent.peak_mb:.0f} MB of memory",
    )
    (place / "index.html").write_text(PAGE)
    commonest = queries.of(site).commonest[0]
    # The policy that the site is served with doesn't allow Pagefind's WebAssembly.
    with browsing.served(place, lax=True) as served, browsing.browser() as browser:
        path = f"/?q={quote(commonest)}"
        if not first_answer(browser, served, path, "#results li"):
            raise BenchError("Pagefind gave no answer in the browser")
        sent = served.below("/pagefind/")
    yield Row(
        LOOKUP_TABLE,
        f"Pagefind, {size}: first answer in Chromium, five results",
        f"{len(sent)} requests, {sum(sent.values()) / 1000:.0f} kB received, for “{commonest}”",
    )


def _installed() -> Path:
    if not ENVIRONMENT.exists():
        uv = Path(sys.executable).with_name("uv")
        run([uv, "venv", "--quiet", "--python", sys.executable, ENVIRONMENT])
        run([uv, "pip", "install", "--quiet", "--python", ENVIRONMENT, REQUIREMENT])
    return ENVIRONMENT / "bin" / "python"


def _index(python: Path, site: Path, place: Path) -> Spent:
    return run(
        [
            *(python, "-m", "pagefind", "--site", site, "--output-path", place / "pagefind"),
            *("--glob", "register/{members,permits}/*/index.html", "--root-selector", "article"),
            "--quiet",
        ]
    )
