"""What `signet fsck` finds wrong with requests, and mends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from signet.cli.command import main
from signet.requests import checking, deciding, drafting, single, store, tables
from signet.requests.stage import Stage
from signet.requests.tables import HEAD, RequestRow
from tests.request_office import (
    OTHER,
    POLICY,
    TODAY,
    begun,
    filled,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting")


def check(*, days: int = 0, mend: bool = False) -> tuple[int, list[str]]:
    """Check all requests some days from now; return their number, and what is wrong."""
    checked = checking.check(POLICY, TODAY + timedelta(days=days), mend=mend)
    return checked.requests, [str(one) for one in checked.findings]


def test_nothing_is_found_wrong_whatever_stage_requests_are_in() -> None:
    begun(member("eve", OTHER))
    deferred = submitted()
    deciding.find_complete(staff(), seen(deferred), "")
    until = TODAY + timedelta(days=10)
    deciding.defer(staff(), seen(deferred), until, ("no-proof",), "A proof is missing.")
    assert check() == (2, [])
    assert check(days=11) == (2, []), "a deferral ends by its day, which writes nothing"


def test_a_list_that_shows_what_didn_t_happen_is_found_and_mended() -> None:
    id_ = submitted()
    row = RequestRow.get(id_, HEAD)
    row.work, row.stage = None, Stage.APPROVED.value
    row.save()
    wrong = f"request {id_}: the lists show it differently from what happened"
    assert check() == (1, [wrong])
    assert check(mend=True) == (1, [f"{wrong} (mended)"])
    assert check() == (1, [])
    (listed,) = store.owned("ana")
    assert listed.stage == Stage.COMPLETENESS


def test_the_command_says_what_is_wrong_and_mends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signet.policy.load", lambda *_: POLICY)
    row = RequestRow.get(submitted(), HEAD)
    row.update(actions=[RequestRow.assignee.set("nobody")])
    assert main(["fsck", "requests"]) == 1
    assert main(["fsck", "requests", "--mend"]) == 0
    assert main(["fsck", "requests"]) == 0
    assert "1 requests checked, 0 findings" in capsys.readouterr().out.splitlines()


def test_a_link_and_rows_without_their_request_are_found() -> None:
    id_, _ = filled()
    RequestRow(id_, HEAD).delete()
    count, wrong = check()
    assert count == 0
    assert sorted(wrong) == [
        f"request {id_}: a link for a contribution that isn't there",
        f"request {id_}: it isn't open, but keeps another from being begun",
        f"request {id_}: rows without the request they belong to",
    ]


def test_a_request_that_was_begun_before_there_were_rows_for_it_gets_its_row() -> None:
    id_ = begun()
    RequestRow(tables.open_key(store.get(id_).head), tables.OPEN).delete()
    wrong = f"request {id_}: nothing keeps another of its kind from being begun"
    assert check() == (1, [wrong])
    assert check(mend=True) == (1, [f"{wrong} (mended)"])
    assert check() == (1, [])
    assert single.holder(store.get(id_).head) == id_


def test_a_row_of_a_request_that_ended_is_emptied() -> None:
    id_ = begun()
    drafting.withdraw(member(), id_, "")
    head = store.get(id_).head
    RequestRow(tables.open_key(head), tables.OPEN, body=id_).save()
    wrong = f"request {id_}: it isn't open, but keeps another from being begun"
    assert check() == (1, [wrong])
    assert check(mend=True) == (1, [f"{wrong} (mended)"])
    assert check() == (1, [])
    assert single.holder(head) == ""


def refused() -> str:
    """Refuse a request; return its id."""
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_), "")
    deciding.refuse(staff(), seen(id_), ["no-proof"], "No proof came.")
    return id_


def test_a_letter_that_is_not_the_one_that_was_made_is_found() -> None:
    id_ = refused()
    assert check() == (1, [])
    row = next(RequestRow.query(f"{tables.LETTER}{id_}"))
    row.content = row.content[:-1] + b"!"
    row.save()
    wrong = f"request {id_}: the letter of {TODAY} (refused) isn't the one that was made"
    assert check() == (1, [wrong])
    assert check(mend=True) == (1, [wrong]), "nothing makes it again"


def test_a_letter_that_is_missing_in_whole_or_in_part_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 10_000)
    id_ = refused()
    first, *rest = RequestRow.query(f"{tables.LETTER}{id_}")
    assert rest
    rest[-1].delete()
    made = f"request {id_}: the letter of {TODAY} (refused)"
    assert check() == (1, [f"{made} isn't the one that was made"])
    for row in (first, *rest[:-1]):
        row.delete()
    assert check() == (1, [f"{made} is missing"])


def test_a_stored_letter_that_no_decision_has_is_found() -> None:
    id_ = refused()
    (made,) = store.get(id_).letters
    RequestRow(id_, tables.letter_part(made.about)).delete()
    assert check() == (1, [f"request {id_}: a stored letter that no decision has"])
