"""The desks' search: what the streams and the command write, and what is found by it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from signet.cli.command import main
from signet.errors import Conflict
from signet.requests import deciding, operation
from signet.requests.deciding import Seen
from signet.requests.model import What
from signet.search import finding, following, rebuilding, sources, store
from signet.search.finding import Seeker
from signet.search.model import Holding, Name
from signet.search.tables import SearchRow
from tests.cpd_office import calls
from tests.entries import POLICY as PACK
from tests.request_office import TODAY, a_request, staff
from tests.search_office import (
    SEEKER,
    WHEN,
    addresses_heard,
    enter,
    every_row,
    found,
    heard,
    joined,
    numbers,
    reached_at,
    search_tables,
    searching,
    shell,
)

__all__ = ["search_tables", "searching", "shell"]
pytestmark = pytest.mark.usefixtures("searching")


def rebuilt() -> int:
    return rebuilding.rebuild(WHEN, lambda _: None)


def differences() -> list[str]:
    return [str(one) for one in rebuilding.differences(WHEN, lambda _: None)]


def a_submitted_request(number: str) -> str:
    """Submit a request about a member; gives its id."""
    id_ = a_request("somebody", number, What.SUBMITTED)
    addresses_heard({"request": id_, "part": "head"}, {"request": id_, "part": "event#0001"})
    return id_


# Finding --------------------------------------------------------------------------------------


def test_a_member_is_found_by_any_words_of_the_name_in_any_order() -> None:
    joined("100001", "Rory", "Campbell")
    joined("100002", "Maria", "Campbell")
    for typed in ("rory campbell", "Campbell, R.", "camp ror", "RÓRY", "campbell 100001"):
        assert numbers(typed) == ["100001"], typed
    assert numbers("campbell") == ["100002", "100001"]  # by name: Maria before Rory
    assert numbers("rory smith") == []


def test_two_people_of_one_name_are_both_found() -> None:
    joined("100001", "Ana", "Lee")
    joined("100002", "Ana", "Lee")
    assert numbers("Ana Lee") == ["100001", "100002"]


def test_an_initial_is_of_a_word_of_its_own() -> None:
    joined("100001", "Sarah", "Smith")
    joined("100002", "John", "Smith")
    assert numbers("S. Smith") == ["100001"]


def test_a_name_of_two_letters_is_found_whole_and_said_to_be() -> None:
    joined("100001", "Wei", "Ng")
    joined("100002", "Anh", "Nguyen")
    assert numbers("Ng") == ["100001"]
    assert found("Ng").whole
    assert not found("Nguyen").whole
    assert numbers("Wei Ng") == ["100001"]


def test_a_name_in_its_own_script_is_found_by_its_first_character() -> None:
    joined("100001", "Xiaoming", "Wang", native_name="王小明")
    (hit,) = found("王").hits
    assert (hit.number, hit.also) == ("100001", (("in its own script", "王小明"),))


def test_a_former_name_is_found_and_said_to_be_former() -> None:
    joined("100001", "Ana", "Lee")
    enter("100001", "name_changed", given="Ana", family="Roy")
    heard("member#100001")
    (hit,) = found("lee").hits
    assert (hit.name, hit.also) == ("Ana Roy", (("formerly", "Ana Lee"),))
    assert found("roy").hits[0].also == ()


def test_a_name_that_was_an_error_is_found_no_longer_and_leaves_no_row() -> None:
    joined("100001", "Ana", "Lea")
    enter("100001", "name_changed", given="Ana", family="Lee", keep_former=False)
    heard("member#100001")
    assert numbers("lea") == []
    assert numbers("lee") == ["100001"]
    assert not [key for key in every_row() if key[1].startswith("lea#")]


def test_a_coming_name_becomes_the_name_on_its_day_without_a_change() -> None:
    joined("100001", "Ana", "Lee")
    later = TODAY + timedelta(days=9)
    enter("100001", "name_changed", given="Ana", family="Roy", on=later)
    heard("member#100001")
    (hit,) = found("roy").hits
    assert (hit.name, hit.also) == ("Ana Lee", (("coming", "Ana Roy"),))
    (hit,) = found("roy", SEEKER._replace(today=later)).hits
    assert (hit.name, hit.also) == ("Ana Roy", ())


def test_a_permit_is_found_by_its_names_and_with_or_without_its_legal_form() -> None:
    named = {"legal_name": "Acme Ltd.", "operating_names": ["Prairie Works"]}
    enter("P-1001", "issued", subject="permit", fields=["Civil"], **named)
    heard("permit#P-1001")
    for typed in ("acme", "Acme Ltd.", "Acme Inc.", "prairie", "P 1001", "1001"):
        assert numbers(typed) == ["P-1001"], typed


def test_a_number_is_found_before_those_that_begin_like_it() -> None:
    joined("1000", "Ana", "Lee")
    joined("100077", "Ben", "Ito")
    assert numbers("1000") == ["1000"]
    assert numbers("10007") == ["100077"]


def test_a_request_is_found_by_its_reference() -> None:
    joined("100001", "Ana", "Lee")
    id_ = a_submitted_request("100001")
    (hit,) = found(operation.reference(id_)).hits
    assert (hit.kind, hit.number, hit.asks, hit.about) == (
        "request",
        id_,
        "name",
        ("100001", "Ana Lee"),
    )


def test_nobody_finds_a_draft_nor_a_request_that_concerns_them() -> None:
    draft = a_request("somebody", "100001")
    addresses_heard({"request": draft, "part": "head"})
    assert found(operation.reference(draft)).hits == ()
    reference = operation.reference(a_submitted_request("100001"))
    assert found(reference, Seeker("somebody", "", TODAY)).hits == ()
    assert found(reference, Seeker("officer", "100001", TODAY)).hits == ()
    assert len(found(reference, Seeker("officer", "100002", TODAY)).hits) == 1


def test_who_declared_a_conflict_finds_the_request_no_longer() -> None:
    id_ = a_request("somebody", "100001", What.SUBMITTED)
    deciding.recuse(replace(staff("officer"), policy=PACK), Seen(id_, 1), "My cousin.")
    addresses_heard({"request": id_, "part": "head"})
    reference = operation.reference(id_)
    assert found(reference, Seeker("officer", "", TODAY)).hits == ()
    assert len(found(reference, Seeker("other", "", TODAY)).hits) == 1


@pytest.mark.parametrize(
    "keys",
    [{"request": "secret#0", "part": "link"}, {"request": f"letter#{'0' * 32}", "part": "0001#0"}],
    ids=["link", "letter"],
)
def test_what_belongs_to_a_request_is_no_request(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter's bytes aren't read to find that out."""
    monkeypatch.setattr("lambdas.follow.follow", lambda *_: pytest.fail("it was read"))
    addresses_heard(keys)
    assert every_row() == {}


