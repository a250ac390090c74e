"""The contents of a bundle that are our own: code, templates, policy, and the prebuilt shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from infra.bundle import interpreter
from infra.bundle.settings import BundleError, Target
from infra.local.dynamodb import ROOT
from signet import policy as policies
from signet.cli.shell import for_services
from signet.publish.render import shell, stored_shell
from signet.publish.site import Site

# The command line and the demonstration are for people at a terminal.
NOT_FOR_FUNCTIONS = ("signet/cli", "signet/demo")
PARTS = (
    "signet",
    "lambdas",
    "site/pages",
    "site/theme",
    "site/shared",
    "site/services",
    "site/assets",
)


def copy_own(folder: Path, more: Iterable[str] = ()) -> None:
    """Copy the code of the functions and the files that it reads, those in `more` too."""
    for part in (*PARTS, *more):
        shutil.copytree(
            ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    for part in NOT_FOR_FUNCTIONS:
        shutil.rmtree(folder / part)


def make_shells(folder: Path, notice: str, *, publishing: bool) -> None:
    """Build the shells for services and publishing, so that the functions don't need MkDocs.

    `notice` is the line at the head of every page.
    """
    new_shell = shell.build(policies.load(), Site(stored_shell.STAND_IN, notice))
    if stored_shell.STAND_IN in new_shell.template:
        raise BundleError("the services' shell would hold the site's address, not known by now")
    if publishing:
        stored_shell.store(new_shell, folder / stored_shell.FOLDER.relative_to(ROOT))
    services = folder / "var" / "shell.html"
    services.parent.mkdir(exist_ok=True)
    services.write_text(for_services(new_shell.template), encoding="utf-8")


def compile_all(target: Target, folders: Iterable[Path]) -> None:
    """Replace source by bytecode in bundles' folders, made by the target's own version of Python.

    Raises BundleError.
    """
    python = interpreter.find(target.python)
    command = [str(python), "-m", "infra.bundle.bytecode", *map(str, folders)]
    settings = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONNODEBUGRANGES": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=settings, cwd=ROOT
    )
    if done.returncode:
        raise BundleError(f"the bundles can't be compiled:\n{done.stderr.strip()}")
