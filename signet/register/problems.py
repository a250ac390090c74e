"""How bad input is reported: where it is, what stands there, what would be right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file. The header is line 1; line 0 stands for the whole file.

    `kind` names what a person may take on purpose, with --accept; "" for what nobody may.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    kind: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f", column {self.column}" if self.column else ""
        value = f": {self.value!r}" if self.value else ""
        accept = f" (or --accept {self.kind})" if self.kind else ""
        return f"{place}{column}{value}: expected {self.expected}{accept}"


class InputProblems(Exception):
    """The input can't be taken as it is; `problems` holds every one that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the input")
        self.problems = problems
