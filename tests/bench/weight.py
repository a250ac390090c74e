"""What a member's page weighs in a real browser, on a first visit and on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from tests.bench import browsing, registers
from tests.bench.browsing import Traffic
from tests.bench.commands import WORK
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most

TABLE = "weight"
MOST_FIRST_KB = 75
MOST_NEXT_KB = 8


def measured(size: Size) -> Iterator[Row]:
    """Visit a typical member page and the largest, each with an empty cache, then another."""
    site = WORK / f"site-{size.members}"
    registers.build(registers.records(size), site)
    pages = sorted(_member_pages(site), key=lambda page: (page.stat().st_size, page))
    typical, largest = pages[len(pages) // 2], pages[-1]
    with browsing.served(site) as address, browsing.browser() as browser:
        for what, page, other in (("typical", typical, largest), ("largest", largest, typical)):
            first, _ = _visit(browser, address, [_path(site, page), _path(site, other)])
            _, later = _visit(browser, address, [_path(site, other), _path(site, page)])
            yield _row(f"First visit to the {what} member page", first, MOST_FIRST_KB)
            yield _row(f"The {what} member page after another", later, MOST_NEXT_KB)


def _row(what: str, traffic: Traffic, limit: float) -> Row:
    parts = ", ".join(f"{_name(path)} {size / 1000:.1f}" for path, size in traffic.received.items())
    return at_most(TABLE, what, round(traffic.total() / 1000, 1), limit, "kB", parts)


def _name(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name if "." in name else "page"


def _member_pages(site: Path) -> Iterator[Path]:
    return (site / "register" / "members").glob("*/index.html")


def _path(site: Path, page: Path) -> str:
    return f"/{page.parent.relative_to(site).as_posix()}/"


def _visit(browser: Browser, address: str, paths: list[str]) -> list[Traffic]:
    """Open pages one after the other as one visitor; what each of them made the browser fetch."""
    context = browser.new_context()
    page = context.new_page()
    visits = []
    for path in paths:
        traffic = Traffic()
        listened = traffic.listen(page)
        page.goto(address + path, wait_until="networkidle")
        listened.detach()
        visits.append(traffic)
    context.close()
    return visits
