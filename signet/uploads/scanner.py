"""Scanning for malware by a separate program. A file that it can't vouch for isn't accepted."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
WITHOUT = "none"
# The harmless file that the makers of scanners agreed on for trying them out (EICAR, 2003), in two
# parts, so that scanners don't take this module for it.
TRIAL = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class CannotScan(Exception):
    """The file could not be scanned: the scanner is missing, silent, slow, or said it failed."""


class Scanner(Protocol):
    """A malware scanner."""

    @property
    def name(self) -> str:
        """The scanner's name, for the people who rely on it."""
        ...

    def finds_malware(self, data: bytes, seconds: float) -> bool:
        """Tell whether malware was found, within so many seconds. Raises CannotScan."""
        ...


@dataclass(frozen=True, slots=True)
class ClamAV:
    """A ClamAV daemon over TCP: the file is streamed to it, nothing is shared on disk."""

    host: str
    port: int
    name: str = "ClamAV"

    def finds_malware(self, data: bytes, seconds: float) -> bool:
        """Tell whether the daemon found malware. Raises CannotScan without a plain answer."""
        last = time.monotonic() + seconds
        try:
            with socket.create_connection((self.host, self.port), timeout=seconds) as link:
                answer = _asked(link, data, last)
        except OSError as error:
            raise CannotScan(type(error).__name__) from error
        if answer == b"stream: OK":
            return False
        if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
            return True
        raise CannotScan("no plain answer")


def _asked(link: socket.socket, data: bytes, last: float) -> bytes:
    _send(link, b"zINSTREAM\0", last)
    for at in range(0, len(data), PIECE):
        piece = data[at : at + PIECE]
        _send(link, struct.pack(">I", len(piece)) + piece, last)
    _send(link, struct.pack(">I", 0), last)
    answer = b""
    while not answer.endswith(b"\0"):
        # Each wait gets the time that is left, which also limits an answer sent byte by byte.
        link.settimeout(_left(last))
        more = link.recv(LONGEST_ANSWER)
        answer += more
        if not more or len(answer) > LONGEST_ANSWER:
            raise CannotScan("no whole answer")
    return answer.rstrip(b"\0").strip()


def _send(link: socket.socket, data: bytes, last: float) -> None:
    link.settimeout(_left(last))
    link.sendall(data)


def _left(last: float) -> float:
    left = last - time.monotonic()
    if left <= 0:
        raise CannotScan("too slow")
    return left


@dataclass(frozen=True, slots=True)
class StandIn:
    """No real scanner: it knows the EICAR test file alone, for trying Signet on one machine."""

    name: str = "stand-in (no real scanner: it knows nothing but the trial file)"

    def finds_malware(self, data: bytes, seconds: float) -> bool:  # noqa: ARG002 - the port's
        """Tell whether the test file's text is anywhere in the file."""
        return TRIAL in data


@dataclass(frozen=True, slots=True)
class Missing:
    """No scanner has been set up, so no file can be vouched for."""

    name: str = WITHOUT

    def finds_malware(self, data: bytes, seconds: float) -> bool:  # noqa: ARG002 - the port's
        """Raise CannotScan, whatever the file."""
        raise CannotScan("no scanner is set up")


def chosen(settings: Mapping[str, str]) -> Scanner:
    """Return the scanner that the settings name: SIGNET_CLAMD (host:port), or SIGNET_SCANNER.

    The stand-in is used only when asked for by name (SIGNET_SCANNER=stand-in). With neither, or
    with a setting that can't be parsed, the result is a scanner that vouches for nothing.
    """
    address = settings.get("SIGNET_CLAMD", "")
    if address:
        host, _, port = address.rpartition(":")
        return ClamAV(host.strip("[]"), int(port)) if host and port.isdecimal() else Missing()
    return StandIn() if settings.get("SIGNET_SCANNER") == "stand-in" else Missing()
