"""How long each function takes to load, beside the libraries that it can't do without."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from infra.functions import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.2  # times what the libraries take
FORBIDDEN = frozenset({"boto3", "aws_xray_sdk", "email_validator", "typst"})
# What reads strangers' files runs in a process of its own (signet.uploads.content.cleaning).
READERS = frozenset({"pikepdf", "PIL"})
# As functions use them: the model of a table and its transactions, the resolver of HTTP APIs, and a
# first pydantic model, which is when pydantic loads most of itself.
BASE = (
    "pynamodb.models, pynamodb.transactions, pynamodb.indexes, jinja2, "
    "aws_lambda_powertools.event_handler.api_gateway, tests.bench.first_model"
)
_TIMED = (
    "import time; now = time.process_time; begun = now(); "
    f"import {BASE}; libraries = now() - begun; import {{}}; print(libraries, now() - begun)"
)
# Each module in a process of its own, which begins with the libraries that all of them load.
_LOADED = """
import json, os, sys
import {}
for module in sys.argv[1:]:
    reading, writing = os.pipe()
    if os.fork() == 0:
        __import__(module)
        with open(writing, "w") as telling:
            json.dump([module, sorted({{name.partition(".")[0] for name in sys.modules}})], telling)
        os._exit(0)
    os.close(writing)
    with open(reading) as told:
        print(told.read())
    assert os.wait()[1] == 0, module
"""


def functions() -> list[str]:
    """Return the modules of the functions that answer browsers, for which somebody waits."""
    return sorted(one.module for one in FUNCTIONS if one.prefixes)


def loaded(modules: Iterable[str]) -> dict[str, set[str]]:
    """Return the packages that importing each module loads, the libraries' among them."""
    told = _run(_LOADED.format(BASE), *modules).splitlines()
    return {module: {*packages} for module, packages in map(json.loads, told)}


class Taken(NamedTuple):
    """Processor seconds that the libraries took to import, and a function with them."""

    libraries: float
    function: float


def taken(functions: Sequence[str], goes: int) -> dict[str, list[Taken]]:
    """Import each function several times, each time right after the libraries, in one process.

    Whatever else the machine is at then slows both alike. Best times of processes apart are of
    moments that weren't alike, and differ by more than what a function adds.
    """
    _warm([BASE, *functions])
    found: dict[str, list[Taken]] = {function: [] for function in functions}
    for _ in range(goes):
        for function in functions:
            libraries, whole = _run(_TIMED.format(function)).split()
            found[function].append(Taken(float(libraries), float(whole)))
    return found


def ratio(goes: Iterable[Taken]) -> float:
    """How many times what the libraries take a function takes: what a quarter of the goes stay in.

    What disturbs a go after its libraries only ever adds to it.
    """
    times = [go.function / go.libraries for go in goes]
    return statistics.quantiles(times, n=4, method="inclusive")[0]


def _warm(modules: Iterable[str]) -> None:
    """Let every module be compiled and in the disk's cache before anything is measured."""
    for module in modules:
        _run(f"import {module}")


def _run(program: str, *arguments: str) -> str:
    # Bundles hold bytecode, the libraries' and ours. Where Python may not write it here, ours would
    # be compiled at each go, and theirs not.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=True)
    return done.stdout
