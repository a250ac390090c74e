"""`signet keys`: creating, rotating, recovering and checking the keys that others seal to.

Settings go to standard output and messages to standard error, so that settings can be redirected to
a file while a person reads the messages. No private key is ever shown; the two custodians' shares
are written to a file each.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import keyring, sealing
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.complaints.keys import custody
from signet.complaints.keys.custody import WrongShare
from signet.errors import Refused, Unavailable
from signet.keyring import Pair, Purpose
from signet.tables import take_local_settings

EXIT_FINDINGS = 1
PURPOSES = [purpose.value for purpose in Purpose]


def add_parsers(commands: Any) -> None:
    """Add the commands' parsers."""
    keys = commands.add_parser(
        "keys",
        help="make, replace, recover and check the keys that complaints and mail are sealed to",
        description="Prints settings on standard output. docs/complaint-keys.md goes through it "
        "step by step.",
    )
    acts = keys.add_subparsers(required=True, metavar="ACT")
    _add_making(acts, "new", "make the first pair of a purpose", run_new)
    _add_making(acts, "rotate", "make another pair; those of before still open", run_rotate)
    recover = acts.add_parser("recover", help="wrap the office's key again, from both shares")
    recover.add_argument("shares", nargs=2, type=Path, metavar="SHARE")
    _add_kms(recover)
    recover.set_defaults(run=run_recover)
    check = acts.add_parser(
        "check", help="check that every configured key can be unwrapped; 1 if one can't"
    )
    check.add_argument(
        "--shares",
        nargs=2,
        type=Path,
        metavar="SHARE",
        help="also check that these two shares make a configured key",
    )
    check.set_defaults(run=run_check)


def _add_making(acts: Any, name: str, words: str, does: Any) -> None:
    parser = acts.add_parser(name, help=words)
    parser.add_argument("purpose", choices=PURPOSES, metavar="|".join(PURPOSES))
    _add_kms(parser)
    parser.add_argument(
        "--shares",
        nargs=2,
        type=Path,
        metavar="FILE",
        help="two files to write, one for each custodian of the office's key",
    )
    parser.set_defaults(run=does)


def _add_kms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kms", required=True, metavar="KEY", help="the id, ARN or alias of the key that wraps it"
    )


def run_new(options: argparse.Namespace) -> int:
    """Create the first key pair. Refuses where one exists: what was sealed to it would be lost."""
    take_local_settings()
    purpose = Purpose(options.purpose)
    if keyring.key_pairs(purpose):
        raise Refused(f"{purpose.keys} lists a key already: to add another, signet keys rotate.")
    return _make(options, purpose, ())


def run_rotate(options: argparse.Namespace) -> int:
    """Create a key pair to seal to from now on, beside the existing pairs."""
    take_local_settings()
    purpose = Purpose(options.purpose)
    before = keyring.key_pairs(purpose)
    if not before:
        raise Refused(
            f"{purpose.keys} isn't set here, so this can't tell which keys to keep. Set it to what "
            "the functions have; for the first key of all, signet keys new."
        )
    return _make(options, purpose, before)


def _make(options: argparse.Namespace, purpose: Purpose, before: Sequence[Pair]) -> int:
    if (purpose is Purpose.OFFICE) != bool(options.shares):
        explain(
            "the office's key needs --shares FILE FILE, one for each of two custodians; the mail's "
            "takes none, because nothing is kept that only it opens",
            (),
        )
        return EXIT_BAD_INPUT
    private = X25519PrivateKey.generate()
    pair = keyring.wrapped(private, purpose, options.kms)
    if options.shares:
        shares = custody.split(private, secrets.token_bytes)
        _write_new({path: share.sheet for path, share in zip(options.shares, shares, strict=True)})
        explain("Written, one for each custodian; bring them apart now:", options.shares)
    _tell(purpose, (pair, *before))
    return 0


def _write_new(texts: dict[Path, str]) -> None:
    """Write new files, readable by their owner alone; all or none.

    Raises Refused when one exists already or can't be written.
    """
    paths: list[Path] = []
    try:
        for path, text in texts.items():
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                paths.append(path)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        for path in paths:
            path.unlink()
        raise Refused(
            f"{error.filename or 'a share'} can't be made ({error.strerror}). Nothing was kept: no "
            "key was made."
        ) from None


def _tell(purpose: Purpose, pairs: Iterable[Pair]) -> None:
    for name, value in keyring.settings(purpose, pairs).items():
        print(f"{name}={value}")


def run_recover(options: argparse.Namespace) -> int:
    """Recover and wrap the key of two shares, and put it in its place among the existing pairs."""
    take_local_settings()
    private = _joined(options.shares)
    new_pair = keyring.wrapped(private, Purpose.OFFICE, options.kms)
    before = keyring.key_pairs(Purpose.OFFICE)
    if new_pair.id in {pair.id for pair in before}:
        pairs = [new_pair if pair.id == new_pair.id else pair for pair in before]
    else:
        pairs = [*before, new_pair]
    print(f"recovered the office's key {new_pair.id}", file=sys.stderr)
    _tell(Purpose.OFFICE, pairs)
    return 0


def _joined(shares: Sequence[Path]) -> X25519PrivateKey:
    return custody.joined(*map(_share, shares))


def _share(path: Path) -> custody.Share:
    try:
        return custody.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongShare(f"{path}: this isn't a recovery share, nor any text.") from None
    except WrongShare as error:
        raise WrongShare(f"{path}: {error}") from None


def run_check(options: argparse.Namespace) -> int:
    """Unwrap every configured key, and try to open with it what is sealed to it."""
    take_local_settings()
    wrong = [line for purpose in Purpose for line in _checked(purpose)]
    if options.shares:
        key = sealing.recipient(_joined(options.shares).public_key()).id
        print(f"the shares make the key {key}")
        if key not in {pair.id for pair in keyring.key_pairs(Purpose.OFFICE)}:
            wrong.append(f"the key {key} of these shares isn't among {Purpose.OFFICE.keys}")
    if wrong:
        explain("not in order:", wrong)
    return EXIT_FINDINGS if wrong else 0


def _checked(purpose: Purpose) -> list[str]:
    """Print each key of a purpose that opens; return the problems."""
    now, wrong = "", []
    with suppress(Unavailable):
        now = sealing.set_as(purpose.public).id
    pairs = keyring.key_pairs(purpose)
    for pair in pairs:
        try:
            keyring.unwrapped(pair, purpose)
        except Unavailable as error:
            wrong.append(str(error))
        else:
            print(f"{purpose} key {pair.id} opens{', and is sealed to now' * (pair.id == now)}")
    if now not in {pair.id for pair in pairs}:
        wrong.append(f"{purpose.public} isn't the public half of any key of {purpose.keys}")
    return wrong
