"""An operation performed: once, tried again after conflicts, and a repeat answered as the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from signet import policy as policies
from signet.errors import Conflict, NotFound, Refused
from signet.transactions import audit
from signet.transactions.commit import Operation, Save, result_of
from signet.transactions.context import Context
from signet.transactions.perform import ONCE, Command, Plan, earlier_result, perform, retry
from signet.transactions.tables import MODELS
from tests.function_ground import Ground

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ID = "a" * 32


class CounterRow(Model):
    class Meta:
        table_name = "counters"
        billing_mode = "PAY_PER_REQUEST"

    name = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(default=0)


@pytest.fixture(scope="session")
def own_tables(dynamodb: str) -> Ground:
    """Return the tables of operations, and one of these tests' own, made once a worker."""
    return Ground.made(dynamodb, (*MODELS, CounterRow))


@pytest.fixture(autouse=True)
def database(own_tables: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    own_tables.reach(monkeypatch)


def context(operation: str = ID) -> Context:
    return Context("account-1", operation, NOW, NOW.date(), policies.load())


def command(*submitted: str) -> Command:
    return Command.of("member#100", "counter#one", "counted", submitted)


def number() -> int:
    try:
        return int(CounterRow.get("one", consistent_read=True).number)
    except DoesNotExist:
        return 0


def counting(between: Callable[[], None] = lambda: None) -> Plan:
    """Count one more than was read; `between` comes between the reading and the writing."""
    held = number()
    between()
    unchanged = CounterRow.number == held if held else CounterRow.name.does_not_exist()
    row = CounterRow("one", number=held + 1)
    return Plan(f"{held + 1}", [Save(row, unchanged)], {"number": held + 1})


class Overtaken:
    """Another write comes between, a number of times."""

    def __init__(self, times: int) -> None:
        self.left, self.plans = times, 0

    def __call__(self) -> None:
        self.plans += 1
        if self.left:
            self.left -= 1
            CounterRow("one", number=number() + 10).save()


def test_an_operation_leaves_its_result_its_rows_and_its_line_in_the_audit_log() -> None:
    assert perform(context(), command("x"), counting) == "1"
    (line,) = audit.of_subject("counter#one")
    assert (line.what, line.by, line.at, line.detail) == (
        "counted",
        "account-1",
        NOW,
        {"number": 1},
    )


def test_a_repeat_is_answered_as_the_first_and_changes_nothing() -> None:
    assert {perform(context(), command("x"), counting) for _ in range(3)} == {"1"}
    assert number() == len(audit.of_subject("counter#one")) == 1


def test_a_repeat_that_the_rules_refuse_by_now_is_answered_as_the_first() -> None:
    def plan() -> Plan:
        if number():
            raise Refused("It was counted already.")
        return counting()

    assert {perform(context(), command(), plan) for _ in range(2)} == {"1"}
    with pytest.raises(Refused):
        perform(context("b" * 32), command(), plan)


def test_the_same_form_with_other_content_is_told() -> None:
    perform(context(), command("x"), counting)
    for plan in (counting, refusing):
        with pytest.raises(Conflict, match="already sent"):
            perform(context(), command("y"), plan)
    with pytest.raises(Conflict, match="already sent"):
        earlier_result(context(), command("y"))
    assert number() == 1


def refusing() -> Plan:
    raise NotFound


def test_a_plan_is_made_again_when_another_write_came_between() -> None:
    other = Overtaken(2)
    assert perform(context(), command(), lambda: counting(other)) == "21"
    assert (other.plans, number()) == (3, 21)


def test_a_conflict_is_told_in_the_end_and_nothing_is_written() -> None:
    other = Overtaken(9)
    with pytest.raises(Conflict):
        perform(context(), command(), lambda: counting(other), tries=3)
    assert (other.plans, number()) == (3, 30)
    assert earlier_result(context(), command()) is None


def test_where_somebody_saw_what_has_changed_the_conflict_is_told_at_the_first() -> None:
    other = Overtaken(1)
    with pytest.raises(Conflict):
        perform(context(), command(), lambda: counting(other), tries=ONCE)
    assert (other.plans, number()) == (1, 10)


def test_a_conflict_that_the_plan_finds_itself_is_told_at_once() -> None:
    plans: list[int] = []

    def plan() -> Plan:
        plans.append(1)
        raise Conflict

    with pytest.raises(Conflict):
        perform(context(), command(), plan)
    assert len(plans) == 1


def test_the_subject_can_be_what_was_read_and_without_one_there_is_no_line() -> None:
    unnamed = command()._replace(subject="")
    perform(context(), unnamed, lambda: counting()._replace(subject="counter#two"))
    perform(context("b" * 32), unnamed, counting)
    assert len(audit.of_subject("counter#two")) == 1
    assert not audit.of_subject("counter#one")


def test_work_that_nobody_edits_is_tried_again_from_reading_on() -> None:
    other = Overtaken(2)
    found: list[str] = []

    def go() -> str:
        planned = counting(other)
        one = context().next(planned.result)
        found.append(one.operation)
        return perform(one, command(), lambda: planned, tries=ONCE)

    assert retry(go) == "21"
    assert len(set(found)) == 3
    other.left = 9
    with pytest.raises(Conflict):
        retry(go, 2)


def test_what_identifies_an_operation_is_as_it_has_been_stored() -> None:
    """Retries of forms that were sent before a release find what these wrote."""
    assert (
        context().next("open 1 0 2").operation
        == sha256(f"{ID} open 1 0 2".encode()).hexdigest()[:32]
    )
    digest = sha256(b'["counted","counter#one",["x","y"]]').hexdigest()
    assert command("x", "y").digest == digest
    perform(context(), command("x", "y"), counting)
    assert result_of(Operation(ID, "member#100", digest)) == "1"
