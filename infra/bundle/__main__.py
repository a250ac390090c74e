"""`python -m infra.bundle`: build the functions' bundles, without Docker."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.bundle import archive, contents, reached, services, stripe, wheels
from infra.bundle.settings import ARCHITECTURES, RUNTIME_MINOR, BundleError, Target
from infra.functions import BUNDLES, FUNCTIONS
from infra.functions.model import Bundle
from infra.local.dynamodb import ROOT
from signet.publish.render.shell import ShellError

OUT = ROOT / "dist"
PUBLISHING: Bundle = "postings"  # the bundle of the functions that make the public pages
EXIT_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Build every bundle; return the exit status."""
    options = _parser().parse_args(arguments)
    status = 0
    try:
        target = Target(options.python, options.architecture)
        for name in BUNDLES:
            out = options.out / f"{name}.zip"
            digest = bundle(target, name, out, os.environ.get("SIGNET_NOTICE", ""))
            size = out.stat().st_size
            sys.stdout.write(f"{out}: {size / 1_000_000:.2f} MB, SHA-256 {digest}\n")
            if size > wheels.NEEDS[name].most:
                most = wheels.NEEDS[name].most / 1_000_000
                sys.stderr.write(f"that is more than {most:.1f} MB\n")
                status = EXIT_FAILED
    except (BundleError, ShellError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILED
    return status


def bundle(target: Target, name: Bundle, out: Path, notice: str = "") -> str:
    """Build one of the bundles at `out`; return its SHA-256.

    The same code, lock and notice give the same bytes. Raises BundleError or ShellError.
    """
    with tempfile.TemporaryDirectory(prefix="signet-bundle-") as temporary:
        folder = Path(temporary) / "bundle"
        folder.mkdir()
        wheels.install(target, name, folder)
        contents.copy_own(folder, wheels.NEEDS[name].folders)
        reached.reduce(folder, (one.module for one in FUNCTIONS if one.bundle == name))
        services.reduce(folder)
        if "stripe" in wheels.NEEDS[name].parts:
            stripe.reduce(folder)
        contents.make_shells(folder, notice, publishing=name == PUBLISHING)
        contents.compile_all(target, folder)
        check_unpacked(name, folder)
        return archive.write(folder, out, wheels.NEEDS[name].level)


def check_unpacked(name: Bundle, folder: Path) -> None:
    """Raise BundleError when a bundle's folder is more than Lambda unpacks."""
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if size > wheels.MOST_UNPACKED:
        raise BundleError(f"the bundle {name} unpacks to {size:,} bytes, more than Lambda takes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bundle",
        description="Make the files that all functions on AWS consist of. SIGNET_NOTICE is a "
        "line for the head of every page.",
    )
    parser.add_argument("--out", type=Path, default=OUT, help="a folder; default: %(default)s")
    parser.add_argument(
        "--python",
        default=RUNTIME_MINOR,
        metavar="MINOR",
        help="the runtime's Python, which makes the bytecode; default: %(default)s",
    )
    parser.add_argument("--architecture", choices=sorted(ARCHITECTURES), default="x86_64")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
