"""The one list: every module with a handler is in it, and a domain's is found by its folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import functions, tables
from infra.functions import FUNCTIONS, WRAPPING
from infra.functions.model import Function
from infra.local.dynamodb import ROOT

HANDLER = re.compile(r"^(handler = |def handler\()", re.MULTILINE)
LOANS = """
from infra.functions.model import GET, Clock, Function, may
FUNCTIONS = (
    Function(
        name="loans",
        module="lambdas.loans.function",
        does="loans",
        tables={"loans": may(GET)},
        prefixes=("/services/loans",),
        clocks=(Clock("loans", every_minutes="work_minutes"),),
    ),
)
"""


def handlers() -> set[str]:
    """Return the modules of lambdas that Lambda could call."""
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in ROOT.joinpath("lambdas").rglob("*.py")
        if HANDLER.search(file.read_text("utf-8")) and file.name != "__init__.py"
    }


def test_every_module_with_a_handler_is_listed_once_and_nothing_else() -> None:
    assert sorted(one.module for one in FUNCTIONS) == sorted(handlers())
    assert len({one.name for one in FUNCTIONS}) == len(FUNCTIONS)


def test_an_address_is_served_by_one_function() -> None:
    prefixes = [prefix for one in FUNCTIONS for prefix in one.prefixes]
    assert len(prefixes) == len({*prefixes})


def test_a_key_that_private_keys_are_wrapped_with_is_used_by_one_function() -> None:
    """WRAPPING names one for each: a second one's right would be refused by the key's policy."""
    assert len(WRAPPING) == sum(len(one.unwraps) for one in FUNCTIONS)
    assert WRAPPING == {"mail": "outbox", "office": "complaints_desk"}


def test_the_order_is_the_same_in_every_process() -> None:
    said = "from infra.functions import FUNCTIONS; print([one.name for one in FUNCTIONS])"
    run = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, check=True)
    assert run.stdout.decode().strip() == str([one.name for one in FUNCTIONS])


def test_a_domains_functions_are_found_by_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loans.py").write_text(LOANS)
    monkeypatch.setattr(functions, "__path__", [*functions.__path__, str(tmp_path)])
    found: dict[str, Function] = {one.name: one for one in functions._found()}
    assert found.keys() == {*(one.name for one in FUNCTIONS), "loans"}
    assert found["loans"].prefixes == ("/services/loans",)


def test_a_table_is_private_unless_its_model_says_otherwise() -> None:
    keys = {one.name: one.encrypted_with for one in tables.tables()}
    assert {name: key for name, key in keys.items() if key != tables.PRIVATE_KEY} == {
        "register": "register",
        "leases": "register",
        "jobs": "jobs",
        "complaints": "complaints",
        "followups": "complaints",
        "casekeys": "complaints",
        "tries": "complaints",
    }
