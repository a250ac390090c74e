"""Processes of their own that do one write after another, and die at any moment.

What they answer comes over a pipe: whoever asked knows of a write what arrived, and no more.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from pynamodb.models import Model

from signet import tables
from signet.errors import Unavailable
from signet.letters import documents
from tests.emptying import settle
from tests.faults.trouble import Trouble, at_call

FORK = multiprocessing.get_context("fork")
A_WHILE = 60.0  # seconds: longer than any write takes, on any machine
HELD = "held"
Do = Callable[[Any], object]  # in the worker, with what it is given; gives the answer


class Asked(NamedTuple):
    """What a worker is asked to do, and what goes wrong with its n-th call."""

    given: object
    trouble: Trouble | None = None
    number: int = 1


class Answer(NamedTuple):
    """What came back: what was done, or why it isn't known to have been.

    `calls` were made; `fired` is that one of them had its trouble.
    """

    done: object = None
    failed: str = ""
    unavailable: bool = False
    calls: int = 0
    fired: bool = False


class Died(Exception):
    """The worker was killed before it answered."""


class Worker:
    """A process that does what it is asked, with connections of its own."""

    def __init__(self, do: Do, models: Iterable[type[Model]]) -> None:
        self.line, theirs = FORK.Pipe()
        self.process = FORK.Process(target=_work, args=(theirs, do, tuple(models)), daemon=True)
        self.process.start()
        theirs.close()  # so that its death is heard

    def ask(self, asked: Asked) -> None:
        """Let it begin, with what was put off written: it finds what this process would."""
        settle()
        self.line.send(asked)

    def hears(self) -> Answer | None:
        """Return what it says: its answer, or None when a call of it is held back. Raises Died."""
        try:
            if not self.line.poll(A_WHILE):
                self.process.kill()  # it would keep what it shares with this process open
                raise AssertionError("a worker says nothing")
            told: Answer | str = self.line.recv()
        except (EOFError, ConnectionResetError) as error:
            self.end()
            raise Died from error
        return None if isinstance(told, str) else told

    def let_go(self) -> None:
        """Let a call that is held back go on."""
        self.line.send(HELD)

    def end(self) -> None:
        """Be done with it; it was killed, or asked for nothing more."""
        with suppress(BrokenPipeError):
            self.line.send(None)
        self.line.close()
        self.process.join(A_WHILE)
        assert self.process.exitcode in (0, -signal.SIGKILL), self.process.exitcode


def _work(line: Connection, do: Do, models: tuple[type[Model], ...]) -> None:
    gc.freeze()  # looking through what it came with copies all of it
    tables.bind(models)  # connections aren't shared with the process that it came from
    documents._render_here = _rendered_apart
    parent = os.getppid()
    while True:
        try:
            while not line.poll(1):
                if os.getppid() != parent:
                    return
            asked: Asked | None = line.recv()
            if asked is None:
                return
            line.send(_answer(line, do, asked))
        except (EOFError, BrokenPipeError):
            return


def _rendered_apart(asked: str) -> bytes:
    """Render documents in a new process: Typst's threads aren't in one that was forked."""
    code = (
        "import sys; from signet.letters import documents;"
        "sys.stdout.buffer.write(documents._render_here(sys.stdin.read()))"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, input=asked.encode(), capture_output=True, check=True).stdout


def _answer(line: Connection, do: Do, asked: Asked) -> Answer:
    def hold() -> None:
        line.send(HELD)
        line.recv()

    with at_call(asked.number, asked.trouble, hold) as heard:
        answer = Answer()
        try:
            answer = answer._replace(done=do(asked.given))
        except Unavailable:
            answer = answer._replace(failed="unavailable", unavailable=True)
        except Exception as error:  # noqa: BLE001 - whoever asked judges it
            answer = answer._replace(failed=repr(error))
    return answer._replace(calls=heard.calls, fired=heard.fired)
