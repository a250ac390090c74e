"""One open request of a kind: two tabs begin one, and each way in which it ends lets another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from signet.errors import Refused, SignetError
from signet.requests import approval, deciding, drafting, reminders, single, store, tables
from signet.requests.model import Head
from signet.requests.tables import RequestRow
from tests.request_office import (
    OTHER,
    TODAY,
    begun,
    case,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)
from tests.service.requests.test_reminders import scheduler

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting")


def open_ones() -> list[str]:
    return [one.id for one in store.owned("ana") if one.work]


def test_two_tabs_that_begin_at_once_begin_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second tab's request is written between the first one's look and its write."""
    looked, other = single.holder, list[str]()

    def meanwhile(head: Head) -> str:
        answer = looked(head)
        if not other:
            other.append("")
            other[0] = begun()
        return answer

    monkeypatch.setattr(single, "holder", meanwhile)
    with pytest.raises(Refused, match=r"already: /services/requests/\w{32}/") as told:
        begun()
    assert other[0] in str(told.value)
    assert open_ones() == other


def test_the_index_may_lag_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "owned", lambda *_: [])

    def tried(_: int) -> bool:
        try:
            return bool(begun())
        except SignetError:
            return False

    with ThreadPoolExecutor(8) as tabs:
        assert sum(tabs.map(tried, range(8))) == 1


def test_the_same_form_sent_twice_begins_one() -> None:
    who = member()
    assert begun(who) == begun(who)


def test_others_and_other_records_are_not_kept_from_it() -> None:
    begun()
    begun(member("cy"))
    begun(member("ana", OTHER))


def test_an_open_request_without_a_row_still_keeps_another_from_being_begun() -> None:
    """Those that were begun before there were such rows; ending them writes none."""
    id_ = begun()
    row = RequestRow(tables.open_key(case(id_).file.head), tables.OPEN)
    row.delete()
    with pytest.raises(Refused, match=id_):
        begun()
    drafting.withdraw(member(), id_, "")
    assert RequestRow.count(row.request) == 0
    begun()


def _withdrawn(id_: str) -> None:
    drafting.withdraw(member(), id_, "")


def _decided(id_: str) -> None:
    deciding.find_complete(staff(), seen(id_))


def _refused(id_: str) -> None:
    _decided(id_)
    deciding.refuse(staff(), seen(id_), ["no-proof"], "No.")


def _entered(id_: str) -> None:
    _decided(id_)
    deciding.approve(staff(), seen(id_), "")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    approval.approve(staff("second"), id_, seen(id_).version, waiting.proposal.head.hash)


def _dismissed(id_: str) -> None:
    _refused(id_)
    drafting.appeal(member(), id_, "It is proved.")
    with pytest.raises(Refused):
        begun()
    deciding.decide_appeal(staff("board"), seen(id_), upheld=False, text="No.")


@pytest.mark.parametrize("end", [_withdrawn, _refused, _entered, _dismissed])
def test_each_way_in_which_it_ends_lets_another_be_begun(end: Callable[[str], None]) -> None:
    id_ = submitted()
    with pytest.raises(Refused):
        begun()
    end(id_)
    assert begun() != id_


def test_a_draft_that_lapsed_lets_another_be_begun() -> None:
    id_ = begun()
    reminders.run(scheduler(days=181))
    assert begun(member(days=181)) != id_


def test_a_deferral_or_a_return_lets_none_be_begun() -> None:
    id_ = submitted()
    deciding.send_back(staff(), seen(id_), ["name"], "In full.")
    with pytest.raises(Refused):
        begun()
    drafting.submit(member(), id_, seen(id_).version)
    _decided(id_)
    deciding.defer(staff(), seen(id_), TODAY + timedelta(days=3), ["no-proof"], "Wait.")
    with pytest.raises(Refused):
        begun(member(days=10))


def test_an_appeal_is_taken_though_another_request_was_begun_meanwhile() -> None:
    former = submitted()
    _refused(former)
    newer = begun()
    drafting.appeal(member(), former, "It is proved.")
    deciding.decide_appeal(staff("board"), seen(former), upheld=False, text="No.")
    assert single.holder(case(newer).file.head) == newer, "the former's end isn't the newer's"
    assert open_ones() == [newer]
    with pytest.raises(Refused, match=newer):
        begun()
