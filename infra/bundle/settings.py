"""The runtime that a bundle is built for."""

from __future__ import annotations

import sys
from dataclasses import dataclass

HOST_MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
# What the functions run on, unless a stage or an option says otherwise. Lambda has it, and every
# locked package has wheels for it.
RUNTIME_MINOR = "3.13"
# From Python 3.12 on Lambda runs on Amazon Linux 2023, whose C library is newer than that of 2018,
# which these wheels ask for.
PLATFORM = "manylinux_2_28"


class BundleError(Exception):
    """A bundle can't be built; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda runtime: a minor version of Python ("3.13") and an architecture as AWS names it."""

    python: str = RUNTIME_MINOR
    architecture: str = "x86_64"

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            names = " or ".join(ARCHITECTURES)
            raise BundleError(f"the architecture is {names}, not {self.architecture!r}")
        if self.python.partition(".")[0] != "3" or not self.python.partition(".")[2].isdecimal():
            raise BundleError(f"Python's version is like 3.13, not {self.python!r}")

    @property
    def platform(self) -> str:
        """Return uv's name of the platform."""
        return f"{ARCHITECTURES[self.architecture]}-{PLATFORM}"
