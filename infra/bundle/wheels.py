"""The functions' dependencies: installed for the target from the lock, then pruned."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from infra.bundle import native
from infra.bundle.settings import BundleError, Target
from infra.functions.model import Bundle
from infra.local.dynamodb import ROOT

LOCK = ROOT / "requirements" / "runtime.txt"
UV = ROOT / ".venv" / "bin" / "uv"
# cffi's Python half generates bindings; cryptography's are generated already and need only the
# other half. Progress bars are for terminals.
LEFT_OUT = frozenset({"pycparser", "tqdm"})
# What only one of the bundles has (docs/decisions/2026-11-27-two-bundles.md).
ONLY: Mapping[Bundle, frozenset[str]] = {
    "services": frozenset({"cffi", "cryptography", "pyjwt"}),
    "postings": frozenset(
        {
            *("markdown-it-py", "mdurl", "nh3", "linkify-it-py", "uc-micro-py"),
            *("stripe", "requests", "certifi", "charset-normalizer", "idna"),
        }
    ),
}
# Every service that a client is created for; a test compares this with the code.
AWS_SERVICES = frozenset({"dynamodb", "kms", "s3", "sesv2"})
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
    "s3transfer/crt.py",
    "s3transfer/processpool.py",
    "dateutil/easter.py",
    "dateutil/rrule.py",
    "dateutil/zoneinfo",
    "urllib3/contrib/emscripten",
    "urllib3/contrib/pyopenssl.py",
    "urllib3/contrib/socks.py",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            *("auth_alpha", "batch", "circuit_breaker", "data_masking", "feature_flags"),
            *("idempotency", "kafka", "parameters", "parser", "streaming", "validation"),
        )
    ),
    "pydantic/color.py",
    "pydantic/experimental/arguments_schema.py",
    "pydantic/experimental/pipeline.py",
    "pydantic/mypy.py",
    "pydantic/v1",
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
    others = frozenset().union(*(names for one, names in ONLY.items() if one != bundle))
    wanted = _wanted(LOCK.read_text("utf-8"), LEFT_OUT | others)
    lock.write_text("".join(wanted), encoding="utf-8")
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
        found = _PINNED.match(part)
        if found is None or found[1].lower() not in left_out:
            yield part


def _prune(folder: Path) -> None:
    for pattern in PRUNED:
        _remove(folder.glob(pattern))
    data = folder / "botocore" / "data"
    _remove(one for one in data.iterdir() if one.is_dir() and one.name not in AWS_SERVICES)


def _remove(found: Iterable[Path]) -> None:
    for one in sorted(found):
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)
