"""Joining an account to a member record by a code, and the rows by which addresses are known."""

from __future__ import annotations

import json
import logging
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from lambdas.account import Code, Join, app
from signet.accounts import actions, addresses, store
from signet.accounts.codes import AlreadyJoined
from signet.accounts.keys import address, digits, keyed
from signet.accounts.model import Role
from signet.accounts.tables import AccountRow
from signet.errors import Conflict, Invalid, SignetError, TooMany
from signet.register import contacts
from signet.transactions import audit, mailer
from signet.transactions.tables import OutboxRow
from tests.entries import registered
from tests.events import Answered, ask, get, post
from tests.forms import assert_form_is
from tests.function_ground import letter_of
from tests.office import folder, signet, told
from tests.people import NOW, Person, accounts, ground, person, shell

__all__ = ["accounts", "ground", "shell"]

pytestmark = pytest.mark.usefixtures("accounts")

LINK, CODE = "/services/account/link/", "/services/account/link/code/"
NUMBER = "100001"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", lambda: NOW)


@pytest.fixture
def ana() -> Person:
    return person(email="ana@example.org")


def ask_for(who: Person, number: str = NUMBER, now: datetime = NOW, act: str = "") -> None:
    actions.begin_link(
        who.principal(now),
        number,
        now=now,
        operation_id=act or secrets.token_hex(16),
        random=secrets.token_bytes,
    )


def enter(who: Person, code: str, now: datetime = NOW, act: str = "") -> str:
    return actions.finish_link(
        who.principal(now), code, now=now, operation_id=act or secrets.token_hex(16)
    )


def mails(template: str = "account_code") -> list[dict[str, Any]]:
    """Return the mails that wait, with their facts."""
    letters = [letter_of(row) for row in OutboxRow.scan() if row.template == template]
    return [{"to": letter.to, **letter.context} for letter in letters]


def code_of(number: str = NUMBER) -> str:
    (mail,) = [mail for mail in mails() if mail["to"] == f"member#{number}"]
    return str(mail["code"])


def send(who: Person, target: str, form: dict[str, str], act: str = "") -> Answered:
    return ask(app, post(target, form, session=who.token, act=act or secrets.token_hex(16)))


# -- the journey


def test_who_gets_the_code_at_the_address_on_record_is_that_member(ana: Person) -> None:
    page = ask(app, get(LINK, session=ana.token))
    assert_form_is(page.text, Join, LINK)
    answered = send(ana, LINK, {"number": f" {NUMBER} "})
    assert (answered.status, answered.location) == (303, CODE)
    assert_form_is(ask(app, get(CODE, session=ana.token)).text, Code, CODE)
    code = code_of()
    answered = send(ana, CODE, {"code": f"{code[:4]} {code[4:]}"})
    assert answered.status == 303
    page = ask(app, get(answered.location, session=ana.token))
    assert f"joined to member {NUMBER}" in page.text
    found = ana.principal()
    assert (found.member, found.roles) == (NUMBER, frozenset({Role.MEMBER}))
    assert mails("account_joined") == [{"to": f"member#{NUMBER}", "by": "code"}]
    lines = audit.of_subject(f"account#{ana.account}")
    assert {line.what: dict(line.detail) for line in lines} == {
        "join-code-asked": {"number": NUMBER},
        "joined": {"number": NUMBER, "by": "code"},
    }


@pytest.mark.parametrize("template", ["account_code", "account_joined"])
def test_the_mail_can_be_written(ana: Person, template: str) -> None:
    ask_for(ana)
    enter(ana, code_of())
    (row,) = [row for row in OutboxRow.scan() if row.template == template]
    letter = letter_of(row)
    mail = mailer.compose(letter, "ana@example.org", NOW)
    assert mail["Subject"]
    assert letter.context.get("code", "") in mail.get_content()


def test_whoever_reads_the_outbox_learns_neither_the_code_nor_whose_it_is(ana: Person) -> None:
    ask_for(ana)
    code = code_of()
    (row,) = [row for row in OutboxRow.scan() if row.template == "account_code"]
    held = repr(row.serialize())
    assert code not in held
    assert NUMBER not in held
    assert bytes(row.sealed)