def test_an_address_is_found_whole_and_one_that_was_given_before_is_said_to_be() -> None:
    joined("100001", "Ana", "Lee")
    reached_at("100001", "Ana@Example.org")
    assert found("ana@example.ORG").hits[0].by_email == "now"
    reached_at("100001", "ana@example.com")
    assert found("ana@example.org").hits[0].by_email == "former"
    assert found("ana@example.com").hits[0].name == "Ana Lee"
    assert found("ana@example.co").hits == ()


def test_two_people_with_one_address_are_both_found() -> None:
    for number in (joined("100001", "Ana", "Lee"), joined("100002", "Ben", "Lee")):
        reached_at(number, "family@example.org")
    assert numbers("family@example.org") == ["100001", "100002"]


def test_the_index_holds_no_address_in_words() -> None:
    joined("100001", "Ana", "Lee")
    reached_at("100001", "confidential@example.org")
    assert "confidential" not in repr(every_row())


def test_when_there_are_more_than_are_shown_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST", 3)
    for position in range(5):
        joined(f"10000{position}", "Ana", "Lee")
    assert (len(found("lee").hits), found("lee").more) == (3, True)
    assert (len(found("100003").hits), found("100003").more) == (1, False)


def test_when_not_all_was_looked_through_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGES", 2)
    monkeypatch.setattr(finding, "FIRST", 1)
    for position in range(4):
        joined(f"10000{position}", "Ana", "Lee")
    assert found("lee").unsure
    monkeypatch.setattr(finding, "PAGES", 5)
    assert not found("lee").unsure


def test_a_search_asks_a_fixed_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    for position in range(9):
        reached_at(joined(f"10000{position}", "Ana", f"Lee{chr(97 + position) * 3}"), "a@b.example")
    for typed, most in (("ana", 2), ("ana lee", 2), ("100001", 2), ("a@b.example", 3)):
        with calls(monkeypatch) as asked:
            assert found(typed).hits
        assert len(asked) <= most, (typed, asked)
        assert "Scan" not in asked


# Following ------------------------------------------------------------------------------------


