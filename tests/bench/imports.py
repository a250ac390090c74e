"""How long each function takes to load, beside the libraries that it can't do without."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.2  # times what the libraries take
FORBIDDEN = frozenset({"boto3", "aws_xray_sdk", "email_validator"})
# As functions use them: the model of a table and its transactions, the resolver of HTTP APIs, and a
# first pydantic model, which is when pydantic loads most of itself.
BASE = (
    "pynamodb.models, pynamodb.transactions, pynamodb.indexes, jinja2, "
    "aws_lambda_powertools.event_handler.api_gateway, tests.bench.first_model"
)
# They answer no browser, and what they do loads more; nobody waits for them.
BEHIND = {"outbox", "publish", "publishing", "nightly", "cpd_follow", "cpd_work", "complaint_files"}
_TIMED = "import time; begun = time.process_time(); import {}; print(time.process_time() - begun)"
_LOADED = "import sys; import {}; print(*{{name.partition('.')[0] for name in sys.modules}})"


def functions() -> list[str]:
    """The functions behind HTTP, as they are imported."""
    names = {path.stem for path in (ROOT / "lambdas").glob("*.py")}
    names |= {path.parent.name for path in (ROOT / "lambdas").glob("*/__init__.py")}
    plain = names - BEHIND - {"__init__", "desk", "caseroom"}
    return [f"lambdas.{name}" for name in sorted(plain)]


def loaded(module: str) -> set[str]:
    """The packages that importing a module loads."""
    return set(_run(_LOADED.format(module)).split())


class Pair(NamedTuple):
    """Processor seconds that a function took to import, and the libraries right before it."""

    function: float
    libraries: float


def paired(functions: Sequence[str], goes: int) -> dict[str, list[Pair]]:
    """Import each function several times, each time right after the libraries by themselves.

    Whatever else the machine is at slows both of a pair, so that their ratio says more than the
    best times of both, which come from moments that were not alike.
    """
    _warm([BASE, *functions])
    found: dict[str, list[Pair]] = {function: [] for function in functions}
    for _ in range(goes):
        for function in functions:
            libraries = _timed(BASE)
            found[function].append(Pair(_timed(function), libraries))
    return found


def ratio(pairs: Iterable[Pair]) -> float:
    """How many times what the libraries take a function takes: the median of its pairs."""
    return statistics.median(pair.function / pair.libraries for pair in pairs)


def _timed(module: str) -> float:
    return float(_run(_TIMED.format(module)))


def _warm(modules: Iterable[str]) -> None:
    """Let every module be compiled and in the disk's cache before anything is measured."""
    for module in modules:
        _run(f"import {module}")


def _run(program: str) -> str:
    # Bundles hold bytecode, the libraries' and ours. Where Python may not write it here, ours would
    # be compiled at each go, and theirs not.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=True)
    return done.stdout
