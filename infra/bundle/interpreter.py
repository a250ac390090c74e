"""The Python that a bundle's bytecode is made by: the very version that the functions run on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.bundle.settings import HOST_MINOR, BundleError
from infra.local.dynamodb import ROOT

UV = ROOT / ".venv" / "bin" / "uv"
_TELLS = "import sys; print(*sys.version_info[:2], sep='.')"


def find(minor: str) -> Path:
    """Return a Python of a minor version ("3.13"); have uv fetch one when there is none here.

    Raises BundleError when it can't be had.
    """
    path = here(minor)
    if path is None:
        _run(str(UV), "python", "install", "--quiet", "--no-config", minor)
        path = _managed(minor)
    if path is None:
        raise BundleError(
            f"Python {minor}, which the functions run on, isn't here and can't be fetched; install "
            f"it, so that python{minor} is found on the PATH, or name another (--python)"
        )
    return path


def here(minor: str) -> Path | None:
    """Return a Python of a minor version that is on this machine, or None."""
    if minor == HOST_MINOR:
        return Path(sys.executable)
    for one in _candidates(minor):
        if _run(str(one), "-I", "-c", _TELLS) == minor:
            return one
    return _managed(minor)


def _candidates(minor: str) -> Iterator[Path]:
    if named := shutil.which(f"python{minor}"):
        yield Path(named)
    # pyenv's own commands on the PATH refuse every version that isn't the chosen one.
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from sorted(versions.glob(f"{minor}.*/bin/python"), reverse=True)


def _managed(minor: str) -> Path | None:
    """Return the Python of a minor version that uv has fetched before, or None."""
    path = _run(str(UV), "python", "find", "--no-config", "--managed-python", minor)
    return Path(path) if path else None


def _run(*command: str) -> str:
    """Return what a command prints, nothing when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if done.returncode else done.stdout.strip()
