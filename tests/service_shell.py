"""The shell that service pages are rendered into, as `signet shell` makes it, for tests."""

from __future__ import annotations

from pathlib import Path

from signet.cli.shell import for_services
from tests.built_site import made_shell


def write_shell(folder: Path) -> Path:
    """Write the shell into a folder; gives the file, for SIGNET_SHELL."""
    file = folder / "shell.html"
    file.write_text(for_services(made_shell().template), encoding="utf-8")
    return file
