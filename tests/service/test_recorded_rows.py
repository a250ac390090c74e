"""A world that is written back is the one that was built, whatever stands there meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.tables import bind
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.transactions.tables import OperationRow
from tests.cpd_members import counted_calls
from tests.emptying import empty
from tests.faults.dying import in_a_process
from tests.function_ground import Ground
from tests.people import accounts, ground, person, shell
from tests.recorded_rows import RecordedRows, Steps

__all__ = ["accounts", "ground", "shell"]
MODELS = (*TRANSACTION_MODELS, *ACCOUNT_MODELS)


@pytest.fixture
def rows(accounts: None, ground: Ground) -> RecordedRows:
    return RecordedRows(ground.connections)


def write_elsewhere() -> None:
    """Write by connections of another process's own."""
    bind(MODELS)
    OperationRow(act="x", digest="d", result="r").save()


def everything() -> list[Any]:
    """Every row as the database holds it."""
    client: Any = OperationRow._get_connection().connection.client
    return [
        (model.Meta.table_name, sorted(map(repr, found["Items"])))
        for model in MODELS
        for found in [client.scan(TableName=model.Meta.table_name)]
    ]


def test_what_is_written_back_is_what_was_built(
    rows: RecordedRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build() -> Any:
        return person(Role.CPD_OFFICER, member="100001", email="ana@example.org")

    built = rows.once("ana", build)
    before = everything()
    empty(MODELS)
    calls = counted_calls(monkeypatch)
    assert rows.once("ana", build) == built
    assert calls == []  # as nothing was built
    assert everything() == before
    assert Role.CPD_OFFICER in built.principal().roles
    assert rows.once("bo", build) != built


def test_what_was_removed_is_removed_again(rows: RecordedRows) -> None:
    def build() -> None:
        for number in range(30):
            OperationRow(act=f"new{number}", digest="d", result="r").save()
        OperationRow(act="old", digest="d", result="r").delete()

    for _ in range(2):
        empty(MODELS)
        OperationRow(act="old", digest="d", result="r").save()
        OperationRow(act="beside", digest="d", result="r").save()
        rows.once("change", build)
        assert {row.act for row in OperationRow.scan()} == {f"new{n}" for n in range(30)} | {
            "beside"
        }


def test_a_caller_changes_its_own_copy_alone(rows: RecordedRows) -> None:
    rows.once("things", lambda: {"case": "1"})["case"] = "2"
    assert rows.once("things", dict) == {"case": "1"}


def test_a_step_is_written_back_only_after_the_same_steps(
    accounts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, built = Steps(*MODELS), list[str]()

    @steps.step
    def does(act: str, *, result: str = "r") -> str:
        built.append(act)
        OperationRow(act=act, digest="d", result=result).save()
        return act

    def left() -> set[tuple[str, str]]:
        return {(row.act, row.result) for row in OperationRow.scan()}

    for _ in range(2):  # the second time nothing is built
        empty(MODELS)
        assert [does("one"), does("two"), does("two", result="s")] == ["one", "two", "two"]
        assert left() == {("one", "r"), ("two", "s")}
    assert built == ["one", "two", "two"]
    empty(MODELS)
    does("two")  # not after "one"
    assert built[3:] == ["two"]
    empty(MODELS)
    OperationRow(act="other", digest="d", result="r").save()
    does("one")  # something else is there
    does("two")
    assert built[4:] == ["one", "two"]
    empty(MODELS)
    does("one")
    assert in_a_process(write_elsewhere) == 0
    does("two")  # and so it is when another process wrote
    assert built[6:] == ["two"]


def test_what_a_step_made_of_rows_that_were_there_is_written_back(accounts: None) -> None:
    steps = Steps(*MODELS)

    @steps.step
    def saved() -> None:
        OperationRow(act="one", digest="d", result="r").save()
        OperationRow(act="gone", digest="d", result="r").save()

    @steps.step
    def changed() -> None:
        OperationRow(act="one").update([OperationRow.result.set("s")])
        OperationRow(act="gone").delete()

    for _ in range(2):
        empty(MODELS)
        saved()
        changed()
        assert [(row.act, row.digest, row.result) for row in OperationRow.scan()] == [
            ("one", "d", "s")
        ]


def test_a_step_of_steps_holds_what_they_wrote_though_they_were_written_back(
    accounts: None,
) -> None:
    steps = Steps(*MODELS)

    @steps.step
    def one(result: str) -> None:
        OperationRow(act="one", digest="d", result=result).save()

    @steps.step
    def both() -> None:
        one("r")
        OperationRow(act="two", digest="d", result="r").save()

    empty(MODELS)
    one("r")
    for _ in range(2):  # the first time its part is written back, then all of it
        empty(MODELS)
        both()
        assert {row.act for row in OperationRow.scan()} == {"one", "two"}
