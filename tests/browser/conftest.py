"""What the browser tests share: one built site, its server, and a Chromium to visit it with."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.kinds import write_records
from tests.browser.visiting import WIDE, Visitor, Windows
from tests.browser_binary import browser_binary
from tests.built_site import DAY, SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# A busy machine is to be slow, not wrong: only what never happens takes this long. Milliseconds.
PATIENCE = 60_000

# Without these, Chromium looks for updates and for Google's hosts at every start.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none",  # else a browser without windows makes letters wider
)  # fmt: skip


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built once for all workers by the command itself."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own inside the run's.
        folder = folder.parent
    out, done = folder / "browser-site", folder / "browser-site-done"
    with (folder / "browser-site-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _build(write_records(folder / "browser-records"), out)
            done.touch()
    return out


def _build(records: Path, out: Path) -> None:
    command = [sys.executable, "build.py", "--source", str(records), "--out", str(out), "--quiet"]
    settings = os.environ | {"SIGNET_SITE_URL": SITE.url}
    made = subprocess.run(
        [*command, "--as-of", DAY.isoformat()],
        check=False, capture_output=True, text=True, env=settings,
    )  # fmt: skip
    assert made.returncode == 0, f"the site wasn't built:\n{made.stderr}"


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Yield the address at which the site's own gateway serves it."""
    command = [sys.executable, "-m", "infra.local.gateway", str(built), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout
        try:
            yield gateway.stdout.readline().strip()
        finally:
            gateway.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a browser whose windows wait patiently for whatever they are asked to wait for."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_binary(), args=[*QUIET], timeout=PATIENCE
        )
        started.on("context", lambda context: context.set_default_timeout(PATIENCE))
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    """Yield a visitor who opens pages for the first time."""
    visitor = Visitor(browser, address)
    yield visitor
    visitor.leave()


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Windows]:
    """Yield the windows that a file's tests share."""
    shared = Windows(browser)
    yield shared
    shared.close()


@pytest.fixture
def page(windows: Windows, address: str) -> Iterator[Page]:
    """Yield an empty page on a desktop screen, with light colours and JavaScript."""
    yield windows.page(base_url=address, viewport=WIDE)
    windows.leave()
