"""What a member's page weighs in a real browser, on a first visit and on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from tests.bench import browsing, registers
from tests.bench.browsing import Served
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most

TABLE = "weight"
MOST_FIRST_KB = 75
MOST_NEXT_KB = 8


def measured(size: Size) -> Iterator[Row]:
    """Visit a typical member page and the largest, each with an empty cache and after another."""
    site = registers.built(size).site
    pages = sorted(_member_pages(site), key=lambda page: (page.stat().st_size, page))
    typical, largest = (_path(site, page) for page in (pages[len(pages) // 2], pages[-1]))
    with browsing.served(site) as served, browsing.browser() as browser:
        for what, path, other in (("typical", typical, largest), ("largest", largest, typical)):
            first, _ = _visit(browser, served, [path, other])
            _, later = _visit(browser, served, [other, path])
            yield _row(f"First visit to the {what} member page", first, MOST_FIRST_KB)
            yield _row(f"The {what} member page after another", later, MOST_NEXT_KB)


def _row(what: str, sent: dict[str, int], limit: float) -> Row:
    parts = ", ".join(f"{_name(path)} {size / 1000:.1f}" for path, size in sent.items())
    return at_most(TABLE, what, round(sum(sent.values()) / 1000, 1), limit, "kB", parts)


def _name(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name if "." in name else "page"


def _member_pages(site: Path) -> Iterator[Path]:
    return (site / "register" / "members").glob("*/index.html")


def _path(site: Path, page: Path) -> str:
    return f"/{page.parent.relative_to(site).as_posix()}/"


def _visit(browser: Browser, served: Served, paths: list[str]) -> list[dict[str, int]]:
    """Open pages one after the other as one visitor; what was sent for each of them."""
    context = browser.new_context()
    page = context.new_page()
    visits = []
    for path in paths:
        served.clear()
        page.goto(served.address + path, wait_until="networkidle")
        visits.append(dict(served.sent))
    context.close()
    return visits
