"""What the register holds, read as far as it is asked for."""

from __future__ import annotations

import json

from signet.register.held import ONE_BY_ONE, Held, Key
from signet.register.model import Subject
from signet.register.store import RawActs


def test_a_few_records_are_read_one_by_one_and_many_as_a_whole() -> None:
    """C7: forty changed rows don't make an import read eighteen thousand records."""
    every = [RawActs("member", f"{n}", (json.dumps([]),)) for n in range(300)]
    read: list[str] = []
    wholes: list[int] = []

    def one(subject: Subject, number: str) -> RawActs:
        read.append(number)
        return every[int(number)]

    def whole() -> list[RawActs]:
        wholes.append(1)
        return every

    keys: list[Key] = [("member", raw.number) for raw in every]
    few = Held((), keys, one, whole)
    for key in keys[:40] * 2:
        assert few.entries(key) == []
    assert (len(read), wholes) == (40, [])
    for key in keys:
        assert few.bodies(key) == ("[]",)
    assert (len(read), wholes) == (ONE_BY_ONE, [1])
    assert few.numbers("member") == {raw.number for raw in every}
    assert ("member", "301") not in few
    assert few.entries(("member", "301")) == []