def test_hearing_of_a_change_again_or_late_changes_nothing() -> None:
    joined("100001", "Ana", "Lee")
    enter("100001", "name_changed", given="Ana", family="Roy")
    heard("member#100001", "member#100001")
    rows = every_row()
    heard("member#100001")
    assert every_row() == rows
    assert not following.follow("member#100001", "register", WHEN)


def test_what_is_heard_of_in_the_wrong_order_ends_as_the_record_is() -> None:
    """A contact, then the record, then a request about it; and the other way round."""
    told: list[Callable[[], object]] = [
        lambda: heard("member#100001"),
        lambda: addresses_heard({"number": "100001"}),
    ]
    enter("100001", "registered", given="Ana", family="Lee")
    reached_at("100001", "ana@example.org", told=False)
    for one in told:
        one()
    first = every_row()
    for row in list(SearchRow.scan()):
        row.delete()
    for one in reversed(told):
        one()
    assert every_row() == first
    assert numbers("ana@example.org") == ["100001"]


def test_an_earlier_reader_of_a_record_doesnt_write_over_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined("100001", "Ana", "Lee")
    read = sources.now_held
    overtaken: list[bool] = []

    def slow(record: str, source: Any, when: Any) -> Holding:
        """Read the record, and let it be changed and followed before that is written."""
        held = read(record, source, when)
        if not overtaken:
            overtaken.append(True)
            enter("100001", "name_changed", given="Ana", family="Roy")
            following.follow(record, source, when)
        return held

    enter("100001", "other_name_added", name="Annie Lee", type="known_as")
    monkeypatch.setattr(following, "now_held", slow)
    following.follow("member#100001", "register", WHEN)
    assert numbers("roy") == ["100001"]
    assert differences() == []


def test_who_never_gets_through_fails_so_that_the_change_is_taken_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter("100001", "registered", given="Ana", family="Lee")
    monkeypatch.setattr(store, "commit", lambda _: False)
    with pytest.raises(Conflict):
        heard("member#100001")


def test_a_crash_between_reading_and_writing_leaves_the_change_to_be_taken_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter("100001", "registered", given="Ana", family="Lee")

    def crash(_: object) -> bool:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(store, "commit", crash)
        with pytest.raises(OSError):  # noqa: PT011 - it has no message
            heard("member#100001")
    heard("member#100001")
    assert numbers("lee") == ["100001"]


def test_a_standing_that_cant_be_derived_keeps_nobody_from_being_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter("100001", "registered", given="Ana", family="Lee")

    def fails(*_: object) -> int:
        raise ValueError

    monkeypatch.setattr("lambdas.follow.following.follow", fails)
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        heard("member#100001")
    assert numbers("lee") == ["100001"]


def test_a_record_with_more_names_than_fit_a_transaction_is_written_and_renamed_whole() -> None:
    names = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}works" for n in range(120)]
    named = {"legal_name": "Acme Ltd.", "operating_names": names}
    enter("P-1001", "issued", subject="permit", fields=["Civil"], **named)
    heard("permit#P-1001")
    assert numbers(names[0]) == numbers(names[-1]) == ["P-1001"]
    enter("P-1001", "operating_names_changed", subject="permit", operating_names=names[:3])
    heard("permit#P-1001")
    assert numbers(names[0]) == ["P-1001"]
    assert numbers(names[-1]) == []
    assert not [key for key in every_row() if key[1].startswith(f"{names[-1]}#")]
    assert differences() == []


def test_many_at_once_on_one_record_end_as_the_record_is() -> None:
    joined("100001", "Ana", "Lee")
    enter("100001", "name_changed", given="Ana", family="Roy")
    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(following.follow, "member#100001", "register", WHEN) for _ in range(4)]
        for one in told:
            one.result()
    assert differences() == []
    assert numbers("roy") == ["100001"]


def test_what_an_old_row_leads_to_is_checked_before_it_is_shown() -> None:
    joined("100001", "Ana", "Lee")
    SearchRow("word#roy", "roy#member#100001", others=" ana").save()
    assert numbers("roy") == []


# Rebuilding -----------------------------------------------------------------------------------


def some_records() -> list[str]:
    """Put a bit of everything on record; gives what streams would tell of, by table."""
    for position in range(7):
        number = f"10000{position}"
        enter(number, "registered", given="Ana", family=f"Lee{'abcdefg'[position] * 3}")
        reached_at(number, f"ana{position}@example.org", told=False)
    enter("100001", "name_changed", given="Ana", family="Roy")
    reached_at("100001", "roy@example.org", told=False)
    named = {"legal_name": "Acme Ltd.", "operating_names": ["Prairie Works"]}
    enter("P-1001", "issued", subject="permit", fields=["Civil"], **named)
    return [a_request("somebody", f"10000{n}", What.SUBMITTED) for n in range(3)]


