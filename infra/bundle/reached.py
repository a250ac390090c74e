"""Our own modules that a bundle's functions reach, determined from import statements.

The functions of a bundle never load half of our code: what reads complaints never imports other
systems' files, what publishes imports nothing of complaints. A package may import its own modules
by listing its folder (f"{__name__}.{…}"): then it reaches all of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

from infra.bundle.settings import BundleError

PACKAGES = ("lambdas", "signet")
OWN = re.compile(r"f'\{__name__\}\.\{[a-z_.]+\}'")


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
            tree = ast.parse(modules[name].read_bytes(), str(modules[name]))
            waiting += _imported(tree, modules[name].name)
            if any(map(_is_own_import, ast.walk(tree))):
                waiting += [one for one in modules if one.rpartition(".")[0] == name]
        if parent := name.rpartition(".")[0]:  # a package is loaded before its modules
            waiting.append(parent)
    return reached


def _imported(tree: ast.Module, file: str) -> Iterator[str]:
    """Yield what a module imports, anywhere in it; an imported name may itself be a module."""
    followed = {id(node.func) for node in ast.walk(tree) if _is_own_import(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise BundleError(f"{file}, line {node.lineno}: write out what is imported")
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in followed:
            called = node.attr if isinstance(node, ast.Attribute) else node.id
            if called in ("import_module", "__import__"):
                raise BundleError(f"{file}, line {node.lineno}: an import by a made-up name")


def _is_own_import(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tell whether this imports a module of the package that it is in, by f"{__name__}.…"."""
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return False
    return ast.unparse(node.func) == "importlib.import_module" and bool(
        OWN.fullmatch(ast.unparse(node.args[0]))
    )
