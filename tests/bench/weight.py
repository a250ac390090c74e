"""What a member's page weighs in a real browser, on a first visit and on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, ViewportSize

from tests.bench import browsing, registers
from tests.bench.browsing import Served
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most

TABLE = "weight"
MOST_FIRST_KB = 60  # with the typeface
MOST_NEXT_KB = 8
VISITS = 5
PHONE: ViewportSize = {"width": 360, "height": 740}
# What Lighthouse takes for a slow phone: 1.6 Mbit/s, 150 ms there and back, a fourth of the speed.
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 94_000,
}
SLOWER = 4
PAINTED = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""


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
        painted = sorted(_painted(browser, served, typical) for _ in range(VISITS))
        what = "Largest text painted, first visit of the typical page, slow phone"
        each = f"of {VISITS}; {painted[0]:,.0f} to {painted[-1]:,.0f} ms"
        yield Row(TABLE, what, f"median {median(painted):,.0f} ms {each}")


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


def _painted(browser: Browser, served: Served, path: str) -> float:
    """Return after how many ms the largest part of a page is there, with nothing cached."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(served.address + path, wait_until="networkidle")
    painted = float(page.evaluate(PAINTED))
    context.close()
    return painted


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
