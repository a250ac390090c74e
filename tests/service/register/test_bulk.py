"""Writing many rows: all of them arrive, in full transactions, and what fails is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from signet import bulk
from signet.register import tables
from signet.register.tables import ContactRow

pytestmark = pytest.mark.usefixtures("empty_tables")


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch, empty_tables: object) -> list[int]:
    """How many rows each transaction wrote."""
    tables.bind()
    found: list[int] = []
    commit = TransactWrite._commit

    def counted(self: TransactWrite) -> Any:
        found.append(len(self._put_items) + len(self._delete_items))
        return commit(self)

    monkeypatch.setattr(TransactWrite, "_commit", counted)
    return found


def contact(number: int, phone: str = "") -> ContactRow:
    return ContactRow(number=str(number), phone=phone or None)


def held() -> dict[str, str | None]:
    return {row.number: row.phone for row in ContactRow.scan()}


def test_rows_arrive_a_hundred_at_a_time(sizes: list[int]) -> None:
    bulk.write([bulk.Put(contact(n))] for n in range(250))
    assert sorted(sizes) == [50, 100, 100]
    assert len(held()) == 250


def test_a_group_is_written_in_one_transaction(sizes: list[int]) -> None:
    groups = [[bulk.Put(contact(100 * g + n)) for n in range(60)] for g in range(3)]
    bulk.write(groups)
    assert sizes == [60, 60, 60]


def test_a_group_that_no_transaction_takes_is_written_in_several(sizes: list[int]) -> None:
    bulk.write([[bulk.Put(contact(n)) for n in range(230)]])
    assert sorted(sizes) == [30, 100, 100]
    assert len(held()) == 230


def test_large_rows_make_smaller_transactions(sizes: list[int]) -> None:
    bulk.write([bulk.Put(contact(n, "é" * 150_000))] for n in range(20))
    assert max(sizes) <= bulk.BYTES // 300_000
    assert len(held()) == 20


def test_what_changes_a_row_again_comes_last(sizes: list[int]) -> None:
    changes: Iterator[list[bulk.Change]] = (
        [bulk.Put(contact(n, f"{turn}"))] for turn in range(12) for n in range(30)
    )
    bulk.write(changes)
    bulk.write([[bulk.Put(contact(1, "a")), bulk.Remove(contact(1)), bulk.Put(contact(1, "b"))]])
    assert held() == {**{str(n): "11" for n in range(30)}, "1": "b"}


def cancelled(code: str) -> TransactWriteError:
    from pynamodb.exceptions import CancellationReason, VerboseClientError

    answer = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    reasons = [CancellationReason(code=code, message=None), None]
    return TransactWriteError(
        "cancelled",
        VerboseClientError(answer, "TransactWriteItems", {}, cancellation_reasons=reasons),
    )


@pytest.mark.parametrize("code", sorted(bulk.PASSING))
def test_throttled_and_contended_transactions_are_tried_again(
    sizes: list[int], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    # DynamoDB Local throttles nothing and sees no contention, so its answer is made here.
    commit, refused = TransactWrite._commit, [cancelled(code), cancelled(code)]

    def throttled(self: TransactWrite) -> Any:
        if refused:
            raise refused.pop()
        return commit(self)

    monkeypatch.setattr(TransactWrite, "_commit", throttled)
    monkeypatch.setattr(bulk, "PAUSE", 0)
    bulk.write([bulk.Put(contact(n))] for n in range(150))
    assert len(held()) == 150


def test_a_refused_transaction_is_told_and_ends_the_writing(
    sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0

    def refused(self: TransactWrite) -> Any:
        raise cancelled("ValidationError")

    def groups() -> Iterator[list[bulk.Change]]:
        nonlocal taken
        for taken in range(100_000):
            yield [bulk.Put(contact(taken))]

    monkeypatch.setattr(TransactWrite, "_commit", refused)
    with pytest.raises(TransactWriteError):
        bulk.write(groups())
    assert taken < 10_000
