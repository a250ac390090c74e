"""Finds a Chromium for the browser tests, or installs one; never lets them be skipped.

`python -m tests.browser_binary` (`make browser`) does it once, before the test workers could race
for it, and records the path in `var/browser`; `browser_binary()` is what the tests ask.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

RECORD = Path(__file__).resolve().parents[1] / "var" / "browser"
# Without a window and all that belongs to one, pages open in a fifth of the processor time.
SHELL = "chromium-headless-shell"
SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
DEBIAN_NAMES = (SHELL, "chromium")  # the first isn't in every release
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
AT_ONCE = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10")  # or not at all
MAC_APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
START_SECONDS = 60
DOWNLOAD_SECONDS = 600


class NoBrowser(Exception):
    """No Chromium is on this machine and none can be had; the message says what to do."""


def browser_binary() -> Path:
    """Return the path of a Chromium that starts: the one recorded, or one found now.

    Raises NoBrowser.
    """
    if RECORD.is_file():
        recorded = Path(RECORD.read_text().strip())
        if os.access(recorded, os.X_OK):
            return recorded
    return find()


def find() -> Path:
    """Look for a Chromium, install one where there is none, and record it.

    One without windows comes first, Debian's package where this runs as root. Then comes the
    system's, then Playwright's own download, then any of Debian's. Raises NoBrowser.
    """
    tried: list[str] = []
    for source in (_shell, _system, _playwright, _playwright_download, _debian):
        binary = source(tried.append)
        if binary and _starts(binary, tried.append):
            RECORD.parent.mkdir(parents=True, exist_ok=True)
            RECORD.write_text(f"{binary}\n")
            return binary
    message = (
        "the browser tests need a Chromium, and none could be had:\n"
        + "".join(f"  - {line}\n" for line in tried)
        + "Install Chromium or Google Chrome with the system's packages, then run: make browser"
    )
    raise NoBrowser(message)


def _shell(tell: Callable[[str], None]) -> Path | None:
    if not shutil.which(SHELL) and shutil.which("apt-get") and os.geteuid() == 0:
        # Nothing that is there makes way for it; what can't be had soon isn't waited for.
        install = (*INSTALL, *AT_ONCE, "--no-remove", SHELL)
        if not _run(tell, *install) and _run(tell, "apt-get", *AT_ONCE, "update"):
            _run(tell, *install)
    return _named(SHELL)


def _system(tell: Callable[[str], None]) -> Path | None:
    if found := _named(*SYSTEM_NAMES):
        return found
    application = next((path for path in MAC_APPLICATIONS if path.is_file()), None)
    if application is None:
        tell(f"the system has none of {', '.join(SYSTEM_NAMES)}")
    return application


def _playwright(_tell: Callable[[str], None]) -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        binary = Path(playwright.chromium.executable_path)
    return binary if binary.is_file() else None


def _playwright_download(tell: Callable[[str], None]) -> Path | None:
    if not _run(tell, sys.executable, "-m", "playwright", "install", "chromium"):
        return None
    return _playwright(tell)


def _debian(tell: Callable[[str], None]) -> Path | None:
    if not shutil.which("apt-get"):
        tell("this is no Debian system: it has no apt-get")
        return None
    if os.geteuid() != 0:
        tell("Debian's package isn't installed, because this doesn't run as root")
        return None
    if not _run(tell, "apt-get", "update"):
        return None
    installed = any(_run(tell, *INSTALL, name) for name in DEBIAN_NAMES)
    return _named(*DEBIAN_NAMES) if installed else None


def _named(*names: str) -> Path | None:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else None


def _run(tell: Callable[[str], None], *command: str) -> bool:
    print(f"browser: {' '.join(command)}", flush=True)
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS
        )
    except subprocess.TimeoutExpired:
        tell(f"{' '.join(command)} took longer than {DOWNLOAD_SECONDS} s")
        return False
    if done.returncode:
        tell(f"{' '.join(command)} ended with code {done.returncode}: {_gist(done.stderr)}")
    return done.returncode == 0


def _gist(errors: str) -> str:
    """Return the line that says most: the last that names an error, else the last of all."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or ["no message"]
    return next((line for line in reversed(lines) if "error" in line.lower()), lines[-1])


def _starts(binary: Path, tell: Callable[[str], None]) -> bool:
    """Tell whether the binary runs at all: a download may lack the libraries it needs."""
    try:
        done = subprocess.run(
            [binary, "--version"], check=False, capture_output=True, timeout=START_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        tell(f"{binary} doesn't start: {error}")
        return False
    if done.returncode:
        tell(f"{binary} doesn't start: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return done.returncode == 0


def main() -> int:
    """Find or install a Chromium and print where it is; return the exit code."""
    try:
        print(f"browser: {browser_binary()}")
    except NoBrowser as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
