"""A real browser on a site served as the public one would be, with every byte counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.commands import ROOT, BenchError
from tests.browser_binary import browser_binary

# Chromium asks its maker for updates otherwise, which would be counted.
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")


@dataclass  # without slots: Playwright keeps a note of its own on who listens
class Traffic:
    """What a page asked the server for: path to bytes received, heads of answers included."""

    received: dict[str, int] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page) -> CDPSession:
        """Count what this page receives from now on, until the session given back is detached."""
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.requestServedFromCache", self._not_asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")
        return session

    def _asked(self, event: Any) -> None:
        url = urlsplit(event["request"]["url"])
        if url.scheme == "http":
            self._paths[event["requestId"]] = url.path

    def _not_asked(self, event: Any) -> None:
        self._paths.pop(event["requestId"], None)

    def _answered(self, event: Any) -> None:
        if event["response"].get("fromDiskCache"):
            self._paths.pop(event["requestId"], None)

    def _finished(self, event: Any) -> None:
        path = self._paths.pop(event["requestId"], None)
        if path is not None:
            held = self.received.get(path, 0)
            self.received[path] = held + int(event["encodedDataLength"])

    def total(self, start: str = "/") -> int:
        """The bytes received of all paths that begin like this."""
        return sum(size for path, size in self.received.items() if path.startswith(start))

    def requests(self, start: str = "/") -> int:
        """How many paths that begin like this were received."""
        return sum(path.startswith(start) for path in self.received)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a folder, served with compression and caching as the public site is."""
    gateway = subprocess.Popen(
        [sys.executable, "-m", "infra.local.gateway", str(site), "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert gateway.stdout
        address = gateway.stdout.readline().strip()
        if not address:
            raise BenchError(f"{site} can't be served")
        yield address
    finally:
        gateway.terminate()
        gateway.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of this machine, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(browser_binary()), args=list(ARGUMENTS)
        )
        try:
            yield started
        finally:
            started.close()
