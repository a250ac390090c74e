"""The functions' dependencies: installed for the target from the lock, then pruned."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from infra.bundle import archive, native
from infra.bundle.interpreter import UV
from infra.bundle.settings import BundleError, Target
from infra.functions.model import Bundle
from infra.local.dynamodb import ROOT

LOCKS = ROOT / "requirements"
RUNTIME = "runtime"
MOST_BYTES = 10_000_000  # of a bundle whose functions people wait for
# Lambda unpacks at most 250 MB (262,144,000 bytes), and takes at most that from CDK's bucket.
MOST_UNPACKED = 250_000_000
# cffi's Python half generates bindings; cryptography's are generated already and need only the
# other half. Progress bars are for terminals. pikepdf reads XML only for metadata, which we drop.
LEFT_OUT = frozenset({"pycparser", "tqdm", "lxml", "packaging"})
SEALING = frozenset({"cffi", "cryptography", "pyjwt"})
EMPLOYERS = frozenset(
    {
        *("markdown-it-py", "mdurl", "nh3", "linkify-it-py", "uc-micro-py"),
        *("stripe", "requests", "certifi", "charset-normalizer", "idna"),
    }
)


class Needs(NamedTuple):
    """What a bundle has beside the packages that all have.

    `parts` are those of the runtime's lock that not every bundle has, `locks` the further locks
    that it has the packages of (requirements/NAME.txt), `folders` those of ours that no other
    bundle has. `most` is the bundle's largest size in
    bytes, packed as hard as `level` says: the hardest takes minutes for large libraries.
    """

    parts: frozenset[str]
    locks: tuple[str, ...] = ()
    most: int = MOST_BYTES
    level: int = archive.HARDEST
    folders: tuple[str, ...] = ()


# Why there are several: docs/decisions/2026-11-27-two-bundles.md, 2026-11-30-four-bundles.md,
# 2026-11-30-a-bundle-without-cryptography.md.
NEEDS: Mapping[Bundle, Needs] = {
    "services": Needs(frozenset()),
    "sealing": Needs(SEALING),
    "postings": Needs(EMPLOYERS),
    "files": Needs(SEALING, ("files",), most=20_000_000, level=9),
    "documents": Needs(
        frozenset(), ("documents",), most=100_000_000, level=6, folders=("site/letters",)
    ),
}
# Every service that a client is created for; a test compares this with the code.
AWS_SERVICES = frozenset({"dynamodb", "kms", "lambda", "s3", "sesv2"})
PRUNED = (
    "bin",
    "cffi",
    "cryptography/fernet.py",
    "cryptography/hazmat/asn1",
    "boto3/crt.py",
    "boto3/data",
    "boto3/dynamodb",
    "boto3/ec2",
    "boto3/examples",
    "botocore/data/*/*/examples-1.json*",
    "botocore/stub.py",
    "s3transfer/crt.py",
    "s3transfer/processpool.py",
    "dateutil/easter.py",
    "dateutil/rrule.py",
    "dateutil/tz/win.py",
    "dateutil/zoneinfo",
    "urllib3/contrib/emscripten",
    "urllib3/http2/connection.py",
    "urllib3/contrib/pyopenssl.py",
    "urllib3/contrib/socks.py",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            *("auth_alpha", "batch", "circuit_breaker", "data_masking", "feature_flags"),
            *("idempotency", "kafka", "metadata", "parameters", "parser", "streaming"),
            "validation",
        )
    ),
    "annotated_types/test_cases.py",
    "jwt/help.py",
    "pydantic/color.py",
    "pydantic/experimental/arguments_schema.py",
    "pydantic/experimental/pipeline.py",
    "pydantic/mypy.py",
    "pydantic/v1",
    # Formats of pictures and drawing that nobody is to reach: those that we read are in _imaging.
    *(f"PIL/_{name}.*.so" for name in ("avif", "webp", "imagingft", "imagingtk", "imagingmath")),
    *(f"pillow.libs/lib{name}-*" for name in ("avif", "freetype", "harfbuzz", "brotli*")),
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.c",
    "**/*.h",
    "**/py.typed",
    "**/tests",
    "**/__pycache__",
    # Of a package's metadata only the licences stay.
    *(
        f"*.dist-info/{name}"
        for name in (
            *("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "METADATA", "WHEEL"),
            *("sboms", "top_level.txt", "entry_points.txt"),
        )
    ),
)
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def install(target: Target, bundle: Bundle, folder: Path) -> None:
    """Install the dependencies of a bundle's functions into an empty folder.

    Raises BundleError with uv's message.
    """
    lock = folder.with_name("lock.txt")
    needs = NEEDS[bundle]
    others = frozenset().union(*(one.parts for one in NEEDS.values())) - needs.parts
    whole = "".join((LOCKS / f"{one}.txt").read_text("utf-8") for one in (RUNTIME, *needs.locks))
    lock.write_text("".join(_wanted(whole, LEFT_OUT | others)), encoding="utf-8")
    command = [
        *(str(UV), "pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes"),
        *("--only-binary", ":all:", "--link-mode", "copy", "--no-compile-bytecode"),
        *("--target", str(folder), "--python-platform", target.platform),
        *("--python-version", target.python, "--requirement", str(lock)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lock.unlink()
    if done.returncode:
        raise BundleError(f"what the functions need can't be installed:\n{done.stderr.strip()}")
    _prune(folder)
    native.blank_names(folder)


def _wanted(lock: str, left_out: frozenset[str]) -> Iterator[str]:
    """Yield the lock without what is left out: a pinned name begins a line, its hashes follow."""
    parts = re.split(r"(?m)^(?=[A-Za-z0-9._-]+==)", lock)
    for part in parts:
        match = _PINNED.match(part)
        if match is None or match[1].lower() not in left_out:
            yield part


def _prune(folder: Path) -> None:
    for pattern in PRUNED:
        _remove(folder.glob(pattern))
    data = folder / "botocore" / "data"
    _remove(one for one in data.iterdir() if one.is_dir() and one.name not in AWS_SERVICES)


def _remove(paths: Iterable[Path]) -> None:
    for one in sorted(paths):
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)