def test_a_number_that_doesn_t_exist_is_answered_as_one_that_does(ana: Person) -> None:
    bo = person()
    contacts.put([{"number": NUMBER, "email": "x@example.org"}])
    there = send(ana, LINK, {"number": NUMBER}, "a" * 32)
    absent = send(bo, LINK, {"number": "999999"}, "b" * 32)
    assert there == absent
    assert sorted(mail["to"] for mail in mails()) == ["member#100001", "member#999999"]
    pages = [ask(app, get(CODE, session=who.token)).text for who in (ana, bo)]
    same = [text.replace("ana@example.org", "someone without an e-mail address") for text in pages]
    hidden = [[line for line in text.splitlines() if 'name="act"' not in line] for text in same]
    assert hidden[0] == hidden[1]


def test_asking_reads_no_contact(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever could make it slower or faster by a number's being there would know that it is."""
    from signet.register.tables import ContactRow

    def read(*arguments: Any, **named: Any) -> None:
        raise AssertionError("a contact was read")

    for way in ("get", "query", "scan", "batch_get"):
        monkeypatch.setattr(ContactRow, way, read)
    ask_for(ana)
    assert len(mails()) == 1


@pytest.mark.parametrize(
    "number", ["", " ", "#", "100001#x", "a" * 21, "10 00", "<b>", "100001\n", "é"]
)
def test_what_can_t_be_a_number_is_said_to_be_none(ana: Person, number: str) -> None:
    answered = send(ana, LINK, {"number": number} if number.strip() else {})
    # A line end around it is no part of what was meant.
    assert answered.status == (303 if number.strip() == NUMBER else 422)


def test_a_code_stands_in_no_row_of_the_accounts(ana: Person) -> None:
    ask_for(ana)
    kept = json.dumps([row.to_simple_dict() for row in AccountRow.scan()], default=str)
    assert code_of() not in kept
    assert ana.account in kept


# -- wrong, old, used


def test_a_wrong_code_joins_nothing_and_says_so(ana: Person) -> None:
    ask_for(ana)
    wrong = f"{(int(code_of()) + 1) % 10**8:08d}"
    answered = send(ana, CODE, {"code": wrong})
    assert answered.status == 422
    assert "t the latest code that we sent" in answered.text
    assert wrong not in answered.text
    assert ana.principal().member is None
    send(ana, CODE, {"code": code_of()})
    assert ana.principal().member == NUMBER


def test_after_five_wrong_codes_the_right_one_is_wrong_too(ana: Person) -> None:
    ask_for(ana)
    for wrong in range(5):
        with pytest.raises(Invalid):
            enter(ana, f"{wrong}")
    with pytest.raises(Invalid):
        enter(ana, code_of())
    assert ana.principal().member is None


def test_tries_at_once_are_all_counted(ana: Person) -> None:
    ask_for(ana)
    ready, principal = Barrier(12), ana.principal()

    def guess(number: int) -> None:
        ready.wait()
        with pytest.raises((Invalid, Conflict)):
            actions.finish_link(principal, f"{number}", now=NOW, operation_id=f"{number:032x}")

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(guess, range(12)))
    (row,) = [row for row in AccountRow.scan() if row.part == "join"]
    assert row.total == 5


def test_a_code_half_an_hour_old_is_no_code(ana: Person) -> None:
    ask_for(ana)
    with pytest.raises(Invalid):
        enter(ana, code_of(), NOW + timedelta(minutes=30))
    assert enter(ana, code_of(), NOW + timedelta(minutes=29)) == NUMBER


def test_only_the_last_code_counts(ana: Person) -> None:
    ask_for(ana)
    first = code_of()
    for row in OutboxRow.scan():
        row.delete()
    ask_for(ana)
    if first != code_of():
        with pytest.raises(Invalid):
            enter(ana, first)
    assert enter(ana, code_of()) == NUMBER


def test_a_code_is_of_no_use_in_another_account(ana: Person) -> None:
    ask_for(ana)
    thief = person()
    with pytest.raises(Invalid):
        enter(thief, code_of())
    ask_for(thief, "999999")
    with pytest.raises(Invalid):
        enter(thief, code_of())
    assert thief.principal().member is None


def test_without_having_asked_no_code_is_right(ana: Person) -> None:
    for code in ("", "00000000", "None"):
        with pytest.raises(Invalid):
            enter(ana, code)


def test_an_account_with_a_record_gets_no_second_by_code() -> None:
    who = person(member="100009")
    with pytest.raises(AlreadyJoined):
        ask_for(who)
    assert "100009 already" in ask(app, get(LINK, session=who.token)).text


# -- sent twice


def test_asking_twice_with_the_same_form_sends_one_code(ana: Person) -> None:
    for _ in range(3):
        assert send(ana, LINK, {"number": NUMBER}, "a" * 32).status == 303
    assert len(mails()) == 1


