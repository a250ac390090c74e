"""A folder of its own in var for each group: mutmut writes below the folder it is run in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutants.groups import ROOT, Group

PLACE = ROOT / "var" / "mutants"
# mutmut copies these itself: what it changes, what tests it, and pytest's settings.
COPIED = {"signet", "tests", "pyproject.toml"}
ASIDE = {"var", "dist", "node_modules", "mutants"}
WORKERS = 2
# In seconds, and 15 times as many by mutmut's reckoning: on a busy machine tests take long, and a
# mutant that is given up too early would count as caught.
PATIENCE = 20
# Properties are tried with a few examples, the same each time: the verdict on a mutant is to stay.
FEW = {"SIGNET_EXAMPLES": "20", "SIGNET_ANY": "1", "CI": "mutants"}


def mutated(group: Group) -> Path:
    """Let mutmut make and judge the mutants of a group; return the folder with what it found.

    Raises CalledProcessError where tests fail without any mutant, or mutmut does.
    """
    place = PLACE / group.name
    shutil.rmtree(place, ignore_errors=True)
    found = place / "mutants"
    found.mkdir(parents=True)
    for each in sorted(ROOT.iterdir()):
        if each.name in COPIED - {"pyproject.toml"}:
            (place / each.name).symlink_to(each)
        elif not each.name.startswith(".") and each.name not in COPIED | ASIDE:
            (found / each.name).symlink_to(each)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (place / "pyproject.toml").write_text(f"{project}\n{_settings(group)}", encoding="utf-8")
    command = [sys.executable, "-P", str(Path(__file__).with_name("mutating.py")), "run"]
    subprocess.run(
        [*command, "--max-children", str(WORKERS)], cwd=place, env=os.environ | FEW, check=True
    )
    return found


def _settings(group: Group) -> str:
    settings = {
        "source_paths": ["signet"],
        "only_mutate": list(group.files),
        "pytest_add_cli_args_test_selection": list(group.tests),
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "timeout_constant": PATIENCE,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    return "\n".join(["[tool.mutmut]", "use_git_change_detection = false", *lines, ""])
