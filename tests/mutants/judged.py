"""What became of each mutant, read from what mutmut leaves."""

from __future__ import annotations

import ast
import difflib
import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.groups import Change, Group

# How pytest ends on a mutant that a test noticed: a failure, or an error of its own; else the
# mutant ran on and on, and was stopped.
FAILED, TIMES_OUT = {1, 3}, {36, -24, 24, 152, 255}
SURVIVED, NO_TESTS = 0, 33
GENERATED = " # type: ignore # mutmut generated"


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant, and whether it was caught; `slow` where it was stopped, which counts as caught."""

    change: Change
    caught: bool
    slow: bool = False


class Unsettled(Exception):
    """A mutant was neither caught nor survived: mutmut was interrupted, or a process died."""


def judged(found: Path, group: Group) -> Iterator[Judged]:
    """Yield the mutants of a group, from the folder that mutmut wrote. Raises Unsettled."""
    for file in group.files:
        ended = json.loads((found / f"{file}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
        functions = dict(_functions((found / file).read_text(encoding="utf-8")))
        for name, code in ended.items():
            if code not in {*FAILED, *TIMES_OUT, SURVIVED, NO_TESTS}:
                raise Unsettled(f"{name} ended with {code}")
            caught = code in FAILED | TIMES_OUT
            yield Judged(_change(name, functions), caught, code in TIMES_OUT)


def _functions(source: str) -> Iterator[tuple[str, str]]:
    """Yield each function's name in a mutated module, such as x_f__mutmut_3, and its body."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "__mutmut_" in node.name:
            body = ast.get_source_segment(source, node, padded=True) or ""
            yield node.name, textwrap.dedent(body).replace(node.name, "")


def _change(name: str, functions: dict[str, str]) -> Change:
    module, _, mangled = name.rpartition(".")
    original = f"{mangled.partition('__mutmut_')[0]}__mutmut_orig"
    before, after = functions[original].splitlines(), functions[mangled].splitlines()
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    was = "\n".join(line[1:].strip() for line in lines if line.startswith("-"))
    became = "\n".join(line[1:].strip() for line in lines if line.startswith("+"))
    return Change(f"{module}.{_unmangled(mangled)}", was, became)


def _unmangled(mangled: str) -> str:
    """Return a function's name as it is written: x_f or xǁClassǁmethod, with a mutant's number."""
    name = mangled.partition("__mutmut_")[0]
    return ".".join(name.split("ǁ")[1:]) if "ǁ" in name else name.removeprefix("x_")
