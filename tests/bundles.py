"""Bundles for tests, built once for what goes into them.

They stay in a folder that git ignores, each under a hash of everything that it is made of and by.
A bundle is built again when its hash changes, and not before.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.bundle import interpreter, wheels
from infra.bundle.__main__ import build
from infra.bundle.settings import Target
from infra.functions.model import Bundle
from infra.local.dynamodb import ROOT

KEPT = Path("var/bundles")
CODE = ("signet", "lambdas", "site", "mkdocs.yml", "infra/bundle", "infra/functions")
TOOLS = ("setup", "build", "local")  # the locks of what installs, makes shells, and packs


def cached(target: Target, names: Iterable[Bundle]) -> dict[Bundle, Path]:
    """Return the bundles, which workers and runs share. Raises BundleError or ShellError."""
    folder = ROOT / KEPT
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kinds = {name: f"{name}-{target.architecture}" for name in names}
        paths = {n: folder / f"{kind}-{inputs_hash(target, n)}.zip" for n, kind in kinds.items()}
        missing = {name: path for name, path in paths.items() if not path.exists()}
        for name in missing:
            for outdated in folder.glob(f"{kinds[name]}-*.zip"):
                outdated.unlink()
        if missing:
            build(target, missing)
        return paths


def inputs_hash(target: Target, name: Bundle, root: Path = ROOT) -> str:
    """Return a hash of all that a bundle is made of and by."""
    needs = wheels.NEEDS[name]
    found = hashlib.sha256(f"{target} {needs.level} ".encode())
    found.update(_version(interpreter.find(target.python)).encode())
    for one in (*TOOLS, wheels.RUNTIME, *needs.locks):
        found.update((root / "requirements" / f"{one}.txt").read_bytes())
    theirs = {one for other in wheels.NEEDS.values() for one in other.folders} - {*needs.folders}
    for file in _code(root):
        path = file.relative_to(root).as_posix()
        if not path.startswith(tuple(f"{one}/" for one in theirs)):
            content = file.read_bytes()
            found.update(f"{path} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _code(root: Path) -> Iterator[Path]:
    for part in CODE:
        below = (root / part).rglob("*") if (root / part).is_dir() else [root / part]
        yield from sorted(one for one in below if one.is_file() and one.suffix != ".pyc")


def _version(python: Path) -> str:
    command = [str(python), "-c", "import sys; print(sys.version)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
