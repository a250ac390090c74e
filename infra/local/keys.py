"""The keys of this machine, made by `signet keys`, with the emulator's KMS to wrap them.

Both custodians' shares are stored in the same folder here, which no one should ever do in
production: with them the office's key is recovered when the emulator was killed before it saved its
own keys.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from infra.local import dynamodb, emulator, private
from infra.local.errors import StepFailed
from signet.keyring import Purpose

SIGNET = Path(sys.executable).with_name("signet")
SETTINGS, SHARES = "settings", ("office-share-1.txt", "office-share-2.txt")


def secret(file: Path) -> str:
    """Return the secret of an earlier run, which existing hashes depend on; else a new one."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        private.write(file, secrets.token_hex(32))
    return file.read_text().strip()


def prepare(endpoint: str, folder: Path) -> dict[str, str]:
    """Return the settings of the office's and the mail's keys, created at the first start.

    Raises StepFailed when a command fails.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    client: Any = boto3.client("kms", endpoint_url=endpoint, **dynamodb.credentials())
    there = {one["AliasName"] for one in client.list_aliases()["Aliases"]}
    known = _read(folder)
    for purpose in Purpose:
        name = f"alias/signet-{purpose}"
        if name not in there:
            key = client.create_key(Description=f"signet: wraps the {purpose} key")
            client.create_alias(AliasName=name, TargetKeyId=key["KeyMetadata"]["KeyId"])
        if name not in there or purpose.keys not in known:
            known |= _made(endpoint, folder, purpose, known)
            _write(folder, known)
    return known


def _made(
    endpoint: str, folder: Path, purpose: Purpose, known: Mapping[str, str]
) -> dict[str, str]:
    """Create a key pair, or recover the office's, so that what was filed before stays readable."""
    shares = [folder / name for name in SHARES]
    options = ["--kms", f"alias/signet-{purpose}"]
    if purpose is Purpose.MAIL:
        return _signet(endpoint, {}, "new", purpose, *options)
    if purpose.keys in known:
        return _signet(endpoint, known, "recover", *shares, *options)
    for share in shares:
        share.unlink(missing_ok=True)
    return _signet(endpoint, {}, "new", purpose, *options, "--shares", *shares)


def _signet(endpoint: str, known: Mapping[str, str], *arguments: str | Path) -> dict[str, str]:
    """Run a `signet keys` command; return the settings that it prints."""
    own = {**dynamodb.environment(""), **emulator.environment(endpoint), **known}
    # Without the settings of this process itself.
    others = {name: value for name, value in os.environ.items() if not name.startswith("SIGNET_")}
    done = subprocess.run(
        [SIGNET, "keys", *arguments],
        env={**others, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepFailed(f"signet keys {arguments[0]}: {done.stderr.strip()}")
    return _settings(done.stdout)


def _settings(text: str) -> dict[str, str]:
    lines = (line.partition("=") for line in text.splitlines())
    return {name: value for name, _, value in lines}


def _read(folder: Path) -> dict[str, str]:
    file = folder / SETTINGS
    return _settings(file.read_text()) if file.exists() else {}


def _write(folder: Path, known: Mapping[str, str]) -> None:
    private.write(folder / SETTINGS, "".join(f"{name}={value}\n" for name, value in known.items()))
