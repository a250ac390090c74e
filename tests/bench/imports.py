"""How long each function takes to load, beside the libraries that it can't do without."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

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


def seconds(modules: Sequence[str], goes: int) -> dict[str, float]:
    """Processor seconds that importing each takes at best, turn by turn."""
    _warm(modules)
    found: dict[str, float] = dict.fromkeys(modules, float("inf"))
    for _ in range(goes):
        for module in modules:
            found[module] = min(found[module], float(_run(_TIMED.format(module))))
    return found


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
