"""Problems with input: where each is, the value found, and what would be valid."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a file. The header is line 1; line 0 stands for the whole file.

    `kind` names what a person may knowingly accept, with --accept; "" for what can't be accepted.
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
    """The input isn't valid; `problems` holds every problem that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the input")
        self.problems = problems
