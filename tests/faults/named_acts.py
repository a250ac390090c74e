"""The names of a service's acts: those that its code can write, and those that writes did write.

Each act leaves a line in the trail, which says what it was. So a write that nobody has put under
the crash matrix shows by a name that no write of the matrix leaves.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType

from signet.transactions.tables import AuditRow
from tests.faults.matrix import Write


def in_code(package: ModuleType, begins: str) -> set[str]:
    """Every name in a package's modules that begins so.

    A name that is put together ("jobs.posting.{what}") is that of each call of the function which
    does it, with the words that are given there.
    """
    found: set[str] = set()
    for path in Path(package.__path__[0]).rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        found.update(one for one in _names(module) if one.startswith(begins))
    return found


def audited(package: ModuleType) -> set[str]:
    """Every name that a package's modules give to a line of the trail, however it begins."""
    found: set[str] = set()
    for path in Path(package.__path__[0]).rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for function in _functions(module):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                at = {"Audit": 1, "Command": 2}.get(getattr(call.func, "id", ""))
                if at is not None:
                    found.update(_words(module, function, call.args[at]))
    return found


def writing(package: ModuleType) -> set[str]:
    """Return the modules of a package that write to the database, in a transaction or alone."""
    wrote = {"commit", "save", "delete", "update", "batch_write", "TransactWrite"}
    return {
        path.stem
        for path in Path(package.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (isinstance(node.func, ast.Attribute | ast.Name))
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) in wrote
    }


def in_trail(write: Write) -> set[str]:
    """Return the names of one undisturbed write's operations, without those that prepare it."""
    form = write.prepare()
    before = {(row.subject, row.part) for row in AuditRow.scan()}
    write.do(form)
    return {
        json.loads(row.body)["what"]
        for row in AuditRow.scan()
        if (row.subject, row.part) not in before
    }


def _names(module: ast.Module) -> Iterator[str]:
    parts = {id(part) for node in ast.walk(module) for part in _put_together(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value
    for function in _functions(module):
        for node in ast.walk(function):
            if isinstance(node, ast.JoinedStr):
                yield from _joined(module, function, node)


def _put_together(node: ast.AST) -> list[ast.expr]:
    return node.values if isinstance(node, ast.JoinedStr) else []


def _functions(module: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]


def _joined(module: ast.Module, function: ast.FunctionDef, node: ast.JoinedStr) -> Iterator[str]:
    """Yield what a string comes to that ends in a parameter of its function."""
    match node.values:
        case [ast.Constant(value=str(begins)), ast.FormattedValue(value=ast.Name(id=name))]:
            yield from (begins + word for word in _given(module, function, name))


def _given(module: ast.Module, function: ast.FunctionDef, name: str) -> Iterator[str]:
    """Yield what calls of a function give for a parameter, through functions that pass it on."""
    names = [one.arg for one in function.args.args]
    if name not in names:
        return
    at = names.index(name)
    for caller in _functions(module):
        for call in (node for node in ast.walk(caller) if isinstance(node, ast.Call)):
            if not (isinstance(call.func, ast.Name) and call.func.id == function.name):
                continue
            by_name = (one.value for one in call.keywords if one.arg == name)
            given = next(chain(call.args[at : at + 1], by_name), None)
            if given is not None:
                yield from _words(module, caller, given)


def _words(module: ast.Module, function: ast.FunctionDef, given: ast.expr) -> Iterator[str]:
    """Yield what an argument says that a function gives: itself, or what the function was given."""
    match given:
        case ast.Constant(value=str(word)):
            yield word
        case ast.Name(id=name):
            yield from _given(module, function, name)