def test_what_the_command_fills_is_what_the_streams_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "PORTION", 3)
    requests = some_records()
    heard(*(f"member#10000{n}" for n in range(7)), "permit#P-1001")
    addresses_heard(*({"number": f"10000{n}"} for n in range(7)))
    addresses_heard(*({"request": one, "part": "head"} for one in requests))
    streamed = every_row()
    for row in list(SearchRow.scan()):
        row.delete()
    assert rebuilt() == 7 + 1 + 7 + 3
    assert every_row() == streamed
    assert rebuilt() == 0
    assert differences() == []


def test_a_rebuild_that_is_broken_off_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rebuilding, "PORTION", 2)
    some_records()
    told: list[int] = []

    def break_off(records: int) -> None:
        told.append(records)
        if len(told) == 6:  # among the contacts
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(WHEN, break_off)
    read: list[int] = []
    rebuilding.rebuild(WHEN, read.append)
    assert sum(read) < 7 + 1 + 7 + 3
    assert differences() == []
    assert store.place_reached() == {}


def test_a_rebuild_mends_what_is_wrong_and_the_check_names_it_before() -> None:
    some_records()
    rebuilt()
    SearchRow("word#roy", "roy#member#100001").delete()
    SearchRow("record#member#100002", "register").delete()
    wrong = Holding(names=(Name(text="Bea Ito"),), words=("bea", "ito"))
    assert store.write(
        "member#100003", "register", store.kept("member#100003", "register"), wrong, whole=False
    )
    assert store.write("member#999999", "register", store.NONE, wrong, whole=False)
    named = differences()
    assert len(named) == 4
    for number in ("100001", "100002", "100003", "999999"):
        assert any(number in one for one in named)
    assert not any("Bea" in one for one in named)
    assert rebuilt() == 4
    assert numbers("bea") == []
    assert differences() == []


def test_a_rebuild_leaves_what_a_stream_wrote_later(monkeypatch: pytest.MonkeyPatch) -> None:
    enter("100001", "registered", given="Ana", family="Lee")
    add = store.added

    def slow(record: str, *rest: Any) -> Any:
        """Let the record be changed and followed before what was read of it is written."""
        enter("100001", "name_changed", given="Ana", family="Roy")
        heard("member#100001")
        return add(record, *rest)

    monkeypatch.setattr(store, "added", slow)
    rebuilt()
    assert numbers("roy") == ["100001"]
    assert differences() == []


def test_what_changes_after_it_was_read_ahead_ends_as_the_record_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a portion is written the next one has been read; then a record of it is renamed."""
    monkeypatch.setattr(rebuilding, "PORTION", 2)
    some_records()
    read: list[rebuilding.Portion] = []
    second = threading.Event()

    def portion(after: str, when: Any) -> rebuilding.Portion:
        read.append(rebuilding._register(after, when))
        if len(read) == 2:
            second.set()
        return read[-1]

    def rename_one_of_the_second(_: int) -> None:
        assert second.wait(60)
        if not numbers("quist"):
            record = next(one for one in read[1].held if one.startswith("member#"))
            enter(record.removeprefix("member#"), "name_changed", given="Zoe", family="Quist")
            heard(record)

    monkeypatch.setattr(rebuilding, "READ", {**rebuilding.READ, "register": portion})
    rebuilding.rebuild(WHEN, rename_one_of_the_second)
    assert len(numbers("quist")) == 1
    assert differences() == []


def test_each_request_is_read_once_and_the_index_looked_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some_records()
    rebuilt()
    looked = Mock(wraps=SearchRow.scan)
    monkeypatch.setattr(SearchRow, "scan", looked)
    with calls(monkeypatch) as asked:
        assert rebuilt() == 0
    assert looked.call_count == 1
    assert asked.count("Query") == 3


def test_the_commands_fill_the_index_and_name_what_differs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    some_records()
    assert main(["search", "rebuild"]) == 0
    assert "18 written" in capsys.readouterr().out
    assert main(["fsck", "search"]) == 0
    SearchRow("record#member#100002", "register").delete()
    assert main(["fsck", "search"]) == 1
    assert "member#100002" in capsys.readouterr().out
    monkeypatch.delenv("SIGNET_ADDRESS_KEY")
    assert main(["fsck", "search"]) == 1
