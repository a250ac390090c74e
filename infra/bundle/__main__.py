"""`python -m infra.bundle`: build the functions' bundles, without Docker."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.bundle import archive, contents, reached, services, stripe, wheels
from infra.bundle.settings import ARCHITECTURES, HOST_MINOR, BundleError, Target
from infra.functions import FUNCTIONS
from infra.functions.model import BUNDLES, Bundle
from infra.local.dynamodb import ROOT
from signet.publish.render.shell import ShellError

OUT = ROOT / "dist"
PUBLISHING: Bundle = "postings"  # the bundle of the functions that make the public pages
# For each. Two compiled modules, cryptography and pydantic_core, are two thirds of the larger one.
MOST_BYTES = 10_000_000
EXIT_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Build both bundles; return the exit status."""
    options = _parser().parse_args(arguments)
    status = 0
    try:
        target = Target(options.python, options.architecture)
        for name in BUNDLES:
            out = options.out / f"{name}.zip"
            digest = bundle(target, name, out, os.environ.get("SIGNET_NOTICE", ""))
            size = out.stat().st_size
            sys.stdout.write(f"{out}: {size / 1_000_000:.2f} MB, SHA-256 {digest}\n")
            if size > MOST_BYTES:
                sys.stderr.write(f"that is more than {MOST_BYTES / 1_000_000:.1f} MB\n")
                status = EXIT_FAILED
    except (BundleError, ShellError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILED
    return status


def bundle(target: Target, name: Bundle, out: Path, notice: str = "") -> str:
    """Build one of the bundles at `out`; return its SHA-256.

    The same code, lock and notice give the same bytes. Raises BundleError or ShellError.
    """
    with tempfile.TemporaryDirectory(prefix="signet-bundle-") as made:
        folder = Path(made) / "bundle"
        folder.mkdir()
        wheels.install(target, name, folder)
        contents.copy_own(folder)
        reached.reduce(folder, (one.module for one in FUNCTIONS if one.bundle == name))
        services.reduce(folder)
        if "stripe" in wheels.ONLY[name]:
            stripe.reduce(folder)
        contents.make_shells(folder, notice, publishing=name == PUBLISHING)
        contents.compile_all(target, folder)
        return archive.write(folder, out)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="bundle",
        description="Make the two files that all functions on AWS consist of. SIGNET_NOTICE is a "
        "line for the head of every page.",
    )
    made.add_argument("--out", type=Path, default=OUT, help="a folder; default: %(default)s")
    made.add_argument(
        "--python",
        default=HOST_MINOR,
        metavar="MINOR",
        help="the runtime's Python; bytecode goes in when it is this one's (%(default)s)",
    )
    made.add_argument("--architecture", choices=sorted(ARCHITECTURES), default="x86_64")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
