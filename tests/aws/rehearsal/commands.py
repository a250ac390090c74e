"""The commands of those who keep the register, as they run them."""

from __future__ import annotations

import subprocess

from infra.aws.edge_facts import ROOT
from tests.aws.rehearsal.waiting import Failed

SIGNET, PYTHON = ROOT / ".venv" / "bin" / "signet", ROOT / ".venv" / "bin" / "python"


def signet(*arguments: object) -> str:
    """Run a command of the register's keepers; return what it printed."""
    return run(SIGNET, *arguments)


def run(*command: object) -> str:
    """Run a command from the project's folder. Raises Failed with what it said."""
    done = subprocess.run(
        [str(one) for one in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{command[1]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
