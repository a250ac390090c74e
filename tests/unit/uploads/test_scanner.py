"""The scanner's port fails closed: nothing but a plain answer counts as one (threat 16)."""

import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from signet.uploads.scanner import TRIAL, CannotScan, ClamAV, Missing, StandIn, chosen
from tests.infra.waiting import PATIENCE, eventually

CLEAN = b"stream: OK\0"
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


def test_without_a_setting_nothing_is_vouched_for() -> None:
    scanner = chosen({})
    assert isinstance(scanner, Missing)
    with pytest.raises(CannotScan):
        scanner.finds_malware(b"x", 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"SIGNET_SCANNER": ""},
        {"SIGNET_SCANNER": "yes"},
        {"SIGNET_SCANNER": "Stand-In"},
        {"SIGNET_CLAMD": "nowhere"},
        {"SIGNET_CLAMD": "host:port"},
        {"SIGNET_CLAMD": ":3310"},
        # A real scanner that is set up wrongly isn't replaced by one that knows nothing.
        {"SIGNET_CLAMD": "nowhere", "SIGNET_SCANNER": "stand-in"},
    ],
)
def test_a_setting_that_cant_be_read_vouches_for_nothing(settings: dict[str, str]) -> None:
    with pytest.raises(CannotScan):
        chosen(settings).finds_malware(b"x", 1)


def test_the_stand_in_says_that_it_is_one_and_knows_the_trial_file() -> None:
    scanner = chosen({"SIGNET_SCANNER": "stand-in"})
    assert isinstance(scanner, StandIn)
    assert "stand-in" in scanner.name
    assert scanner.finds_malware(b"before" + TRIAL + b"after", 1)
    assert not scanner.finds_malware(b"nothing", 1)


def test_clamav_is_preferred_to_the_stand_in() -> None:
    settings = {"SIGNET_CLAMD": "127.0.0.1:3310", "SIGNET_SCANNER": "stand-in"}
    assert chosen(settings) == ClamAV("127.0.0.1", 3310)
    assert chosen({"SIGNET_CLAMD": "[::1]:3310"}) == ClamAV("::1", 3310)


@contextmanager
def daemon(answer: Callable[[socket.socket, bytes], None]) -> Iterator[ClamAV]:
    """Something that listens where a scanner should, and answers in its own way."""

    def serve() -> None:
        try:
            link, _ = server.accept()
            with link:
                answer(link, _received(link))
        except OSError:
            pass  # the client has gone, as some of these answers make it

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield ClamAV("127.0.0.1", server.getsockname()[1])
    thread.join(10)


def _received(link: socket.socket) -> bytes:
    """Read the command and the file, as the daemon's manual says they come."""
    reader = link.makefile("rb")
    assert reader.read(10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack(">I", reader.read(4))[0]:
        content += reader.read(length)
    return content


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 200_000])
def test_the_whole_file_is_sent(size: int) -> None:
    seen: list[bytes] = []
    content = os.urandom(size)

    def answer(link: socket.socket, given: bytes) -> None:
        seen.append(given)
        link.sendall(b"stream: OK\0")

    with daemon(answer) as scanner:
        assert not scanner.finds_malware(content, 10)
    assert seen == [content]


def test_malware_that_is_found_is_told() -> None:
    with daemon(lambda link, _: link.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")) as scanner:
        assert scanner.finds_malware(b"x", 10)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK",
        b"stream: ok\0",
        b"stream: OK but\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"x" * 10_000,
    ],
)
def test_any_other_answer_vouches_for_nothing(answer: bytes) -> None:
    with daemon(lambda link, _: link.sendall(answer)) as scanner, pytest.raises(CannotScan):
        scanner.finds_malware(b"x", 10)


def test_a_scan_that_never_returns_ends() -> None:
    over = threading.Event()

    def stay_silent(link: socket.socket, _: bytes) -> None:
        over.wait(PATIENCE)
        link.sendall(CLEAN)  # a scan that waited for this would pass

    with daemon(stay_silent) as scanner:
        with pytest.raises(CannotScan):
            scanner.finds_malware(b"x", 0.3)
        over.set()


def test_a_scan_that_answers_a_byte_at_a_time_ends_too() -> None:
    over = threading.Event()

    def drip(link: socket.socket, _: bytes) -> None:
        for byte in CLEAN:
            over.wait(0.05)
            link.sendall(bytes([byte]))  # all of it takes longer than the scan may

    with daemon(drip) as scanner:
        with pytest.raises(CannotScan):
            scanner.finds_malware(b"x", 0.4)
        over.set()


def test_a_scanner_that_isnt_there_vouches_for_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CannotScan):
        ClamAV("127.0.0.1", port).finds_malware(b"x", 1)


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[ClamAV]:
    """ClamAV's own daemon, with the one signature that this test writes for it."""
    if CLAMD is None:
        pytest.skip("no clamd on this machine: apt-get install clamav-daemon")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "trial.ndb").write_text(f"Trial:0:*:{TRIAL.hex()}\n")
    configuration = tmp_path / "clamd.conf"
    configuration.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {tmp_path}/socket\n"
        f"DatabaseDirectory {tmp_path}/signatures\nStreamMaxLength 1M\n"
    )
    process = subprocess.Popen([CLAMD, "-c", configuration], stdout=subprocess.DEVNULL)
    try:
        scanner = ClamAV("127.0.0.1", port)
        assert eventually(lambda: _answers(scanner))
        yield scanner
    finally:
        process.terminate()
        process.wait(20)


def _answers(scanner: ClamAV) -> bool:
    try:
        return not scanner.finds_malware(b"x", 5)
    except CannotScan:
        return False


def test_clamav_itself_is_understood(clamd: ClamAV) -> None:
    assert not clamd.finds_malware(b"harmless", 20)
    assert clamd.finds_malware(b"before " + TRIAL, 20)
    with pytest.raises(CannotScan):  # larger than the daemon takes
        clamd.finds_malware(bytes(3_000_000), 20)
