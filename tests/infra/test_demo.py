"""The demonstration as a person runs it, with a small register."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local import ports
from infra.local.sample import Sample, permits_for
from tests.infra.waiting import PATIENCE, freed

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Start]:
    """Start demonstrations that store what they make in the test's folder, and end them."""
    with ExitStack() as started:

        def start(*options: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "infra.local.demo", "--keep-in", str(tmp_path)]
            process = subprocess.Popen(
                [*command, *options],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.enter_context(process)
            started.callback(process.kill)
            return process

        yield start


def read_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if last in line:
            return "".join(lines)
    pytest.fail("it ended early:\n" + "".join(lines))


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> str:
    process.send_signal(number)
    rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, rest
    return rest


def status(url: str) -> int:
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE)
    try:
        connection.request("GET", f"/{path}")
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_shows_a_register_ends_quietly_and_the_next_run_keeps_the_records(
    tmp_path: Path, demo: Start
) -> None:
    first = demo("--port", "0", "--members", "60", "--permits", "5")
    told = read_until(first, "Ctrl-C ends it all")
    shown = re.findall(r"http://127\.0\.0\.1:\d+/\S*", told)
    assert any("/register/members/" in url for url in shown), told
    assert any("/register/permits/" in url for url in shown), told
    expected = dict.fromkeys(shown, 200)
    expected[next(url for url in shown if url.endswith("/services/account/"))] = 303
    assert {url: status(url) for url in shown} == expected
    staff = ("officer.one", "complaints.one", "complaints.two", "registrar", "administrator")
    assert all(f"{name}@example.org" in told for name in staff), told
    members = re.findall(r"member \d+", told)
    environment = (tmp_path / "local.env").read_text()
    assert stop(first) == ""
    assert not (tmp_path / "local.env").exists()
    for part in ("DYNAMODB=http://127.0.0.1", "S3=http://127.0.0.1", "SMTP=127.0.0.1"):
        port = int(re.search(rf"{part}:(\d+)", environment)[1])  # type: ignore[index]
        assert freed(port), part

    second = demo("--port", "0", "--members", "70")
    told = read_until(second, "Ctrl-C ends it all")
    assert "Asked for members 70; the register was made with members 60" in told
    assert "make clean-demo" in told
    assert "they are kept" in told
    assert "Generating" not in told
    assert re.findall(r"member \d+", told) == members, "the same people can sign in"
    stop(second, signal.SIGTERM)

    cleaned = demo("--clean")
    cleaned.communicate(timeout=PATIENCE)
    assert list(tmp_path.iterdir()) == []


def test_an_import_cut_short_is_done_anew(tmp_path: Path, demo: Start) -> None:
    # So many that it is stopped long before it is done, however late the signal comes.
    first = demo("--port", "0", "--members", "2000", "--permits", "5")
    read_until(first, "Importing")
    assert stop(first) == ""

    second = demo("--port", "0", "--members", "60", "--permits", "5")
    told = read_until(second, "Building the site")
    assert "cut short" in told
    stop(second)
    assert Sample.read(tmp_path / "demo.json") == Sample(60, 5, 1, imported=True)


def test_a_taken_port_is_told_before_any_work(tmp_path: Path, demo: Start) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        process = demo("--port", str(port))
        told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert told == (
        f"error: port {port} is taken by another program; "
        f"choose another, such as: make demo PORT={port + 1}\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("members", "permits"), [(2000, 120), (18_000, 400), (1, 2), (0, 1)])
def test_permits_grow_with_the_members(members: int, permits: int) -> None:
    assert permits_for(members) == permits