def test_entering_the_code_twice_with_the_same_form_is_answered_alike(ana: Person) -> None:
    ask_for(ana)
    code = code_of()
    answers = [send(ana, CODE, {"code": code}, "b" * 32) for _ in range(3)]
    assert len({(one.status, one.location) for one in answers}) == 1
    assert len(mails("account_joined")) == 1


# -- how often


def test_an_account_asks_five_times_a_day(ana: Person) -> None:
    for turn in range(5):
        ask_for(ana, f"10000{turn}")
    with pytest.raises(TooMany):
        ask_for(ana, "100009")
    assert send(ana, LINK, {"number": "100009"}).status == 429
    tomorrow = NOW.replace(hour=0) + timedelta(days=1)
    actions.begin_link(
        ana.principal(), "100009", now=tomorrow, operation_id="f" * 32, random=secrets.token_bytes
    )


def test_a_stranger_who_asks_all_day_doesn_t_keep_the_member_out(ana: Person) -> None:
    stranger = person()
    for _ in range(5):
        ask_for(stranger)
    with pytest.raises(TooMany):
        ask_for(stranger)
    assert send(ana, LINK, {"number": NUMBER}).status == 303


def test_a_member_s_mailbox_isn_t_filled_by_many_accounts() -> None:
    for _ in range(15):
        ask_for(person())
    with pytest.raises(TooMany):
        ask_for(person())
    ask_for(person(), "100002")


def test_a_limit_says_nothing_of_whether_the_number_exists() -> None:
    contacts.put([{"number": NUMBER, "email": "x@example.org"}])
    said = []
    for number in (NUMBER, "999999"):
        for _ in range(15):
            ask_for(person(), number)
        # The page keeps what was typed, and carries an operation of its own.
        page = send(person(), LINK, {"number": number}).text.replace(number, "")
        said.append(re.sub(r'value="[0-9a-f]{32}"', "", page))
    assert said[0] == said[1]


def test_counters_name_nobody(ana: Person) -> None:
    ask_for(ana)
    counters = [row for row in AccountRow.scan() if row.key.startswith("tries#")]
    assert len(counters) == 2
    for row in counters:
        text = json.dumps(row.to_simple_dict(), default=str)
        assert NUMBER not in text
        assert ana.account not in text
        assert row.expires is not None


def test_nothing_of_joining_goes_into_the_log(
    ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="signet")
    send(ana, LINK, {"number": "CANARY7"})
    send(ana, CODE, {"code": "31415926"})
    send(ana, CODE, {"code": code_of("CANARY7")})
    assert caplog.text.count("answered") == 3
    for value in ("CANARY7", "31415926", code_of("CANARY7"), "ana@example.org", ana.token):
        assert value not in caplog.text


# -- the rows of addresses


def known(email: str) -> list[str]:
    return store.members_of(email, NOW)


def test_an_address_is_known_as_soon_as_a_contact_has_it() -> None:
    contacts.put([{"number": "1", "email": "Ana@Example.org "}], addresses.update_index)
    assert known("ana@example.org") == ["1"]
    assert known("ANA@EXAMPLE.ORG") == ["1"]
    assert known("bo@example.org") == []


def test_a_changed_address_is_known_and_the_old_one_isn_t() -> None:
    contacts.put([{"number": "1", "email": "old@example.org"}], addresses.update_index)
    contacts.put([{"number": "1", "email": "new@example.org"}], addresses.update_index)
    assert (known("old@example.org"), known("new@example.org")) == ([], ["1"])


def test_a_removed_address_is_known_no_more() -> None:
    contacts.put([{"number": "1", "email": "a@example.org"}], addresses.update_index)
    contacts.put([{"number": "1", "phone": "780-555-0100"}], addresses.update_index)
    assert known("a@example.org") == ["1"]  # what a row doesn't name stays
    contacts.put([{"number": "1", "email": ""}], addresses.update_index)
    assert known("a@example.org") == []


def test_an_address_of_two_is_unique_again_when_one_gives_it_up() -> None:
    rows = [{"number": number, "email": "a@example.org"} for number in ("1", "2")]
    contacts.put(rows, addresses.update_index)
    assert known("a@example.org") == ["1", "2"]
    contacts.put([{"number": "2", "email": "b@example.org"}], addresses.update_index)
    assert (known("a@example.org"), known("b@example.org")) == (["1"], ["2"])


