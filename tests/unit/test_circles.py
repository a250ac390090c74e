"""No module of the product imports another that imports it, at its top or within a function.

Imports for types alone load nothing and aren't counted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module, without what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield node
            yield from loaded(node)


def imports(folder: Path, root: Path) -> dict[str, set[str]]:
    """Return the modules of a package that each of its modules imports, anywhere in it."""
    paths = {}
    for path in sorted(folder.rglob("*.py")):
        paths[".".join(path.relative_to(root).with_suffix("").parts)] = path
    named = {name.removesuffix(".__init__"): name for name in paths}
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        graph[name] = set()
        for node in loaded(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                wanted = [f"{node.module}.{one.name}" for one in node.names]
                graph[name] |= {named.get(one, named.get(f"{node.module}", "")) for one in wanted}
            elif isinstance(node, ast.Import):
                graph[name] |= {named.get(one.name, "") for one in node.names}
        graph[name] -= {"", name}
    return graph


def test_no_module_imports_one_that_imports_it() -> None:
    tuple(TopologicalSorter(imports(ROOT / "signet", ROOT)).static_order())


def test_a_circle_is_noticed_within_a_function_too(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "one.py").write_text("from package import two\n")
    (package / "two.py").write_text("def late():\n    from package.one import x\n")
    with pytest.raises(CycleError):
        tuple(TopologicalSorter(imports(package, tmp_path)).static_order())
