"""`python -m infra.bundle`: build the functions' bundles, without Docker."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
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
        wanted = {name: options.out / f"{name}.zip" for name in BUNDLES}
        digests = build(target, wanted, os.environ.get("SIGNET_NOTICE", ""))
        for name, out in wanted.items():
            size = out.stat().st_size
            sys.stdout.write(f"{out}: {size / 1_000_000:.2f} MB, SHA-256 {digests[name]}\n")
            if size > wheels.NEEDS[name].most:
                most = wheels.NEEDS[name].most / 1_000_000
                sys.stderr.write(f"that is more than {most:.1f} MB\n")
                status = EXIT_FAILED
    except (BundleError, ShellError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILED
    return status


def build(target: Target, wanted: Mapping[Bundle, Path], notice: str = "") -> dict[Bundle, str]:
    """Build bundles, each at its path; return their SHA-256.

    The same code, locks and notice give the same bytes. What bundles share is compiled and packed
    once. Raises BundleError or ShellError.
    """
    packed: archive.Packed = {}
    with tempfile.TemporaryDirectory(prefix="signet-bundle-") as temporary:
        root = Path(temporary)
        folders = {name: _assembled(target, name, root / name, notice) for name in wanted}
        contents.compile_all(target, folders.values())
        for name, folder in folders.items():
            check_unpacked(name, folder)
        return {
            name: archive.write(folder, wanted[name], wheels.NEEDS[name].level, packed)
            for name, folder in folders.items()
        }


def _assembled(target: Target, name: Bundle, folder: Path, notice: str) -> Path:
    """Fill a new folder with what a bundle holds, still as source."""
    folder.mkdir()
    wheels.install(target, name, folder)
    contents.copy_own(folder, wheels.NEEDS[name].folders)
    reached.reduce(folder, (one.module for one in FUNCTIONS if one.bundle == name))
    services.reduce(folder)
    if "stripe" in wheels.NEEDS[name].parts:
        stripe.reduce(folder)
    contents.make_shells(folder, notice, publishing=name == PUBLISHING)
    return folder


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
