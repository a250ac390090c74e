"""Several people at once, and answers that get lost: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError

from signet.register import actions, fold, loading, store, writing
from signet.register.actions import Proposal, Refused
from signet.register.exchange.read import Folder
from signet.register.model import Entry, Subject
from tests.entries import POLICY, day, registered
from tests.office import folder, held, kinds, register, signet, small, stale

pytestmark = pytest.mark.usefixtures("empty_tables")
ON = day("2020-06-01")


def enter(subject: Subject, number: str, kind: str, act: str = "act", **data: Any) -> list[Entry]:
    return actions.enter(
        subject,
        number,
        [Proposal(kind, data, ON)],
        authority="App. 5",
        entered_by="staff",
        policy=POLICY,
        now=datetime(2020, 6, 2, tzinfo=UTC),
        operation_id=act,
    )


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment; gives what each returned or raised."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        except (Refused, store.Conflict) as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.fixture
def office(tmp_path: Path, empty_tables: object) -> None:
    assert signet("import", small(tmp_path)) == 0


@pytest.mark.usefixtures("office")
def test_two_who_write_to_one_record_at_once_are_both_heard() -> None:
    found = at_once(
        lambda: enter("member", "101", "moved", "a", city="Olds"),
        lambda: enter("member", "101", "condition_imposed", "b", condition="C1", text="Reviewed"),
        lambda: enter("member", "101", "other_name_added", "c", name="Annie"),
    )
    assert [type(answer) for answer in found] == [list, list, list]
    assert sorted(kinds("member", "101")) == [
        "condition_imposed",
        "moved",
        "other_name_added",
        "registered",
    ]
    assert stale() == []
    assert store.read("member", "101").version == 4


@pytest.mark.usefixtures("office")
def test_of_two_who_register_the_same_number_the_second_sees_the_first() -> None:
    acts = [
        lambda name=name: enter("member", "500", "registered", name, family=name)
        for name in ("Lee", "Roy")
    ]
    answers = at_once(*acts)
    (refused,) = [answer for answer in answers if isinstance(answer, Refused)]
    assert "on the register already" in str(refused)
    assert kinds("member", "500") == ["registered"]


@pytest.mark.usefixtures("office")
def test_two_conditions_at_once_don_t_hide_one_another() -> None:
    acts = [
        lambda n=n: enter(
            "member", "101", "condition_imposed", f"a{n}", condition="C1", text=f"{n}"
        )
        for n in range(2)
    ]
    answers = at_once(*acts)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "list"]


@pytest.mark.usefixtures("office")
def test_an_import_and_an_entry_at_once_are_both_kept(tmp_path: Path) -> None:
    more = folder(tmp_path / "more", [registered(number="101", city="")], [registered(number="7")])
    text = "number,family,given,city\n101,Lee,Ana,Leduc\n"
    (tmp_path / "members.csv").write_text(text)
    answers = at_once(
        lambda: signet("import", tmp_path / "members.csv", "--dated", "2020-06-01"),
        lambda: enter("member", "101", "other_name_added", "b", name="Annie"),
        lambda: enter("member", "101", "condition_imposed", "c", condition="C1", text="x"),
    )
    assert answers[0] == 0
    assert signet("import", more) == 0
    assert set(kinds("member", "101")) == {
        "registered",
        "moved",
        "other_name_added",
        "condition_imposed",
    }
    assert len(held("member", "101")) == 4
    assert stale() == []


def test_two_who_import_the_same_into_an_empty_register_double_nothing(
    tmp_path: Path, empty_tables: Mapping[str, str]
) -> None:
    (tmp_path / "members.csv").write_text(
        "number,family\n" + "".join(f"{n},Lee\n" for n in range(100, 130))
    )
    program = "import sys; from signet.cli.command import main; sys.exit(main())"
    command = [sys.executable, "-c", program]
    command += ["import", str(tmp_path / "members.csv"), "--dated", "2021-06-01"]
    environment = {**os.environ, **empty_tables}
    running = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(timeout=300) for process in running] == [0, 0]
    assert [len(entries) for entries in register().values()] == [1] * 30
    assert stale() == []


@pytest.mark.usefixtures("office")
def test_a_new_record_that_was_registered_meanwhile_isn_t_registered_again(tmp_path: Path) -> None:
    """The plan was made before, as when a person enters it while the import is running."""
    source = folder(tmp_path / "more", [registered(number="7", family="Roy")])
    before = loading.held()
    plan = loading.plan_entries(
        Folder(source), day("2021-06-01"), before, POLICY, datetime.now(UTC)
    )
    enter("member", "7", "registered", family="Lee")
    with pytest.raises(store.Conflict, match="registered meanwhile"):
        writing.apply(plan, before, day("2021-06-01"), POLICY, lambda: None)
    assert [e.data["family"] for e in held("member", "7")] == ["Lee"]


# -- lost answers


@pytest.mark.usefixtures("office")
def test_the_same_act_again_after_its_answer_was_lost_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = store.add

    def lost(*arguments: Any) -> None:
        write(*arguments)
        raise store.StoreUnavailable("the line went dead")

    with monkeypatch.context() as patched:
        patched.setattr(store, "add", lost)
        with pytest.raises(store.StoreUnavailable):
            enter("member", "101", "moved", city="Olds")
    again = enter("member", "101", "moved", city="Olds")
    assert kinds("member", "101") == ["registered", "moved"]
    assert again[0] in held("member", "101")
    assert store.read("member", "101").version == 2


@pytest.mark.usefixtures("office")
def test_a_write_whose_answer_is_an_error_is_looked_up_before_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = Connection.transact_write_items

    def answered_late(self: Connection, *arguments: Any, **named: Any) -> Any:
        send(self, *arguments, **named)
        raise TransactWriteError("Failed to write transaction items")

    monkeypatch.setattr(Connection, "transact_write_items", answered_late)
    enter("member", "101", "moved", city="Olds")
    assert kinds("member", "101") == ["registered", "moved"]


@pytest.mark.usefixtures("office")
def test_a_write_that_failed_is_said_to_have_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: Any, **named: Any) -> Any:
        raise TransactWriteError("Failed to write transaction items")

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "transact_write_items", failing)
        with pytest.raises(store.StoreUnavailable):
            enter("member", "101", "moved", city="Olds")
    assert kinds("member", "101") == ["registered"]


@pytest.mark.usefixtures("office")
def test_one_who_keeps_losing_against_others_is_told_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write, turn = store.add, iter(range(100))

    def overtaken(subject: Any, number: str, entries: Any, *rest: Any) -> None:
        n = next(turn)
        if n % 2 == 0:  # somebody else is quicker, each time
            enter("member", "101", "other_name_added", f"other{n}", name=f"Name {n}")
        write(subject, number, entries, *rest)

    monkeypatch.setattr(store, "add", overtaken)
    with pytest.raises(store.Conflict, match="changed meanwhile"):
        enter("member", "101", "moved", city="Olds")
    assert "moved" not in kinds("member", "101")


# -- the snapshot


@pytest.mark.usefixtures("office")
def test_the_snapshot_is_the_record_of_its_day_and_tells_when_it_changes() -> None:
    enter("member", "101", "moved", city="Olds")
    later = [Proposal("moved", {"city": "Leduc"}, day("2039-01-01"))]
    now = datetime(2020, 6, 3, 3, tzinfo=UTC)  # still the second of June in Alberta
    actions.enter(
        "member",
        "101",
        later,
        authority="App. 5",
        entered_by="staff",
        policy=POLICY,
        now=now,
        operation_id="later",
    )
    snapshot = store.snapshot("member", "101")
    assert snapshot is not None
    assert (snapshot["as_of"], snapshot["next_change_on"]) == ("2020-06-02", "2039-01-01")
    record = fold.member(held("member", "101"), day("2020-06-02"))
    assert record is not None
    assert snapshot["record"]["city"] == record.city == "Olds"
    assert store.snapshot("member", "nobody") is None