def test_two_who_swap_addresses_are_both_known() -> None:
    contacts.put(
        [{"number": "1", "email": "a@x.org"}, {"number": "2", "email": "b@x.org"}],
        addresses.update_index,
    )
    contacts.put(
        [{"number": "1", "email": "b@x.org"}, {"number": "2", "email": "a@x.org"}],
        addresses.update_index,
    )
    assert (known("a@x.org"), known("b@x.org")) == (["2"], ["1"])


def test_the_same_contacts_again_write_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"number": str(n), "email": f"a{n}@example.org"} for n in range(250)]
    assert contacts.put(rows, addresses.update_index).new == 250
    heard: list[Any] = []
    contacts.put(rows, lambda changes: heard.extend(changes))
    assert heard == []
    assert known("a249@example.org") == ["249"]


def test_what_was_broken_off_is_mended_by_the_same_contacts_again() -> None:
    contacts.put([{"number": "1", "email": "old@example.org"}], addresses.update_index)

    def broken(changes: Any) -> None:
        addresses.update_index(changes)
        raise SignetError

    with pytest.raises(SignetError):
        contacts.put([{"number": "1", "email": "new@example.org"}], broken)
    contacts.put([{"number": "1", "email": "new@example.org"}], addresses.update_index)
    assert (known("old@example.org"), known("new@example.org")) == ([], ["1"])


def test_the_rows_hold_numbers_and_no_address() -> None:
    contacts.put([{"number": "1", "email": "a@example.org", "phone": "5"}], addresses.update_index)
    (row,) = AccountRow.scan()
    assert row.to_simple_dict() == {"key": row.key, "part": "member#1"}
    assert row.key == f"address#{keyed('address', 'a@example.org')}"


def _office(tmp_path: Path, *emails: str) -> Path:
    members = [[registered(number=str(n))] for n in range(1, len(emails) + 1)]
    rows = [{"number": str(n), "email": email} for n, email in enumerate(emails, 1)]
    return folder(tmp_path, *members, contacts=rows)


def test_an_import_makes_addresses_known(tmp_path: Path) -> None:
    assert signet("import", _office(tmp_path / "a", "a@example.org", "b@example.org")) == 0
    assert (known("a@example.org"), known("b@example.org")) == (["1"], ["2"])
    (tmp_path / "contacts.csv").write_text("number,email\n1,c@example.org\n")
    assert signet("import", tmp_path / "contacts.csv") == 0
    assert (known("a@example.org"), known("c@example.org")) == ([], ["1"])


def test_an_import_without_the_key_says_what_is_missing_and_it_can_be_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "another key of thirty-two characters"
    monkeypatch.delenv("SIGNET_ADDRESS_KEY")
    assert signet("import", _office(tmp_path / "a", "a@example.org")) == 0
    assert "signet addresses" in told(capsys)
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", key)
    assert known("a@example.org") == []
    assert signet("addresses") == 0
    assert known("a@example.org") == ["1"]
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", key[::-1])
    assert signet("addresses") == 0
    assert known("a@example.org") == ["1"]
    assert len(list(AccountRow.scan())) == 1, "rows of the old key are gone"


@pytest.mark.parametrize("key", ["", "short"])
def test_a_key_that_can_be_guessed_is_refused(
    key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", key)
    contacts.put([{"number": "1", "email": "a@example.org"}])
    assert signet("addresses") == 2
    assert "SIGNET_ADDRESS_KEY" in told(capsys)


# -- what hashes are made of


def test_codes_have_their_length_and_any_digits() -> None:
    made = [digits(secrets.token_bytes, 8) for _ in range(2000)]
    assert {len(code) for code in made} == {8}
    assert all(code.isdecimal() for code in made)
    assert {code[0] for code in made} == set("0123456789")
    assert digits(lambda count: bytes(count), 8) == "00000000"


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("mi\u212ae@example.org", "mi\u212ae@example.org"),
        ("İ@example.org", "İ@example.org"),
        ("ana+x@example.org", "ana+x@example.org"),
        ("ana", ""),
        ("@example.org", ""),
        ("ana@", ""),
        ("", ""),
    ],
)
def test_addresses_are_compared_without_the_case_of_plain_letters(
    typed: str, compared: str
) -> None:
    assert address(typed) == compared


def test_hashes_for_different_ends_differ() -> None:
    assert keyed("email", "a@x.org") != keyed("address", "a@x.org")
    assert keyed("code", "ab", "c") != keyed("code", "a", "bc")
