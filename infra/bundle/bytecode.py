"""`python -m infra.bundle.bytecode FOLDER…`: replaces source by bytecode below each folder.

The bytecode is trusted as it is (by hash, unchecked): a bundle has no source to compare it with.
Run it with PYTHONHASHSEED=0, or the elements of sets are in another order each time; and with
PYTHONNODEBUGRANGES=1, since a traceback can't point into a line that isn't there.
"""

from __future__ import annotations

import ast
import marshal
import sys
from collections.abc import Iterable
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

# Where Lambda unpacks the bundle: the paths in tracebacks.
UNPACKED = "/var/task"
# Docstrings that OpenAPI quotes stay: those of the views, and of our models.
VIEWS, MODELS = "lambdas", "signet"
_UNCHECKED = (1).to_bytes(4, "little")
_FUNCTIONS = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
_ALL = (*_FUNCTIONS, ast.ClassDef)


def replace(folders: Iterable[Path]) -> None:
    """Replace every source file by bytecode. Raises SyntaxError."""
    bytecode: dict[tuple[Path, bytes], bytes] = {}  # bundles share most of their modules
    for folder in folders:
        for source in sorted(folder.rglob("*.py")):
            module = source.relative_to(folder), source.read_bytes()
            if module not in bytecode:
                bytecode[module] = compiled(*module)
            source.with_suffix(".pyc").write_bytes(bytecode[module])
            source.unlink()


def compiled(place: Path, content: bytes) -> bytes:
    """Compile a source file that will be at a place in the bundle. Raises SyntaxError."""
    tree = ast.parse(content, str(place))
    if place.parts[0] != VIEWS:
        _leave_docstrings_out(tree, _FUNCTIONS if place.parts[0] == MODELS else _ALL)
    code = compile(tree, f"{UNPACKED}/{place.as_posix()}", "exec", dont_inherit=True)
    return MAGIC_NUMBER + _UNCHECKED + source_hash(content) + marshal.dumps(code)


def _leave_docstrings_out(tree: ast.Module, of: tuple[type[ast.AST], ...]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, of) and isinstance(node, _ALL) and ast.get_docstring(node, clean=False):
            first = node.body.pop(0)
            if not node.body:
                node.body.append(ast.copy_location(ast.Pass(), first))


if __name__ == "__main__":
    replace(map(Path, sys.argv[1:]))
