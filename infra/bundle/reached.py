"""Our own modules that a bundle's functions reach, determined from import statements.

The functions of a bundle never load half of our code: what reads complaints never
imports other systems' files, what publishes imports nothing of complaints.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.bundle.settings import BundleError

PACKAGES = ("lambdas", "signet")


def reduce(folder: Path, starts: Iterable[str]) -> None:
    """Remove from a bundle's folder our modules that none of `starts` imports, at once or late.

    Raises BundleError for an import that can't be followed.
    """
    modules = dict(_modules(folder))
    kept = _reached(modules, starts)
    for name, file in modules.items():
        if name not in kept:
            file.unlink()


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for file in (folder / package).rglob("*.py"):
            parts = file.relative_to(folder).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def _reached(modules: dict[str, Path], starts: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached and name in modules:
            reached.add(name)
            waiting += _imported(modules[name])
        if parent := name.rpartition(".")[0]:  # a package is loaded before its modules
            waiting.append(parent)
    return reached


def _imported(file: Path) -> Iterator[str]:
    """Yield what a module imports, anywhere in it; an imported name may itself be a module."""
    for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise BundleError(f"{file.name}, line {node.lineno}: write out what is imported")
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Attribute | ast.Name):
            called = node.attr if isinstance(node, ast.Attribute) else node.id
            if called in ("import_module", "__import__"):
                raise BundleError(f"{file.name}, line {node.lineno}: an import by a made-up name")
