"""Which browser the tests visit pages with, on machines of all kinds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import browser_binary
from tests.browser_binary import SHELL, find

Machine = Callable[..., Path]
REFUSES = "exit 100"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a function that makes a machine with these programs; gives their folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(browser_binary, "RECORD", tmp_path / "record")
    monkeypatch.setattr(browser_binary, "MAC_APPLICATIONS", ())
    monkeypatch.setattr(browser_binary, "_playwright", lambda tell: None)
    monkeypatch.setattr(browser_binary, "_playwright_download", lambda tell: None)

    def made(user: int = 0, **does: str) -> Path:
        monkeypatch.setattr(os, "geteuid", lambda: user)
        for name, script in does.items():
            _program(programs / name.replace("_", "-"), script)
        return programs

    return made


def _program(file: Path, script: str = "exit 0") -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def installs(folder: Path, when: str = "true") -> str:
    """Return what apt-get does where it has the package, once a condition is met."""
    new = folder / SHELL
    made = f"echo '#!/bin/sh' >{new} && /bin/chmod +x {new}"
    updated = folder / "updated"
    return f'case "$*" in *update) : >{updated};; *{SHELL}) {when.format(updated)} && {made};; esac'


def test_one_without_windows_is_taken_though_another_is_there(machine: Machine) -> None:
    there = machine(chromium="exit 0", chromium_headless_shell="exit 0", apt_get=REFUSES)
    assert find() == there / SHELL
    assert browser_binary.RECORD.read_text().strip() == str(there / SHELL)


@pytest.mark.parametrize("when", ["true", "[ -e {} ]"], ids=["known", "known after an update"])
def test_who_may_installs_it(machine: Machine, tmp_path: Path, when: str) -> None:
    there = machine(chromium="exit 0", apt_get=installs(tmp_path / "bin", when))
    assert find() == there / SHELL


@pytest.mark.parametrize("user", [0, 1000])
def test_where_it_cannot_be_had_another_does(machine: Machine, tmp_path: Path, user: int) -> None:
    can = installs(tmp_path / "bin")
    there = machine(user, chromium="exit 0", apt_get=REFUSES if user == 0 else can)
    assert find() == there / "chromium"


def test_one_that_does_not_start_is_passed_over(machine: Machine) -> None:
    there = machine(1000, chromium_headless_shell="exit 1", chromium="exit 0")
    assert find() == there / "chromium"
